"""English words in the symbols of the Kokoro model, from espeak-ng's phonemes.

The mapping is that of `misaki` 0.9.4 (misaki/espeak.py, Apache License 2.0), by which the model's
own English falls back to espeak-ng.
"""

from __future__ import annotations

import collections
import ctypes
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pipeline.speech.engines import espeak_worker
from pipeline.text.word_lists import load_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Dialect = Literal["en-us", "en-gb"]

_ESPEAK_VOICES: dict[Dialect, str] = {"en-us": "en-us", "en-gb": "en"}
_UTF8_MODE = 1
_IPA_WITH_TIES = 0x02 | 0x80 | ord("^") << 8
"""espeak-ng's phoneme mode (speak_lib.h): IPA, with ^ inside diphthongs and affricates."""

_SHARED_SYMBOLS = (
    ("ʔˌn\u0329", "ʔn"), ("ʔn\u0329", "ʔn"), ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"),
    ("e^ɪ", "A"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"), ("ə^l", "ᵊl"), ("ʲo", "jo"), ("ʲə", "jə"), ("ʲ", ""),
    ("e", "A"), ("ɚ", "əɹ"), ("r", "ɹ"), ("x", "k"), ("ç", "k"), ("ɐ", "ə"), ("ɬ", "l"),
    ("\u0303", ""),
)  # fmt: skip
_AMERICAN_SYMBOLS = (("o^ʊ", "O"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ː", ""))
_BRITISH_SYMBOLS = (("e^ə", "ɛː"), ("eə", "ɛː"), ("i^ə", "ɪə"), ("iə", "ɪə"), ("ə^ʊ", "Q"))
_LAST_SYMBOLS = (("o", "ɔ"), ("ɾ", "T"), ("ʔ", "t"), ("^", ""), ("-", ""), ("_", ""))
_STRESS_AND_TIES = str.maketrans("", "", "ˈˌː^")
_SYLLABIC = re.compile(r"(\S)\u0329")
_LANGUAGE_SWITCH = re.compile(r"\([a-z-]+\)")

_LETTERS = {
    "A": "A", "B": "bi", "C": "si", "D": "di", "E": "i", "F": "ɛf", "G": "ʤi", "H": "Aʧ", "I": "I",
    "J": "ʤA", "K": "kA", "L": "ɛl", "M": "ɛm", "N": "ɛn", "O": "O", "P": "pi", "Q": "kju",
    "R": "ɑɹ", "S": "ɛs", "T": "ti", "U": "ju", "V": "vi", "W": "dʌbəlju", "X": "ɛks", "Y": "wI",
    "Z": "zi",
}  # fmt: skip
_VOWEL = re.compile("[AIOWYQɑɐɒæɔəɚɛɜiɪuʊʌᵻ]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PARTS = re.compile(
    r"[A-Z]{2,}s(?![a-z])|[A-Z]{2,}(?=[a-z]{3,})|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^A-Z]+|[A-Z]+"
)
_SPACED_LETTERS = r"\b[A-Z](?: [A-Z]){1,7}\b(?!['’])"
_SPELLED_LENGTH = 5
"""Longer words in capitals are words written large; shorter ones are acronyms."""

_LARGE_WORDS = 3
"""From so many words on, a text all in capitals is a heading and no row of acronyms."""

_SPOKEN_ACRONYMS = load_words("en/spoken_acronyms")
_MAX_WORD_LETTERS = 60


@dataclass(frozen=True, slots=True)
class EnglishUnit:
    """Symbols that belong to the characters [start, end) of the text that was read."""

    start: int
    end: int
    symbols: str


def read_english(
    text: str, dialect: Dialect, *, spells_single_letters: bool = False
) -> list[EnglishUnit]:
    """Return the symbols of each word of a text without punctuation, in order.

    Numbers are words too. Acronyms are spelled; with `spells_single_letters` so is a lone capital
    (the A of 计划A), which is an article or a pronoun in English. Loads espeak-ng, whose state is
    global: call it in a worker process only.
    """
    units: list[EnglishUnit] = []
    with espeak_worker.load_library() as (library, _):
        library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        pointer = ctypes.POINTER(ctypes.c_char_p)
        library.espeak_TextToPhonemes.argtypes = [pointer, ctypes.c_int, ctypes.c_int]
        if library.espeak_SetVoiceByName(_ESPEAK_VOICES[dialect].encode()):
            problem = f"espeak-ng has no voice {dialect!r}"
            raise RuntimeError(problem)
        waiting: list[tuple[int, int]] = []
        for start, end, is_spelled in _pieces(text, spells_single_letters=spells_single_letters):
            if not is_spelled:
                waiting.append((start, end))
                continue
            units += _read_words(library, text, waiting, dialect)
            waiting = []
            units.append(EnglishUnit(start, end, spell(text[start:end])))
        units += _read_words(library, text, waiting, dialect)
    return units


def spell(letters: str) -> str:
    """Return the symbols of letters read one by one, the last with the main stress.

    A small s at the end is a plural (GPUs).
    """
    plural = "z" if letters[-1] == "s" and len(letters) > 1 else ""
    named = letters.removesuffix("s") or letters
    names = [_LETTERS[letter] for letter in named.upper() if letter != " "]
    stresses = ["ˌ"] * (len(names) - 1) + ["ˈ"]
    spelled = "".join(
        _VOWEL.sub(lambda found, mark=stress: f"{mark}{found[0]}", name, count=1)  # type: ignore[misc]
        for stress, name in zip(stresses, names, strict=True)
    )
    return spelled + plural


def map_symbols(phonemes: str, dialect: Dialect) -> str:
    """Return espeak-ng's phonemes of a word (IPA, ^ as a tie) in the model's symbols."""
    text = _LANGUAGE_SWITCH.sub("", phonemes)
    if dialect == "en-gb":  # before e alone becomes A
        text = _replace_all(text, _BRITISH_SYMBOLS)
    text = _SYLLABIC.sub(r"ᵊ\1", _replace_all(text, _SHARED_SYMBOLS)).replace("\u0329", "")
    if dialect == "en-us":
        text = _replace_all(text, _AMERICAN_SYMBOLS)
    return _replace_all(text, _LAST_SYMBOLS)


def _replace_all(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def _pieces(text: str, *, spells_single_letters: bool) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, is spelled) of words, parts of camel-case words and numbers."""
    capitals = [word for word in _WORD.findall(text) if len(word) > 1]
    is_large = len(capitals) >= _LARGE_WORDS and all(word.isupper() for word in capitals)
    for match in re.finditer(rf"{_SPACED_LETTERS}|\d+(?:[.,]\d+)*|{_WORD.pattern}", text):
        word = match[0][:_MAX_WORD_LETTERS]
        if " " in word:  # A G I: one acronym, with one main stress
            yield match.start(), match.start() + len(word.rstrip()), True
            continue
        if word[0].isdigit() or (is_large and len(word) > 1):
            yield match.start(), match.end(), False
            continue
        position = match.start()
        for part in _PARTS.findall(word):
            yield position, position + len(part), _is_spelled(part, spells_single_letters)
            position += len(part)


def _is_spelled(part: str, spells_single_letters: bool) -> bool:  # noqa: FBT001 - as it is named
    letters = part[:-1] if len(part) > 1 and part[-1] == "s" else part
    if not (letters.isascii() and letters.isalpha() and letters.isupper()):
        return False
    if len(letters) == 1:
        return spells_single_letters and part == letters
    return len(letters) <= _SPELLED_LENGTH and letters not in _SPOKEN_ACRONYMS


def _read_words(
    library: Any,  # noqa: ANN401 - a C library
    text: str,
    words: Sequence[tuple[int, int]],
    dialect: Dialect,
) -> list[EnglishUnit]:
    """Return the symbols of neighbouring words, read together because weak forms depend on it."""
    if not words:
        return []
    spelled_out = " ".join(_word_for_espeak(text[start:end]) for start, end in words)
    together = _phonemes(library, spelled_out)
    if len(together) == len(words):
        return [
            EnglishUnit(start, end, map_symbols(phonemes, dialect))
            for (start, end), phonemes in zip(words, together, strict=True)
        ]
    alone = ["".join(_phonemes(library, _word_for_espeak(text[start:end]))) for start, end in words]
    return [
        EnglishUnit(
            words[first][0],
            words[last - 1][1],
            " ".join(map_symbols(phonemes, dialect) for phonemes in together[left:right]),
        )
        for first, last, left, right in _match_words(alone, together)
    ]


def _word_for_espeak(word: str) -> str:
    """Return a word in small letters if it is written in capitals, which espeak-ng may spell."""
    return word.lower() if len(word) > 1 and word.isupper() else word.replace("’", "'")


def _match_words(
    alone: Sequence[str], together: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield (first word, last, first reading, last) of the cheapest match of words and readings.

    espeak-ng joins weak words (was a: wʌzɐ) and reads numbers as several: a step takes one word and
    some readings, or some words and one reading.
    """
    rows, columns = len(alone), len(together)
    unreachable = float("inf")
    best = [[unreachable] * (columns + 1) for _ in range(rows + 1)]
    best[0][0] = 0.0
    came_from = {}
    longest = abs(rows - columns) + 1
    for i in range(rows + 1):
        for j in range(columns + 1):
            for down, right in (
                (1, 1),
                *((1, count) for count in range(2, longest + 1)),
                *((count, 1) for count in range(2, longest + 1)),
            ):
                if down > i or right > j or best[i - down][j - right] == unreachable:
                    continue
                cost = best[i - down][j - right] + _difference(
                    "".join(alone[i - down : i]), "".join(together[j - right : j])
                )
                if cost < best[i][j]:
                    best[i][j] = cost
                    came_from[i, j] = (i - down, j - right)
    if (rows, columns) not in came_from:
        yield 0, rows, 0, columns
        return
    steps = []
    place = (rows, columns)
    while place != (0, 0):
        steps.append((came_from[place], place))
        place = came_from[place]
    for (first, left), (last, right) in reversed(steps):
        yield first, last, left, right


def _difference(left: str, right: str) -> float:
    """Return by how many phonemes two readings differ, in any order."""
    counts = collections.Counter(left.translate(_STRESS_AND_TIES))
    counts.subtract(right.translate(_STRESS_AND_TIES))
    return float(sum(map(abs, counts.values())))


def _phonemes(library: Any, text: str) -> list[str]:  # noqa: ANN401 - a C library
    remaining = ctypes.c_char_p(text.encode())
    readings: list[str] = []
    while remaining.value is not None:
        clause = library.espeak_TextToPhonemes(ctypes.byref(remaining), _UTF8_MODE, _IPA_WITH_TIES)
        readings += (clause or b"").decode("utf-8", "replace").split()
    return readings
