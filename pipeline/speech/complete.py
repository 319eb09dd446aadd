"""Whether all of a text was spoken: no stretch of it without speech, no word where the sound is silent or has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Span
from pipeline.speech.energy import sound_of
from pipeline.speech.match import char_times, says_something
from pipeline.text.syllables import syllables
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.speech.energy import Sound
    from pipeline.speech.engine import Heard
    from pipeline.speech.match import CharTime

SYLLABLE = samples_from_ms(200)
"""A syllable of a narrator (FACTS: 0.205 s)."""

HURRIED = 0.4
"""A stretch that takes less than this share of its expected time was not spoken."""

_HEARD_SHARE = 0.2
"""Of a word's time something must be heard; engines count the pause after a word to it."""

_LATE = samples_from_ms(150)
"""How far a word's time may be off its sound."""


def lacking(samples: NDArray[np.int16], text: str, heard: Sequence[Heard]) -> str | None:
    """Return what is missing in the speech of `text`, as a sentence's part; None where all of it is there."""
    sound = sound_of(samples)
    return "nothing is heard" if sound is None else lacking_in(sound, text, char_times(text, heard))


def lacking_in(sound: Sound, text: str, times: Sequence[CharTime | None]) -> str | None:
    """Return what is missing, from times already matched; see `lacking`."""
    return _skipped(sound, text, times) or _silent(sound, text, times)


def _skipped(sound: Sound, text: str, times: Sequence[CharTime | None]) -> str | None:
    """Look at each stretch of text that no word of the engine gives back: there must be about the time it takes to say it."""
    at, reached = 0, sound.whole.start
    while at < len(text):
        time = times[at]
        if time is not None and time.exact:
            reached = time.span.end
        if (time is not None and time.exact) or not says_something(text[at]):
            at += 1
            continue
        end = next((index for index in range(at, len(text)) if (later := times[index]) is not None and later.exact), len(text))
        following = times[end] if end < len(text) else None
        until = sound.whole.end if following is None else following.span.start
        if until - reached < HURRIED * SYLLABLE * syllables(text[at:end]):
            return f"“{text[at:end]}” was not spoken"
        at = end
    return None


def _silent(sound: Sound, text: str, times: Sequence[CharTime | None]) -> str | None:
    """Look at each word of the engine: something must be heard while it lasts."""
    words: dict[int, tuple[int, Span]] = {}
    for index, time in enumerate(times):
        if time is not None:
            first, span = words.get(time.word, (index, time.span))
            words[time.word] = first, Span(span.start, max(span.end, time.span.end))
    for first, span in words.values():
        if sound.heard(Span(span.start - _LATE, span.end + _LATE)) < _HEARD_SHARE * span.length:
            return f"“{text[first : first + 8]}” is silent"
    return None
