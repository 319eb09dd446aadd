"""How much a decoded text looks like one that a person wrote, for each encoding that it may be in.

Scores go from about -3 (control characters) to 1 (characters that are frequent in the languages
which the encoding is made for). A text of few characters decodes in many encodings; what comes out
is noise in all but one.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from typing import NamedTuple

from pipeline.text.unicode_scripts import HANGUL, KANA, is_han
from pipeline.text.word_lists import load_characters

_SAMPLE_CHARACTERS = 20_000
_FREQUENT_HAN = load_characters("zh/frequent_characters")
_FREQUENT_HANGUL = frozenset(
    "이다는을를에의가은로고하지한기사그나어자도리시인아서해일정스대수있보들니과전부장주여만라제상"
    "안구원공조비적세오성소우마거경관국것생실동문게방요면없년무업연용신했학위회명내모심물산물"
)
"""The syllables of about two thirds of running Korean text."""

_KANA = re.compile(f"[{KANA}]")
_HANGUL = re.compile(f"[{HANGUL}]")
_HALF_WIDTH_KANA = re.compile("[\uff61-\uff9f]")
_SIGNS = frozenset("°±½¼¾©®™€£¥§×÷²³µ«»“”‘’„‚‹›–—…•·¿¡№†‰ªº\xa0")
_FULL_WIDTH_PUNCTUATION = re.compile("[\u3001-\u3011\uff01-\uff5e\u2010-\u2026·—\u3000]")

_WESTERN = "àâæçèéêëîïôœùûüÿ äöüßé áéíñóúü àèéìíîòóùú ãáâàçéêíóôõúü æøåéäö åäöé ëéïóüèêö áðéíóúýþæö"
_CENTRAL_EUROPEAN = "ąćęłńóśźżé áčďéěíňóřšťúůýž áéíóöőúüű áäčďéíĺľňóôŕšťúýž ăâîşţș čćđšž"
_BALTIC = "āčēģīķļņšūž ąčęėįšųūž äõöüšž"


class _Alphabets(NamedTuple):
    """The letters beyond ASCII of an encoding's languages, an alphabet each, the likelier first.

    `most_frequent` are the letters of a script of its own, without which hardly a word is written.
    """

    alphabets: tuple[frozenset[str], ...]
    most_frequent: frozenset[str] = frozenset()


def _latin(alphabets: str) -> _Alphabets:
    return _Alphabets(tuple(frozenset(alphabet) for alphabet in alphabets.split()))


def _script(letters: str, most_frequent: str) -> _Alphabets:
    return _Alphabets((frozenset(letters),), frozenset(most_frequent))


_CYRILLIC = _script("абвгдежзийклмнопрстуфхцчшщъыьэюяёєіїґўјљњћџђ", "оеаинтсрвлкмдпуяыьіз")
_ALPHABETS = {
    "cp1250": _latin(_CENTRAL_EUROPEAN),
    "cp1251": _CYRILLIC,
    "cp1252": _latin(_WESTERN),
    "cp1253": _script("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ", "αοιετσνηυρπκμλςάέήίόύ"),
    "cp1254": _latin("çğıiİöşü çğıiİöşüâîû"),
    "cp1255": _script("אבגדהוזחטיךכלםמןנסעףפץצקרשת", "יוהלאמרבתשנםן"),
    "cp1256": _script("ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءآأؤإئپچژگ", "اليمونرتبعدسةهكأ"),
    "cp1257": _latin(_BALTIC),
    "koi8-r": _CYRILLIC,
}
"""The letters of single-byte encodings, by Python name."""

SINGLE_BYTE_ENCODINGS = tuple(_ALPHABETS)
"""The encodings of one byte a character that are tried."""

_WORD = re.compile(r"\w+")
_CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f]")
_MAX_LATIN_SHARE = 0.6
"""Of the letters: a short Polish or Czech line has up to half of them beyond ASCII."""

_ALPHABET_RANK_COST = 0.02


def decoding_likelihood(text: str, encoding: str) -> float:
    """Return how likely a decoded text is: about 0.7 for Chinese, below 0 for noise, 1 for ASCII.

    `encoding` is a Python name; it says which languages are expected.
    """
    sample = text[:_SAMPLE_CHARACTERS]
    foreign = [char for char in sample if _is_foreign(char)]
    if not foreign:
        return 1.0
    if encoding in _ALPHABETS:
        return _single_byte_likelihood(sample, foreign, _ALPHABETS[encoding])
    return sum(_wide_character_score(char, encoding) for char in foreign) / len(foreign)


def _is_foreign(char: str) -> bool:
    return char > "\x7f" or _CONTROL.match(char) is not None


def ascii_share(text: str) -> float:
    """Return the part of a text's characters that are ASCII letters, digits, signs and spaces."""
    sample = text[:_SAMPLE_CHARACTERS]
    return sum("\t" <= char <= "~" for char in sample) / max(1, len(sample))


def _wide_character_score(char: str, encoding: str) -> float:
    if _KANA.match(char):
        return 0.9 if encoding in {"cp932", "euc_jp"} else 0.3
    if _HANGUL.match(char):
        return 1.0 if char in _FREQUENT_HANGUL else 0.4 if _is_ks_x_1001(char) else -0.6
    if is_han(char):
        return _han_score(char, encoding)
    if _FULL_WIDTH_PUNCTUATION.match(char):
        return 0.6
    if _HALF_WIDTH_KANA.match(char):
        return -0.6
    return _other_score(char)


def _other_score(char: str) -> float:
    category = unicodedata.category(char)
    if category in {"Cc", "Cn", "Co", "Cs"}:
        return -3.0
    return 0.1 if category in {"Lu", "Ll", "Mn", "Cf", "Sc"} or char > "\U0001f000" else -0.5


def _han_score(char: str, encoding: str) -> float:
    """Return the score of a Chinese character; modern Korean has hardly any."""
    if encoding == "cp949":
        return -0.6
    return 1.0 if char in _FREQUENT_HAN else 0.2 if _is_common_han(char, encoding) else -0.6


def _is_common_han(char: str, encoding: str) -> bool:
    """Return whether a Chinese character is in the first part of its standard, of common ones."""
    standards = [("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)]
    if encoding in {"cp932", "euc_jp"}:
        standards = [("euc_jp", 0xB0, 0xCF)]
    for name, first, last in standards:
        with suppress(UnicodeEncodeError):
            if first <= char.encode(name)[0] <= last:
                return True
    return False


def _is_ks_x_1001(char: str) -> bool:
    """Return whether a syllable is one of the 2,350 of the Korean standard, the usual ones."""
    return len(char.encode("euc_kr", "ignore")) == len("??")  # others are spelt out, in 8 bytes


def _single_byte_likelihood(sample: str, foreign: list[str], known: _Alphabets) -> float:
    signs = sum(
        _sign_score(sample, index)
        for index, char in enumerate(sample)
        if _is_foreign(char) and not _is_letter(char)
    )
    words = [
        word
        for word in _WORD.findall(sample)
        if any(_is_foreign(char) and _is_letter(char) for char in word)
    ]
    if known.most_frequent:
        return (signs + _script_score(words, known)) / len(foreign)
    letters = [char for char in foreign if _is_letter(char)]
    if len(letters) > max(2, sum(map(str.isalpha, sample)) * _MAX_LATIN_SHARE):
        return -1.0
    return (signs + _latin_score(words, known)) / len(foreign)


def _script_score(words: list[str], known: _Alphabets) -> float:
    """Return the score of words that are in another script than Latin, whole."""
    score = 0.0
    for word in words:
        lowercase = word.lower()
        foreign = sum(char > "\x7f" for char in word)
        if foreign < len(word) or _is_odd_case(word) or set(lowercase) - known.alphabets[0]:
            score -= foreign
            continue
        capitals = len(word) > 1 and word != lowercase and word == word.upper()
        frequent = sum(char in known.most_frequent for char in lowercase)
        score += (foreign + frequent) / 2 * (0.9 if capitals else 1.0)
    return score


def _latin_score(words: list[str], known: _Alphabets) -> float:
    """Return the score of Latin words with accents, all in the alphabet of one language."""
    odd = sum(
        sum(char > "\x7f" for char in word)
        for word in words
        if _is_odd_case(word) or any(map(str.isdigit, word))
    )
    letters = [
        char
        for word in words
        if not _is_odd_case(word) and not any(map(str.isdigit, word))
        for char in word
        if _is_foreign(char) and _is_letter(char)
    ]
    return -0.6 * odd + max(
        sum(
            0.9 - _ALPHABET_RANK_COST * rank if {char, char.lower()} & alphabet else -0.6
            for char in letters
        )
        for rank, alphabet in enumerate(known.alphabets)
    )


def _is_odd_case(word: str) -> bool:
    """Return whether a word has a capital after its first letter, and is not all capitals."""
    return word[1:] != word[1:].lower() and word != word.upper()


def _is_letter(char: str) -> bool:
    return char.isalpha() and char not in _SIGNS


def _sign_score(text: str, index: int) -> float:
    """Return the score of a sign: inside a word only an apostrophe is one that people write."""
    char = text[index]
    if unicodedata.category(char) in {"Cc", "Cn", "Co", "Cs"}:
        return -3.0
    if char not in _SIGNS:
        return -0.6
    inside = text[index - 1 : index].isalpha() and text[index + 1 : index + 2].isalpha()
    return -0.8 if inside and char not in "’·—–\xa0" else 0.5
