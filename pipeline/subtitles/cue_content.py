"""What the cues of a transcript's file hold: repeats of rolling captions, two languages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.subtitles.formats.base import FileCue
from pipeline.text.line_joining import join_texts
from pipeline.text.unicode_scripts import CJK_LETTERS, LATIN
from pipeline.timebase import ms_from_samples, samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.messages import Message
    from pipeline.model import Transcript

_CJK = re.compile(f"[{CJK_LETTERS}]")
_LATIN = re.compile(f"[{LATIN}]")

_MAX_PAUSE_MS = 250
"""Rolling captions follow each other at once; a line repeated after a pause was said again."""

_ROLLING_SHARE = 0.4
"""So many cues repeat lines of the one before where captions roll; in YouTube's nearly all do."""

_BILINGUAL_SHARE = 0.7
"""So many cues have a line in each script where a file holds two languages."""

_LATE_START_MS = 300_000
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class CueContent:
    """The rows of a file with their times, the second language by code, and what was done."""

    cues: tuple[FileCue, ...]
    translations: tuple[tuple[str, tuple[str, ...]], ...] = ()
    notices: tuple[str, ...] = field(default=())


def content_of_cues(cues: Sequence[FileCue]) -> CueContent:
    """Return cues without repeats and in one language each.

    Captions that roll, as YouTube's automatic ones do, come once. Where most cues hold a line of
    Chinese, Japanese or Korean and one of a Latin script, the second is the translation.
    """
    rolled = _without_repeats(cues)
    if rolled is not None:
        return CueContent(
            rolled,
            notices=(message("subtitles.rolling", cues=len(cues), rows=len(rolled)),),
        )
    together = _joined_where_shown_together(cues)
    parted = [_parted_lines(cue.text.split("\n")) for cue in together]
    both = [pair for pair in parted if pair[0] and pair[1]]
    if len(both) < 2 or len(both) < _BILINGUAL_SHARE * len(parted):  # noqa: PLR2004 - one is chance
        return CueContent(tuple(cues))
    rows = [upper or lower for upper, lower in parted]
    seconds = [lower for _, lower in parted]
    seconds[0] = seconds[0] or rows[0]  # a first row has no row above to be joined to
    return CueContent(
        tuple(cue._replace(text=row) for cue, row in zip(together, rows, strict=True)),
        (("en", tuple(seconds)),),
        (message("subtitles.two_languages", count=len(both)),),
    )


def shift_times(transcript: Transcript, shift: float, where: str) -> Transcript:
    """Return a transcript whose times are `shift` seconds later; one without times is unchanged.

    Without a shift, a notice says so where the first row starts after more than five minutes:
    editing programs begin their clocks at 01:00:00. Raises InputError for times before zero.
    """
    if transcript.times is None:
        return transcript
    start = ms_from_samples(transcript.times[0].start)
    if not shift:
        notices = (_late_start(start),) if start >= _LATE_START_MS else ()
        return replace(transcript, notices=(*transcript.notices, *notices))
    if start + shift * 1000 < 0:
        problem = message("subtitles.shift_too_far", shift=f"{shift:g}", most=f"{start / 1000:g}")
        raise InputError(problem, where=where)
    offset = round(shift * samples_from_ms(1000))
    return replace(transcript, times=tuple(span.shifted_by(offset) for span in transcript.times))


def _late_start(start: int) -> Message:
    whole = start // _HOUR_MS * _HOUR_MS or start // 60_000 * 60_000
    return message(
        "subtitles.late_start",
        start=f"{start // _HOUR_MS:02d}:{start // 60_000 % 60:02d}:{start // 1000 % 60:02d}",
        shift=-whole // 1000,
    )


def _without_repeats(cues: Sequence[FileCue]) -> tuple[FileCue, ...] | None:
    """Return the cues of rolling captions with each line once, or None where they do not roll."""
    rows: list[FileCue] = []
    shown: list[str] = []
    shown_until = repeats = 0
    for cue in cues:
        lines = [line for line in cue.text.split("\n") if line.strip()]
        if not lines:
            continue
        follows = bool(rows) and cue.start_ms - shown_until <= _MAX_PAUSE_MS
        common = _repeated_count(shown, lines) if follows else 0
        new_lines = lines[common:]
        if not common and follows and len(lines) == len(shown) and _grew(shown, lines):
            repeats += 1
            last = rows[-1]
            text = join_texts(lines[-1:])
            rows[-1] = last._replace(end_ms=max(last.end_ms, cue.end_ms), text=text)
        elif new_lines:
            if rows:
                rows[-1] = rows[-1]._replace(end_ms=min(rows[-1].end_ms, cue.start_ms))
            rows.append(FileCue(cue.start_ms, cue.end_ms, join_texts(new_lines)))
            repeats += bool(common)
        else:
            repeats += 1
            rows[-1] = rows[-1]._replace(end_ms=max(rows[-1].end_ms, cue.end_ms))
        shown, shown_until = lines, cue.end_ms
    if repeats < 2 or repeats < _ROLLING_SHARE * (len(cues) - 1):  # noqa: PLR2004 - one is chance
        return None
    return tuple(rows)


def _repeated_count(shown: Sequence[str], lines: Sequence[str]) -> int:
    """Return how many of the first lines are the last ones of what was shown before."""
    for count in range(min(len(shown), len(lines)), 0, -1):
        if list(shown[-count:]) == list(lines[:count]):
            return count
    return 0


def _grew(shown: Sequence[str], lines: Sequence[str]) -> bool:
    """Return whether the last line got longer at its end, word by word."""
    return list(shown[:-1]) == list(lines[:-1]) and lines[-1].startswith(shown[-1])


def _joined_where_shown_together(cues: Sequence[FileCue]) -> list[FileCue]:
    """Return cues with those that have the same times as one; ASS files hold languages so."""
    joined: list[FileCue] = []
    for cue in cues:
        if joined and joined[-1][:2] == cue[:2]:
            joined[-1] = joined[-1]._replace(text=f"{joined[-1].text}\n{cue.text}")
        else:
            joined.append(cue)
    return [cue for cue in joined if cue.text.strip()]


def _parted_lines(lines: Sequence[str]) -> tuple[str, str]:
    """Return the lines with Chinese, Japanese or Korean, and those in Latin letters alone.

    Lines that take turns are one language: ("", "") of the second.
    """
    kinds = [
        "cjk" if _CJK.search(line) else "latin" if _LATIN.search(line) else "" for line in lines
    ]
    known = [kind for kind in kinds if kind]
    changes = sum(1 for a, b in pairwise(known) if a != b)
    if changes != 1:
        text = join_texts(lines)
        return ("", text) if known and "cjk" not in known else (text, "")
    current = known[0]
    parts: dict[str, list[str]] = {"cjk": [], "latin": []}
    for kind, line in zip(kinds, lines, strict=True):
        current = kind or current
        parts[current].append(line)
    return join_texts(parts["cjk"]), join_texts(parts["latin"])
