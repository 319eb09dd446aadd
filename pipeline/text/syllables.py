"""Syllables of a spoken form: Han characters, English words by rule, acronyms letter by letter, digits that were left."""

from __future__ import annotations

import re

NEUTRAL = 0.75
"""What an unstressed particle lasts against a full syllable (measured on a narrator, 163,092 syllables)."""

ERHUA = 0.25
"""What the 儿 of 这儿 adds to the syllable before it: a colour of its end, hardly a time of its own."""

_UNIT = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:'[A-Za-z]+)?|.", re.DOTALL)
_HUMPS = re.compile(r"[A-Z]{2,}(?=[a-z]{3,})|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^A-Z]+|[A-Z]+")
_HAN = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA_HANGUL = re.compile(r"[\u3041-\u30ff\uac00-\ud7a3]")
_VOWELS = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿ]+")
_PARTICLES = frozenset("的了吗呢吧们么嘛啦呀")
_FULL = re.compile(r"目的|的确|的士|了解|了结|了不|了然|为了(?=.)|得了|末了|呢喃|么么")
_AFTER_ERHUA = "这那哪事点玩会花块味份劲头空门圈词字画口"
_CHILD = re.compile(r"儿[童子女科歌媳孙时]")
_SPOKEN_AS_WORDS = frozenset(
    {"NASA", "NATO", "OPEC", "UNESCO", "UNICEF", "FIFA", "COVID", "SARS", "MERS", "AIDS", "RAM", "ROM", "SIM", "PIN", "GIF", "JPEG"}
    | {"JSON", "YAML", "BERT", "LLAMA", "CUDA", "NVIDIA", "ARM", "RISC", "SWOT", "CERN", "LASER", "RADAR", "SONAR", "IKEA", "LEGO"}
    | {"ASEAN", "BRICS", "APEC", "GAN", "GAAP", "ASIC", "BIOS", "DOS", "UNIX", "LINUX", "SAP", "ZARA", "NIKE", "SONY"}
)


def syllables(spoken: str) -> float:
    """Return how many syllables a spoken form has; an unstressed particle counts 0.75."""
    return sum(syllable_weights(spoken))


def syllable_weights(spoken: str) -> tuple[float, ...]:
    """Return the syllables each character stands for, one number a character; a Latin word's are spread evenly over its letters."""
    weights: list[float] = []
    full = {at for match in _FULL.finditer(spoken) for at in range(match.start(), match.end())}
    for match in _UNIT.finditer(spoken):
        unit = match[0]
        if unit[0].isalpha() and not _HAN.match(unit) and not _KANA_HANGUL.match(unit):
            weights += [latin_syllables(unit) / len(unit)] * len(unit)
        else:
            weights.append(_character(spoken, match.start(), stressed=match.start() in full))
    return tuple(weights)


def _character(text: str, at: int, *, stressed: bool) -> float:
    character = text[at]
    if character == "儿" and at and text[at - 1] in _AFTER_ERHUA and not _CHILD.match(text, at):
        return ERHUA
    if character in _PARTICLES and not stressed:
        return NEUTRAL
    if _HAN.match(character) or _KANA_HANGUL.match(character):
        return 1.0
    return 1.0 if character.isdigit() else 0.0


def latin_syllables(word: str) -> int:
    """Return the syllables of a Latin word: its humps apart (OpenAI is Open and AI), acronyms by their letters (W has three)."""
    bare = word.replace("'", "")
    return sum(_hump(part) for part in _HUMPS.findall(bare)) or max(1, len(_VOWELS.findall(bare.lower())))


def _hump(part: str) -> int:
    if part.isupper() and part not in _SPOKEN_AS_WORDS:
        return sum(3 if letter == "W" else 1 for letter in part)
    return english_syllables(part)


def english_syllables(word: str) -> int:
    """Return the syllables of an English word by its spelling (no dictionary: names and coined words must work too)."""
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
        (r"(?<=[^aeiouylr])e$|(?<=[aeiouy][lr])e$|(?<=ll)e$|(?<=rr)e$", ""),  # make, whole, more; not table, theatre
        (r"(?<=[^aeiouylrsxzcg])(?<![sc]h)(?<!tch)es$|(?<=[aeiouy][lr])es$", "s"),  # makes, files; not boxes, tables, wishes
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
