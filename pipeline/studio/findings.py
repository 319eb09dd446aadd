"""What a reviewer would object to, in the page's words: one sentence a code, in both languages."""

from __future__ import annotations

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

_RECORDING = {
    "skipped": ("error", Said("录音里没有读这一行", "This row is not heard in the recording")),
    "repeated": ("warning", Said("录音里这一行读了不止一遍", "This row is said more than once in the recording")),
    "ad-lib": ("warning", Said("录音里有文稿没有的话", "Something that is not in the text is said beside it")),
    "unsure": ("warning", Said("这一行的时间没有把握", "The time of this row is uncertain")),
    "silent": ("note", Said("这一行没有可读的字", "This row has nothing that can be said")),
}


def flags_of(
    track: Track,
    limits: Limits,
    segmenter: Segmenter,
    fps: int,
    times: Sequence[RowTime],
    recording: Mapping[int, Sequence[str]],
    lacking: Mapping[str, int],
) -> dict[int, list[dict[str, Any]]]:
    """Return the flags by row.

    `track` is held against its profile's limits; `recording` has the reasons an alignment gave by row, `lacking` the characters the
    font has no glyph for.
    """
    found: dict[int, list[dict[str, Any]]] = {}
    for finding in check(track, limits, segmenter=segmenter, fps=fps):
        row = finding.row or track.cues[finding.cue - 1].row
        _add(found, row, finding.rule, finding.level, _sentence(finding))
    for time in times:
        for reason in recording.get(time.row, ()):
            level, said = _RECORDING.get(reason, ("warning", Said(reason, reason)))
            _add(found, time.row, f"recording-{reason}", level, said)
        if time.confidence < UNSURE and "unsure" not in recording.get(time.row, ()):
            _add(found, time.row, "unsure", "warning", _RECORDING["unsure"][1])
    for row, characters in _by_row(track, lacking):
        said = Said(f"字体里没有：{characters}", f"The font lacks: {characters}")
        _add(found, row, "glyph", "error", said)
    return found


def _add(found: dict[int, list[dict[str, Any]]], row: int, code: str, level: str, said: Said) -> None:
    flag = {"code": code, "level": level, "sentence": said.json}
    flags = found.setdefault(row, [])
    if flag not in flags:
        flags.append(flag)


def _by_row(track: Track, lacking: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    if not lacking:
        return
    for cue in track.cues:
        characters = " ".join(sorted({char for line in cue.lines for char in line if char in lacking}))
        if characters:
            yield cue.row, characters


def _sentence(finding: Finding) -> Said:
    value, limit = finding.value, finding.limit
    match finding.rule:
        case "empty":
            return Said("屏幕上什么也没有", "Nothing is shown")
        case "duration-short":
            return Said(f"只显示 {value} 毫秒，至少 {limit}", f"Shown for {value} ms; at least {limit}")
        case "duration-long":
            return Said(f"显示了 {value} 毫秒，至多 {limit}", f"Shown for {value} ms; at most {limit}")
        case "lines":
            return Said(f"有 {value} 行字，至多 {limit} 行", f"{value} lines; at most {limit}")
        case "length":
            return Said(f"一行 {value:g} 个字宽，至多 {limit}", f"A line {value:g} characters wide; at most {limit}")
        case "speed":
            return Said(f"每秒 {value:.1f} 字，至多 {limit:g}", f"{value:.1f} characters a second; at most {limit:g}")
        case "order":
            return Said("比上一条还早出现", "Comes on before the one above")
        case "overlap":
            return Said("下一条出现时它还在", "Still shown when the next one comes")
        case "gap-short":
            return Said(f"离下一条 {value} 帧，要 {limit} 帧", f"{value} frames before the next; {limit} are wanted")
        case "gap-open":
            return Said("和下一条之间闪了一下空白", "The screen flickers empty before the next")
        case "line-start":
            return Said(f"一行不该以“{value}”开头", f"A line begins with “{value}”")
        case "line-end":
            return Said(f"一行不该以“{value}”结尾", f"A line ends with “{value}”")
        case "split":
            return Said(f"“{value}”被拆成两半", f"“{value}” is broken in two")
    return Said(finding.sentence, finding.sentence)
