"""Generated episodes for the studio's tests.

Texts as bytes, in every encoding, with everything that a file may hold between rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st

from pipeline.stages.snapshot import Snapshot
from pipeline.studio.editing.sources import EpisodeSource, SourceFiles, parse_source
from pipeline.text.normalization.spoken_form import spoken_rows
from pipeline.text.topics.chapters import chapters_for
from pipeline.timing.duration_estimate import estimate_takes
from pipeline.timing.timeline_layout import lay_out_takes

if TYPE_CHECKING:
    from pipeline.model import Timeline
    from pipeline.studio.view.row_break_cache import RowBreakCache

quick = settings(max_examples=60, deadline=None)

ROWS = (
    "各位同学，今天讲心脏的传导系统",
    "窦房结每分钟发出60到100次冲动",
    "The atria contract first,",
    "然后 AV node 延迟约120毫秒",
    "心室这才收缩",
    "先把黄油切成小块",
    "烤箱预热到230°C，再放一杯水",
    "商鞅在公元前356年开始变法",
    "他说：“徙木者，赏五十金。”",
    "for i in range(10): print(i)",
    "@media 是样式表里的一种写法",
    "a <b> & {c} \\N d",
    "谢谢大家，下次再见",
)
ENGLISH = (
    "Today we look at how the heart conducts,",
    "sixty to a hundred impulses a minute.",
    "The atria contract first,",
    "and the AV node waits 120 ms.",
    "@media is CSS",
    "Cut the butter into cubes.",
)
BETWEEN = ("", "   ", "@pause 1.5", "@slide heart.png", "@chapter 传导", "@voice zh-CN-YunxiNeural")
ENDS = ("\n", "\r\n", "\r")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "cp950")


@dataclass(frozen=True, slots=True)
class Written:
    """A file's lines and how it is saved."""

    lines: tuple[str, ...]
    end: str
    encoding: str
    closed: bool

    @property
    def body(self) -> bytes:
        """The file's bytes."""
        text = self.end.join(self.lines) + (self.end if self.closed else "")
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError:
            return text.encode("utf-8")


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Return a transcript file: rows with blank lines, directives and white space around them."""
    rows = draw(st.lists(st.sampled_from(ROWS), min_size=3, max_size=8))
    lines: list[str] = []
    for place, row in enumerate(rows):
        lines += (
            draw(
                st.lists(
                    st.sampled_from(BETWEEN),
                    max_size=2,
                    unique_by=lambda line: line.split(" ")[0] or "blank",
                )
            )
            if place
            else []
        )
        lines.append(
            draw(st.sampled_from(["", "  ", "\t", "　"]))
            + (f"@{row}" if row.startswith("@") else row)
            + draw(st.sampled_from(["", " "]))
        )
    lines += draw(st.sampled_from([(), ("",)]))
    return Written(
        tuple(lines),
        draw(st.sampled_from(ENDS)),
        draw(st.sampled_from(ENCODINGS)),
        draw(st.booleans()),
    ).body


@st.composite
def readings(draw: st.DrawFn) -> EpisodeSource:
    """Return an episode: a transcript, and perhaps a translation, corrections and chapters."""
    alone = parse_source(SourceFiles("heart.txt", draw(files())))
    count = len(alone.row_texts)
    seconds: tuple[tuple[str, bytes], ...] = ()
    if draw(st.booleans()):
        lines = [draw(st.sampled_from(ENGLISH))] + [
            draw(st.sampled_from((*ENGLISH, ""))) for _ in range(count - 1)
        ]
        lines = [f"@{line}" if line.startswith("@") else line for line in lines]
        seconds = (
            ("en", Written(tuple(lines), draw(st.sampled_from(ENDS)), "utf-8", closed=True).body),
        )
    times = None
    corrected = draw(st.sets(st.integers(1, count), max_size=2))
    if corrected:
        blocks = [
            f"[[row]]\nrow = {row}\nstart = {row * 3}.125\nend = {row * 3 + 2}.5\n"
            for row in sorted(corrected)
        ]
        times = "".join(blocks).encode()
    chapters = sorted(draw(st.sets(st.integers(1, count), max_size=2)))
    body = (
        "".join(
            f'[[chapter]]  # by hand\nrow={row}\ntitle = "第{row}段"\n' for row in chapters
        ).encode()
        if chapters
        else None
    )
    if any(one.kind == "chapter" for one in alone.transcript.directives):
        body = None
    return parse_source(SourceFiles("heart.txt", alone.files.transcript, seconds, times, body))


def timeline_of(reading: EpisodeSource, bench: RowBreakCache) -> Timeline:
    """Return the estimated timeline of a source."""
    spoken = spoken_rows(reading.transcript.rows, {}, reading.settings.language)
    chapters = chapters_for(reading.transcript, reading.settings, bench)
    return lay_out_takes(
        estimate_takes(spoken), spoken, reading.transcript, chapters, reading.settings.pauses, 30
    )


def snapshot_of(reading: EpisodeSource, bench: RowBreakCache) -> Snapshot:
    """Return the snapshot that a build of a source would save."""
    return Snapshot(reading.row_texts, timeline_of(reading, bench), {})
