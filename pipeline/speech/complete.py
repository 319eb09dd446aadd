"""Whether all of a text was spoken: no stretch of it without speech, no word where the sound is silent or has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Span
from pipeline.speech.energy import sound_of
from pipeline.speech.match import char_times, says_something
from pipeline.text.syllables import syllables
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.speech.energy import Sound
    from pipeline.speech.engine import Heard
    from pipeline.speech.match import CharTime

SYLLABLE = samples_from_ms(200)
"""A syllable of a narrator (FACTS: 0.205 s)."""

HURRIED = 0.4
"""A stretch that takes less than this share of its expected time was not spoken."""

_LATE = samples_from_ms(100)
"""How far a word's time may be off its sound."""

_LONGEST_SILENT_SPEECH = samples_from_ms(200)
"""A syllable."""


def lacking(samples: NDArray[np.int16], text: str, heard: Sequence[Heard]) -> str | None:
    """Return what is missing in the speech of `text`, as a sentence's part; None where all of it is there."""
    sound = sound_of(samples)
    return "nothing is heard" if sound is None else lacking_in(sound, text, char_times(text, heard))


def lacking_in(sound: Sound, text: str, times: Sequence[CharTime | None]) -> str | None:
    """Return what is missing, from times already matched; see `lacking`."""
    return _skipped(sound, text, times) or _silent(sound, text, times)


def _skipped(sound: Sound, text: str, times: Sequence[CharTime | None]) -> str | None:
    """Look at each stretch of text that no word of the engine gives back: there must be about as much sound as it takes to say it."""
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
        if sound.heard(Span(reached, max(reached, until))) < HURRIED * SYLLABLE * syllables(text[at:end]):
            return f"“{text[at:end]}” was not spoken"
        at = end
    return None


def _silent(sound: Sound, text: str, times: Sequence[CharTime | None]) -> str | None:
    """Look at each pause, and at what lies beyond the sound: no more of it than an inaccuracy may be the time of a word."""
    ends = [time.span.end for time in times if time is not None]
    words = list(_words(text, times))
    for pause in [*sound.pauses(Span(0, sound.whole.end)), Span(sound.whole.end, max([sound.whole.end, *ends]))]:
        core = Span(pause.start + _LATE, max(pause.start + _LATE, pause.end - _LATE))
        lost = [(first, min(core.end, span.end) - max(core.start, span.start)) for first, span in words]
        lost = [(first, overlap) for first, overlap in lost if overlap > 0]
        if sum(overlap for _, overlap in lost) > _LONGEST_SILENT_SPEECH:
            return f"“{text[lost[0][0] : lost[-1][0] + 1]}” is silent"
    return None


def _words(text: str, times: Sequence[CharTime | None]) -> Iterator[tuple[int, Span]]:
    """Yield where each word of the engine begins in the text, and when it is said: engines may count the pause after it to it."""
    words: dict[int, tuple[int, Span, str]] = {}
    for index, time in enumerate(times):
        if time is not None:
            first, span, said = words.get(time.word, (index, time.span, ""))
            words[time.word] = first, Span(span.start, max(span.end, time.span.end)), said + text[index]
    for first, span, said in words.values():
        yield first, Span(span.start, min(span.end, span.start + round(1.2 * SYLLABLE * syllables(said))))
