"""Speech of an utterance cut back to its rows, by the words' times and the pause or energy dip nearest to each joint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.model import Span
from pipeline.speech.complete import HURRIED, lacking_in
from pipeline.speech.energy import HOP, sound_of
from pipeline.speech.match import char_times
from pipeline.text.syllables import syllables
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.speech.energy import Sound
    from pipeline.speech.engine import Heard
    from pipeline.speech.match import CharTime
    from pipeline.speech.utterances import Joined

_REACH = samples_from_ms(90)
"""How far from the engine's word edge a joint is looked for: word times are good to about this."""

_WIDEST_DIP, _WIDEST_PAUSE = samples_from_ms(1_000), samples_from_ms(2_000)
"""Where the words around a joint are lost, it is looked for in no longer a stretch than this, without and with a pause in it."""

_FASTEST = samples_from_ms(60)
"""Nobody says a syllable in less, and no voice at twice its pace."""

_SHIFT_LIMIT = samples_from_ms(150)


class Misfit(Exception):
    """The speech cannot be cut back to its rows, or lacks some of them; the message says why."""


@dataclass(frozen=True, slots=True)
class RowCut:
    """A row's audible range, and the times of its text's characters, in samples of the speech."""

    span: Span
    chars: tuple[CharTime | None, ...]


def cut(samples: NDArray[np.int16], text: Joined, heard: Sequence[Heard]) -> tuple[RowCut, ...]:
    """Return where each row of `text` lies in its speech; word times may be absent where there is one row only. Raises Misfit."""
    sound = sound_of(samples)
    if sound is None:
        raise Misfit("nothing is heard")
    times = _anchored(char_times(text.text, heard), sound.whole)
    if not heard and len(text.places) == 1:
        if sound.heard(sound.whole) < _FASTEST * syllables(text.text):
            raise Misfit("the speech is too short for its text")
        return (RowCut(sound.whole, tuple(times)),)
    missing = lacking_in(sound, text.text, times)
    if missing:
        raise Misfit(missing)
    joints = [_joint(sound, text, times, row) for row in range(len(text.places) - 1)]
    starts = [sound.whole.start, *(joint.end for joint in joints)]
    ends = [*(joint.start for joint in joints), sound.whole.end]
    rows = []
    for (first, last), start, end in zip(text.places, starts, ends, strict=True):
        if end <= start:
            raise Misfit(f"there is no room for “{text.text[first:last]}”")
        rows.append(RowCut(Span(start, end), tuple(times[first:last])))
    check_all_voiced(sound, text, [row.span for row in rows])
    return tuple(rows)


def _anchored(times: list[CharTime | None], whole: Span) -> list[CharTime | None]:
    """Move all times so that the first word begins where something is first heard: coders shift the sound by some 50 ms."""
    first = next((time for time in times if time), None)
    shift = whole.start - first.span.start if first else 0
    if first is None or first is not times[0] or abs(shift) > _SHIFT_LIMIT:
        return times
    return [time and replace(time, span=time.span.moved(shift)) for time in times]


def _joint(sound: Sound, text: Joined, times: Sequence[CharTime | None], row: int) -> Span:
    """Return the pause between row `row` and the next one; it has no length where there is none."""
    end, start = text.places[row][1], text.places[row + 1][0]
    before = next((index for index in range(end - 1, -1, -1) if _sure(times[index])), -1)
    after = next((index for index in range(start, len(times)) if _sure(times[index])), len(times))
    left = times[before] if before >= 0 else None
    right = times[after] if after < len(times) else None
    lost = syllables(text.text[before + 1 : end]), syllables(text.text[start:after])
    if left is None or right is None or any(lost) or left.word == right.word:
        window, expected = _uncertain(sound, times, (left, right), lost)
        if window.length > (_WIDEST_PAUSE if sound.pauses(window) else _WIDEST_DIP):
            raise Misfit(f"the end of “{text.text[slice(*text.places[row])]}” is not found")
    else:
        low = max((left.span.start + left.span.end) // 2, left.span.end - _REACH)
        high = min((right.span.start + right.span.end) // 2, max(right.span.start, left.span.end) + _REACH)
        window, expected = Span(low, max(low, high)), right.span.start
    if window.length < HOP:
        raise Misfit(f"there is no room at the end of “{text.text[slice(*text.places[row])]}”")
    return _divided(sound, window, expected)


def _sure(time: CharTime | None) -> bool:
    return time is not None and time.exact


def _uncertain(
    sound: Sound, times: Sequence[CharTime | None], sides: tuple[CharTime | None, CharTime | None], lost: tuple[float, float]
) -> tuple[Span, int]:
    """Return where a joint may lie, and where most likely, when words around it are lost or one word lies over it."""
    left, right = sides
    if left is not None and right is not None and left.word == right.word and not any(lost):
        spans = [time.span for time in times if time is not None and time.word == left.word]
        return Span(spans[0].start, spans[-1].end), left.span.end
    low = sound.whole.start if left is None else left.span.end
    high = max(low, sound.whole.end if right is None else right.span.start)
    share = lost[0] / sum(lost) if any(lost) else 0.5
    return Span(low, high), low + round((high - low) * share)


def _divided(sound: Sound, window: Span, expected: int) -> Span:
    """Return the pause in a window that is long and near `expected`, or else the deepest dip there."""
    pauses = sound.pauses(window)
    if pauses:
        return max(pauses, key=lambda pause: pause.length - max(0, pause.start - expected, expected - pause.end))
    dip = sound.dip(window, expected)
    return Span(dip, dip)


def check_all_voiced(sound: Sound, text: Joined, rows: Sequence[Span]) -> None:
    """Compare the audible time a syllable gets in each row with that in the whole: a row far under it is not there. Raises Misfit."""
    sounding = [sound.heard(row) for row in rows]
    counts = [max(1.0, syllables(text.text[first:last])) for first, last in text.places]
    pace = sum(sounding) / sum(counts)
    for (first, last), time, count in zip(text.places, sounding, counts, strict=True):
        if time / count < HURRIED * pace:
            raise Misfit(f"“{text.text[first:last]}” is too short")
