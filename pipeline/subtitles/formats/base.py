"""A cue as a file gives it: times in ms and text, before it is anyone's row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import InputError, OutputFault

if TYPE_CHECKING:
    from pipeline.model import Track

MAX_CUES = 100_000
"""A day of speech has about 30,000 cues."""


class FileCue(NamedTuple):
    """Text shown from `start_ms` to `end_ms`; lines are separated by a newline."""

    start_ms: int
    end_ms: int
    text: str


def make_file_cue(start_ms: int, end_ms: int, lines: list[str], where: str, line: int) -> FileCue:
    """Return a cue whose times are possible. Raises InputError naming the line of the file."""
    if start_ms < 0 or end_ms < 0:
        raise InputError(
            f"Line {line} has a time before zero.",
            "Move the file's times later (every player shifts from 0).",
            where=where,
        )
    if end_ms < start_ms:
        raise InputError(
            f"The cue on line {line} ends before it starts.", "Mend that time line.", where=where
        )
    return FileCue(start_ms, end_ms, "\n".join(filter(None, (text.strip() for text in lines))))


def refuse_too_many_cues(count: int, where: str) -> None:
    """Raise InputError for more cues than any talk has."""
    if count > MAX_CUES:
        raise InputError(f"There are more than {MAX_CUES:,} cues.", "Split the file.", where=where)


def refuse_failed_round_trip(
    expected: list[FileCue], parsed: tuple[FileCue, ...], track: Track
) -> None:
    """Raise OutputFault unless each cue has text and was read back as it was meant."""
    for number, cue in enumerate(expected):
        if not cue.text:
            raise OutputFault(
                "A cue has nothing to show.", "Give the row some text.", row=track.cues[number].row
            )
    if tuple(expected) != parsed:
        raise OutputFault(
            f"The {track.language} subtitles would not read back as the same cues.",
            "Report this with the transcript.",
        )
