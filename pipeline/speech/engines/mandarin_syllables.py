"""How each Han character of a text is read: pinyin with the tone that is heard.

Readings come by word from pypinyin's dictionaries, with a list of our own for words it reads
otherwise than they are spoken; characters that stand alone are read by their neighbours. Then the
tones change as they do in speech: 一 and 不, third tones before third tones, 儿 after a syllable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pipeline.text.unicode_scripts import HAN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.text.word_segmenter import Segmenter

_HAN_RUN = re.compile(f"[{HAN}]+")
_THIRD, _FOURTH, _NEUTRAL = "3", "4", "5"
_DIGITS = "〇零一二三四五六七八九十两幺"
_COUNTING_UNITS = "百千万亿"
_NUMERALS = frozenset(f"{_DIGITS}{_COUNTING_UNITS}几多半")
_BEFORE_ORDINAL = frozenset("第初")
_ORDINAL_PREFIXES = ("周", "星期", "礼拜", "期", "系列", "之")
_WORDS_ENDING_IN_ONE = frozenset(("统一", "唯一", "之一", "单一", "专一", "同一", "合一", "逐一"))
_DIGIT_AFTER_ONE = frozenset("〇零一二三四五六七八九十点月号")
_ERHUA_BASES = frozenset("这那哪点玩会花块味份劲头门圈词字画口事空活伴边样哥魂馅")
_CHILD_WORDS = re.compile(r"儿[童子女科歌媳孙时]")
_PARTICLES = frozenset("地得")
_COUNTED_READINGS = {"行": "hang2", "只": "zhi1", "重": "chong2"}
"""Readings of measure words after a numeral."""

_REPEATED_VERBS = frozenset("写读做走练译录装排印看算玩拍选试设置启学")
"""Verbs that 重 as chóng, "again", stands before."""

_VERBS_WITH_GAIN = ("获得", "取得", "值得", "难得", "所得", "应得", "赢得", "懂得", "夺得", "免得")
"""Verbs that end in 得 as dé, so that the character is no particle inside a longer word."""

_ADVERB_TAGS = frozenset({"a", "ad", "b", "d", "i", "l", "z", "o", "an"})


@dataclass(frozen=True, slots=True)
class HanReading:
    """Readings of a run of Han characters.

    `syllables` has pinyin with its tone (`hao3`, ü is v, 5 is neutral) for each character, "" where
    no dictionary has the character. `words` are ranges of characters that cover the run.
    """

    start: int
    syllables: tuple[str, ...]
    words: tuple[tuple[int, int], ...]


def read_han_runs(
    text: str, segmenter: Segmenter, given: Mapping[int, str] | None = None
) -> Iterator[HanReading]:
    """Yield the reading of each run of Han characters in a text, in order.

    `given` has the syllables of characters, by their place, that the author wrote: they stay.
    """
    given = given or {}
    spans = segmenter.words(text)
    for run in _HAN_RUN.finditer(text):
        words = tuple(
            word
            for start, end in spans
            if start < run.end() and end > run.start()
            for word in _split_particle(
                run[0],
                max(start, run.start()) - run.start(),
                min(end, run.end()) - run.start(),
                segmenter,
            )
        )
        kept = {at - run.start(): given[at] for at in range(*run.span()) if at in given}
        syllables = _with_given(_citation_syllables(run[0], words, segmenter), kept)
        syllables = _change_one_and_not(run[0], words, syllables)
        syllables = _change_third_tones(words, _weaken_er(run[0], syllables))
        yield HanReading(run.start(), tuple(_with_given(syllables, kept)), words)


def _with_given(syllables: Sequence[str], given: Mapping[int, str]) -> list[str]:
    return [given.get(index, syllable) for index, syllable in enumerate(syllables)]


def _split_particle(
    text: str, start: int, end: int, segmenter: Segmenter
) -> tuple[tuple[int, int], ...]:
    """Part 地 and 得 from a word that is in no dictionary and begins with them (地说)."""
    if end - start > 1 and text[start] in _PARTICLES and not segmenter.frequency(text[start:end]):
        return ((start, start + 1), (start + 1, end))
    return ((start, end),)


def _citation_syllables(
    text: str, words: Sequence[tuple[int, int]], segmenter: Segmenter
) -> list[str]:
    syllables: list[str] = []
    for index, (start, end) in enumerate(words):
        word = text[start:end]
        own = _own_readings().get(word)
        if own is None and len(word) == 1:
            before = text[slice(*words[index - 1])] if index else ""
            after = text[slice(*words[index + 1])] if index + 1 < len(words) else ""
            own = _lone_reading(word, before, after, segmenter)
        syllables += own or _dictionary_syllables(word)
    return syllables


def _dictionary_syllables(word: str) -> tuple[str, ...]:
    """Return pypinyin's reading of a word; "" for a character that it does not have."""
    from pypinyin import Style, lazy_pinyin

    syllables = lazy_pinyin(
        word,
        style=Style.TONE3,
        neutral_tone_with_five=True,
        v_to_u=False,
        errors=_no_readings,
    )
    if len(syllables) != len(word):
        syllables = [
            lazy_pinyin(
                character,
                style=Style.TONE3,
                neutral_tone_with_five=True,
                v_to_u=False,
                errors=_no_readings,
            )[0]
            for character in word
        ]
    return _read_by_pattern(word, syllables)


def _no_readings(characters: str) -> Any:  # noqa: ANN401 - pypinyin takes a list, one item a character, and its types do not say so
    return [""] * len(characters)


def _read_by_pattern(word: str, syllables: list[str]) -> tuple[str, ...]:
    """Correct readings that follow from a word's form, which no dictionary lists."""
    from pypinyin.constants import PHRASES_DICT

    if len(word) == len("跑得快") and word[1] == "得" and not word.startswith(_VERBS_WITH_GAIN):
        syllables[1] = "de5"
    if len(word) > 2 and word[-1] == "地" and word[-2] == word[-3]:  # noqa: PLR2004 - 慢慢地
        syllables[-1] = "de5"
    if word not in PHRASES_DICT and len(word) > 1:
        if word[0] == "重" and word[1:] in _REPEATED_VERBS:
            syllables[0] = "chong2"
        for index in range(1, len(word)):
            if word[index] in _COUNTED_READINGS and word[index - 1] in _NUMERALS:
                syllables[index] = _COUNTED_READINGS[word[index]]
    return tuple(syllables)


def _lone_reading(
    character: str, before: str, after: str, segmenter: Segmenter
) -> tuple[str, ...] | None:
    """Return the reading of a character that is a word alone, by the words beside it; else None."""
    after_number = bool(before) and before[-1] in _NUMERALS
    after_verb = segmenter.tag(before).startswith(("v", "a"))
    before_verb = segmenter.tag(after).startswith("v")
    is_adverb = segmenter.tag(before) in _ADVERB_TAGS
    readings = {
        "地": "de5" if len(before) > 1 and is_adverb else "di4",
        "得": "dei3"
        if before_verb and not after_verb
        else "de2"
        if after[:1] in {"了", "到", "过"} and not after_verb
        else "de5",
        "为": "wei2" if after.startswith(("所", "了")) or segmenter.tag(after) == "m" else "wei4",
        "长": "zhang3" if after[:1] in {"出", "得", "着", "成", "满"} else "chang2",
        "还": "huan2" if after[:1] in {"钱", "款", "债", "给", "清"} else "hai2",
        "行": "hang2" if after_number else "xing2",
        "只": "zhi1" if after_number else "zhi3",
        "种": "zhong4" if before_verb or after[:1] in {"树", "地", "菜", "花"} else "zhong3",
        "数": "shu3" if after[:1] in {"了", "一", "数", "不"} else "shu4",
        "教": "jiao1",
        "倒": "dao4" if before_verb else "dao3",
        "弹": "tan2" if after[:1] in {"钢", "琴", "吉", "了"} else "dan4",
        "薄": "bao2",
        "谁": "shei2",
        "当": "dang1",
        "干": "gan4",
        "应": "ying1" if before_verb else "ying4",
        "传": "chuan2",
        "转": "zhuan4" if after[:1] in {"圈", "了", "起", "着"} else "zhuan3",
        "重": "chong2" if before_verb else "zhong4",
        "量": "liang2" if after[:1] in {"了", "一", "出"} else "liang4",
        "看": "kan4",
        "空": "kong4" if after[:1] in {"出", "着"} else "kong1",
    }
    reading = readings.get(character)
    return (reading,) if reading else None


def _change_one_and_not(
    text: str, words: Sequence[tuple[int, int]], syllables: Sequence[str]
) -> list[str]:
    changed = list(syllables)
    last_of_word = {end - 1 for start, end in words if end - start > 1}
    for index, character in enumerate(text):
        following = syllables[index + 1] if index + 1 < len(text) else ""
        between_equals = 0 < index < len(text) - 1 and text[index - 1] == text[index + 1]
        if character == "不" and syllables[index][:2] == "bu" and following:
            if between_equals or syllables[index] == "bu5":
                changed[index] = "bu5"
            else:
                changed[index] = "bu2" if following[-1] == _FOURTH else "bu4"
        elif character == "一":
            if not following or _is_counted_one(text, index, last_of_word):
                changed[index] = "yi1"
            elif between_equals and text[index - 1] not in _NUMERALS:
                changed[index] = "yi5"
            else:
                is_fourth = following[-1] == _FOURTH or text[index + 1] == "个"
                changed[index] = "yi2" if is_fourth else "yi4"
    return changed


def _is_counted_one(text: str, index: int, last_of_word: set[int]) -> bool:
    """Return True if 一 keeps its tone: the end of a word, an ordinal, a digit among digits."""
    before, after = text[:index], text[index + 1]
    return (
        index in last_of_word
        or (before[-1:] + "一" in _WORDS_ENDING_IN_ONE and after not in _COUNTING_UNITS)
        or (bool(before) and before[-1] in _BEFORE_ORDINAL)
        or before.endswith(_ORDINAL_PREFIXES)
        or (bool(before) and before[-1] in _DIGITS and after not in _COUNTING_UNITS)
        or after in _DIGIT_AFTER_ONE
    )


def _weaken_er(text: str, syllables: Sequence[str]) -> list[str]:
    """Give 儿 the neutral tone where it only colours the syllable before it."""
    changed = list(syllables)
    for index in range(1, len(text)):
        if (
            text[index] == "儿"
            and text[index - 1] in _ERHUA_BASES
            and not _CHILD_WORDS.match(text, index)
        ):
            changed[index] = "er5"
    return changed


def _change_third_tones(words: Sequence[tuple[int, int]], syllables: Sequence[str]) -> list[str]:
    """Make a third tone before a third tone a second one: inside words first, then between them."""
    changed = list(syllables)
    for start, end in words:
        for index in range(end - 2, start - 1, -1):
            has_inner_pair = index == start and end - start == 3  # noqa: PLR2004 - 1 + 2 syllables
            following = changed[index + 1] if has_inner_pair else syllables[index + 1]
            if changed[index].endswith(_THIRD) and following.endswith(_THIRD):
                changed[index] = f"{changed[index][:-1]}2"
    for _, end in reversed(words[:-1]):
        if changed[end - 1].endswith(_THIRD) and changed[end].endswith(_THIRD):
            changed[end - 1] = f"{changed[end - 1][:-1]}2"
    return changed


@cache
def _own_readings() -> dict[str, tuple[str, ...]]:
    table = files("pipeline.speech").joinpath("data", "kokoro", "readings.tsv").read_text("utf-8")
    lines = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {word: tuple(reading.split()) for word, reading in lines}
