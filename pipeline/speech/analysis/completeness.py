"""Check that all of a text was spoken: no stretch without speech, no word that lies in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.messages import message
from pipeline.model import Span
from pipeline.speech.analysis.character_times import is_spoken_character, match_spoken_characters
from pipeline.speech.analysis.energy import energy_profile
from pipeline.text.syllables import syllable_count
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.speech.analysis.character_times import CharacterTime, WordBoundary
    from pipeline.speech.analysis.energy import EnergyProfile

SYLLABLE_LENGTH = samples_from_ms(200)
"""A narrator's mean syllable: 0.205 s measured."""

MIN_TIME_SHARE = 0.4
"""A stretch that lasts less than this share of its expected time was not spoken."""

_WORD_TIME_TOLERANCE = samples_from_ms(100)
"""How far an engine's word time may be from the sound."""

_MAX_SILENT_WORD_TIME = samples_from_ms(200)
"""About one syllable."""


def describe_missing(
    samples: NDArray[np.int16], text: str, word_boundaries: Sequence[WordBoundary]
) -> str | None:
    """Return a sentence about what is missing in the speech of `text`; None if it is complete.

    `samples` are mono at 48 kHz.
    """
    profile = energy_profile(samples)
    return (
        message("speech.nothing_audible")
        if profile is None
        else describe_missing_at(profile, text, match_spoken_characters(text, word_boundaries))
    )


def describe_missing_at(
    profile: EnergyProfile, text: str, times: Sequence[CharacterTime | None]
) -> str | None:
    """Return what `describe_missing` does, from character times that are already matched."""
    return _describe_skipped_text(profile, text, times) or _describe_silent_words(
        profile, text, times
    )


def _describe_skipped_text(
    profile: EnergyProfile, text: str, times: Sequence[CharacterTime | None]
) -> str | None:
    """Check each stretch of text that no reported word covers.

    There must be about as much sound between its neighbours as it takes to say it.
    """
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
            return message("speech.text_not_spoken", text=text[position:end])
        position = end
    return None


def _describe_silent_words(
    profile: EnergyProfile, text: str, times: Sequence[CharacterTime | None]
) -> str | None:
    """Check that no word lies in a pause or after the end of the sound, beyond the tolerance."""
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
            silent_text = text[silent_words[0][0] : silent_words[-1][0] + 1]
            return message("speech.text_silent", text=silent_text)
    return None


def _word_spans(text: str, times: Sequence[CharacterTime | None]) -> Iterator[tuple[int, Span]]:
    """Yield (index of the first character, span) of each reported word.

    Engines may count the pause after a word as part of it, so the span is capped at 1.2 times the
    expected length.
    """
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
