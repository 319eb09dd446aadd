"""Rows of a recording a person should look at: one list for the report, the terminal, `review.html` and `episode check`."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.errors import EpisodeError
from pipeline.project import read_file
from pipeline.timebase import ms_from_samples
from pipeline.timing.corrections import correction_applies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pipeline.model import Cue, Row, RowTime, Track
    from pipeline.timing.corrections import Correction

_MAX_REPORT_BYTES = 100_000_000
_ROUNDING_MS = 10

_REASON_SENTENCES = {
    "skipped": "it is not heard in the recording",
    "repeated": "it is said more than once in the recording",
    "ad-lib": "something that is not in the text is said beside it",
    "unsure": "its time is uncertain",
    "silent": "it has nothing that can be said",
}


@dataclass(frozen=True, slots=True)
class RowFlag:
    """A row and why it is doubtful; `heard` is the speech in ms that is not the row's own, where there is some."""

    row: int
    reason: str
    text: str
    start_ms: int
    end_ms: int
    confidence: float
    foreign_speech_ms: tuple[int, int] | None = None

    @property
    def sentence(self) -> str:
        """Return it as one sentence."""
        return f"Row {self.row}: {_REASON_SENTENCES.get(self.reason, self.reason)}."

    @property
    def report_entry(self) -> dict[str, Any]:
        """Return it for the report."""
        entry = {
            "row": self.row,
            "reason": self.reason,
            "text": self.text,
            "start_ms": self.start_ms,
            "end_ms": self.end_ms,
        }
        foreign_speech = (
            {"heard_ms": list(self.foreign_speech_ms)} if self.foreign_speech_ms else {}
        )
        return {**entry, "confidence": self.confidence, **foreign_speech, "sentence": self.sentence}


def uncorrected_flags(
    flags: Iterable[Mapping[str, Any]],
    times: Sequence[RowTime],
    rows: Sequence[Row],
    corrections: Sequence[Correction],
) -> tuple[RowFlag, ...]:
    """Return what an alignment flagged, in the order of the rows, but for rows whose time a person has set since.

    A flag has `row`, `reason` and `heard`: [start, end) in samples at 48 kHz, or None.
    """
    texts = [row.text for row in rows]
    corrected_rows = {one.row for one in corrections if correction_applies(one, texts)}
    flags_found = []
    for flag in flags:
        if flag["row"] not in corrected_rows:
            time, heard = times[flag["row"] - 1], flag.get("heard")
            start, end = ms_from_samples(time.span.start), ms_from_samples(time.span.end)
            foreign_speech_ms = (
                (ms_from_samples(heard[0]), ms_from_samples(heard[1])) if heard else None
            )
            flags_found.append(
                RowFlag(
                    flag["row"],
                    flag["reason"],
                    texts[flag["row"] - 1],
                    start,
                    end,
                    time.confidence,
                    foreign_speech_ms,
                )
            )
    return tuple(sorted(flags_found, key=lambda one: one.row))


def flags_beside_subtitles(track: Track, subtitle_path: Path) -> tuple[tuple[int, int, str], ...]:
    """Return what the report beside a subtitle file says is doubtful, as (cue, row, sentence), cues counted from 1.

    Nothing, where the report is not of this file at these very times (ASS has hundredths of a second).
    """
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, EpisodeError):
        report = json.loads(read_file(subtitle_path.parent / "report.json", _MAX_REPORT_BYTES))
        reported_cues = [cue for cue in report["cues"] if cue["language"] == track.language]
        if all(
            _has_reported_time(cue, known)
            for cue, known in zip(track.cues, reported_cues, strict=True)
        ):
            first_cue_of_row = {
                cue["row"]: number for number, cue in reversed(list(enumerate(reported_cues, 1)))
            }
            return tuple(
                (first_cue_of_row.get(one["row"], 0), one["row"], one["sentence"])
                for one in report["voice"]["flagged_rows"]
            )
    return ()


def _has_reported_time(cue: Cue, reported: Mapping[str, Any]) -> bool:
    """Tell whether a cue stands where the report has it."""
    edges_ms = ms_from_samples(cue.span.start), ms_from_samples(cue.span.end)
    return all(
        abs(ms - reported[edge]) <= _ROUNDING_MS
        for ms, edge in zip(edges_ms, ("start_ms", "end_ms"), strict=True)
    )
