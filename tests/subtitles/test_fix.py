"""Automatic fixes: times and line breaks change, words never do."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Cue, Span, Track
from pipeline.subtitle_profiles import CUE_LIMITS
from pipeline.subtitles.qc.fix import fix_track
from pipeline.subtitles.qc.quality_check import check_cues
from pipeline.text.word_segmenter import Segmenter
from pipeline.timebase import frame_from_samples, samples_from_frame, samples_from_ms
from tests.subtitles.factories import FPS, cue, frames, quick

ZH = CUE_LIMITS["netflix-zh"]
EN = CUE_LIMITS["netflix-en"]
SEGMENTER = Segmenter()


def repaired(*cues: Cue) -> tuple[list[tuple[tuple[str, ...], Span]], tuple[str, ...]]:
    """Return lines and spans of the mended cues, and what was said about it."""
    track, notes = fix_track(Track("zh", cues), ZH, SEGMENTER)
    return [(one.lines, one.span) for one in track.cues], notes


def test_fix_leaves_good_cues_unchanged() -> None:
    """Nothing to fix, no change and no notice."""
    track = Track("zh", (cue(1, 0, 60, "今天来做麻婆豆腐"), cue(2, 62, 120, "先把豆腐切成小块")))
    assert fix_track(track, ZH, SEGMENTER) == (track, ())


@pytest.mark.parametrize(
    ("cues", "expected", "notes"),
    [
        (
            (cue(1, 0, 90, "今天"), cue(2, 60, 120, "明天")),
            [(("今天",), frames(0, 58)), (("明天",), frames(60, 120))],
            ("Overlaps removed: 1.",),
        ),
        (
            (cue(1, 62, 120, "明天"), cue(2, 0, 60, "今天")),
            [(("今天",), frames(0, 60)), (("明天",), frames(62, 120))],
            ("Cues put in the order of their times: 2.",),
        ),
        (
            (cue(1, 0, 60, "今天"), cue(2, 60, 120, "明天")),
            [(("今天",), frames(0, 58)), (("明天",), frames(60, 120))],
            ("Gaps opened between cues: 1.",),
        ),
        (
            (cue(1, 0, 60, "今天"), cue(2, 70, 120, "明天")),
            [(("今天",), frames(0, 68)), (("明天",), frames(70, 120))],
            ("Cues held longer, for reading or to close a gap: 1.",),
        ),
        (
            (cue(1, 0, 20, "今天来做麻婆豆腐"), cue(2, 90, 150, "明天")),
            [(("今天来做麻婆豆腐",), frames(0, 27)), (("明天",), frames(90, 150))],
            ("Cues held longer, for reading or to close a gap: 1.",),
        ),
        (
            (
                (cue(1, 0, 400, "今天"),),
                [(("今天",), frames(0, 210))],
                ("Cues cut at the longest duration: 1.",),
            )
        ),
        (
            (cue(1, 0, 60, "今天"), cue(2, 0, 90, "明天"), cue(3, 92, 120, " ", source="")),
            [(("今天", "明天"), frames(0, 90))],
            ("Cues without text removed: 1.", "Cues joined because they start together: 1."),
        ),
        (
            (cue(1, 0, 60, "他的豆腐", "的味道"),),
            [(("他的豆腐的味道",), frames(0, 60))],
            ("Cues broken into new lines: 1.",),
        ),
    ],
)
def test_fix_repairs_each_fault_and_reports_it(
    cues: tuple[Cue, ...], expected: list[tuple[tuple[str, ...], Span]], notes: tuple[str, ...]
) -> None:
    """One fault gives one repair and one sentence."""
    assert repaired(*cues) == (expected, notes)


def test_fix_splits_text_too_long_for_the_lines() -> None:
    """Three lines or too many characters become cues that share the time."""
    text = (
        "今天我们来做一道名叫麻婆豆腐的四川菜，",
        "先把豆腐切成小块放进热水里泡十分钟，",
        "然后热锅倒油把牛肉末炒到酥香为止",
    )
    found, notes = repaired(cue(1, 0, 200, *text))
    assert len(found) == 2
    assert "".join(line for lines, _ in found for line in lines) == "".join(text)
    assert found[0][1].start == 0
    assert found[1][1].end == frames(0, 200).end
    assert notes == ("Cues split because they were too long for the lines: 1.",)


def test_fix_keeps_the_lines_of_a_dialogue() -> None:
    """The lines of two speakers are not joined, though one of them ends badly."""
    found, _ = repaired(cue(1, 0, 90, "- 他说（", "- 是"))
    assert found == [(("- 他说（", "- 是"), frames(0, 90))]


def test_fix_keeps_the_lines_of_a_bilingual_track() -> None:
    """Only times change, and a line that is held gets no gap."""
    cues = (
        cue(1, 0, 60, "豆腐要先泡十分钟", "Let the tofu rest"),
        cue(1, 60, 120, "豆腐要先泡十分钟", "in hot salted water.", source=""),
        cue(2, 118, 180, "好", "Right."),
    )
    track, notes = fix_track(Track("zh-en", cues), ZH, SEGMENTER, below_limits=EN)
    assert [(one.lines, one.span) for one in track.cues] == [
        (cues[0].lines, frames(0, 60)),
        (cues[1].lines, frames(60, 116)),
        (cues[2].lines, frames(118, 180)),
    ]
    assert notes == ("Overlaps removed: 1.",)


_lines = st.lists(
    st.sampled_from(
        [
            "豆腐",
            "GPT-4o",
            "的",
            "了",
            "，",
            "。",
            "《连线》",
            "20亿美元",
            "你好吗",
            "word",
            "Ilya Sutskever",
            "（",
            "）",
            "- ",
        ]
    ),
    min_size=1,
    max_size=14,
).map("".join)


@st.composite
def _foreign(draw: st.DrawFn) -> Track:
    cues = []
    for row in range(1, draw(st.integers(1, 8)) + 1):
        start = draw(st.integers(0, 20_000))
        end = start + draw(st.integers(0, 9_000))
        lines = tuple(draw(st.lists(_lines, min_size=1, max_size=3)))
        cues.append(
            Cue(
                row,
                0,
                "".join(lines),
                lines,
                Span(samples_from_ms(start), samples_from_ms(end)),
                "measured",
            )
        )
    return Track("zh", tuple(cues))


@quick
@given(_foreign())
def test_fix_keeps_all_words_and_removes_overlaps(track: Track) -> None:
    """Characters stay in the order of time, nothing overlaps, a second run changes nothing."""
    mended, _ = fix_track(track, ZH, SEGMENTER)
    by_time = sorted(track.cues, key=lambda one: one.span.start)
    said = "".join("".join(one.lines) for one in by_time if any(line.strip() for line in one.lines))
    assert _tight(mended) == "".join(said.split())
    assert all(a.span.end <= b.span.start for a, b in pairwise(mended.cues))
    for one in mended.cues:
        assert one.span.end > one.span.start
        assert all(
            samples_from_frame(frame_from_samples(at, FPS), FPS) == at
            for at in (one.span.start, one.span.end)
        )
    again, _ = fix_track(mended, ZH, SEGMENTER)
    assert [(one.source, one.span) for one in again.cues] == [
        (one.source, one.span) for one in mended.cues
    ]


@quick
@given(_foreign())
def test_fix_satisfies_the_rules_it_can_always_satisfy(track: Track) -> None:
    """No overlaps, wrong order, empty or too long cues remain."""
    mended, _ = fix_track(track, ZH, SEGMENTER)
    rules = {one.rule for one in check_cues(mended, ZH, segmenter=SEGMENTER)}
    assert not rules & {"overlap", "order", "empty", "duration-long"}


def _tight(track: Track) -> str:
    return "".join("".join(line for one in track.cues for line in one.lines).split())


def test_fix_uses_the_frame_grid_of_the_given_rate() -> None:
    """Times are moved to frames of the rate asked for."""
    one = replace(cue(1, 0, 60, "今天"), span=Span(samples_from_ms(1_001), samples_from_ms(2_999)))
    track, _ = fix_track(Track("zh", (one,)), ZH, SEGMENTER, fps=25)
    assert track.cues[0].span == Span(samples_from_frame(25, 25), samples_from_frame(75, 25))
