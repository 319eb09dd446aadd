"""A subtitle file as it is written: its cues with their markup, and the lines around them.

The quality check lists every fault of a file from this, and a fixed file is written from it, so
that tags, positions, colours, comments and styles stay as they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class CueBlock:
    """One cue as a file holds it; times in ms as written, possible or not.

    `line` is the number of the line with the times, `before` the lines above that belong to no cue,
    `identifier` the cue's number or name, `time_line` the text around the times, `markup` the lines
    of text with their tags, `lines` what a viewer reads of them.
    """

    line: int
    before: tuple[str, ...]
    identifier: str | None
    time_line: str
    markup: tuple[str, ...]
    lines: tuple[str, ...]
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A line of a file that should hold times and cannot be read, with the sentence about it."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class FileLayout:
    """All of a file: its cues in their own order, lines that cannot be read, what follows."""

    blocks: tuple[CueBlock, ...]
    unread: tuple[UnreadLine, ...]
    after: tuple[str, ...]


def shown_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """Return lines without outer white space, those with nothing on them left out."""
    return tuple(filter(None, (line.strip() for line in lines)))


def without_blank_end(lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return lines up to the last one with text, and the blank ones after it."""
    count = len(lines)
    while count and not lines[count - 1].strip():
        count -= 1
    return tuple(lines[:count]), tuple(lines[count:])
