"""A text in the symbols of the Kokoro model, each with its place in the text.

Han characters are read by `mandarin_syllables`, words in Latin and Greek letters by
`english_phonemes`. Punctuation becomes the pauses that the model knows.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pipeline.speech.engines.english_phonemes import Dialect, read_english
from pipeline.speech.engines.mandarin_syllables import read_han_runs
from pipeline.text.normalization.cardinals import cardinal_reading, digit_reading
from pipeline.text.unicode_scripts import HAN, has_han

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.model import PinyinReading
    from pipeline.text.word_segmenter import Segmenter

MAX_SYMBOLS = 400
"""Symbols that are spoken in one go.

The model takes 510 with one at each end, but hurries in texts that come near to it.
"""

_TONE_MARKS = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
_PAUSES = {
    **dict.fromkeys(",，、､", ","), **dict.fromkeys(".。．｡", "."), **dict.fromkeys("!！", "!"),
    **dict.fromkeys("?？", "?"), **dict.fromkeys(";；", ";"), **dict.fromkeys(":：", ":"),
    **dict.fromkeys("—–―~～", "—"), "…": "…", "⋯": "…", "·": " ", "(": ",", ")": ",",
    "（": ",", "）": ",",
}  # fmt: skip
_FOREIGN_RUN = re.compile(r"[^\W_](?:[^\W_]|[ '’\-.](?=[^\W_]))*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_READABLE_SCRIPTS = ("LATIN", "GREEK", "DIGIT", "FULLWIDTH LATIN", "FULLWIDTH DIGIT")
_MAX_QUANTITY_DIGITS = 12
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|Jr|Sr|vs|[A-Z])$")
"""Ends of a text after which a full stop is no pause."""

_SENTENCE_PAUSES = frozenset(".!?…")


@dataclass(frozen=True, slots=True)
class SymbolUnit:
    """Symbols for the characters [start, end) of a text; a pause or space is not spoken."""

    start: int
    end: int
    symbols: str
    is_spoken: bool = True


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """A text's units in order, in pieces of at most `MAX_SYMBOLS` symbols.

    `unreadable` has the characters for which there is no reading or no symbol.
    """

    pieces: tuple[tuple[SymbolUnit, ...], ...]
    unreadable: str = ""


@cache
def symbol_numbers() -> dict[str, int]:
    """Return the model's number of each symbol."""
    return {symbol: int(number) for symbol, number in _table("symbols.tsv")}


def pronounce(
    text: str, dialect: Dialect, segmenter: Segmenter, readings: Sequence[PinyinReading] = ()
) -> Pronunciation:
    """Return how a text is spoken; `readings` are those of the author.

    Loads espeak-ng: call it in a worker process only.
    """
    given = {
        at: syllable
        for reading in readings
        for at, syllable in enumerate(reading.syllables, reading.start)
    }
    plain = _width_folded(text)
    spoken = sorted(
        [
            *_mandarin_units(plain, segmenter, given),
            *_foreign_units(plain, dialect, segmenter),
        ],
        key=lambda unit: unit.start,
    )
    known = symbol_numbers()
    covered = {at for unit in spoken if unit.symbols for at in range(unit.start, unit.end)}
    unreadable = [
        character for at, character in enumerate(text) if plain[at].isalnum() and at not in covered
    ]
    unreadable += [text[unit.start : unit.end] for unit in spoken if set(unit.symbols) - set(known)]
    word_starts = {unit.start for unit in _word_starts(plain, spoken, segmenter)}
    units = tuple(_with_pauses(plain, [unit for unit in spoken if unit.symbols], word_starts))
    return Pronunciation(tuple(_pieces(units)), "".join(dict.fromkeys(unreadable)))


def _width_folded(text: str) -> str:
    """Return the text with full-width and compatibility characters folded, one for one."""
    folded = (unicodedata.normalize("NFKC", character) for character in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, folded, strict=True))


def _mandarin_units(
    text: str, segmenter: Segmenter, given: Mapping[int, str]
) -> Iterator[SymbolUnit]:
    for reading in read_han_runs(text, segmenter, given):
        for at, syllable in enumerate(reading.syllables, reading.start):
            yield SymbolUnit(at, at + 1, _syllable_symbols(syllable))


def _syllable_symbols(syllable: str) -> str:
    """Return the symbols of pinyin with a tone; "" where the table does not have it."""
    pattern = _syllable_table().get(syllable[:-1], "")
    return pattern.replace("0", _TONE_MARKS.get(syllable[-1:], ""))


def _foreign_units(text: str, dialect: Dialect, segmenter: Segmenter) -> Iterator[SymbolUnit]:
    """Yield the units of words and numbers; numbers beside Han characters are read in Chinese."""
    is_chinese = has_han(text)
    for run in re.compile(f"(?:(?![{HAN}]).)+", re.DOTALL).finditer(text):
        for words in _FOREIGN_RUN.finditer(run[0]):
            offset = run.start() + words.start()
            readable = "".join(
                character if _is_readable(character) else " " for character in words[0]
            )
            if is_chinese:
                for number in _NUMBER.finditer(readable):
                    symbols = _number_symbols(number[0], segmenter)
                    yield SymbolUnit(offset + number.start(), offset + number.end(), symbols)
                readable = _NUMBER.sub(lambda found: " " * len(found[0]), readable)
            for unit in read_english(readable, dialect, spells_single_letters=is_chinese):
                yield SymbolUnit(offset + unit.start, offset + unit.end, unit.symbols)


def _is_readable(character: str) -> bool:
    name = unicodedata.name(character, "")
    return not character.isalnum() or name.startswith(_READABLE_SCRIPTS)


def _number_symbols(number: str, segmenter: Segmenter) -> str:
    whole, _, decimals = number.partition(".")
    is_quantity = len(whole) <= _MAX_QUANTITY_DIGITS and (whole == "0" or whole[0] != "0")
    reading = cardinal_reading(whole) if is_quantity else digit_reading(whole)
    reading += f"点{digit_reading(decimals)}" if decimals else ""
    return "".join(
        _syllable_symbols(syllable)
        for run in read_han_runs(reading, segmenter)
        for syllable in run.syllables
    )


def _word_starts(
    text: str, units: Sequence[SymbolUnit], segmenter: Segmenter
) -> Iterator[SymbolUnit]:
    """Yield the units before which a word begins."""
    starts = {
        reading.start + start
        for reading in read_han_runs(text, segmenter)
        for start, _ in reading.words
    }
    for unit in units:
        if unit.start in starts or re.match(f"[{HAN}]", text[unit.start]) is None:
            yield unit


def _with_pauses(
    text: str, spoken: Sequence[SymbolUnit], word_starts: set[int]
) -> Iterator[SymbolUnit]:
    """Yield the units with the pauses and spaces between them."""
    position = 0
    for index, unit in enumerate(spoken):
        is_abbreviation = _ABBREVIATION.search(text[:position]) is not None
        between = text[position : unit.start].removeprefix("." if is_abbreviation else "")
        mark = _pause_between(between) if index else ""
        has_gap = index > 0 and (unit.start in word_starts or unit.start > position)
        if mark or has_gap:
            yield SymbolUnit(position, unit.start, f"{mark} ", is_spoken=False)
        yield unit
        position = unit.end
    end_mark = _pause_between(text[position:]) if spoken else ""
    if end_mark:
        yield SymbolUnit(position, len(text), end_mark, is_spoken=False)


def _pause_between(between: str) -> str:
    """Return the strongest pause that the characters between two words stand for, or ""."""
    marks = [_PAUSES[character] for character in between if character in _PAUSES]
    marks = [mark for mark in marks if mark != " "]
    return min(marks, key="?!….;:—,".index) if marks else ""


def _pieces(units: tuple[SymbolUnit, ...]) -> Iterator[tuple[SymbolUnit, ...]]:
    """Yield the units in pieces that the model can speak, divided at the pauses in the middle."""
    if not units:
        return
    total = sum(len(unit.symbols) for unit in units)
    if total <= MAX_SYMBOLS or len(units) == 1:
        yield units
        return
    places, before = [], 0
    for index, unit in enumerate(units[:-1], 1):
        before += len(unit.symbols)
        mark = "" if unit.is_spoken else unit.symbols.strip()
        strength = 0.0 if mark in _SENTENCE_PAUSES and mark else 0.15 if mark else 0.4
        if not mark and unit.is_spoken:
            strength = 1.0  # inside a word
        places.append((abs(before / total - 0.5) + strength, index))
    _, cut = min(places)
    yield from _pieces(units[:cut])
    yield from _pieces(units[cut:])


@cache
def _syllable_table() -> dict[str, str]:
    return dict(_table("pinyin.tsv"))


def _table(name: str) -> list[tuple[str, str]]:
    text = files("pipeline.speech").joinpath("data", "kokoro", name).read_text("utf-8")
    lines = (line.split("\t") for line in text.splitlines())
    return [(left, right) for left, right in lines]
