r"""Text kept literal in formats that have no escapes.

SRT and ASS have no official way to write `<`, `{` or `\N`, and players take them for markup: mpv
shows `a<b and c>d` as `ad` and hides `{a: 1}`. An invisible U+2060 WORD JOINER inside the sequence
stops them (measured with ffmpeg's SRT decoder and libass). Only braces must be shown as their
full-width forms, marked by the same character. Reading removes the joiners again, so that a written
file is read back as it was. The transcript reader removes U+2060, as it does all zero-width
characters, so no text contains it.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from pipeline.text.line_joining import WORD_JOINER, to_single_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Cue

# pysubs2 takes `< b>` for a tag too
_MARKUP = re.compile(r"<(?=\S| +[A-Za-z/])|&(?=#?\w{1,32};)|\\(?=[Nnh}]|$)")
_FULL_WIDTH_BRACES = {"{": "｛" + WORD_JOINER, "}": "｝" + WORD_JOINER}
_BRACES_BY_FULL_WIDTH = {value: key for key, value in _FULL_WIDTH_BRACES.items()}
_COLON_IN_TIME = re.compile(r"(?<=\d)[:：](?=\d)")
_STAMPS = re.compile(r"\d:\d\d?(?::\d\d?)?[.,]\d")
_STAMPS_IN_TIME_LINE = 2

# bounded: a number of 5,000 digits is no character
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{0,31});")


def visible_lines(cue: Cue) -> tuple[str, ...]:
    """Return the lines of a cue without line breaks and blank lines; the source if none is left."""
    lines = tuple(filter(None, map(to_single_line, cue.lines)))
    return lines or tuple(filter(None, (to_single_line(cue.source),)))


def escape_markup(line: str) -> str:
    """Return a line in which no player finds a tag, an entity, an override block or an escape."""
    if "{" in line:
        for brace, full_width in _FULL_WIDTH_BRACES.items():
            line = line.replace(brace, full_width)
    return _MARKUP.sub(lambda match: match[0] + WORD_JOINER, line)


def escape_time_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """Return lines in which no reader finds a time line or the number of the next cue."""
    return tuple(
        _escape_time_line(line, is_first_line=index == 0) for index, line in enumerate(lines)
    )


def _escape_time_line(line: str, *, is_first_line: bool) -> str:
    line = re.sub(r"(-[ -]{1,10})>", rf"\1{WORD_JOINER}>", line)
    if len(_STAMPS.findall(line)) >= _STAMPS_IN_TIME_LINE:
        line = _COLON_IN_TIME.sub(lambda match: match[0] + WORD_JOINER, line)
    return line + WORD_JOINER if line.isdigit() and not is_first_line else line


def decode_entities(text: str) -> str:
    """Return a text with its HTML entities (`&amp;`, `&nbsp;`, `&#39;`) as characters."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def unescape_markup(text: str) -> str:
    """Return the text that `escape_markup` and `escape_time_lines` were given."""
    for full_width, brace in _BRACES_BY_FULL_WIDTH.items():
        text = text.replace(full_width, brace)
    return text.replace(WORD_JOINER, "")
