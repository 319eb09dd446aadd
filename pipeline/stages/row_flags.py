"""Rows of a recording that a person should check, for reports, the terminal and the pages."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.errors import EpisodeError
from pipeline.messages import Message, message
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

_PROBLEMS = {
    "skipped": message("stages.flag_skipped"),
    "repeated": message("stages.flag_repeated"),
    "moved": message("stages.flag_moved"),
    "ad-lib": message("stages.flag_ad_lib"),
    "unsure": message("stages.flag_unsure"),
    "silent": message("stages.flag_silent"),
}


def flag_sentence(row: int, reason: str) -> Message:
    """Return the sentence about a flagged row; `reason` is an alignment's, or free text."""
    return message("stages.flag", row=row, problem=flag_problem(reason))


def flag_problem(reason: str) -> str:
    """Return what a flag's reason means, without the row; free text is returned as it is."""
    return _PROBLEMS.get(reason, reason)


@dataclass(frozen=True, slots=True)
class RowFlag:
    """A row and why it is doubtful.

    `foreign_speech_ms` is the start and end of speech next to it that is not the row's.
    """

    row: int
    reason: str
    text: str
    start_ms: int
    end_ms: int
    confidence: float
    foreign_speech_ms: tuple[int, int] | None = None

    @property
    def sentence(self) -> Message:
        """The flag as one sentence."""
        return flag_sentence(self.row, self.reason)

    @property
    def report_entry(self) -> dict[str, Any]:
        """The flag as a value of the report."""
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
    """Return the flags of an alignment in order of rows, without rows that a person corrected.

    A flag has `row`, `reason` and `heard`: [start, end) in samples at 48 kHz, or None.
    """
    texts = [row.text for row in rows]
    corrected_rows = {
        correction.row for correction in corrections if correction_applies(correction, texts)
    }
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
    return tuple(sorted(flags_found, key=lambda flag: flag.row))


def flags_beside_subtitles(track: Track, subtitle_path: Path) -> tuple[tuple[int, int, str], ...]:
    """Return the flags in the report next to a subtitle file as (cue, row, sentence).

    Cues count from 1. Empty if the report is not of this file with exactly these times (ASS has
    hundredths of a second).
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
                (
                    first_cue_of_row.get(flag["row"], 0),
                    flag["row"],
                    flag_sentence(flag["row"], flag["reason"]),
                )
                for flag in report["voice"]["flagged_rows"]
            )
    return ()


def _has_reported_time(cue: Cue, reported: Mapping[str, Any]) -> bool:
    """Return whether a cue has the times of the report."""
    edges_ms = ms_from_samples(cue.span.start), ms_from_samples(cue.span.end)
    return all(
        abs(ms - reported[edge]) <= _ROUNDING_MS
        for ms, edge in zip(edges_ms, ("start_ms", "end_ms"), strict=True)
    )
