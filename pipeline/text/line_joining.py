"""Lines and rows put together to one text: with a space between words that need one, without where Chinese meets anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


_SPACELESS_SCRIPT = re.compile(
    "[\u2e80-\u312f\u3190-\u4dbf\u4e00-\ua4cf\uf900-\ufaff\uff00-\uffef\U00020000-\U000323af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
)
"""Chinese, Japanese, full-width forms, Thai, Lao, Burmese, Khmer: scripts that put no space between words (Korean does)."""


def join_texts(parts: Iterable[str]) -> str:
    """Return the parts, trimmed, as one text; empty ones leave no trace."""
    text = ""
    for part in map(str.strip, parts):
        text += f"{joining_space(text, part)}{part}"
    return text


def joining_space(before: str, after: str) -> str:
    """Return what stands between two stretches of text: nothing or one space."""
    if (
        not before
        or not after
        or _SPACELESS_SCRIPT.match(before[-1])
        or _SPACELESS_SCRIPT.match(after[0])
    ):
        return ""
    return " "


def split_at_line_ends(text: str) -> list[str]:
    """Return the lines of a text with any line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


WORD_JOINER = "\N{WORD JOINER}"
_LINE_BREAKS_AND_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def to_single_line(text: str) -> str:
    """Return text without line breaks, control characters and joiners, trimmed."""
    return _SURROGATES.sub(
        "\N{REPLACEMENT CHARACTER}",
        _LINE_BREAKS_AND_CONTROLS.sub(" ", text.replace(WORD_JOINER, "")),
    ).strip()
