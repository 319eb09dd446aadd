"""The phones of every Han character, word and number of the spoken rows, by espeak-ng.

Chinese and English share one phone inventory, because a talk in one language has too few words of
the other to train a second one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import process
from pipeline.align import phones_worker
from pipeline.errors import EnvironmentFault
from pipeline.messages import message
from pipeline.text.unicode_scripts import HAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.model import SpokenRow

_UNIT_PATTERN = re.compile(
    rf"[{HAN}]|\d+(?:[.,]\d+)*|(?:(?![{HAN}\d_])\w)+(?:['’](?:(?![{HAN}\d_])\w)+)*"
)
_HAN_RUN = re.compile(rf"[{HAN}]+")
_CHINESE_VOICE, _ENGLISH_VOICE = "cmn", "en-us"
_MAX_SYLLABLE_PHONES = 5  # espeak-ng reads an unknown character as a number, with many phones
_MAX_WORD_LETTERS = 60  # longer runs are no words, and reading them only costs time
_TONE = re.compile(r"\d+")
_STRESS_MARKS = re.compile(r"[',%=|_:;~#*!?]|\([a-z-]+\)")
_UNREADABLE_PHONES = ("@",)
_CODA_PHONES = frozenset({"n", "N"})

_SHARED_PHONES_OF_ENGLISH: dict[str, tuple[str, ...]] = {
    "p": ("ph",), "t": ("th",), "k": ("kh",), "b": ("p",), "d": ("t",), "g": ("k",),
    "tS": ("ts.h",), "dZ": ("ts.",), "S": ("s.",), "Z": ("z.",), "r": ("z.",), "T": ("s",),
    "D": ("z",), "h": ("X",), "x": ("X",), "t2": ("t",), "t-": ("th",), "d-": ("t",), "r-": ("z.",),
    "n-": ("n",), "m-": ("m",), "l-": ("l",), "aI": ("ai",), "eI": ("ei",), "aU": ("Au",),
    "oU": ("ou",), "OI": ("o", "i"), "A": ("A",), "A@": ("A", "z."), "O": ("o",), "O2": ("o",),
    "O@": ("o", "z."), "o@": ("o", "z."), "U": ("u",), "U@": ("u", "z."), "V": ("A",), "0": ("A",),
    "0r": ("o", "z."), "3": ("@r",), "@L": ("@", "l"), "@2": ("@",), "@5": ("@",), "I": ("i",),
    "I2": ("i",), "i@": ("i", "z."), "i@3": ("i", "z."), "e@": ("E", "z."), "aI@": ("ai", "@"),
    "aI3": ("ai", "@r"), "aU@": ("Au", "@"), "a": ("E",), "aa": ("E",), "a2": ("A",), "I3": ("i",),
}  # fmt: skip
"""The nearest Mandarin phone of espeak-ng for each of its English ones; others keep their names."""


@dataclass(frozen=True, slots=True)
class PhoneUnit:
    """A Han character, word or number, which gets a time of its own.

    It has the characters [first, last) of its row's spoken form.
    """

    first: int
    last: int
    phones: tuple[str, ...]


def pronounce_rows(rows: Sequence[SpokenRow]) -> list[tuple[PhoneUnit, ...]]:
    """Return the units of each row, none for a row with nothing to say.

    Raises EnvironmentFault if espeak-ng does not start.
    """
    pieces = [list(_voice_runs(row.spoken)) for row in rows]
    wanted = sorted({(voice, text) for row in pieces for voice, _, text in row})
    readings = dict(zip(wanted, _read_phonemes(wanted), strict=True))
    single_characters: set[tuple[str, str]] = set()
    for voice, text in wanted:
        if (
            voice == _CHINESE_VOICE
            and _HAN_RUN.fullmatch(text)
            and _split_syllables(readings[voice, text], len(text)) is None
        ):
            single_characters |= {(voice, character) for character in text}
    unread_characters = sorted(single_characters - set(readings))
    readings |= dict(zip(unread_characters, _read_phonemes(unread_characters), strict=True))
    return [
        tuple(
            unit
            for voice, first, text in row
            for unit in _units_of_run(voice, first, text, readings)
        )
        for row in pieces
    ]


def unit_ranges(spoken: str) -> Iterable[tuple[int, int]]:
    """Yield the characters [first, last) of each unit: a Han character, a word, a number."""
    for match in _UNIT_PATTERN.finditer(spoken):
        yield match.span()


def _voice_runs(spoken: str) -> Iterable[tuple[str, int, str]]:
    """Yield (voice, first character, text).

    A run of Han characters is one text, because their readings depend on their neighbours.
    """
    chinese = _HAN_RUN.search(spoken) is not None
    end = 0
    for match in _UNIT_PATTERN.finditer(spoken):
        if match.start() < end:
            continue
        run = _HAN_RUN.match(spoken, match.start())
        text = run[0] if run else match[0]
        end = match.start() + len(text)
        number = text[0].isdecimal()
        yield (
            (_CHINESE_VOICE if run or (number and chinese) else _ENGLISH_VOICE),
            match.start(),
            text if run else text[:_MAX_WORD_LETTERS],
        )


def _read_phonemes(wanted: Sequence[tuple[str, str]]) -> list[str]:
    if not wanted:
        return []
    try:
        with process.worker_pool(1) as worker:
            return worker.submit(phones_worker.read_all_phonemes, list(wanted)).result(
                timeout=phones_worker.START_TIMEOUT_SECONDS + len(wanted) * 0.05
            )
    except (RuntimeError, OSError, TimeoutError) as fault:
        raise EnvironmentFault(message("align.engine_failed", reason=str(fault))) from fault


def _units_of_run(
    voice: str, first_character: int, text: str, readings: dict[tuple[str, str], str]
) -> Iterable[PhoneUnit]:
    if voice == _CHINESE_VOICE and _HAN_RUN.fullmatch(text):
        syllables = _split_syllables(readings[voice, text], len(text))
        if syllables is None:
            syllables = [_toneless_phones(readings[voice, character]) for character in text]
        for position, phones in enumerate(syllables, first_character):
            yield PhoneUnit(
                position,
                position + 1,
                tuple(phones) if 0 < len(phones) <= _MAX_SYLLABLE_PHONES else _UNREADABLE_PHONES,
            )
        return
    reading = readings[voice, text]
    phones = (
        _toneless_phones(reading)
        if voice == _CHINESE_VOICE
        else [shared for phone in _phonemes(reading) for shared in _shared_phones(phone)]
    )
    yield PhoneUnit(
        first_character, first_character + len(text), tuple(phones) or _UNREADABLE_PHONES
    )


def _phonemes(reading: str) -> Iterable[str]:
    for token in re.split(r"[\s/]+", reading):
        plain = _STRESS_MARKS.sub("", token)
        if plain:
            yield plain


def _shared_phones(phone: str) -> tuple[str, ...]:
    return _SHARED_PHONES_OF_ENGLISH.get(phone) or (phone,)


def _toneless_phones(reading: str) -> list[str]:
    return [plain for phone in _phonemes(reading) if (plain := _TONE.sub("", phone))]


def _split_syllables(reading: str, count: int) -> list[list[str]] | None:
    """Return the phones of `count` characters, or None if the syllables are not as many.

    A syllable has one phone with a tone. n and ng end a syllable if another onset or a new word
    follows.
    """
    if "(" in reading:
        return None
    syllables: list[list[str]] = []
    for word in reading.replace("|", "").split():
        onset: list[str] = []
        inside = False
        for phone in _phonemes(word):
            plain = _TONE.sub("", phone)
            if plain != phone:
                if inside and len(onset) > 1 and onset[0] in _CODA_PHONES:
                    syllables[-1].append(onset.pop(0))
                elif inside and onset == ["N"]:
                    syllables[-1].append(onset.pop())
                syllables.append([*onset, plain])
                onset, inside = [], True
            else:
                onset.append(plain)
        if syllables and inside:
            syllables[-1] += onset
        elif onset:
            return None
    return syllables if len(syllables) == count else None
