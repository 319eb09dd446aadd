"""SubRip (.srt): written through the `srt` package, read line by line.

The package's own parser takes seconds for a few hundred bare digits (its pattern backtracks cubically), so strangers' files are
read here, in linear time.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.errors import InputError, OutputFault
from pipeline.subtitles.clock import TIME_LINE, ms_of
from pipeline.subtitles.literal import guarded, shown_lines, unguarded, unlike_time_lines
from pipeline.subtitles.timed import Timed, lines_of, refuse_too_many, timed
from pipeline.timebase import ms_from_samples

if TYPE_CHECKING:
    from pipeline.model import Track

_TAG = re.compile(r"</?(?:b|i|u|s|font|br|ruby|rt|rp|c|v|lang|span|p)(?:[ .][^<>\n]{0,300})?>|\{\\[^{}\n]{0,300}\}", re.IGNORECASE)
_INDEX = re.compile(r"\s*\d{1,9}\s*")


def compose(track: Track, *, bom: bool = False) -> str:
    """Return the track as SRT text, cues numbered from 1; `bom` puts a byte order mark first (old Windows players need it).

    Raises OutputFault for a cue with nothing to show, and where the text would not read back as the same cues.
    """
    import srt

    cues = [Timed(ms_from_samples(cue.span.start), ms_from_samples(cue.span.end), "\n".join(shown_lines(cue))) for cue in track.cues]
    text = str(
        srt.compose(
            [
                srt.Subtitle(
                    number,
                    timedelta(milliseconds=cue.start_ms),
                    timedelta(milliseconds=cue.end_ms),
                    "\n".join(unlike_time_lines([guarded(line) for line in cue.text.split("\n")])),
                )
                for number, cue in enumerate(cues, 1)
            ],
            reindex=False,
        )
    )
    refuse_unlike(cues, parse(text, "the SRT just made"), track)
    return "\N{BYTE ORDER MARK}" + text if bom else text


def refuse_unlike(meant: list[Timed], read: tuple[Timed, ...], track: Track) -> None:
    """Raise OutputFault unless each cue has text and was read back as it was meant."""
    for number, cue in enumerate(meant):
        if not cue.text:
            raise OutputFault("A cue has nothing to show.", "Give the row some text.", row=track.cues[number].row)
    if tuple(meant) != read:
        raise OutputFault(f"The {track.language} subtitles would not read back as the same cues.", "Report this with the transcript.")


def parse(text: str, where: str) -> tuple[Timed, ...]:
    """Return the cues in the file's order; styling tags are dropped, other text is kept. Raises InputError naming the line.

    A number alone just before a time line is that cue's number; blank lines inside a cue are passed over, as players do.
    """
    cues: list[Timed] = []
    head: tuple[int, int, int] | None = None
    body: list[str] = []
    for number, line in enumerate(lines_of(text), 1):
        match = TIME_LINE.match(line)
        if match is None:
            if _meant_as_time_line(line, body, first=head is None):
                raise InputError(f"Line {number} is no time line: {line.strip()[:60]}", "Write 00:00:01,000 --> 00:00:02,500.", where=where)
            body.append(line)
            continue
        if body and _INDEX.fullmatch(body[-1]):
            body.pop()
        _close(cues, head, body, where)
        head, body = (ms_of(match[1]), ms_of(match[2]), number), []
    _close(cues, head, body, where)
    return tuple(cues)


def _meant_as_time_line(line: str, body: list[str], *, first: bool) -> bool:
    """Tell whether a line that cannot be read stands where a time line must be: an arrow just below a cue's number."""
    if "-->" not in line[:100] or not body or not _INDEX.fullmatch(body[-1]):
        return False
    return first if len(body) == 1 else not body[-2].strip()


def _close(cues: list[Timed], head: tuple[int, int, int] | None, body: list[str], where: str) -> None:
    if head is not None:
        start, end, line = head
        cues.append(timed(start, end, [unguarded(_TAG.sub("", part)) for part in body], where, line))
        refuse_too_many(len(cues), where)
