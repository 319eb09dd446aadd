"""States on the frame grid, and where they are cut into segments."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Cue, Span, Timeline, Track, Word
from pipeline.picture.composition import compose
from pipeline.picture.scene import Caption, Composition, ScreenState, SlideTransition, TimedMovement
from pipeline.timebase import samples_from_frame

FADE = SlideTransition("crossfade", "a", "b")
EMPTY = Timeline((), (), (), 30, 900, samples_from_frame(900, 30))


def timeline(frames: int, fps: int = 30) -> Timeline:
    """Return a timeline of so many frames."""
    return dataclasses.replace(
        EMPTY, fps=fps, frames=frames, length=samples_from_frame(frames, fps)
    )


def cue(
    row: int, start: int, end: int, text: str, fps: int = 30, words: tuple[Word, ...] = ()
) -> Cue:
    """Return a cue over frames [start, end)."""
    return Cue(
        row,
        1,
        text,
        (text,),
        Span(samples_from_frame(start, fps), samples_from_frame(end, fps)),
        "measured",
        words,
    )


def frames_of(composition: Composition) -> list[ScreenState]:
    """Return the state of every frame."""
    return [
        hold.state
        for segment in composition.segments
        for hold in segment.holds
        for _ in range(hold.frames)
    ]


def planned(
    frames: int, slides: list[tuple[int, str]], *tracks: Track, interval: int = 10, **more: object
) -> Composition:
    """Return a composition at 30 fps."""
    return compose(
        timeline(frames),
        slides,
        tracks,
        width=320,
        height=180,
        fps=30,
        keyframe_interval=interval,
        **more,  # type: ignore[arg-type]
    )


@st.composite
def tracks(draw: st.DrawFn, language: str) -> Track:
    """Return a track of cues with or without gaps, some of them alike, some beyond the end."""
    edges = sorted(draw(st.lists(st.integers(0, 1_300), max_size=60, unique=True)))
    texts = st.sampled_from(["水烧开", "放盐", "关火", "再等五分钟"])
    spans = list(pairwise(edges))[:: draw(st.sampled_from([1, 2]))]
    return Track(language, tuple(cue(n, a, b, draw(texts)) for n, (a, b) in enumerate(spans)))


SLIDES = st.lists(
    st.tuples(st.integers(0, 1_199), st.sampled_from("abc")),
    min_size=1,
    max_size=6,
    unique_by=lambda slide: slide[0],
)


@settings(deadline=None, max_examples=150)
@given(tracks("zh"), tracks("en"), SLIDES, st.integers(1, 12))
def test_compose_shows_each_frames_slide_and_cues(
    zh: Track, en: Track, slides: list[tuple[int, str]], interval: int
) -> None:
    """Each frame of 1,200 shows the slide begun last and both tracks' cues of that frame.

    Segments share a slide; equals are merged.
    """
    composition = planned(1_200, slides, zh, en, interval=interval)
    shown = frames_of(composition)
    assert len(shown) == composition.frames == 1_200
    for frame, state in enumerate(shown):
        begun = [slide for at, slide in sorted(slides) if at <= frame] or [min(slides)[1]]
        now = samples_from_frame(frame, 30)
        captions = tuple(
            Caption(track.language, one.lines)
            for track in (zh, en)
            for one in track.cues
            if one.span.start <= now < one.span.end
        )
        assert state == ScreenState(begun[-1], captions)
    for segment in composition.segments:
        assert len({hold.state.slide for hold in segment.holds}) == 1
        assert all(hold.frames > 0 for hold in segment.holds)
        assert all(a.state != b.state for a, b in pairwise(segment.holds))


@settings(deadline=None, max_examples=150)
@given(tracks("zh"), SLIDES, st.integers(1, 12))
def test_compose_leaves_room_for_idrs_within_the_interval(
    zh: Track, slides: list[tuple[int, str]], interval: int
) -> None:
    """No stretch between two IDR frames is longer than the interval.

    It reaches from a segment's first state to where it, or the next segment, begins again.
    """
    for segment in planned(1_200, slides, zh, interval=interval).segments:
        away = 0
        for hold in segment.holds:
            away = 0 if hold.state == segment.holds[0].state else away + hold.frames
            assert away < interval * 30


@settings(deadline=None, max_examples=60)
@given(tracks("zh"), st.integers(1, 25))
def test_compose_keeps_segments_when_cues_move_in_time(zh: Track, later: int) -> None:
    """With cues a little later.

    No stretch longer than the interval, the very same sequences of states are encoded.
    """
    moved = Track(
        "zh",
        tuple(
            dataclasses.replace(one, span=one.span.shifted_by(samples_from_frame(later, 30)))
            for one in zh.cues
        ),
    )
    before, after = (planned(2_000, [(0, "a")], track, interval=600) for track in (zh, moved))
    states = [
        [hold.state for segment in composition.segments for hold in segment.holds]
        for composition in (before, after)
    ]
    if (
        states[0] == states[1]
    ):  # a cue that began with the first frame now has the bare slide before it
        assert [[h.state for h in s.holds] for s in before.segments] == [
            [h.state for h in s.holds] for s in after.segments
        ]


def test_compose_begins_segments_with_slides() -> None:
    """A segment never reaches over a slide, nor over more than 16 holds.

    The composition has two slides of forty captions with gaps.
    """
    track = Track("zh", tuple(cue(n, 10 + 30 * n, 36 + 30 * n, f"第{n}句") for n in range(40)))
    composition = planned(1_240, [(0, "a"), (610, "b")], track)
    first_of_b = next(
        segment.holds[0].state
        for segment in composition.segments
        if segment.holds[0].state.slide == "b"
    )
    assert first_of_b == ScreenState("b", (Caption("zh", ("第20句",)),))
    assert max(len(segment.holds) for segment in composition.segments) <= 16
    assert len(composition.segments) == 7


def test_compose_groups_captions_without_gaps_by_threes() -> None:
    """Where the bare slide never shows, every third caption begins a segment."""
    track = Track("zh", tuple(cue(n, 60 * n, 60 * n + 60, f"第{n}句") for n in range(10)))
    assert [len(segment.holds) for segment in planned(600, [(0, "a")], track).segments] == [
        3,
        3,
        3,
        1,
    ]


def test_compose_gives_a_long_caption_its_own_segment() -> None:
    """A hold of twenty minutes becomes a segment of its own.

    An IDR is possible in it at any frame.
    """
    track = Track(
        "zh", (cue(1, 30, 60, "短"), cue(2, 62, 36_062, "长"), cue(3, 36_064, 36_100, "短"))
    )
    composition = planned(36_200, [(0, "a")], track)
    (alone,) = [
        segment
        for segment in composition.segments
        if any(hold.frames > 300 for hold in segment.holds)
    ]
    assert [hold.frames for hold in alone.holds] == [36_000]


def test_compose_highlights_word_after_word() -> None:
    """Each timed word is highlighted from its first sound to that of the next word."""
    at = samples_from_frame
    words = (
        Word(0, 2, Span(at(12, 30), at(20, 30))),
        Word(2, 4, Span(at(20, 30), at(29, 30))),
        Word(4, 5, Span(at(30, 30), at(38, 30))),
    )
    composition = planned(
        60, [(0, "a")], Track("zh", (cue(1, 10, 40, "发酵四小时", words=words),)), karaoke=True
    )
    lit = [
        (hold.frames, [caption.highlighted for caption in hold.state.captions])
        for segment in composition.segments
        for hold in segment.holds
    ]
    assert lit == [(10, []), (2, [None]), (8, [(0, 2)]), (10, [(2, 4)]), (10, [(4, 5)]), (20, [])]


def test_compose_keeps_the_highlights_of_a_caption_together() -> None:
    """However many words light up, captions are counted, not states."""
    at = samples_from_frame
    cues = []
    for n in range(6):
        words = tuple(
            Word(k, k + 1, Span(at(40 * n + 4 * k, 30), at(40 * n + 4 * k + 4, 30)))
            for k in range(8)
        )
        cues.append(cue(n, 40 * n, 40 * n + 40, "一二三四五六七八", words=words))
        cues[-1] = dataclasses.replace(cues[-1], source=f"{n}2345678", lines=(f"{n}2345678",))
    composition = planned(240, [(0, "a")], Track("zh", tuple(cues)), karaoke=True)
    assert [len(segment.holds) for segment in composition.segments] == [24, 24]


def test_compose_numbers_the_parts_of_a_movement() -> None:
    """A movement of 700 frames is three segments of at most ten seconds.

    Each says where in the movement it begins; captions change inside.
    """
    track = Track("zh", (cue(1, 90, 130, "一"), cue(2, 500, 540, "二")))
    composition = planned(
        1_000, [(0, "a"), (100, "b")], track, movements=[TimedMovement(FADE, 100, 700)]
    )
    moving = [segment for segment in composition.segments if segment.movement_part]
    assert [(s.movement_part.first_frame, s.frames) for s in moving if s.movement_part] == [
        (0, 300),
        (300, 300),
        (600, 100),
    ]
    assert [hold.frames for hold in moving[0].holds] == [30, 270]
    assert sum(s.frames for s in composition.segments) == 1_000


def test_compose_continues_a_movement_over_a_slide_change() -> None:
    """A movement does not begin again where the slide changes during it.

    The slide changes because its chapter bar does.
    """
    composition = planned(400, [(0, "a"), (150, "b")], movements=[TimedMovement(FADE, 100, 200)])
    assert [
        (s.movement_part.first_frame, s.frames) for s in composition.segments if s.movement_part
    ] == [
        (0, 50),
        (50, 150),
    ]


def test_compose_refuses_no_slide_and_another_frame_rate() -> None:
    """What a caller cannot have meant is refused."""
    with pytest.raises(ValueError, match="at least one slide"):
        planned(10, [])
    with pytest.raises(ValueError, match="grid of 25 fps"):
        compose(timeline(10, 25), [(0, "a")], (), width=320, height=180, fps=30)
