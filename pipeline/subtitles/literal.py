r"""Text kept literal in formats that have no escapes.

SRT and ASS have no official way to say `<`, `{` or `\N`, and players take them for markup: mpv shows `a<b and c>d` as `ad`, and hides
`{a: 1}`. An invisible U+2060 WORD JOINER inside the sequence stops them (measured with ffmpeg's SRT decoder and libass); only braces
must be shown as their full-width forms, marked by the same character. Reading takes the joiners out again, so our files read back
as written. The transcript reader removes U+2060 as it does all zero-width characters, so no text brings its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Cue

GUARD = "\N{WORD JOINER}"

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_MARKUP = re.compile(r"<(?=\S)|&(?=#?\w{1,32};)|\\(?=[Nnh]|$)")
_BRACES = {"{": "｛" + GUARD, "}": "｝" + GUARD}
_MARKED_BRACES = {value: key for key, value in _BRACES.items()}
_COLON = re.compile(r"(?<=\d)[:：](?=\d)")
_STAMPS = re.compile(r"\d:\d\d?(?::\d\d?)?[.,]\d")
_TWO = 2


def shown_lines(cue: Cue) -> tuple[str, ...]:
    """Return a cue's lines, each one line, none blank; the source where nothing else is left to show."""
    lines = tuple(filter(None, map(one_line, cue.lines)))
    return lines or tuple(filter(None, (one_line(cue.source),)))


def one_line(text: str) -> str:
    """Return text without line breaks, control characters and joiners, trimmed."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", _BREAKS.sub(" ", text.replace(GUARD, ""))).strip()


def guarded(line: str) -> str:
    """Return a line in which nothing is a tag, an entity, an override block or an escape to a player."""
    if "{" in line:
        for brace, spelled in _BRACES.items():
            line = line.replace(brace, spelled)
    return _MARKUP.sub(lambda match: match[0] + GUARD, line)


def unlike_time_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """Return a cue's lines with nothing that a reader takes for a time line or for the next cue's number."""
    return tuple(_unlike(line, first=index == 0) for index, line in enumerate(lines))


def _unlike(line: str, *, first: bool) -> str:
    line = re.sub(r"(-[ -] {0,9})>", rf"\1{GUARD}>", line)
    if len(_STAMPS.findall(line)) >= _TWO:
        line = _COLON.sub(lambda match: match[0] + GUARD, line)
    return line + GUARD if line.isdigit() and not first else line


def unguarded(text: str) -> str:
    """Return the text that `guarded` and `unlike_time_lines` were given."""
    for spelled, brace in _MARKED_BRACES.items():
        text = text.replace(spelled, brace)
    return text.replace(GUARD, "")
