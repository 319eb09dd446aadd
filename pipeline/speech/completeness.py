"""Whether all of a text was spoken: no stretch of it without speech, no word where the sound is silent or has ended."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, TypeVar

from pipeline.model import Span
from pipeline.speech.character_times import is_spoken_character, match_spoken_characters
from pipeline.speech.energy import energy_profile
from pipeline.text.syllables import syllable_count
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.model import SpokenRow
    from pipeline.speech.character_times import CharacterTime
    from pipeline.speech.energy import EnergyProfile
    from pipeline.speech.engines.base import WordBoundary
    from pipeline.speech.speech_cache import TakeRecord

SYLLABLE_LENGTH = samples_from_ms(200)
"""A syllable of a narrator (FACTS: 0.205 s)."""

MIN_TIME_SHARE = 0.4
"""A stretch that takes less than this share of its expected time was not spoken."""

_WORD_TIME_TOLERANCE = samples_from_ms(100)
"""How far a word's time may be off its sound."""

_MAX_SILENT_WORD_TIME = samples_from_ms(200)
"""A syllable."""


def describe_missing(
    samples: NDArray[np.int16], text: str, word_boundaries: Sequence[WordBoundary]
) -> str | None:
    """Return what is missing in the speech of `text`, as a sentence's part; None where all of it is there."""
    profile = energy_profile(samples)
    return (
        "nothing is heard"
        if profile is None
        else describe_missing_at(profile, text, match_spoken_characters(text, word_boundaries))
    )


def describe_missing_at(
    profile: EnergyProfile, text: str, times: Sequence[CharacterTime | None]
) -> str | None:
    """Return what is missing, from times already matched; see `lacking`."""
    return _describe_skipped_text(profile, text, times) or _describe_silent_words(
        profile, text, times
    )


def _describe_skipped_text(
    profile: EnergyProfile, text: str, times: Sequence[CharacterTime | None]
) -> str | None:
    """Look at each stretch of text that no word of the engine gives back: there must be about as much sound as it takes to say it."""
    position, spoken_until = 0, profile.audible_span.start
    while position < len(text):
        time = times[position]
        if time is not None and time.is_exact:
            spoken_until = time.span.end
        if (time is not None and time.is_exact) or not is_spoken_character(text[position]):
            position += 1
            continue
        end = next(
            (
                index
                for index in range(position, len(text))
                if (later := times[index]) is not None and later.is_exact
            ),
            len(text),
        )
        following = times[end] if end < len(text) else None
        next_start = profile.audible_span.end if following is None else following.span.start
        if profile.count_audible(
            Span(spoken_until, max(spoken_until, next_start))
        ) < MIN_TIME_SHARE * SYLLABLE_LENGTH * syllable_count(text[position:end]):
            return f"“{text[position:end]}” was not spoken"
        position = end
    return None


def _describe_silent_words(
    profile: EnergyProfile, text: str, times: Sequence[CharacterTime | None]
) -> str | None:
    """Look at each pause, and at what lies beyond the sound: no more of it than an inaccuracy may be the time of a word."""
    ends = [time.span.end for time in times if time is not None]
    words = list(_word_spans(text, times))
    for pause in [
        *profile.pauses_in(Span(0, profile.audible_span.end)),
        Span(profile.audible_span.end, max([profile.audible_span.end, *ends])),
    ]:
        core = Span(
            pause.start + _WORD_TIME_TOLERANCE,
            max(pause.start + _WORD_TIME_TOLERANCE, pause.end - _WORD_TIME_TOLERANCE),
        )
        silent_words = [
            (first, min(core.end, span.end) - max(core.start, span.start)) for first, span in words
        ]
        silent_words = [(first, overlap) for first, overlap in silent_words if overlap > 0]
        if sum(overlap for _, overlap in silent_words) > _MAX_SILENT_WORD_TIME:
            return f"“{text[silent_words[0][0] : silent_words[-1][0] + 1]}” is silent"
    return None


def _word_spans(text: str, times: Sequence[CharacterTime | None]) -> Iterator[tuple[int, Span]]:
    """Yield where each word of the engine begins in the text, and when it is said: engines may count the pause after it to it."""
    words: dict[int, tuple[int, Span, str]] = {}
    for index, time in enumerate(times):
        if time is not None:
            first, span, word_text = words.get(time.word_index, (index, time.span, ""))
            words[time.word_index] = (
                first,
                Span(span.start, max(span.end, time.span.end)),
                word_text + text[index],
            )
    for first, span, word_text in words.values():
        yield (
            first,
            Span(
                span.start,
                min(
                    span.end, span.start + round(1.2 * SYLLABLE_LENGTH * syllable_count(word_text))
                ),
            ),
        )


_MODEL_SYLLABLE_LENGTH, _MODEL_ROW_LENGTH = samples_from_ms(205), samples_from_ms(109)
"""The duration model of FACTS: 0.205 s a syllable and 0.109 s a row (5.7 % error on a narrator)."""

_MIN_ROWS_FOR_PACE = 8
"""Rows a voice must have for its pace to be known."""

_MIN_PACE_SHARE = 0.55
"""Of the usual pace: the model's errors reach ±30 % on short rows, a lost clause is half of a row or more."""

TakeKey = TypeVar("TakeKey")


def find_short_takes(
    takes: Mapping[TakeKey, tuple[Sequence[SpokenRow], str, TakeRecord]],
) -> list[TakeKey]:
    """Return the pieces (rows, voice, what they became) in which a row is too short for its text."""
    rates_by_voice: dict[str, list[tuple[TakeKey, float]]] = {}
    for key, (rows, voice, record) in takes.items():
        for row, time in zip(rows, record.row_times, strict=True):
            expected = _MODEL_SYLLABLE_LENGTH * syllable_count(row.spoken) + _MODEL_ROW_LENGTH
            rates_by_voice.setdefault(voice, []).append((key, time.span.length / expected))
    short_keys: dict[TakeKey, None] = {}
    for rates in rates_by_voice.values():
        if len(rates) >= _MIN_ROWS_FOR_PACE:
            median_rate = statistics.median(rate for _, rate in rates)
            short_keys |= {key: None for key, rate in rates if rate < _MIN_PACE_SHARE * median_rate}
    return list(short_keys)
