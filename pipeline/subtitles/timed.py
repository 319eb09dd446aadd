"""A cue as a file gives it: times in ms and text, before it is anyone's row."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.errors import InputError

MOST_CUES = 100_000
"""A day of speech has about 30,000 cues."""


class Timed(NamedTuple):
    """Text shown from `start_ms` to `end_ms`; lines are separated by a newline."""

    start_ms: int
    end_ms: int
    text: str


def timed(start_ms: int, end_ms: int, lines: list[str], where: str, line: int) -> Timed:
    """Return a cue whose times are possible. Raises InputError naming the line of the file."""
    if start_ms < 0 or end_ms < 0:
        raise InputError(f"Line {line} has a time before zero.", "Move the file's times later (every player shifts from 0).", where=where)
    if end_ms < start_ms:
        raise InputError(f"The cue on line {line} ends before it starts.", "Mend that time line.", where=where)
    return Timed(start_ms, end_ms, "\n".join(filter(None, (text.strip() for text in lines))))


def lines_of(text: str) -> list[str]:
    """Return the lines of a text with any line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def refuse_too_many(count: int, where: str) -> None:
    """Raise InputError for more cues than any talk has."""
    if count > MOST_CUES:
        raise InputError(f"There are more than {MOST_CUES:,} cues.", "Split the file.", where=where)
