"""The line-faithful proof: what was written, read back and held against the transcript."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.timebase import ms_from_samples, seconds_from_samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Timeline, Track


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a track stands to its rows: every number ought to be the number of rows, or zero."""

    language: str
    rows: int
    covered: int
    whole: int
    in_order: bool
    overlaps: int
    cues: int

    @property
    def faithful(self) -> bool:
        """Whether every row is there, whole, once, in order, and no two cues overlap."""
        return self.covered == self.whole == self.rows and self.in_order and not self.overlaps


def coverage(track: Track, rows: Sequence[str]) -> Coverage:
    """Hold a track against the rows it was made from (an empty row is joined to the row above it)."""
    joined: dict[int, str] = {}
    numbers: list[int] = []
    covered: set[int] = set()
    for cue in track.cues:
        joined[cue.row] = joined.get(cue.row, "") + cue.source
        numbers.append(cue.row)
        covered.update(range(cue.row, (cue.last_row or cue.row) + 1))
    whole = sum(_whole(track, joined, rows))
    overlaps = sum(a.span.end > b.span.start for a, b in zip(track.cues, track.cues[1:], strict=False))
    return Coverage(
        language=track.language,
        rows=len(rows),
        covered=len(covered & set(range(1, len(rows) + 1))),
        whole=whole,
        in_order=numbers == sorted(numbers),
        overlaps=overlaps,
        cues=len(track.cues),
    )


def _whole(track: Track, joined: dict[int, str], rows: Sequence[str]) -> list[int]:
    """Return, for each group of rows shown together, how many rows its cues give back to the character (white space aside)."""
    last: dict[int, int] = {}
    for cue in track.cues:
        last[cue.row] = max(last.get(cue.row, 0), cue.last_row or cue.row)
    counts = []
    for first, text in joined.items():
        wanted = "".join(rows[first - 1 : last[first]])
        same = "".join(text.split()) == "".join(wanted.split())
        counts.append(last[first] - first + 1 if same else 0)
    return counts


def compose(
    *, title: str, timeline: Timeline, proofs: Sequence[Coverage], tracks: Sequence[Track], facts: dict[str, Any], notices: Sequence[str]
) -> str:
    """Return report.json: the proof, how each cue's time is known, and the facts of voice, sound and video; no dates, no wall times."""
    cues = [
        {
            "language": track.language,
            "row": cue.row,
            "last_row": cue.last_row or cue.row,
            "part": cue.part,
            "start_ms": ms_from_samples(cue.span.start),
            "end_ms": ms_from_samples(cue.span.end),
            "known": cue.known,
            "lines": list(cue.lines),
        }
        for track in tracks
        for cue in track.cues
    ]
    known = [row.known for row in timeline.rows]
    body = {
        "title": title,
        "seconds": round(seconds_from_samples(timeline.length), 3),
        "frames": timeline.frames,
        "fps": timeline.fps,
        "faithful": all(proof.faithful for proof in proofs),
        "proof": [
            {
                "language": proof.language,
                "rows": proof.rows,
                "covered": proof.covered,
                "joined_back": proof.whole,
                "in_order": proof.in_order,
                "overlaps": proof.overlaps,
                "cues": proof.cues,
            }
            for proof in proofs
        ],
        "row_times": {kind: known.count(kind) for kind in ("measured", "boundary", "estimated")},
        **facts,
        "notices": list(notices),
        "cues": cues,
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"
