"""The language of a text is found from its script and its most frequent words."""

from __future__ import annotations

import pytest

from pipeline.text.language_detection import language_of_text
from pipeline.text.topics.keywords import key_terms
from pipeline.text.traditional import is_traditional, simplified_copy
from pipeline.text.word_segmenter import Segmenter


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hello, and welcome to the show.\nToday we talk about bread.", "en"),
        ("What is this?", "en"),
        ("In Beijing the word 道 means a way, and it is used a lot.", "en"),
        ("大家好，欢迎来到今天的节目", "zh"),
        ("今天我们聊 OpenAI 的 GPT-4o and the API", "zh"),
        ("日语里说“こんにちは”，意思是你好，下面我们来学习更多的日常用语", "zh"),
        ("大家好，歡迎來到今天的節目", "zh-TW"),
        ("我們的", "zh-TW"),
        ("皇后在后面，这里的书法家写“書”字", "zh"),
        ("こんにちは、世界", "ja"),
        ("東京タワーに行きました", "ja"),
        ("안녕하세요 여러분, AI 이야기를 합니다", "ko"),
        ("Hola a todos, hoy hablamos de la historia de España y de Roma", None),
        ("Bonjour à tous, nous parlons de l’histoire du pain", None),
        ("25°C", None),
        ("", None),
    ],
)
def test_language_of_text_is_told_by_script_and_frequent_words(text: str, code: str | None) -> None:
    """What is not plain is left to the settings."""
    assert language_of_text(text) == code


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ("乾淨的乾坤", "干净的乾坤"),
        ("皇后在後面", "皇后在后面"),
        ("2個蘋果，時速90公里", "2个苹果，时速90公里"),
        ("Hello 世界", "Hello 世界"),
        ("no Han at all", "no Han at all"),
    ],
)
def test_simplified_copy_has_one_character_for_each(text: str, copy: str) -> None:
    """So that what is found in the copy is shown in the author's characters."""
    assert simplified_copy(text) == copy
    assert len(simplified_copy(text)) == len(text)


def test_is_traditional_asks_for_more_than_a_quotation() -> None:
    """A simplified text that quotes a Traditional word stays simplified."""
    assert not is_traditional("这个字的繁体写法是“學”，我们今天来学习它的历史")
    assert is_traditional("這個問題的答案其實很簡單")


def test_segmenter_cuts_traditional_text_as_its_simplified_copy() -> None:
    """The dictionary has simplified words only: 人工智慧 and 發展 were cut by guess."""
    segmenter = Segmenter()
    traditional, simplified = "這個時代的發展歷史，從經濟學開始", "这个时代的发展历史，从经济学开始"
    assert segmenter.words(traditional) == segmenter.words(simplified)
    assert segmenter.tag("經濟學") == segmenter.tag("经济学") != ""
    assert segmenter.frequency("經濟學") == segmenter.frequency("经济学") > 0


def test_key_terms_of_traditional_text_are_shown_as_written() -> None:
    """Found in the simplified copy, in the author's characters."""
    rows = ("經濟學的發展歷史很長", "經濟學家研究經濟學", "今天我們談經濟學")
    assert key_terms(rows, Segmenter(), 1) == ("經濟學",)
