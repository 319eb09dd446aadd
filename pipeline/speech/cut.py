"""Speech of an utterance cut back to its rows, by the words' times and the pause or energy dip nearest to each joint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Span
from pipeline.speech.energy import HOP, audible, levels, quiet_runs, threshold
from pipeline.speech.match import char_times, says_something
from pipeline.text.syllables import syllables
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.speech.engine import Heard
    from pipeline.speech.match import CharTime
    from pipeline.speech.utterances import Joined

_REACH = samples_from_ms(90)
"""How far from the engine's word edge the joint is looked for: word times are good to about this."""

_SHORTEST_PAUSE = samples_from_ms(35)
_WIDEST_GUESS = samples_from_ms(1_200)
_SHIFT_LIMIT = samples_from_ms(150)
_SYLLABLE = samples_from_ms(200)
"""A syllable of a narrator (FACTS: 0.205 s)."""

_HURRIED = 0.4
"""A stretch that takes less than this share of its expected time was not spoken."""


class Misfit(Exception):
    """The speech cannot be cut back to its rows, or lacks some of them; the message says why."""


@dataclass(frozen=True, slots=True)
class RowCut:
    """A row's audible range, and the times of its text's characters, in samples of the speech."""

    span: Span
    chars: tuple[CharTime | None, ...]


def cut(samples: NDArray[np.int16], text: Joined, heard: Sequence[Heard]) -> tuple[RowCut, ...]:
    """Return where each row of `text` lies in its speech; word times may be absent where there is one row only. Raises Misfit."""
    whole = audible(samples)
    if whole is None:
        raise Misfit("nothing is heard")
    times = _anchored(char_times(text.text, heard), whole)
    if not heard and len(text.places) == 1:
        return (RowCut(whole, tuple(times)),)
    _check_nothing_skipped(text.text, times, whole)
    level = levels(samples)
    quiet = level <= threshold(level)
    edges = [_joint(level, quiet, text, times, whole, row) for row in range(len(text.places) - 1)]
    starts = [whole.start, *(start for _, start in edges)]
    ends = [*(end for end, _ in edges), whole.end]
    rows = []
    for (first, last), start, end in zip(text.places, starts, ends, strict=True):
        if end <= start:
            raise Misfit(f"no room for {text.text[first:last]!r}")
        rows.append(RowCut(Span(start, end), tuple(times[first:last])))
    _check_all_voiced(text, rows, quiet)
    return tuple(rows)


def _anchored(times: list[CharTime | None], whole: Span) -> list[CharTime | None]:
    """Move all times so that the first word begins where something is first heard: coders shift the sound by some 50 ms."""
    first = next((time for time in times if time), None)
    shift = whole.start - first.span.start if first else 0
    if first is None or times.index(first) > 0 or abs(shift) > _SHIFT_LIMIT:
        shift = 0
    return [time and type(time)(time.span.moved(shift), time.word, time.exact) for time in times]


def skipped(samples: NDArray[np.int16], text: str, heard: Sequence[Heard]) -> str | None:
    """Return what is wrong where a stretch of `text` has neither word times nor the time it takes to say it; None where all is there."""
    whole = audible(samples)
    if whole is None:
        return "nothing is heard"
    try:
        _check_nothing_skipped(text, _anchored(char_times(text, heard), whole), whole)
    except Misfit as fault:
        return str(fault)
    return None


def _check_nothing_skipped(text: str, times: Sequence[CharTime | None], whole: Span) -> None:
    """Look at each stretch of text without times: there must be about as much speech as it takes to say it."""
    at, reached = 0, whole.start
    while at < len(text):
        if times[at] is not None or not says_something(text[at]):
            reached = times[at].span.end if times[at] else reached  # type: ignore[union-attr]
            at += 1
            continue
        end = at
        while end < len(text) and times[end] is None:
            end += 1
        until = times[end].span.start if end < len(text) else whole.end  # type: ignore[union-attr]
        if until - reached < _HURRIED * _SYLLABLE * syllables(text[at:end]):
            raise Misfit(f"{text[at:end]!r} was not spoken")
        at = end


def _joint(
    level: NDArray[np.float64],
    quiet: NDArray[np.bool_],
    text: Joined,
    times: Sequence[CharTime | None],
    whole: Span,
    row: int,
) -> tuple[int, int]:
    """Return where row `row` ends and the next one starts; both are one place where no pause divides them."""
    before = _last_known(times, text.places[row][1])
    after = _first_known(times, text.places[row + 1][0])
    left = times[before].span if before is not None else Span(whole.start, whole.start)  # type: ignore[union-attr]
    right = times[after].span if after is not None else Span(whole.end, whole.end)  # type: ignore[union-attr]
    lost_before = syllables(text.text[(before + 1 if before is not None else 0) : text.places[row][1]])
    lost_after = syllables(text.text[text.places[row + 1][0] : (after if after is not None else len(text.text))])
    if not lost_before and not lost_after:
        low = max((left.start + left.end) // 2, left.end - _REACH)
        high = min((right.start + right.end) // 2, max(right.start, left.end) + _REACH)
        expected = right.start
    else:
        low, high = left.end, right.start
        expected = low + round((high - low) * lost_before / (lost_before + lost_after))
        if high - low > _WIDEST_GUESS and not _pauses(quiet, low, high):
            raise Misfit(f"the words at the end of {text.text[slice(*text.places[row])]!r} are not found")
    if high - low < HOP:
        raise Misfit(f"no room at the end of {text.text[slice(*text.places[row])]!r}")
    return _divided(level, quiet, low, high, expected)


def _divided(level: NDArray[np.float64], quiet: NDArray[np.bool_], low: int, high: int, expected: int) -> tuple[int, int]:
    """Return the pause in [low, high) that is long and near `expected`, whole, or else the deepest dip there."""
    import numpy as np

    pauses = _pauses(quiet, low, high)
    if pauses:
        start, end = max(pauses, key=lambda pause: (pause[1] - pause[0]) - max(0, pause[0] - expected, expected - pause[1]))
        return start, end
    first, last = low // HOP, max(low // HOP + 1, -(-high // HOP))
    away = np.abs(np.arange(first, last) * HOP + HOP // 2 - expected) / max(1, high - low)
    dip = (first + int(np.argmin(level[first:last] + 6.0 * away[: len(level[first:last])]))) * HOP + HOP // 2
    return dip, dip


def _pauses(quiet: NDArray[np.bool_], low: int, high: int) -> list[tuple[int, int]]:
    """Return the pauses, in samples and whole, that reach into [low, high)."""
    runs = [(first * HOP, last * HOP) for first, last in quiet_runs(quiet)]
    return [(start, end) for start, end in runs if end - start >= _SHORTEST_PAUSE and start < high and end > low]


def _check_all_voiced(text: Joined, rows: Sequence[RowCut], quiet: NDArray[np.bool_]) -> None:
    """Compare the audible time a syllable gets in each row with that in the whole: a row far under it is not there."""
    sounding = [int((~quiet[row.span.start // HOP : -(-row.span.end // HOP)]).sum()) * HOP for row in rows]
    counts = [max(1.0, syllables(text.text[first:last])) for first, last in text.places]
    pace = sum(sounding) / sum(counts)
    for (first, last), time, count in zip(text.places, sounding, counts, strict=True):
        if time / count < _HURRIED * pace:
            raise Misfit(f"{text.text[first:last]!r} is too short")


def _last_known(times: Sequence[CharTime | None], end: int) -> int | None:
    return next((index for index in range(end - 1, -1, -1) if times[index]), None)


def _first_known(times: Sequence[CharTime | None], start: int) -> int | None:
    return next((index for index in range(start, len(times)) if times[index]), None)
