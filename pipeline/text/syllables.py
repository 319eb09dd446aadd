"""Syllables of spoken text: how many there are, and how long Chinese ones are."""

from __future__ import annotations

import re
from typing import Any

from pipeline.text.unicode_scripts import HAN, HANGUL, KANA
from pipeline.text.word_lists import load_words

_HAN_RUN = re.compile(f"[{HAN}]+")

_ONSET_SHARES = {
    **dict.fromkeys(("zh", "z", "j", "p", "t", "k"), 0.03),
    **dict.fromkeys(("ch", "c", "q", "sh", "s", "x", "f", "h"), 0.06),
    **dict.fromkeys(("b", "d", "g", "m", "n", "l", "r"), -0.03),
    "": -0.06,
}

_HIGH_VOWEL, _VOWEL, _GLIDE, _NASAL = -0.07, -0.02, 0.0, 0.05
"""Shares of a mean syllable.

Onsets, vowel heights, glides and nasal codas of six speakers each changed the length of syllables
by 5 to 10 % (Bell and Liu, J. Acoust. Soc. Am. 98, 2aSC24, 1995). The embedded voice has the same
order but larger differences, so the figures were not fitted to it.
"""


def relative_syllable_lengths(text: str) -> tuple[float, ...]:
    """Return the length of each character relative to the mean Han syllable; 1 if it is not Han."""
    from pypinyin import Style, lazy_pinyin

    lengths = [1.0] * len(text)
    for run in _HAN_RUN.finditer(text):
        onsets, rhymes = (
            lazy_pinyin(run[0], style=style, strict=True, errors=_placeholders)
            for style in (Style.INITIALS, Style.FINALS)
        )
        for index, (onset, rhyme) in enumerate(zip(onsets, rhymes, strict=True), run.start()):
            lengths[index] += _ONSET_SHARES.get(onset, 0.0) + _rhyme_share(rhyme)
    return tuple(lengths)


def _placeholders(characters: str) -> Any:  # noqa: ANN401 - pypinyin takes a list, one item a character, and its types do not say so
    return ["?"] * len(characters)


def _rhyme_share(rhyme: str) -> float:
    if rhyme.endswith(("n", "ng")):
        return _NASAL
    if len(rhyme) > 1:
        return _GLIDE
    return _HIGH_VOWEL if rhyme in {"i", "u", "v", "ü"} else _VOWEL


NEUTRAL_SYLLABLE = 0.75
"""Length of an unstressed particle in full syllables (163,092 syllables of one narrator)."""

ERHUA_SYLLABLE = 0.25
"""Length that the 儿 of 这儿 adds to the syllable before it, in full syllables."""

_WORD_OR_CHARACTER = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:'[A-Za-z]+)?|.", re.DOTALL)
_CAMEL_CASE_PARTS = re.compile(r"[A-Z]{2,}(?=[a-z]{3,})|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^A-Z]+|[A-Z]+")
_ONE_SYLLABLE = re.compile(f"[{HAN}{KANA}{HANGUL}]")
_VOWELS = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿ]+")
_PARTICLES = frozenset("的了吗呢吧们么嘛啦呀")
_STRESSED_WORDS = re.compile(r"目的|的确|的士|了解|了结|了不|了然|为了(?=.)|得了|末了|呢喃|么么")
_AFTER_ERHUA = "这那哪事点玩会花块味份劲头空门圈词字画口"
_CHILD_WORDS = re.compile(r"儿[童子女科歌媳孙时]")

_SPOKEN_AS_WORDS = load_words("en/spoken_acronyms")


def syllable_count(spoken: str) -> float:
    """Return how many syllables a spoken form has; an unstressed particle counts 0.75."""
    return sum(syllable_weights(spoken))


def syllable_weights(spoken: str) -> tuple[float, ...]:
    """Return the syllables of each character; a Latin word's are spread evenly over its letters."""
    weights: list[float] = []
    stressed = {
        at for match in _STRESSED_WORDS.finditer(spoken) for at in range(match.start(), match.end())
    }
    for match in _WORD_OR_CHARACTER.finditer(spoken):
        unit = match[0]
        if unit[0].isalpha() and not _ONE_SYLLABLE.match(unit):
            weights += [latin_syllables(unit) / len(unit)] * len(unit)
        else:
            weights.append(
                _character_weight(spoken, match.start(), stressed=match.start() in stressed)
            )
    return tuple(weights)


def _character_weight(text: str, index: int, *, stressed: bool) -> float:
    character = text[index]
    if (
        character == "儿"
        and index
        and text[index - 1] in _AFTER_ERHUA
        and not _CHILD_WORDS.match(text, index)
    ):
        return ERHUA_SYLLABLE
    if character in _PARTICLES and not stressed:
        return NEUTRAL_SYLLABLE
    if _ONE_SYLLABLE.match(character):
        return 1.0
    return 1.0 if character.isdigit() else 0.0


def latin_syllables(word: str) -> int:
    """Return the syllables of a Latin word.

    The parts of a camel-case word count apart (OpenAI is Open and AI), acronyms by their letters
    (W has three).
    """
    bare = word.replace("'", "")
    return sum(_camel_case_part_syllables(part) for part in _CAMEL_CASE_PARTS.findall(bare)) or max(
        1, len(_VOWELS.findall(bare.lower()))
    )


def _camel_case_part_syllables(part: str) -> int:
    if part.isupper() and part not in _SPOKEN_AS_WORDS:
        return sum(3 if letter == "W" else 1 for letter in part)
    return english_syllables(part)


def english_syllables(word: str) -> int:
    """Return the syllables of an English word by its spelling, so that new words work too."""
    word = word.lower()
    for pattern, change in _RESPELLINGS:
        word = pattern.sub(change, word)
    return max(1, len(_VOWELS.findall(word)))


_RESPELLINGS = tuple(
    (re.compile(pattern), change)
    for pattern, change in (
        (r"qu", "kw"),
        (r"^y(?=[aeiou])|(?<=[aeiou])y(?=[aeiou])", "j"),  # yes, royal, beyond: a consonant
        (r"^(ev)e(?=ry|ning)|^(bus)i", r"\1\2"),  # every, evening, business
        (
            r"^(.+[aeiouy][^aeiouy]{1,2})e(?=book|line|work|ty$|thing|time|board|speare|ware|ball|stream|place|mail|play|head)",
            r"\1",
        ),  # Facebook
        (r"([aeiouy][^aeiouy]{1,2})e(?=(?:ly|less|ment|ful|ness)s?$)", r"\1"),  # lovely, movement
        (
            r"(?<=[^aeiouylr])e$|(?<=[aeiouy][lr])e$|(?<=ll)e$|(?<=rr)e$",
            "",
        ),  # make, whole, more; not table, theatre
        (
            r"(?<=[^aeiouylrsxzcg])(?<![sc]h)(?<!tch)es$|(?<=[aeiouy][lr])es$",
            "s",
        ),  # makes, files; not boxes, tables, wishes
        (r"(?<=[^aeiouyltd])ed$|(?<=[aeiouylr]l)ed$", "d"),  # asked, called; not wanted, handled
        (r"(?<=[aeiouy])ing(?=s?$)", "-ing"),  # doing, studying
        (
            r"(?<![ctsg])i(?=a)|(?<=[ct])i(?=at)|^[^aeiouy]*?i(?=[ao])|i(?=o$)|(?<![cstgxln])i(?=o)|(?<![cst])i(?=u)",
            "i-",
        ),  # media, radio, genius
        (
            r"(?<=sc)i(?=en)|(?<![tc])i(?=et|en[ct]|en$)|(?<=oc)i(?=et)|(?<=[aeiouy][^aeiouy])i(?=er$|est$)|(?<=[aeiouy][^aeiouy]{2})i(?=er$|est$)",
            "i-",
        ),  # science
        (
            r"(?<=[aeiouy][^aeiouy])e(?=a$)|(?<=cr)e(?=at(?!ur))|(?<=th)e(?=at)|(?<![a-z]g)e(?=o(?![pfu]|rg)|um)",
            "e-",
        ),  # idea, create, video
        (r"o(?=e[tm])", "o-"),  # poet
        (r"(?<![gk])u(?=a[lt]|a$|ous)", "u-"),  # actual, Joshua, continuous
        (r"(?<=[aiy])sm(?=s?$)|thm(?=s?$)", "sem"),  # prism, algorithm
    )
)
