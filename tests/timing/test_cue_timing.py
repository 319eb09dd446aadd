"""Cues on the frame grid."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.model import Cue, RowTime, Span, Timeline, Track, Word
from pipeline.subtitle_profiles import CUE_LIMITS, CueLimits
from pipeline.text.linebreak.line_breaker import CueText
from pipeline.timebase import frame_at, frame_from_samples, samples_from_frame, samples_from_ms
from pipeline.timing.cue_timing import cues_from_rows
from pipeline.timing.timeline_layout import lay_out_takes
from tests.timing.factories import LIMITS, Talk, parted, quick, talks, transcript_of

VERBATIM = CUE_LIMITS["verbatim"]


def laid(talk: Talk) -> Timeline:
    """Lay a made-up talk out."""
    return lay_out_takes(
        talk.takes, talk.spoken, talk.transcript, talk.chapters, talk.pauses, talk.fps
    )


def frames(cue: Cue, fps: int) -> tuple[int, int]:
    """Return the frames [first, last) a cue is on the screen."""
    return frame_from_samples(cue.span.start, fps), frame_from_samples(cue.span.end, fps)


def timeline_of(*spans_ms: tuple[int, int], fps: int = 30, frames: int = 3_000) -> Timeline:
    """Return a timeline of rows heard from and to these ms."""
    rows = tuple(
        RowTime(number, Span(start * 48, end * 48), "measured")
        for number, (start, end) in enumerate(spans_ms, 1)
    )
    return Timeline(rows, (), (), fps, frames, samples_from_frame(frames, fps))


def whole(*texts: str) -> list[list[CueText]]:
    """Return each row as one part."""
    return [[CueText(text, (text,))] for text in texts]


def cues_ms(timeline: Timeline, limits: CueLimits = VERBATIM) -> list[tuple[int, int]]:
    """Return the cues of rows 字, 字, … in ms."""
    texts = ["字"] * len(timeline.rows)
    track = cues_from_rows(timeline, transcript_of(texts), whole(*texts), limits, "zh")
    return [(round(cue.span.start / 48), round(cue.span.end / 48)) for cue in track.cues]


@quick
@given(st.data(), talks(), st.sampled_from(LIMITS))
def test_cues_are_on_the_grid_without_overlap(
    data: st.DataObject, talk: Talk, limits: CueLimits
) -> None:
    """One cue a part, in order, a frame or longer, in the timeline; sources join to the rows."""
    timeline = laid(talk)
    parts = data.draw(parted(talk.transcript))
    assume(sum(map(len, parts)) <= timeline.frames)
    track = cues_from_rows(timeline, talk.transcript, parts, limits, "zh")
    assert [(cue.row, cue.part, cue.lines) for cue in track.cues] == [
        (row.number, index, part.lines)
        for row, own in zip(talk.transcript.rows, parts, strict=True)
        for index, part in enumerate(own)
    ]
    joined = {
        row: "".join(cue.source for cue in cues)
        for row, cues in groupby(track.cues, key=lambda cue: cue.row)
    }
    assert joined == {row.number: row.text for row in talk.transcript.rows}
    for cue in track.cues:
        first, last = frames(cue, talk.fps)
        assert cue.span == Span(
            samples_from_frame(first, talk.fps), samples_from_frame(last, talk.fps)
        )
        assert 0 <= first < last <= timeline.frames
    assert all(first.span.end <= second.span.start for first, second in pairwise(track.cues))


@quick
@given(st.data(), talks(), st.sampled_from(LIMITS))
def test_gaps_are_the_profile_frames_or_half_a_second(
    data: st.DataObject, talk: Talk, limits: CueLimits
) -> None:
    """Between two cues are exactly gap_frames, or half a second and more, or no room for either."""
    timeline = laid(talk)
    parts = data.draw(parted(talk.transcript))
    assume(sum(map(len, parts)) <= timeline.frames)
    cues = cues_from_rows(timeline, talk.transcript, parts, limits, "zh").cues
    gap = min(limits.gap_frames, talk.fps // 2)
    for first, second in pairwise(cues):
        (start, out), (following, _) = frames(first, talk.fps), frames(second, talk.fps)
        assert following - out == gap or 2 * (following - out) >= talk.fps or out == start + 1


@quick
@given(talks(), st.sampled_from(LIMITS))
def test_cue_times_follow_the_sound(talk: Talk, limits: CueLimits) -> None:
    """A cue begins with the frame of its first sample and ends by the limits of the profile."""
    timeline = laid(talk)
    assume(len(timeline.rows) <= timeline.frames)
    cues = cues_from_rows(
        timeline,
        talk.transcript,
        [[CueText(row.text, (row.text,))] for row in talk.transcript.rows],
        limits,
        "zh",
    ).cues
    wanted = [frame_at(row.span.start, talk.fps) for row in timeline.rows]
    if all(first < second for first, second in pairwise(wanted)) and wanted[-1] < timeline.frames:
        assert [frames(cue, talk.fps)[0] for cue in cues] == wanted
    for cue, row in zip(cues, timeline.rows, strict=True):
        start, out = frames(cue, talk.fps)
        assert (out - start) * 1000 <= max(1000, limits.max_ms * talk.fps)
        held = max(
            row.span.end + samples_from_ms(limits.linger_ms),
            cue.span.start + samples_from_ms(limits.min_ms),
        )
        assert (
            cue.span.end <= held + 48_000 // 2 + 2 * 48_000 // talk.fps
        )  # chained over half a second at most


@quick
@given(talks(longest=480), st.integers(1, 3))
def test_rows_of_ten_milliseconds_get_a_frame_each(talk: Talk, fps: int) -> None:
    """If there are more cues than frames, the error says so."""
    timeline = laid(replace(talk, fps=fps))
    parts = [[CueText(row.text, (row.text,))] for row in talk.transcript.rows]
    if len(parts) > timeline.frames:
        with pytest.raises(InputError, match=f"{len(parts)} cues and only {timeline.frames} frame"):
            cues_from_rows(timeline, talk.transcript, parts, VERBATIM, "zh")
    else:
        cues = cues_from_rows(timeline, talk.transcript, parts, VERBATIM, "zh").cues
        assert all(frames(cue, fps)[1] > frames(cue, fps)[0] for cue in cues)


def test_cue_lingers_and_short_gaps_are_closed() -> None:
    """Half a second after the sound where there is room; a short gap is closed to two frames."""
    timeline = timeline_of((1_000, 2_500), (2_800, 5_000), (9_000, 10_000))
    assert cues_ms(timeline) == [(1_000, 2_733), (2_800, 5_500), (9_000, 10_500)]


def test_short_row_gets_the_minimum_duration_if_there_is_room() -> None:
    """不过 takes 0.2 s and stays 833 ms; close to the next row it ends two frames before."""
    long_hold = replace(VERBATIM, linger_ms=0)
    assert cues_ms(timeline_of((1_000, 1_200), (5_000, 5_100), (5_400, 6_500)), long_hold) == [
        (1_000, 1_833),
        (5_000, 5_333),
        (5_400, 6_500),
    ]


def test_long_row_ends_at_the_maximum_duration() -> None:
    """It ends after seven seconds, though the voice goes on; the gap it leaves is half a second."""
    assert cues_ms(timeline_of((1_000, 9_000), (20_000, 27_300), (27_400, 28_000))) == [
        (1_000, 8_000),
        (20_000, 26_900),
        (27_400, 28_500),
    ]


def test_last_cue_ends_inside_the_episode() -> None:
    """There is no frame to show it on after the end."""
    assert cues_ms(timeline_of((1_000, 2_000), frames=65)) == [(1_000, 2_167)]


def test_gap_is_at_most_half_a_second() -> None:
    """Two frames at 30 fps, one at 3 fps, none at 1 fps."""
    spans = ((1_000, 4_000), (4_000, 7_000), (7_000, 9_000))
    for fps, gap in ((30, 2), (3, 1), (1, 0)):
        cues = cues_from_rows(
            timeline_of(*spans, fps=fps, frames=20 * fps),
            transcript_of("三行字"),
            whole(*"三行字"),
            VERBATIM,
            "zh",
        ).cues
        assert [
            frames(second, fps)[0] - frames(first, fps)[1] for first, second in pairwise(cues)
        ] == [gap, gap]


def track_of(time: RowTime, *sources: str) -> Track:
    """Return the cues of one row in parts."""
    timeline = Timeline((time,), (), (), 50, 1_000, samples_from_frame(1_000, 50))
    return cues_from_rows(
        timeline,
        transcript_of(["".join(sources)]),
        [[CueText(source, (source,)) for source in sources]],
        VERBATIM,
        "zh",
    )


def test_part_begins_with_its_first_word() -> None:
    """With known words a part begins with its first word; its time source is a boundary."""
    words = tuple(
        Word(first, first + 2, Span(48_000 * first, 48_000 * (first + 2) - 9_600))
        for first in (0, 2, 4)
    )
    track = track_of(RowTime(1, Span(0, 278_400), "measured", words), "一二", "三四五六")
    assert [cue.span.start for cue in track.cues] == [0, 96_000]
    assert [cue.time_source for cue in track.cues] == ["measured", "boundary"]
    assert track.cues[0].span.end == 96_000 - 2 * 960


def test_words_count_from_the_start_of_the_cue() -> None:
    """Karaoke needs positions in the cue; a divided word is shared by its characters."""
    words = (Word(0, 3, Span(0, 144_000)), Word(3, 4, Span(144_000, 192_000)))
    track = track_of(RowTime(1, Span(0, 192_000), "estimated", words), "一二", "三四")
    assert track.cues[0].word_times == (
        Word(0, 2, Span(0, 94_080)),
    )  # it goes out two frames before the next
    assert track.cues[1].word_times == (
        Word(0, 1, Span(96_000, 144_000)),
        Word(1, 2, Span(144_000, 192_000)),
    )
    assert [cue.time_source for cue in track.cues] == ["estimated", "estimated"]


def test_parts_without_words_share_time_by_syllables() -> None:
    """Punctuation and spaces take no time, an English word takes that of its syllables."""
    track = track_of(RowTime(1, Span(0, 192_000), "measured"), "一二，", "三四。")
    assert track.cues[1].span.start == 96_000
    assert [cue.time_source for cue in track.cues] == ["measured", "estimated"]
    assert (
        track_of(RowTime(1, Span(0, 192_000), "measured"), "OpenAI", "一二三四").cues[1].span.start
        == 96_000
    )


def test_parts_of_a_silent_row_share_time_by_characters() -> None:
    """A row of emoji in two parts shows both."""
    assert [
        cue.span.start
        for cue in track_of(RowTime(1, Span(0, 96_000), "estimated"), "😀", "😀").cues
    ] == [0, 48_000]


def test_parts_must_join_to_the_row() -> None:
    """A character lost in breaking is an error that names the row."""
    timeline = timeline_of((0, 1_000))
    with pytest.raises(ValueError, match="row 1"):
        cues_from_rows(timeline, transcript_of(["一二"]), whole("一"), VERBATIM, "zh")


def test_track_has_the_given_language() -> None:
    """The code given is that of the track."""
    assert (
        cues_from_rows(
            timeline_of((0, 1_000)), transcript_of(["一"]), whole("一"), VERBATIM, "zh-Hant"
        ).language
        == "zh-Hant"
    )
