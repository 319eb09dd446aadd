"""Estimated times stretched to a given length."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.model import Chapter, Directive, Timeline, Transcript
from pipeline.settings.sections import PauseSettings
from pipeline.text.normalization.spoken_form import spoken_rows
from pipeline.timebase import frames_covering, samples_from_frame
from pipeline.timing.duration_estimate import estimate_takes
from pipeline.timing.length_fitting import fit_to_length
from pipeline.timing.pauses import pauses_around_takes
from pipeline.timing.timeline_layout import lay_out_takes
from tests.timing.factories import Talk, quick, talks, transcript_of

TEXTS = (
    "大家好，这里是最佳拍档",
    "首先把鸡蛋打散，加入少许盐",
    "血压长期在140/90以上的人",
    "要当心。",
    "GPT-4于2023年3月14日发布",
    "我们下期再见",
)


def fitted(length: float, transcript: Transcript, fps: int = 30) -> tuple[Timeline, Timeline]:
    """Return the natural timeline of a transcript and the one fitted to a length in seconds."""
    spoken = spoken_rows(transcript.rows, {})
    takes = estimate_takes(spoken)
    chapters = (Chapter(3, "血压"),)
    natural = lay_out_takes(takes, spoken, transcript, chapters, PauseSettings(), fps)
    return natural, fit_to_length(
        takes, spoken, transcript, chapters, PauseSettings(), fps, round(length * 48_000)
    )


@quick
@given(talks(), st.integers(40, 300))
def test_fit_gives_exactly_the_frames_of_the_length(talk: Talk, percent: int) -> None:
    """For any takes and pauses and any length from 40 to 300 %, with every invariant."""
    takes = tuple(replace(take, audio_key=None) for take in talk.takes)
    quiet = pauses_around_takes(takes, talk.spoken, talk.transcript, talk.chapters, talk.pauses)
    ordered = sum(silence.samples for silence in quiet if silence.by_author)
    assume(any(take.sample_count for take in takes))
    free = sum(take.sample_count for take in takes) + sum(
        silence.samples for silence in quiet if not silence.by_author
    )
    length = ordered + -(-free * percent // 100)
    assume(length - ordered <= 3 * free)
    timeline = fit_to_length(
        takes, talk.spoken, talk.transcript, talk.chapters, talk.pauses, talk.fps, length
    )
    assert timeline.frames == max(1, frames_covering(length, talk.fps))
    assert timeline.length == samples_from_frame(timeline.frames, talk.fps)
    assert [row.row for row in timeline.rows] == [row.number for row in talk.transcript.rows]


@pytest.mark.parametrize("length", [14.0, 20.5, 33.333, 40.0])
def test_fit_stretches_speech_and_pauses_alike(length: float) -> None:
    """Every row and every gap keeps its share of the whole (a gap to a millisecond)."""
    natural, timeline = fitted(length, transcript_of(TEXTS))
    factor = length / (natural.rows[-1].span.end / 48_000 + 2.5)
    for before, after in zip(natural.rows, timeline.rows, strict=True):
        assert after.span.length == pytest.approx(before.span.length * factor, rel=0.005)
        assert len(before.word_times) == len(after.word_times)
        assert all(
            first.span.end <= second.span.start for first, second in pairwise(after.word_times)
        )
        assert after.word_times[-1].span.end == after.span.end
    for old, new in zip(pairwise(natural.rows), pairwise(timeline.rows), strict=True):
        assert new[1].span.start - new[0].span.end == pytest.approx(
            (old[1].span.start - old[0].span.end) * factor, abs=96
        )


def test_fit_keeps_author_pauses() -> None:
    """@pause 2 stays two seconds in a talk half as long."""
    _, timeline = fitted(13.0, transcript_of(TEXTS, [Directive("pause", "2", 4, 1)]))
    assert timeline.rows[3].span.start - timeline.rows[2].span.end == 96_000
    assert timeline.frames == 390


def test_fit_refuses_an_impossible_length_with_the_possible_ones() -> None:
    """The error gives the shortest and the longest length, and both of them work."""
    transcript = transcript_of(TEXTS)
    for wrong in (2.0, 500.0):
        with pytest.raises(InputError, match="cannot last") as caught:
            fitted(wrong, transcript)
    words = caught.value.remedy.replace(".", "").split()
    least, most = (int(word) for word in words if word.isdigit())
    assert 0 < least < most
    for length in (least, most):
        assert fitted(float(length), transcript)[1].frames == length * 30


def test_fit_refuses_takes_with_audio() -> None:
    """The sound of a take cannot be stretched."""
    transcript = transcript_of(["一"])
    spoken = spoken_rows(transcript.rows, {})
    takes = [replace(take, audio_key="key") for take in estimate_takes(spoken)]
    with pytest.raises(ValueError, match="audio"):
        fit_to_length(takes, spoken, transcript, (), PauseSettings(), 30, 480_000)
