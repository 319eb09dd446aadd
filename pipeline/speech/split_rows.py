"""Split the speech of an utterance into its rows.

A boundary is at the pause or energy dip nearest to where the words' times say that a row ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.messages import message
from pipeline.model import Span
from pipeline.speech.analysis.character_times import match_spoken_characters
from pipeline.speech.analysis.completeness import MIN_TIME_SHARE, describe_missing_at
from pipeline.speech.analysis.energy import HOP_LENGTH, energy_profile
from pipeline.text.syllables import syllable_count
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.speech.analysis.character_times import CharacterTime
    from pipeline.speech.analysis.energy import EnergyProfile
    from pipeline.speech.engines.base import WordBoundary
    from pipeline.speech.utterances import UtteranceText

_WORD_EDGE_TOLERANCE = samples_from_ms(90)
"""How far from the reported word edge a boundary is searched: the accuracy of word times."""

_MAX_DIP_WINDOW, _MAX_PAUSE_WINDOW = samples_from_ms(1_000), samples_from_ms(2_000)
"""Longest stretch searched for a boundary whose words are lost, without and with a pause in it."""

_MIN_SYLLABLE_LENGTH = samples_from_ms(60)
"""No voice says a syllable in less time, even at twice its pace."""

_MAX_CODEC_SHIFT = samples_from_ms(150)
"""Codecs shift the sound by some 50 ms; a larger shift is another error."""


class SpeechTextMismatch(Exception):
    """The speech cannot be split into its rows, or lacks some of them; `reason` says why."""

    def __init__(self, reason: str) -> None:
        """Keep the sentence as it is: a catalogue message keeps its languages."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class RowSlice:
    """A row's audible range and the times of its characters, in samples of the speech."""

    span: Span
    character_times: tuple[CharacterTime | None, ...]


def split_into_rows(
    samples: NDArray[np.int16], text: UtteranceText, word_boundaries: Sequence[WordBoundary]
) -> tuple[RowSlice, ...]:
    """Return where each row of `text` is in its speech (48 kHz).

    Word boundaries may be empty if there is only one row. Raises SpeechTextMismatch.
    """
    profile = energy_profile(samples)
    if profile is None:
        raise SpeechTextMismatch(message("speech.nothing_audible"))
    times = _shift_to_onset(
        match_spoken_characters(text.text, word_boundaries), profile.audible_span
    )
    if not word_boundaries and len(text.row_ranges) == 1:
        if profile.count_audible(profile.audible_span) < _MIN_SYLLABLE_LENGTH * syllable_count(
            text.text
        ):
            raise SpeechTextMismatch(message("speech.speech_too_short"))
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
    for (text_start, text_end), start, end in zip(text.row_ranges, starts, ends, strict=True):
        if end <= start:
            raise SpeechTextMismatch(
                message("speech.no_room_for_row", text=text.text[text_start:text_end])
            )
        rows.append(RowSlice(Span(start, end), tuple(times[text_start:text_end])))
    check_every_row_spoken(profile, text, [row.span for row in rows])
    return tuple(rows)


def _shift_to_onset(
    times: list[CharacterTime | None], audible_span: Span
) -> list[CharacterTime | None]:
    """Shift all times so that the first word begins at the first audible sample."""
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
    """Return the pause between a row and the next one; its length is 0 if there is no pause."""
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
                message("speech.row_end_not_found", text=_row_text(text, row_index))
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
            message("speech.no_room_at_row_end", text=_row_text(text, row_index))
        )
    return _boundary_pause(profile, window, expected)


def _row_text(text: UtteranceText, row_index: int) -> str:
    return text.text[slice(*text.row_ranges[row_index])]


def _is_exact_match(time: CharacterTime | None) -> bool:
    return time is not None and time.is_exact


def _boundary_window(
    profile: EnergyProfile,
    times: Sequence[CharacterTime | None],
    neighbours: tuple[CharacterTime | None, CharacterTime | None],
    unmatched_syllables: tuple[float, float],
) -> tuple[Span, int]:
    """Return the range in which a boundary may be, and its most likely sample.

    For boundaries whose neighbouring words are lost, or that one reported word covers.
    """
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
    """Return the pause in a window that is long and near `expected`, else the deepest dip."""
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
    """Compare each row's audible time per syllable with that of the whole utterance.

    Raises SpeechTextMismatch for a row far below it: the row was not spoken.
    """
    audible_samples = [profile.count_audible(row) for row in row_spans]
    counts = [
        max(1.0, syllable_count(text.text[text_start:text_end]))
        for text_start, text_end in text.row_ranges
    ]
    pace = sum(audible_samples) / sum(counts)
    for (text_start, text_end), time, count in zip(
        text.row_ranges, audible_samples, counts, strict=True
    ):
        if time / count < MIN_TIME_SHARE * pace:
            raise SpeechTextMismatch(
                message("speech.row_too_short", text=text.text[text_start:text_end])
            )
