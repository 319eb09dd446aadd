"""Lines and rows put together to one text: with a space between words that need one, without where Chinese meets anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_SPACE = re.compile(
    "[\u2e80-\u312f\u3190-\u4dbf\u4e00-\ua4cf\uf900-\ufaff\uff00-\uffef\U00020000-\U000323af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
)
"""Chinese, Japanese, full-width forms, Thai, Lao, Burmese, Khmer: scripts that put no space between words (Korean does)."""


def joined(parts: Iterable[str]) -> str:
    """Return the parts, trimmed, as one text; empty ones leave no trace."""
    text = ""
    for part in map(str.strip, parts):
        text += f"{gap(text, part)}{part}"
    return text


def gap(before: str, after: str) -> str:
    """Return what stands between two stretches of text: nothing or one space."""
    if not before or not after or _NO_SPACE.match(before[-1]) or _NO_SPACE.match(after[0]):
        return ""
    return " "
