"""A subtitle file written again with fixed cues; everything that was not wrong stays as it was."""

from __future__ import annotations

import html
from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from pipeline.subtitles.formats.escaping import escape_markup
from pipeline.subtitles.qc.markup_lines import rebroken_markup
from pipeline.timebase import frame_from_samples, ms_from_samples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.model import Cue, Track
    from pipeline.subtitles.formats.cue_block import CueBlock, FileLayout
    from pipeline.subtitles.formats.written_file import WrittenFile


def compose_fixed_file(written: WrittenFile, track: Track, fixed: Track, fps: int) -> str:
    """Return the text of a file with the cues of `track` as `fix_track` fixed them.

    Markup, positions, comments, styles, line ends and a byte order mark are the file's own. A time
    that only moved to its nearest frame stays as it was. Cues are numbered anew where one was
    added, removed or moved. Raises nothing: `written` is known to have a layout.
    """
    functions = written.format.layout
    assert functions is not None
    layout = written.layout
    blocks = _fixed_blocks(written, track, fixed, fps)
    lines: list[str] = []
    for block in blocks:
        lines += block.before
        time_line = functions.write_times(block.time_line, block.start_ms, block.end_ms)
        lines += functions.write_block(replace(block, time_line=time_line))
    lines += layout.after
    line_end = "\r\n" if "\r\n" in written.text else "\n"
    return line_end.join(lines)


def _fixed_blocks(written: WrittenFile, track: Track, fixed: Track, fps: int) -> list[CueBlock]:
    layout = written.layout
    shown = [cue for cue in track.cues if any(line.strip() for line in cue.lines)]
    in_time_order = [cue.row for cue in sorted(shown, key=lambda cue: cue.span.start)]
    place = {row: index for index, row in enumerate(in_time_order)}
    slots = _lines_between(layout, {cue.row for cue in shown})
    blocks: list[CueBlock] = []
    for row, group in groupby(fixed.cues, key=lambda cue: cue.row):
        parts = list(group)
        last = place[parts[-1].last_row or row]
        members = in_time_order[place[row] : last + 1]
        before, slots = _joined_slots(slots[: len(members)]), slots[len(members) :]
        sources = [layout.blocks[member - 1] for member in members]
        blocks += _blocks_of_row(sources, parts, track, before, written, fps)
    blocks = _without_touching(blocks)
    kept_as_was = [block.line for block in blocks] == [block.line for block in layout.blocks]
    numbers = [block.identifier for block in layout.blocks if block.identifier is not None]
    if not kept_as_was and numbers and all(name.strip().isdecimal() for name in numbers):
        return [replace(block, identifier=str(n)) for n, block in enumerate(blocks, 1)]
    return blocks


def _blocks_of_row(
    sources: Sequence[CueBlock],
    parts: Sequence[Cue],
    track: Track,
    before: tuple[str, ...],
    written: WrittenFile,
    fps: int,
) -> list[CueBlock]:
    """Return the blocks of the cues that one cue, or several that start together, became."""
    functions = written.format.layout
    assert functions is not None
    escaped: Callable[[str], str] = escape_markup
    if written.format.name in {"vtt", "sbv"}:
        escaped = html.escape if written.format.name == "vtt" else str
    first = track.cues[parts[0].row - 1]
    markup = tuple(line for source in sources for line in source.markup)
    lines = tuple(line for source in sources for line in source.lines)
    if len(parts) == 1 and parts[0].lines == lines:
        texts: list[tuple[str, ...]] = [markup]
    else:
        texts = rebroken_markup(markup, [part.lines for part in parts], functions.tag) or [
            tuple(map(escaped, part.lines)) for part in parts
        ]
    has_blank_line = written.format.name != "ass"
    blocks = []
    for index, (part, text) in enumerate(zip(parts, texts, strict=True)):
        start, end = (ms_from_samples(at) for at in (part.span.start, part.span.end))
        if index == 0 and _same_frame(part.span.start, first.span.start, fps):
            start = ms_from_samples(first.span.start)
        last_end = max(track.cues[part.row - 1].span.end, first.span.end)
        if len(sources) == 1 and _same_frame(part.span.end, last_end, fps):
            end = ms_from_samples(last_end)
        blocks.append(
            replace(
                sources[0],
                before=before if index == 0 else ("",) if has_blank_line else (),
                identifier=sources[0].identifier if index == 0 else None,
                markup=text,
                start_ms=start,
                end_ms=end,
            )
        )
    return blocks


def _same_frame(first: int, second: int, fps: int) -> bool:
    return frame_from_samples(first, fps) == frame_from_samples(second, fps)


def _without_touching(blocks: Sequence[CueBlock]) -> list[CueBlock]:
    """Return blocks in which none ends after the next one starts, by less than a frame."""
    return [
        block if after is None else replace(block, end_ms=min(block.end_ms, after.start_ms))
        for block, after in pairwise([*blocks, None])
        if block is not None
    ]


def _lines_between(layout: FileLayout, kept_rows: set[int]) -> list[tuple[str, ...]]:
    """Return the lines before each cue that stays; those of a removed cue go to the next one."""
    slots: list[tuple[str, ...]] = []
    carried: list[tuple[str, ...]] = []
    for row, block in enumerate(layout.blocks, 1):
        carried.append(block.before)
        if row in kept_rows:
            slots.append(_joined_slots(carried))
            carried = []
    return slots


def _joined_slots(slots: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return lines between cues as one; blank ones alone are needed only once."""
    first, *others = slots
    texts = [slot for slot in others if any(line.strip() for line in slot)]
    return (*first, *(line for slot in texts for line in slot))
