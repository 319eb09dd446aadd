"""Speech cut back to rows: pauses, dips, words that are lost, speech that is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Span
from pipeline.speech.analysis.completeness import describe_missing
from pipeline.speech.analysis.energy import HOP_LENGTH, energy_profile
from pipeline.speech.analysis.speech_decoder import resample_to_48k
from pipeline.speech.engines.base import WordBoundary
from pipeline.speech.split_rows import SpeechTextMismatch, split_into_rows
from pipeline.speech.utterances import join_rows
from pipeline.timebase import samples_from_seconds
from tests.speech.talks import COOKING, HISTORY, MEDICINE, said
from tests.speech.tones import RATE, heard_tones, rendered, tones_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipeline.speech.utterances import UtteranceText
    from tests.speech.tones import Event

Spoken = tuple["NDArray[np.int16]", list[WordBoundary]]


def speech_of(text: UtteranceText, *, pauses: bool = True, late: float = 0.0) -> Spoken:
    """Return a text's samples at 48 kHz and its words, told `late` seconds late."""
    samples, events = rendered(text.text, "v", pauses=pauses)
    return resample_to_48k(samples, RATE), told(events, late)


def told(events: Sequence[Event], late: float = 0.0) -> list[WordBoundary]:
    """Return words as an engine tells them."""
    return [
        WordBoundary(
            word, Span(max(0, samples_from_seconds(start + late)), samples_from_seconds(end + late))
        )
        for word, start, end in events
    ]


def rows_of(lines: Sequence[str]) -> UtteranceText:
    """Return rows as one text."""
    return join_rows(
        [said(number, line) for number, line in enumerate(lines, 1)], ends_thought=True
    )


def assert_right(lines: Sequence[str], spoken: Spoken, heard: Sequence[WordBoundary]) -> None:
    """See that each row's samples say that row."""
    samples, _ = spoken
    rows = split_into_rows(samples, rows_of(lines), heard)
    assert [heard_tones(samples[row.span.start : row.span.end]) for row in rows] == [
        tones_of(line) for line in lines
    ]


@pytest.mark.parametrize("late", [-0.08, -0.03, 0.0, 0.05, 0.1])
@pytest.mark.parametrize("pauses", [True, False])
def test_split_tolerates_shifted_word_times(late: float, *, pauses: bool) -> None:
    """Codecs shift the sound against the words' times: boundaries stay between the words."""
    lines = HISTORY[:4]
    spoken = speech_of(rows_of(lines), pauses=pauses, late=late)
    assert_right(lines, spoken, spoken[1])


@pytest.mark.parametrize("lines", [COOKING[:3], HISTORY[1:4], MEDICINE[4:7]])
def test_split_tolerates_a_lost_altered_or_joined_word(lines: Sequence[str]) -> None:
    """Wherever it is, also at a boundary and across one, every row keeps its own words."""
    spoken = speech_of(rows_of(lines))
    heard = spoken[1]
    for at in range(0, len(heard), 2):
        assert_right(lines, spoken, heard[:at] + heard[at + 1 :])
        assert_right(
            lines, spoken, [*heard[:at], WordBoundary("甲乙", heard[at].span), *heard[at + 1 :]]
        )
        if at:
            both = WordBoundary(
                heard[at - 1].text + heard[at].text,
                Span(heard[at - 1].span.start, heard[at].span.end),
            )
            assert_right(lines, spoken, [*heard[: at - 1], both, *heard[at + 1 :]])


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_split_notices_missing_speech(data: st.DataObject) -> None:
    """Two words or more taken out of sound and times, or out of the sound alone."""
    lines = data.draw(st.sampled_from([COOKING[:4], HISTORY[:5], MEDICINE[1:3]]))
    text = rows_of(lines)
    samples, heard = speech_of(text)
    first = data.draw(st.integers(0, len(heard) - 3))
    last = data.draw(st.integers(first + 1, min(first + 5, len(heard) - 1)))
    start, end = heard[first].span.start, heard[last].span.end
    gone = end - start
    later = [WordBoundary(item.text, item.span.shifted_by(-gone)) for item in heard[last + 1 :]]
    without = np.concatenate((samples[:start], samples[end:]))
    with pytest.raises(SpeechTextMismatch):
        split_into_rows(without, text, [*heard[:first], *later])
    assert describe_missing(without, text.text, [*heard[:first], *later]) is not None
    silent = samples.copy()
    silent[start:end] = 0
    if gone > samples_from_seconds(0.5):
        assert describe_missing(silent, text.text, heard) is not None


def test_split_refuses_several_rows_without_word_times() -> None:
    """A guess over many seconds is of no use."""
    text = rows_of(HISTORY)
    with pytest.raises(SpeechTextMismatch):
        split_into_rows(speech_of(text)[0], text, [])


def test_split_takes_all_sound_as_a_single_row_without_word_times() -> None:
    """Unless it is too short for the row's syllables."""
    text = rows_of(HISTORY[:1])
    samples, _ = speech_of(text)
    (row,) = split_into_rows(samples, text, [])
    assert heard_tones(samples[row.span.start : row.span.end]) == tones_of(HISTORY[0])
    with pytest.raises(SpeechTextMismatch, match="too short"):
        split_into_rows(samples[: samples_from_seconds(0.35)], text, [])


def test_split_refuses_silence() -> None:
    """Silence is not speech."""
    for samples in (np.zeros(48_000, np.int16), np.zeros(0, np.int16)):
        with pytest.raises(SpeechTextMismatch, match="Nothing is audible"):
            split_into_rows(samples, rows_of(HISTORY[:1]), [])


def test_energy_profile_finds_the_audible_range() -> None:
    """From the first audible sample to the last, within 10 ms, over noise far below the voice."""
    noise = np.random.default_rng(3).normal(0, 8, 96_000)
    time = np.arange(24_000) / 48_000
    noise[36_000:60_000] += 9_000 * np.sin(2 * np.pi * 220 * time)
    sound = energy_profile(noise.astype(np.int16))
    assert sound is not None
    assert sound.audible_span.start == pytest.approx(36_000, abs=2 * HOP_LENGTH)
    assert sound.audible_span.end == pytest.approx(60_000, abs=2 * HOP_LENGTH)
    assert sound.count_audible(Span(0, 96_000)) == pytest.approx(24_000, abs=3 * HOP_LENGTH)
    assert [pause.end for pause in sound.pauses_in(Span(0, 40_000))] == [sound.audible_span.start]
