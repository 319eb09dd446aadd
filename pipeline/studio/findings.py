"""What a reviewer would object to, in the page's words: one sentence a code, in both languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.studio.said import Said
from pipeline.subtitles.quality import check

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.model import RowTime, Track
    from pipeline.subtitles.quality import Finding
    from pipeline.text.profiles import Limits
    from pipeline.text.words import Segmenter

UNSURE = 0.5
"""Confidence below which a time is worth a look."""

Flags = dict[int, list[dict[str, Any]]]

_RECORDING = {
    "skipped": ("error", Said("录音里没有读这一行", "This row is not heard in the recording")),
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
class Known:
    """What is known of rows beside their cues: the reasons an alignment gave by row, the characters the font has no glyph for."""

    recording: Mapping[int, Sequence[str]] = field(default_factory=dict)
    lacking: frozenset[str] = frozenset()


def flags_of(track: Track, limits: Limits, segmenter: Segmenter, fps: int, times: Sequence[RowTime], known: Known) -> Flags:
    """Return the flags by row: what `track` has against its profile's limits, times that are uncertain, what is known besides."""
    found: Flags = {}
    for finding in check(track, limits, segmenter=segmenter, fps=fps):
        row = finding.row or track.cues[finding.cue - 1].row
        _add(found, row, finding.rule, finding.level, sentence_of(finding))
    for time in times:
        reasons = known.recording.get(time.row, ())
        for reason in reasons:
            level, said = _RECORDING.get(reason, ("warning", Said(reason, reason)))
            _add(found, time.row, f"recording-{reason}", level, said)
        if time.confidence < UNSURE and "unsure" not in reasons:
            _add(found, time.row, "unsure", "warning", _RECORDING["unsure"][1])
    for row, characters in _without_glyph(track, known.lacking):
        said = Said(f"字体里没有：{characters}", f"The font lacks: {characters}")
        _add(found, row, "glyph", "error", said)
    return found


def sentence_of(finding: Finding) -> Said:
    """Return what a finding says, without the number of its cue: it stands with its row."""
    said = _RULES.get(finding.rule)
    if said is None:
        return Said(finding.sentence, finding.sentence)
    return Said(*(words.format(value=finding.value, limit=finding.limit) for words in said))


def _add(found: Flags, row: int, code: str, level: str, said: Said) -> None:
    flag = {"code": code, "level": level, "sentence": said.json}
    flags = found.setdefault(row, [])
    if flag not in flags:
        flags.append(flag)


def _without_glyph(track: Track, lacking: frozenset[str]) -> Iterator[tuple[int, str]]:
    if not lacking:
        return
    for cue in track.cues:
        characters = " ".join(sorted(lacking.intersection("".join(cue.lines))))
        if characters:
            yield cue.row, characters
