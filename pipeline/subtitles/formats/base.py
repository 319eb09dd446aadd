"""What a subtitle format is, and a cue as a file gives it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from pipeline.errors import InputError, OutputFault
from pipeline.messages import message
from pipeline.subtitles.formats.cue_block import UnreadLine, shown_lines, without_blank_end

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence

    from pipeline.model import Track
    from pipeline.subtitles.formats.cue_block import CueBlock, FileLayout

MAX_CUES = 100_000
"""More cues than this are refused; a day of speech has about 30,000."""


_MAX_SHOWN_LINES = 40


class FileCue(NamedTuple):
    """Text shown from `start_ms` to `end_ms`; lines are separated by a newline."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class ComposeOptions:
    """What a writer may need besides the cues.

    `width` and `height` are the picture's in pixels, `fps` its frames a second. `karaoke` asks for
    words that light up as they are heard, `bom` for a byte order mark at the start of the file.
    """

    width: int
    height: int
    fps: int
    title: str = ""
    karaoke: bool = False
    bom: bool = False


@dataclass(frozen=True, slots=True)
class LayoutFunctions:
    """How a format reads a file as it is written, and writes one cue of it.

    `read(text, where)` raises InputError only for what makes the whole file unreadable;
    `write_block` returns the lines of a cue without those before it; `write_times(time_line,
    start ms, end ms)` changes the times of a cue; `tag` matches what no viewer sees in a line.
    """

    read: Callable[[str, str], FileLayout]
    write_block: Callable[[CueBlock], list[str]]
    write_times: Callable[[str, int, int], str]
    tag: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class SubtitleFormat:
    """A subtitle format: one row of the table of formats.

    To add a format:

    1. Write a module in this folder with `compose(tracks, options) -> str`,
       `parse(text, where) -> tuple[FileCue, ...]`, or both. `parse` takes decoded text, builds each
       cue with `make_file_cue`, calls `refuse_too_many_cues`, needs time in proportion to the text,
       and raises InputError that names the line it cannot read. `compose` reads its own text back
       and calls `refuse_failed_round_trip`.
    2. End the module with `FORMAT = SubtitleFormat(name=…, label=…, suffixes=…, …)`.
    3. Add it to `BUILT_IN_FORMATS` in `format_table.py`. In a package of your own, declare it as an
       entry point instead: `[project.entry-points."episode.formats"]`, `name = "module:FORMAT"`.
    4. Add a module to `tests/subtitles`: text that comes back the same, hostile text, bad lines.

    Nothing else lists formats: reading by suffix, transcripts, `episode check`, the setting
    `subtitles.formats`, what a build writes and the error sentences all come from the table.
    """

    name: str
    """The name in the setting `subtitles.formats`."""

    label: str
    """The name that people know the format by."""

    suffixes: tuple[str, ...]
    """File endings in lower case with their dot; files are written with the first."""

    holds: Literal["track", "language", "episode"] = "track"
    """What one file carries.

    `track`: one track, also a bilingual one. `language`: one track, never a bilingual one.
    `episode`: the episode's own language and at most one other, each as a track.
    """

    compose: Callable[[Sequence[Track], ComposeOptions], str] | None = None
    """Returns the text of a file, or None for a format that is only read."""

    parse: Callable[[str, str], tuple[FileCue, ...]] | None = None
    """Returns the cues of a text in its own order, or None for a format that is only written."""

    layout: LayoutFunctions | None = None
    """How a file is read and written with its markup; without it, a fixed file loses its markup."""

    clean_bytes: Callable[[bytes], bytes] | None = None
    """Returns the bytes of a file as the format's readers see them, before they are decoded."""

    looks_like: Callable[[str], bool] | None = None
    """Tells whether a text is probably in this format, for the error about a wrong file ending."""


def make_file_cue(start_ms: int, end_ms: int, lines: list[str], where: str, line: int) -> FileCue:
    """Return a cue with possible times. Raises InputError naming the line of the file."""
    if start_ms < 0 or end_ms < 0:
        raise InputError(message("subtitles.time_before_zero", line=line), where=where)
    if end_ms < start_ms:
        raise InputError(message("subtitles.end_before_start", line=line), where=where)
    return FileCue(start_ms, end_ms, "\n".join(filter(None, (text.strip() for text in lines))))


def cues_of_layout(layout: FileLayout, where: str) -> tuple[FileCue, ...]:
    """Return the cues of a file without faults, in its order.

    Raises InputError with every line that cannot be read and every impossible time.
    """
    refuse_faults(layout, where)
    refuse_too_many_cues(len(layout.blocks), where)
    return tuple(
        FileCue(block.start_ms, block.end_ms, "\n".join(block.lines)) for block in layout.blocks
    )


def refuse_faults(layout: FileLayout, where: str) -> None:
    """Raise InputError with every line that cannot be read and every impossible time."""
    faults = list(layout.unread)
    for block in layout.blocks:
        if block.start_ms < 0 or block.end_ms < 0:
            faults.append(
                UnreadLine(block.line, message("subtitles.time_before_zero", line=block.line))
            )
        elif block.end_ms < block.start_ms:
            faults.append(
                UnreadLine(block.line, message("subtitles.end_before_start", line=block.line))
            )
    if len(faults) > 1:
        lines = sorted(fault.line for fault in faults)
        problem = message("subtitles.wrong_lines", count=len(lines), lines=lines_in_message(lines))
        raise InputError(problem, where=where)
    if faults:
        raise InputError(faults[0].sentence, where=where)


def lines_in_message(lines: Sequence[int]) -> str:
    """Return line numbers for a sentence; the first ones where there are many."""
    shown = ", ".join(map(str, lines[:_MAX_SHOWN_LINES]))
    return f"{shown} …" if len(lines) > _MAX_SHOWN_LINES else shown


def refuse_too_many_cues(count: int, where: str) -> None:
    """Raise InputError where there are more than `MAX_CUES` cues."""
    if count > MAX_CUES:
        raise InputError(message("subtitles.too_many_cues", limit=MAX_CUES), where=where)


def close_cue(
    blocks: list[CueBlock],
    current: CueBlock | None,
    body: list[str],
    where: str,
    shown_text: Callable[[str], str],
) -> tuple[str, ...]:
    """Add the cue whose text is `body`; return the lines that belong to no cue so far.

    `shown_text` gives what a viewer reads of a line. Raises InputError where there are too many.
    """
    if current is None:
        return tuple(body)
    markup, rest = without_blank_end(body)
    lines = shown_lines([shown_text(line) for line in markup])
    blocks.append(replace(current, markup=markup, lines=lines))
    refuse_too_many_cues(len(blocks), where)
    return rest


def refuse_failed_round_trip(
    expected: list[FileCue], parsed: tuple[FileCue, ...], track: Track
) -> None:
    """Raise OutputFault unless each cue has text and was read back exactly as it was written."""
    for number, cue in enumerate(expected):
        if not cue.text:
            raise OutputFault(message("subtitles.cue_without_text"), row=track.cues[number].row)
    if tuple(expected) != parsed:
        raise OutputFault(message("subtitles.round_trip_failed", language=track.language))
