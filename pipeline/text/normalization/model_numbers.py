"""Digits after a Latin name: part of the name (iPhone 15, RTX 4090), or a count (GPU 864张)."""

from __future__ import annotations

import re

from pipeline.text.normalization.cardinals import cardinal_reading, decimal_reading, digit_reading
from pipeline.text.normalization.patterns import (
    DIGITS_START,
    HAN_SCALE,
    is_followed_by,
    is_measure_word_at,
    number_expression,
    text_before,
)

LATIN_BEFORE = re.compile(r"[A-Za-z](?:[-‐‑ ]?|[0-9.]*-)$")
"""The end of a text after which digits may belong to a Latin name."""

_QUANTITY_NAME = re.compile(
    r"(?:top|no|fortune|vol|plus|chapter|part|page|lesson|day|week|IQ|EQ|DAU|MAU|GDP|GMV|QPS|TPS|RPM|CPI|KPI|ROI|PV|UV|FPS|token|tokens|level|lv|elo|ACT|SAT|GRE|epoch|step|steps|batch|size|seed|loss|score)[.\s-]?$",
    re.IGNORECASE,
)
"""Names whose number is said as a quantity: Top 500, IQ 180."""

_COUNTED_AFTER_NAME = re.compile(
    r"[个种倍岁年月天周秒米吨条项篇款百千万亿]|位(?!于)|名(?![为字])|小时|分钟|[美欧日港]?元(?!素)|人(?![工类们体物机])|次(?!要)|家(?![族庭])|公里|公斤"
)
"""What is counted even right after a name: Google3年."""

_RANKED_AFTER = re.compile(r"\s?(?:级(?!别)|期(?![间待望刊])|楼|季|课(?!程)|号(?!码|称)|题|集|帧)")
"""What is numbered after a name and a blank: its number is a quantity, 第 or not."""

_ACRONYM_OF_THINGS = re.compile(
    r"(?<![A-Za-z])(?:GPU|CPU|TPU|NPU|App|APP|PPT|PDF|Token|token|VIP|KPI|Bug|bug|BUG|Offer|offer|SKU|API|Demo|demo|UP|MV|CD|DVD|KTV|Logo|logo)$"
)
"""Names that have no numbers of their own: what follows them is a count, even without a blank."""

_DATA_SIZE_AFTER = re.compile(r"\s?(?:[KMGTP]i?[Bb](?:/s|ps)?|[BM](?![A-Za-z]))(?![A-Za-z])")
_X_BEFORE = re.compile(r"(?<![A-Za-z])[xX]$")
_INSTRUCTION_SETS = frozenset({"86", "64", "32"})
_MAX_CARDINAL_DIGITS = 2
"""Digits after a name that are read as a number: iPhone 15; RTX 4090 is read digit by digit."""


def is_after_latin_name(match: re.Match[str]) -> bool:
    """Return whether a match stands where the number of a Latin name would stand."""
    return LATIN_BEFORE.search(text_before(match)) is not None


def _is_counted(match: re.Match[str], name: str) -> bool:
    """Return whether the digits count what follows them: GPU 864张, Google3年."""
    if name[-1] in "-‐‑":
        return False
    has_measure_word = is_measure_word_at(match.string, match.end())
    if name[-1] == " " or _ACRONYM_OF_THINGS.search(name):
        return has_measure_word or is_followed_by(match, _RANKED_AFTER)
    return is_followed_by(match, _COUNTED_AFTER_NAME)


def _read_model_number(match: re.Match[str]) -> str | None:
    """Return the reading of digits right after a Latin name: GPT-4, RTX 4090, iPhone 15."""
    name = text_before(match)
    digits, _, rest = match[0].partition(".")
    if not LATIN_BEFORE.search(name) or _is_counted(match, name):
        return None
    is_size = name[-1] in " -" and is_followed_by(match, _DATA_SIZE_AFTER)  # Llama 405B, not B650M
    is_quantity = (is_size or _QUANTITY_NAME.search(name) is not None) and digits[0] != "0"
    if is_quantity:
        return decimal_reading(match[0]) if match[0].count(".") <= 1 else None
    digit_by_digit = (
        digits.startswith("0")
        or (len(digits) > _MAX_CARDINAL_DIGITS and len(digits.rstrip("0")) > 1)
        or (digits in _INSTRUCTION_SETS and _X_BEFORE.search(name))
    )
    spoken = digit_reading(digits) if digit_by_digit else cardinal_reading(digits)
    return "点".join([spoken, *(digit_reading(part) for part in rest.split(".") if part)])


MODEL_NUMBER_EXPRESSIONS = (
    number_expression(
        rf"{DIGITS_START}[0-9]+(?:\.[0-9]+)*(?![0-9])(?!\.[0-9]|,[0-9]{{3}}(?![0-9])|\s?{HAN_SCALE})",
        _read_model_number,
    ),
)
"""One expression, tried before plain numbers."""
