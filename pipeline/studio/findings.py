"""What a reviewer would object to, in the page's words: one sentence a code, in both languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.studio.said import Said
from pipeline.subtitles.quality import check

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import Cue, RowTime
    from pipeline.subtitles.quality import Finding
    from pipeline.text.profiles import Limits
    from pipeline.text.words import Segmenter

UNSURE = 0.5
"""Confidence below which a time is worth a look."""

_RECORDING = {
    "skipped": ("warning", Said("录音里没有读这一行", "This row is not heard in the recording")),
    "repeated": ("warning", Said("录音里这一行读了不止一遍", "This row is said more than once in the recording")),
    "ad-lib": ("warning", Said("录音里有文稿没有的话", "Something that is not in the text is said beside it")),
    "unsure": ("warning", Said("这一行的时间没有把握", "The time of this row is uncertain")),
    "silent": ("note", Said("这一行没有可读的字", "This row has nothing that can be said")),
}

_RULES = {
    "empty": Said("屏幕上什么也没有", "Nothing is shown"),
    "duration-short": Said("只显示 {value} 毫秒，至少要 {limit}", "Shown for {value} ms; at least {limit} are wanted"),
    "duration-long": Said("显示了 {value} 毫秒，至多 {limit}", "Shown for {value} ms; at most {limit}"),
    "lines": Said("有 {value} 行字，至多 {limit} 行", "{value} lines; at most {limit}"),
    "length": Said("一行有 {value:g} 个字宽，至多 {limit:g}", "A line {value:g} characters wide; at most {limit:g}"),
    "speed": Said("每秒 {value:.1f} 字，至多 {limit:g}", "{value:.1f} characters a second; at most {limit:g}"),
    "order": Said("比上一条还早出现", "Comes on before the one above"),
    "overlap": Said("下一条出现时它还在", "Still shown when the next one comes"),
    "gap-short": Said("离下一条 {value} 帧，要 {limit} 帧", "{value} frames before the next one; {limit} are wanted"),
    "gap-open": Said("和下一条之间闪了一下空白", "The screen flickers empty before the next one"),
    "line-start": Said("一行不该以“{value}”开头", "A line begins with “{value}”"),
    "line-end": Said("一行不该以“{value}”结尾", "A line ends with “{value}”"),
    "split": Said("“{value}”被拆成两半", "“{value}” is broken in two"),
}


@dataclass(frozen=True, slots=True)
class Ruler:
    """What rows are held against: a profile's limits, words; and what is known of them besides.

    `recording` has the reasons an alignment gave by row, `lacking` the characters the font has no glyph for.
    """

    limits: Limits
    segmenter: Segmenter
    recording: Mapping[int, Sequence[str]] = field(default_factory=dict)
    lacking: frozenset[str] = frozenset()

    def of(self, row: int) -> tuple[object, ...]:
        """Return all of it that may change what is said of a row, besides its cues."""
        return self.limits.name, tuple(self.recording.get(row, ())), self.lacking


def flags_of(
    cues: Sequence[Cue], following: Sequence[Cue], time: RowTime, ruler: Ruler, fps: int, *, corrected: bool
) -> list[dict[str, Any]]:
    """Return the flags of one row: what its cues have against the limits, a time that is uncertain, what is known besides.

    `following` is the first cue of the next row, where there is one. A time that a person `corrected` is not doubtful any more.
    """
    found: list[dict[str, Any]] = []
    for finding in check((*cues, *following), ruler.limits, segmenter=ruler.segmenter, fps=fps):
        if finding.cue <= len(cues):
            _add(found, finding.rule, finding.level, sentence_of(finding))
    reasons = () if corrected else ruler.recording.get(time.row, ())
    for reason in reasons:
        level, said = _RECORDING.get(reason, ("warning", Said(reason, reason)))
        _add(found, f"recording-{reason}", level, said)
    if time.confidence < UNSURE and "unsure" not in reasons and not corrected:
        _add(found, "unsure", "warning", _RECORDING["unsure"][1])
    lacking = " ".join(sorted(ruler.lacking.intersection(char for cue in cues for line in cue.lines for char in line)))
    if lacking:
        _add(found, "glyph", "error", Said(f"字体里没有：{lacking}", f"The font lacks: {lacking}"))
    return found


def sentence_of(finding: Finding) -> Said:
    """Return what a finding says, without the number of its cue: it stands with its row."""
    said = _RULES.get(finding.rule)
    if said is None:
        return Said(finding.sentence, finding.sentence)
    return Said(*(words.format(value=finding.value, limit=finding.limit) for words in said))


def _add(found: list[dict[str, Any]], code: str, level: str, said: Said) -> None:
    flag = {"code": code, "level": level, "sentence": said.json}
    if flag not in found:
        found.append(flag)
