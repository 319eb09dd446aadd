"""Speech of an utterance cut back to its rows, by the words' times and the pause or energy dip nearest to each joint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.model import Span
from pipeline.speech.character_times import match_spoken_characters
from pipeline.speech.completeness import MIN_TIME_SHARE, describe_missing_at
from pipeline.speech.energy import HOP_LENGTH, energy_profile
from pipeline.text.syllables import syllable_count
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.speech.character_times import CharacterTime
    from pipeline.speech.energy import EnergyProfile
    from pipeline.speech.engines.base import WordBoundary
    from pipeline.speech.utterances import UtteranceText

_WORD_EDGE_TOLERANCE = samples_from_ms(90)
"""How far from the engine's word edge a joint is looked for: word times are good to about this."""

_MAX_DIP_WINDOW, _MAX_PAUSE_WINDOW = samples_from_ms(1_000), samples_from_ms(2_000)
"""Where the words around a joint are lost, it is looked for in no longer a stretch than this, without and with a pause in it."""

_MIN_SYLLABLE_LENGTH = samples_from_ms(60)
"""Nobody says a syllable in less, and no voice at twice its pace."""

_MAX_CODEC_SHIFT = samples_from_ms(150)


class SpeechTextMismatch(Exception):
    """The speech cannot be cut back to its rows, or lacks some of them; the message says why."""


@dataclass(frozen=True, slots=True)
class RowSlice:
    """A row's audible range, and the times of its text's characters, in samples of the speech."""

    span: Span
    character_times: tuple[CharacterTime | None, ...]


def split_into_rows(
    samples: NDArray[np.int16], text: UtteranceText, word_boundaries: Sequence[WordBoundary]
) -> tuple[RowSlice, ...]:
    """Return where each row of `text` lies in its speech; word times may be absent where there is one row only. Raises Misfit."""
    profile = energy_profile(samples)
    if profile is None:
        raise SpeechTextMismatch("nothing is heard")
    times = _shift_to_onset(
        match_spoken_characters(text.text, word_boundaries), profile.audible_span
    )
    if not word_boundaries and len(text.row_ranges) == 1:
        if profile.count_audible(profile.audible_span) < _MIN_SYLLABLE_LENGTH * syllable_count(
            text.text
        ):
            raise SpeechTextMismatch("the speech is too short for its text")
        return (RowSlice(profile.audible_span, tuple(times)),)
    missing = describe_missing_at(profile, text.text, times)
    if missing:
        raise SpeechTextMismatch(missing)
    boundaries = [
        _row_boundary(profile, text, times, row) for row in range(len(text.row_ranges) - 1)
    ]
    starts = [profile.audible_span.start, *(joint.end for joint in boundaries)]
    ends = [*(joint.start for joint in boundaries), profile.audible_span.end]
    rows = []
    for (first, last), start, end in zip(text.row_ranges, starts, ends, strict=True):
        if end <= start:
            raise SpeechTextMismatch(f"there is no room for “{text.text[first:last]}”")
        rows.append(RowSlice(Span(start, end), tuple(times[first:last])))
    check_every_row_spoken(profile, text, [row.span for row in rows])
    return tuple(rows)


def _shift_to_onset(
    times: list[CharacterTime | None], audible_span: Span
) -> list[CharacterTime | None]:
    """Move all times so that the first word begins where something is first heard: coders shift the sound by some 50 ms."""
    first_time = next((time for time in times if time), None)
    shift = audible_span.start - first_time.span.start if first_time else 0
    if first_time is None or first_time is not times[0] or abs(shift) > _MAX_CODEC_SHIFT:
        return times
    return [time and replace(time, span=time.span.shifted_by(shift)) for time in times]


def _row_boundary(
    profile: EnergyProfile,
    text: UtteranceText,
    times: Sequence[CharacterTime | None],
    row_index: int,
) -> Span:
    """Return the pause between row `row` and the next one; it has no length where there is none."""
    end, start = text.row_ranges[row_index][1], text.row_ranges[row_index + 1][0]
    before = next((index for index in range(end - 1, -1, -1) if _is_exact_match(times[index])), -1)
    after = next(
        (index for index in range(start, len(times)) if _is_exact_match(times[index])), len(times)
    )
    left = times[before] if before >= 0 else None
    right = times[after] if after < len(times) else None
    unmatched_syllables = (
        syllable_count(text.text[before + 1 : end]),
        syllable_count(text.text[start:after]),
    )
    if (
        left is None
        or right is None
        or any(unmatched_syllables)
        or left.word_index == right.word_index
    ):
        window, expected = _boundary_window(profile, times, (left, right), unmatched_syllables)
        if window.length > (_MAX_PAUSE_WINDOW if profile.pauses_in(window) else _MAX_DIP_WINDOW):
            raise SpeechTextMismatch(
                f"the end of “{text.text[slice(*text.row_ranges[row_index])]}” is not found"
            )
    else:
        low = max((left.span.start + left.span.end) // 2, left.span.end - _WORD_EDGE_TOLERANCE)
        high = min(
            (right.span.start + right.span.end) // 2,
            max(right.span.start, left.span.end) + _WORD_EDGE_TOLERANCE,
        )
        window, expected = Span(low, max(low, high)), right.span.start
    if window.length < HOP_LENGTH:
        raise SpeechTextMismatch(
            f"there is no room at the end of “{text.text[slice(*text.row_ranges[row_index])]}”"
        )
    return _boundary_pause(profile, window, expected)


def _is_exact_match(time: CharacterTime | None) -> bool:
    return time is not None and time.is_exact


def _boundary_window(
    profile: EnergyProfile,
    times: Sequence[CharacterTime | None],
    neighbours: tuple[CharacterTime | None, CharacterTime | None],
    unmatched_syllables: tuple[float, float],
) -> tuple[Span, int]:
    """Return where a joint may lie, and where most likely, when words around it are lost or one word lies over it."""
    left, right = neighbours
    if (
        left is not None
        and right is not None
        and left.word_index == right.word_index
        and not any(unmatched_syllables)
    ):
        spans = [
            time.span for time in times if time is not None and time.word_index == left.word_index
        ]
        return Span(spans[0].start, spans[-1].end), left.span.end
    low = profile.audible_span.start if left is None else left.span.end
    high = max(low, profile.audible_span.end if right is None else right.span.start)
    share = unmatched_syllables[0] / sum(unmatched_syllables) if any(unmatched_syllables) else 0.5
    return Span(low, high), low + round((high - low) * share)


def _boundary_pause(profile: EnergyProfile, window: Span, expected: int) -> Span:
    """Return the pause in a window that is long and near `expected`, or else the deepest dip there."""
    pauses = profile.pauses_in(window)
    if pauses:
        return max(
            pauses,
            key=lambda pause: pause.length - max(0, pause.start - expected, expected - pause.end),
        )
    dip = profile.quietest_sample(window, expected)
    return Span(dip, dip)


def check_every_row_spoken(
    profile: EnergyProfile, text: UtteranceText, row_spans: Sequence[Span]
) -> None:
    """Compare the audible time a syllable gets in each row with that in the whole: a row far under it is not there. Raises Misfit."""
    audible_samples = [profile.count_audible(row) for row in row_spans]
    counts = [max(1.0, syllable_count(text.text[first:last])) for first, last in text.row_ranges]
    pace = sum(audible_samples) / sum(counts)
    for (first, last), time, count in zip(text.row_ranges, audible_samples, counts, strict=True):
        if time / count < MIN_TIME_SHARE * pace:
            raise SpeechTextMismatch(f"“{text.text[first:last]}” is too short")
