"""The faults of a subtitle file that a track cannot hold: impossible times, unreadable lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.messages import message
from pipeline.subtitles.formats.timestamps import format_timestamp
from pipeline.subtitles.qc.quality_finding import QualityFinding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.subtitles.formats.cue_block import FileLayout

_REPLACED_RULES = frozenset({"duration-none", "duration-short", "speed"})
"""What a cue without a possible time is also found to be; one finding is enough."""


def with_file_faults(
    findings: Sequence[QualityFinding], layout: FileLayout
) -> tuple[QualityFinding, ...]:
    """Return the findings of a file's cues with the faults of its times, in the file's order.

    Lines that cannot be read come last; their cues are not in the track.
    """
    faults = list(_impossible_times(layout))
    faulty_cues = {fault.cue for fault in faults}
    kept = [
        finding
        for finding in findings
        if finding.cue not in faulty_cues or finding.rule not in _REPLACED_RULES
    ]
    of_cues = [finding for finding in kept if finding.cue]
    of_rows = [finding for finding in kept if not finding.cue]
    in_order = sorted([*faults, *of_cues], key=lambda finding: finding.cue)
    unread = [
        QualityFinding("error", "unreadable", 0, 0, fault.line, "", fault.sentence)
        for fault in layout.unread
    ]
    return (*in_order, *of_rows, *unread)


def _impossible_times(layout: FileLayout) -> Iterator[QualityFinding]:
    for number, block in enumerate(layout.blocks, 1):
        start, end = (
            ("-" if ms < 0 else "") + format_timestamp(abs(ms), ".")
            for ms in (block.start_ms, block.end_ms)
        )
        label = message("subtitles.cue", number=(block.identifier or "").strip() or number)
        if block.start_ms < 0 or block.end_ms < 0:
            sentence = message("subtitles.qc_negative", cue=label, line=block.line, start=start)
            rule = "time-negative"
        elif block.end_ms < block.start_ms:
            sentence = message(
                "subtitles.qc_reversed", cue=label, line=block.line, start=start, end=end
            )
            rule = "end-before-start"
        else:
            continue
        yield QualityFinding(
            "error", rule, number, number, end, start, sentence, max(0, block.start_ms)
        )
