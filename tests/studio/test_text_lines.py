"""Replacing lines of a file keeps every other byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.studio.editing.text_lines import split_lines
from tests.studio.factories import files, quick


@given(body=files())
@quick
def test_replacement_of_nothing_is_the_same_file(body: bytes) -> None:
    """Lines replaced by themselves give the same bytes."""
    lines = split_lines(body, "a.txt")
    for place, (text, _) in enumerate(lines.lines[:-1]):
        assert next(lines.replacement_bodies(place, place + 1, [text])) == body


@given(
    body=files(),
    place=st.integers(0, 5),
    new=st.lists(st.sampled_from(["好的", "then", "@pause 2"]), max_size=3),
)
@quick
def test_replacement_keeps_the_bytes_of_other_lines(
    body: bytes, place: int, new: list[str]
) -> None:
    """The bytes before and after the replaced lines are the same in the file's own encoding."""
    lines = split_lines(body, "a.txt")
    place = min(place, len(lines.lines) - 2)
    changed = next(lines.replacement_bodies(place, place + 1, new))
    text, end = lines.lines[place]
    old = f"{text}{end}".encode(lines.encoding)
    head = body.index(
        old,
        lines.mark_bytes + len("".join(map("".join, lines.lines[:place])).encode(lines.encoding)),
    )
    assert changed[:head] == body[:head]
    assert changed.endswith(body[head + len(old) :])
    again = split_lines(changed, "a.txt", lines.encoding)
    assert [line for line, _ in again.lines[place : place + len(new)]] == new


def test_replacement_uses_the_line_ends_of_the_file() -> None:
    """A split in a Windows file makes a Windows line; no final line end is added."""
    lines = split_lines("一\r\n二\r\n三".encode(), "a.txt")
    assert next(lines.replacement_bodies(2, 3, ["三", "四"])) == "一\r\n二\r\n三\r\n四".encode()
    assert next(lines.replacement_bodies(0, 1, ["零", "一"])) == "零\r\n一\r\n二\r\n三".encode()
    assert next(lines.replacement_bodies(1, 2, [])) == "一\r\n三".encode()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030", "cp950"])
def test_replacement_keeps_encoding_and_byte_order_mark(encoding: str) -> None:
    """An edit is saved in the encoding of the file."""
    old, new = "我們今天來學習中文\n一起說話吧\n", "我們今天來學習中文\n大家一起說吧\n"
    assert next(
        split_lines(old.encode(encoding), "a.txt").replacement_bodies(1, 2, ["大家一起說吧"])
    ) == new.encode(encoding)


def test_replacement_becomes_utf_8_where_the_encoding_lacks_a_character() -> None:
    """Big5 has no emoji; the whole file changes and nothing is lost."""
    lines = split_lines("我們今天來學習中文\n一起說話吧\n".encode("cp950"), "a.txt")
    assert next(lines.replacement_bodies(1, 2, ["龙🐉"])) == "我們今天來學習中文\n龙🐉\n".encode()
