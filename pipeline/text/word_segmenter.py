"""Word segmentation: jieba's dictionary and model, corrected for numbers, names and new words."""

from __future__ import annotations

import re
import warnings
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.text.graphemes import grapheme_continuations
from pipeline.text.traditional import simplified_copy
from pipeline.text.unbreakable import MEASURE_WORDS, UNBREAKABLE_SPAN
from pipeline.text.unicode_scripts import HAN, HAN_NUMERALS
from pipeline.text.word_lists import load_characters, load_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import jieba

USER_DICTIONARY = load_words("zh/user_dictionary")

WordSpans = tuple[tuple[int, int], ...]
_MAX_WORD_CHARACTERS = 8
_USER_WORD_FREQUENCY = 300
_USER_VERBS = frozenset({"微调", "开源", "闭源", "点赞", "转发", "预训练", "不过分"})

_MAX_RUN_CHARACTERS = (
    400  # jieba's model for unknown words copies its path at every character: quadratic in the run
)

_HAN_RUN = re.compile(f"[{HAN}]+")
_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(f"[第好前后近这那每]?[{HAN_NUMERALS}数多余]+[个多余]?")
_NUMBER_WORD = re.compile(rf"[{HAN_NUMERALS}数].*|第.+")

_SERIES_NUMBER, _SERIES_NAMES = (
    re.compile(r"[-–][0-9]+[A-Z]?"),
    frozenset("歼轰运直教强苏米风征号龙鹰"),
)  # 歼-20, 长征-5

_DEMONSTRATIVES = frozenset("这那每某各另哪上下前后近头好几")

_NEVER_STARTS_WORD = frozenset(
    "中里上下时后前内了的地得着也就都是在和与把被"
)  # function words begin no unknown word


_TRANSLITERATION_CHARACTERS = load_characters("zh/transliteration_characters")

_COMMON_ALONE = frozenset(
    "约大多里士拿立南北东西奇当"
)  # in names, yes; but a word of its own where it stands alone


class Segmenter:
    """Cuts rows into words.

    The dictionary is read at the first Chinese word (about 0.3 s) and stays with the object. It is
    not pickled: a worker reads it again. It comes straight from the installed jieba; jieba's own
    cache, a marshal file in a folder that anyone can write, is neither read nor written (reading
    it takes as long).
    """

    def __reduce__(self) -> tuple[type[Segmenter], tuple[()]]:
        """Pickle without the dictionary."""
        return Segmenter, ()

    def words(self, text: str) -> WordSpans:
        """Return the words of a text as ranges that cover all of it, spaces and punctuation too.

        Traditional text is cut as its simplified copy is: the dictionary has simplified words.
        """
        copy = simplified_copy(text)
        spans = list(self._raw_spans(copy))
        return tuple(_join_combining_marks(text, _join_numbers_and_names(copy, spans)))

    def tag(self, word: str) -> str:
        """Return the part of speech of a word in jieba's dictionary (`n`, `v`, `nr`, …), or ""."""
        tags = self._dictionary[1]
        return tags.get(word, "") or tags.get(simplified_copy(word), "")

    def frequency(self, word: str) -> int:
        """Return the count of a word in jieba's corpus of 60 million words; 0 if it is unknown."""
        counts = self._dictionary[0]
        return counts.get(word, 0) or counts.get(simplified_copy(word), 0)

    @cached_property
    def _dictionary(self) -> tuple[dict[str, int], dict[str, str]]:
        from importlib.resources import files

        fields = files("jieba").joinpath("dict.txt").read_text("utf-8").split()
        words = fields[0::3]
        frequencies, tags = (
            dict(zip(words, map(int, fields[1::3]), strict=True)),
            dict(zip(words, fields[2::3], strict=True)),
        )
        for word in USER_DICTIONARY:
            frequencies[word] = max(_USER_WORD_FREQUENCY, frequencies.get(word, 0))
            tags[word] = "v" if word.endswith("于") or word in _USER_VERBS else "nz"
        return frequencies, tags

    @cached_property
    def _tokenizer(self) -> jieba.Tokenizer:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # jieba 0.42 has invalid escapes and asks for pkg_resources
            import jieba

        frequencies = self._dictionary[0]

        class Direct(jieba.Tokenizer):  # type: ignore[misc] # jieba ships no types
            """Looks words up without jieba's table of prefixes, half of its loading time."""

            def get_DAG(self, sentence: str) -> dict[int, list[int]]:  # noqa: N802 - jieba's name
                size = len(sentence)
                return {
                    first: [
                        last
                        for last in range(first, min(first + _MAX_WORD_CHARACTERS, size))
                        if frequencies.get(sentence[first : last + 1])
                    ]
                    or [first]
                    for first in range(size)
                }

        tokenizer = Direct()
        tokenizer.FREQ = frequencies
        tokenizer.total = sum(frequencies.values())
        tokenizer.initialized = True
        return tokenizer

    def _raw_spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield unbreakable parts, jieba's words and every other character, in order."""
        position = 0
        for match in UNBREAKABLE_SPAN.finditer(text):
            yield from self._spans_between(text, position, match.start())
            yield match.span()
            position = match.end()
        yield from self._spans_between(text, position, len(text))

    def _spans_between(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        position = start
        while position < end:
            run = _HAN_RUN.match(text, position, min(end, position + _MAX_RUN_CHARACTERS))
            if run is None:
                space = _SPACE.match(text, position, end)
                after = space.end() if space else position + 1
                yield position, after
                position = after
                continue
            for word in self._tokenizer.cut(run.group()):
                if (
                    len(word) > 1
                    and word[0] in _NEVER_STARTS_WORD
                    and word not in self._dictionary[0]
                ):  # a guess of the model for unknown words
                    yield position, position + 1
                    yield position + 1, position + len(word)
                else:
                    yield position, position + len(word)
                position += len(word)


class CachedSegmenter(Segmenter):
    """A segmenter that cuts each text once. Its cache is cleared when it holds too many texts."""

    def __init__(self, segmenter: Segmenter | None = None, max_texts: int = 20_000) -> None:
        """Cut with `segmenter`, or with one of its own; `max_texts` bounds the memory."""
        self._segmenter = Segmenter() if segmenter is None else segmenter
        self._max_texts = max_texts
        self._words: dict[str, WordSpans] = {}

    def words(self, text: str) -> WordSpans:
        """Return the words of a text as ranges of characters."""
        if text not in self._words:
            if len(self._words) >= self._max_texts:
                self._words.clear()
            self._words[text] = self._segmenter.words(text)
        return self._words[text]

    def tag(self, word: str) -> str:
        """Return the part of speech of a word; "" if it is not in the dictionary."""
        return self._segmenter.tag(word)

    def frequency(self, word: str) -> int:
        """Return the count of a word; 0 if it is not in the dictionary."""
        return self._segmenter.frequency(word)


def _join_numbers_and_names(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the words with numbers joined to their units, and foreign names around their dots."""
    joined_spans: list[tuple[int, int]] = []
    for start, end in spans:
        word = text[start:end]
        before = text[slice(*joined_spans[-1])] if joined_spans else ""
        if (
            (word in MEASURE_WORDS and _NUMBER.fullmatch(before))
            or (before in _DEMONSTRATIVES and _NUMBER_WORD.fullmatch(word))
            or (_SERIES_NUMBER.fullmatch(word) and before[-1:] in _SERIES_NAMES)
        ):
            joined_spans[-1] = (joined_spans[-1][0], end)
        else:
            joined_spans.append((start, end))
    return _join_foreign_names(text, joined_spans) if "·" in text or "•" in text else joined_spans


def _join_foreign_names(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the words with the parts of foreign names joined: 亚历克斯·克里热夫斯基."""
    joined_spans: list[tuple[int, int]] = []
    in_name = False
    for start, end in spans:
        word = text[start:end]
        if (
            word in "·•"
            and joined_spans
            and (in_name or _is_name_part(text[slice(*joined_spans[-1])]))
        ):
            name_start = joined_spans.pop()[0]
            while (
                not in_name
                and joined_spans
                and joined_spans[-1][1] == name_start
                and _is_name_part(text[slice(*joined_spans[-1])])
            ):
                name_start = joined_spans.pop()[0]
            joined_spans.append((name_start, end))
            in_name = True
        elif in_name and _is_name_part(word) and (not word.isascii() or text[start - 1] in "·•"):
            joined_spans[-1] = (joined_spans[-1][0], end)
        else:
            in_name = False
            joined_spans.append((start, end))
    return joined_spans


def is_foreign_name(word: str) -> bool:
    """Return whether a word has only characters of foreign names, and is no common word."""
    return (
        word[0] in _TRANSLITERATION_CHARACTERS
        and word not in _COMMON_ALONE
        and all(char in _TRANSLITERATION_CHARACTERS or char == "·" for char in word)
    )


def _is_name_part(word: str) -> bool:
    return word.replace(".", "").isalpha() if word.isascii() else is_foreign_name(word)


def _join_combining_marks(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans with accents and joiners joined to the character that they belong to."""
    pending: tuple[int, int] | None = None
    continues = grapheme_continuations(text)
    for start, end in spans:
        if pending and continues[start]:
            pending = (pending[0], end)
            continue
        if pending:
            yield pending
        pending = (start, end)
    if pending:
        yield pending
