"""Roman numerals written with Latin letters: III期, 第XIV章, 路易XIV, WWII, Final Fantasy VII."""

from __future__ import annotations

import re

from pipeline.text.normalization.cardinals import cardinal_reading

_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ROMAN = re.compile(
    r"(?=[IVXLC])(?:C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?![A-Za-z0-9'’&+#-])"
)
_WORLD_WAR = re.compile(r"WW(II|I)(?![A-Za-z])")
_NUMBERED_AFTER = re.compile(
    r"\s?(?:期|级|型|类|章|卷|部|世|代|度|号|区|段|节|篇|组|相|因子|战|届|册|阶段|楼|套|等|方案|象限|音|[、和与到至~～/-]\s?[IVX]+\s?(?:期|级|型|类|章|卷|部|度|区|组|号))"
)
_LONE_LETTER_AFTER = re.compile(
    r"\s?(?:期|度|世(?!界)|类错误|型错误|型糖尿|期临床|级(?:医疗|手术|保护|证据)|象限|[、和与到至~～/-]\s?I{2,3})"
)
_ORDINAL_BEFORE = re.compile(r"第\s?$")
_KINGS_BEFORE = re.compile(
    r"(?:路易|亨利|爱德华|乔治|伊丽莎白|拿破仑|查理曼?|查尔斯|威廉|腓特烈|尼古拉|亚历山大|彼得|凯瑟琳|叶卡捷琳娜|詹姆斯|理查|腓力|菲利普|弗朗西斯|保罗|本笃|庇护|"
    r"卡洛斯|费尔南多|利奥波德|奥托|约翰|利奥|拉美西斯|托勒密)\s?$"
)
_SERIES_BEFORE = re.compile(
    r"(?:[A-Za-z]{2,} |星球大战|最终幻想|勇者斗恶龙|文明|洛基|教父|异形|生化危机"
    r"|侠盗猎车手|帝国时代|古墓丽影)$"
)
_ONE_LETTER_SERIES_BEFORE = re.compile(
    r"(?:Type|Phase|Part|Level|Class|Chapter|Act|Stage|War|Volume) $"
)
_WRITTEN_OFTEN = frozenset(
    {"XX", "XXX", "CC", "CCC", "LL", "XL", "LC", "XC", "LV", "CL", "CI", "LI", "CV", "CX"}
)
"""Valid numerals that are nearly always something else: placeholders, sizes, brands."""

_LOUIS = "路易"


def read_roman_numeral(text: str, start: int) -> tuple[int, str] | None:  # noqa: PLR0911 - one line for each kind of place
    """Return the end and the reading of the Roman numeral at `start`, or None if there is none.

    Letters are a number only where the words beside them say so: V型 and X光 are letters.
    """
    war = _WORLD_WAR.match(text, start)
    if war is not None:
        return war.end(), "二战" if war[1] == "II" else "一战"
    match = _ROMAN.match(text, start)
    if (
        match is None
        or not match[0]
        or (text[start - 1 : start].isascii() and text[start - 1 : start].isalnum())
    ):
        return None
    numeral, before = match[0], text[max(0, start - 16) : start]
    number = cardinal_reading(str(_value(numeral)))
    if _ORDINAL_BEFORE.search(before):
        return match.end(), number
    if numeral in _WRITTEN_OFTEN:
        return None
    if len(numeral) == 1:
        is_number = (numeral in "IVX" and _ONE_LETTER_SERIES_BEFORE.search(before)) or (
            (numeral in "IV" and _LONE_LETTER_AFTER.match(text, match.end()))
            or re.search(r"I{2,3}\s?[、和与到至~～/-]\s?$", before)
        )
        return (match.end(), number) if is_number else None
    if king := _KINGS_BEFORE.search(before):
        keeps_bare = text.startswith("世", match.end()) or king[0].startswith(_LOUIS)
        return match.end(), number if keeps_bare else f"{number}世"
    is_number = (
        _NUMBERED_AFTER.match(text, match.end())
        or _SERIES_BEFORE.search(before)
        or re.search(r"[IVX]+[期级型类]?\s?[、和与到至~～/-]\s?$", before)
    )
    return (match.end(), number) if is_number else None


def _value(numeral: str) -> int:
    """Return the value of a Roman numeral: a smaller letter before a larger one is subtracted."""
    values = [_VALUES[letter] for letter in numeral]
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )
