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
from tests.subtitles.factories import FPS, frames, make_cue, quick

ZH = CUE_LIMITS["netflix-zh"]
EN = CUE_LIMITS["netflix-en"]
SEGMENTER = Segmenter()


def repaired(*cues: Cue) -> tuple[list[tuple[tuple[str, ...], Span]], tuple[str, ...]]:
    """Return lines and spans of the mended cues, and what was said about it."""
    track, notes = fix_track(Track("zh", cues), ZH, SEGMENTER)
    return [(cue.lines, cue.span) for cue in track.cues], notes


def test_fix_leaves_good_cues_unchanged() -> None:
    """Nothing to fix, no change and no notice."""
    track = Track(
        "zh", (make_cue(1, 0, 60, "今天来做麻婆豆腐"), make_cue(2, 62, 120, "先把豆腐切成小块"))
    )
    assert fix_track(track, ZH, SEGMENTER) == (track, ())


@pytest.mark.parametrize(
    ("cues", "expected", "notes"),
    [
        (
            (make_cue(1, 0, 90, "今天"), make_cue(2, 60, 120, "明天")),
            [(("今天",), frames(0, 58)), (("明天",), frames(60, 120))],
            ("Overlaps removed: 1.",),
        ),
        (
            (make_cue(1, 62, 120, "明天"), make_cue(2, 0, 60, "今天")),
            [(("今天",), frames(0, 60)), (("明天",), frames(62, 120))],
            ("Cues put in the order of their times: 2.",),
        ),
        (
            (make_cue(1, 0, 60, "今天"), make_cue(2, 60, 120, "明天")),
            [(("今天",), frames(0, 58)), (("明天",), frames(60, 120))],
            ("Gaps opened between cues: 1.",),
        ),
        (
            (make_cue(1, 0, 60, "今天"), make_cue(2, 70, 120, "明天")),
            [(("今天",), frames(0, 68)), (("明天",), frames(70, 120))],
            ("Cues held longer, for reading or to close a gap: 1.",),
        ),
        (
            (make_cue(1, 0, 20, "今天来做麻婆豆腐"), make_cue(2, 90, 150, "明天")),
            [(("今天来做麻婆豆腐",), frames(0, 27)), (("明天",), frames(90, 150))],
            ("Cues held longer, for reading or to close a gap: 1.",),
        ),
        (
            (
                (make_cue(1, 0, 400, "今天"),),
                [(("今天",), frames(0, 210))],
                ("Cues cut at the longest duration: 1.",),
            )
        ),
        (
            (
                make_cue(1, 0, 60, "今天"),
                make_cue(2, 0, 90, "明天"),
                make_cue(3, 92, 120, " ", source=""),
            ),
            [(("今天", "明天"), frames(0, 90))],
            ("Cues without text removed: 1.", "Cues joined because they start together: 1."),
        ),
        (
            (make_cue(1, 0, 60, "他的豆腐", "的味道"),),
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
    fixed_cues, notes = repaired(make_cue(1, 0, 200, *text))
    assert len(fixed_cues) == 2
    assert "".join(line for lines, _ in fixed_cues for line in lines) == "".join(text)
    assert fixed_cues[0][1].start == 0
    assert fixed_cues[1][1].end == frames(0, 200).end
    assert notes == ("Cues split because they were too long for the lines: 1.",)


def test_fix_keeps_the_lines_of_a_dialogue() -> None:
    """The lines of two speakers are not joined, though one of them ends badly."""
    fixed_cues, _ = repaired(make_cue(1, 0, 90, "- 他说（", "- 是"))
    assert fixed_cues == [(("- 他说（", "- 是"), frames(0, 90))]


def test_fix_keeps_the_lines_of_a_bilingual_track() -> None:
    """Only times change, and a line that is held gets no gap."""
    cues = (
        make_cue(1, 0, 60, "豆腐要先泡十分钟", "Let the tofu rest"),
        make_cue(1, 60, 120, "豆腐要先泡十分钟", "in hot salted water.", source=""),
        make_cue(2, 118, 180, "好", "Right."),
    )
    track, notes = fix_track(Track("zh-en", cues), ZH, SEGMENTER, below_limits=EN)
    assert [(cue.lines, cue.span) for cue in track.cues] == [
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
    fixed, _ = fix_track(track, ZH, SEGMENTER)
    by_time = sorted(track.cues, key=lambda cue: cue.span.start)
    shown_text = "".join(
        "".join(cue.lines) for cue in by_time if any(line.strip() for line in cue.lines)
    )
    assert _tight(fixed) == "".join(shown_text.split())
    assert all(a.span.end <= b.span.start for a, b in pairwise(fixed.cues))
    for cue in fixed.cues:
        assert cue.span.end > cue.span.start
        assert all(
            samples_from_frame(frame_from_samples(at, FPS), FPS) == at
            for at in (cue.span.start, cue.span.end)
        )
    again, _ = fix_track(fixed, ZH, SEGMENTER)
    assert [(cue.source, cue.span) for cue in again.cues] == [
        (cue.source, cue.span) for cue in fixed.cues
    ]


@quick
@given(_foreign())
def test_fix_satisfies_the_rules_it_can_always_satisfy(track: Track) -> None:
    """No overlaps, wrong order, empty or too long cues remain."""
    fixed, _ = fix_track(track, ZH, SEGMENTER)
    rules = {cue.rule for cue in check_cues(fixed, ZH, segmenter=SEGMENTER)}
    assert not rules & {"overlap", "order", "empty", "duration-long"}


def _tight(track: Track) -> str:
    return "".join("".join(line for cue in track.cues for line in cue.lines).split())


def test_fix_uses_the_frame_grid_of_the_given_rate() -> None:
    """Times are moved to frames of the rate asked for."""
    cue = replace(
        make_cue(1, 0, 60, "今天"), span=Span(samples_from_ms(1_001), samples_from_ms(2_999))
    )
    track, _ = fix_track(Track("zh", (cue,)), ZH, SEGMENTER, fps=25)
    assert track.cues[0].span == Span(samples_from_frame(25, 25), samples_from_frame(75, 25))
