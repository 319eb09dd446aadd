"""Join lines and rows to one text, and split a text into lines.

Words of scripts with spaces (Latin, Korean) get a space between them. Chinese, Japanese and the
other scripts without spaces get none, whatever they meet.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.text.unicode_scripts import is_spaceless

if TYPE_CHECKING:
    from collections.abc import Iterable

_SPEAKER_DASH = re.compile(r"[-–—](?![-–—\d])")
"""A dash that introduces another speaker, and neither —— inside a sentence nor a minus sign."""


def join_texts(parts: Iterable[str]) -> str:
    """Return the parts, trimmed, as one text; empty parts leave no trace."""
    text = ""
    for part in map(str.strip, parts):
        text += f"{joining_space(text, part)}{part}"
    return text


def joining_space(before: str, after: str) -> str:
    """Return what stands between two texts that are joined: nothing or one space."""
    if not before or not after or before[-1].isspace() or after[0].isspace():
        return ""
    if _SPEAKER_DASH.match(after):
        return " "
    return "" if is_spaceless(before[-1]) or is_spaceless(after[0]) else " "


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
