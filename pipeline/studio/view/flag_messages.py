"""What a reviewer would object to, in the page's words: one sentence a code, in both languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.studio.messages import UserMessage
from pipeline.subtitles.qc.quality_check import check_cues

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import Cue, RowTime
    from pipeline.subtitles.qc.quality_finding import QualityFinding
    from pipeline.text.subtitle_profiles import CueLimits
    from pipeline.text.word_segmenter import Segmenter

UNSURE_CONFIDENCE = 0.5
"""Confidence below which a time is worth a look."""

_RECORDING_FLAGS = {
    "skipped": (
        "warning",
        UserMessage("录音里没有读这一行", "This row is not heard in the recording"),
    ),
    "repeated": (
        "warning",
        UserMessage("录音里这一行读了不止一遍", "This row is said more than once in the recording"),
    ),
    "ad-lib": (
        "warning",
        UserMessage("录音里有文稿没有的话", "Something that is not in the text is said beside it"),
    ),
    "unsure": ("warning", UserMessage("这一行的时间没有把握", "The time of this row is uncertain")),
    "silent": ("note", UserMessage("这一行没有可读的字", "This row has nothing that can be said")),
}

_RULE_MESSAGES = {
    "empty": UserMessage("屏幕上什么也没有", "Nothing is shown"),
    "duration-short": UserMessage(
        "只显示 {value} 毫秒，至少要 {limit}", "Shown for {value} ms; at least {limit} are wanted"
    ),
    "duration-long": UserMessage(
        "显示了 {value} 毫秒，至多 {limit}", "Shown for {value} ms; at most {limit}"
    ),
    "lines": UserMessage("有 {value} 行字，至多 {limit} 行", "{value} lines; at most {limit}"),
    "length": UserMessage(
        "一行有 {value:g} 个字宽，至多 {limit:g}",
        "A line {value:g} characters wide; at most {limit:g}",
    ),
    "speed": UserMessage(
        "每秒 {value:.1f} 字，至多 {limit:g}", "{value:.1f} characters a second; at most {limit:g}"
    ),
    "order": UserMessage("比上一条还早出现", "Comes on before the one above"),
    "overlap": UserMessage("下一条出现时它还在", "Still shown when the next one comes"),
    "gap-short": UserMessage(
        "离下一条 {value} 帧，要 {limit} 帧",
        "{value} frames before the next one; {limit} are wanted",
    ),
    "gap-open": UserMessage(
        "和下一条之间闪了一下空白", "The screen flickers empty before the next one"
    ),
    "line-start": UserMessage("一行不该以“{value}”开头", "A line begins with “{value}”"),
    "line-end": UserMessage("一行不该以“{value}”结尾", "A line ends with “{value}”"),
    "split": UserMessage("“{value}”被拆成两半", "“{value}” is broken in two"),
}


@dataclass(frozen=True, slots=True)
class FlagCriteria:
    """What rows are held against: a profile's limits, words; and what is known of them besides.

    `recording` has the reasons an alignment gave by row, `lacking` the characters the font has no glyph for.
    """

    limits: CueLimits
    segmenter: Segmenter
    recording_reasons: Mapping[int, Sequence[str]] = field(default_factory=dict)
    missing_glyphs: frozenset[str] = frozenset()

    def row_dependencies(self, row: int) -> tuple[object, ...]:
        """Return all of it that may change what is said of a row, besides its cues."""
        return self.limits.name, tuple(self.recording_reasons.get(row, ())), self.missing_glyphs


def flags_for_row(
    cues: Sequence[Cue],
    next_cue: Sequence[Cue],
    time: RowTime,
    criteria: FlagCriteria,
    fps: int,
    *,
    corrected: bool,
) -> list[dict[str, Any]]:
    """Return the flags of one row: what its cues have against the limits, a time that is uncertain, what is known besides.

    `following` is the first cue of the next row, where there is one. A time that a person `corrected` is not doubtful any more.
    """
    flags: list[dict[str, Any]] = []
    for finding in check_cues(
        (*cues, *next_cue), criteria.limits, segmenter=criteria.segmenter, fps=fps
    ):
        if finding.cue <= len(cues):
            _add_flag(flags, finding.rule, finding.level, finding_message(finding))
    reasons = () if corrected else criteria.recording_reasons.get(time.row, ())
    for reason in reasons:
        level, message = _RECORDING_FLAGS.get(reason, ("warning", UserMessage(reason, reason)))
        _add_flag(flags, f"recording-{reason}", level, message)
    if time.confidence < UNSURE_CONFIDENCE and "unsure" not in reasons and not corrected:
        _add_flag(flags, "unsure", "warning", _RECORDING_FLAGS["unsure"][1])
    missing_characters = " ".join(
        sorted(
            criteria.missing_glyphs.intersection(
                char for cue in cues for line in cue.lines for char in line
            )
        )
    )
    if missing_characters:
        _add_flag(
            flags,
            "glyph",
            "error",
            UserMessage(
                f"字体里没有：{missing_characters}", f"The font lacks: {missing_characters}"
            ),
        )
    return flags


def finding_message(finding: QualityFinding) -> UserMessage:
    """Return what a finding says, without the number of its cue: it stands with its row."""
    message = _RULE_MESSAGES.get(finding.rule)
    if message is None:
        return UserMessage(finding.sentence, finding.sentence)
    return UserMessage(
        *(words.format(value=finding.value, limit=finding.limit) for words in message)
    )


def _add_flag(flags: list[dict[str, Any]], code: str, level: str, message: UserMessage) -> None:
    flag = {"code": code, "level": level, "sentence": message.json}
    if flag not in flags:
        flags.append(flag)
