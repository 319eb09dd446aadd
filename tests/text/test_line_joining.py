"""Lines joined to one text."""

from __future__ import annotations

import pytest

from pipeline.text.line_joining import join_texts, joining_space


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("你好", "世界"), "你好世界"),
        (("Hello", "world"), "Hello world"),
        (("발표한", "모델은"), "발표한 모델은"),
        (("안녕하세요.", "반갑습니다."), "안녕하세요. 반갑습니다."),
        (("发布了", "GPT-4o"), "发布了GPT-4o"),
        (("你好，", "world"), "你好，world"),
        (("สวัสดี", "ครับ"), "สวัสดีครับ"),
        (("", " a ", "", "b"), "a b"),
        ((), ""),
    ],
)
def test_join_texts_puts_a_space_only_between_words_of_scripts_with_spaces(
    lines: tuple[str, ...], text: str
) -> None:
    """Latin and Korean words keep apart; nothing is put beside Chinese or Thai."""
    assert join_texts(lines) == text


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("- 你好", "- 再见"), "- 你好 - 再见"),
        (("他说", "——是的"), "他说——是的"),
        (("气温是", "-20度"), "气温是-20度"),
    ],
)
def test_join_texts_keeps_a_speaker_dash_apart(lines: tuple[str, ...], text: str) -> None:
    """A dash begins the words of another speaker; a Chinese dash or a minus sign does not."""
    assert join_texts(lines) == text


def test_joining_space_is_empty_where_there_is_a_space_already() -> None:
    """A part that ends in white space needs no other."""
    assert joining_space("Hello ", "world") == ""
    assert joining_space("Hello", " world") == ""
