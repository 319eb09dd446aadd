"""Rows timed by text that was heard: each row takes the time of its own characters."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from pipeline import timebase
from pipeline.align.matching import pairs, plain
from pipeline.align.result import Alignment, Flag
from pipeline.align.words import shown_words
from pipeline.errors import InputError
from pipeline.model import RowTime, Span, SpokenRow, Token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.align.heard_text import HeardText
    from pipeline.align.result import Reason

_LEAST_MATCH = 0.5  # of a row's characters: with fewer it is not the row that was heard
_LEAST_ROWS = 0.15  # of the rows: with fewer it is another talk
_SURE = 0.8
_SECONDS_A_CHARACTER = 0.06  # the least a row lasts that is put where nothing was recognised
_READ_DIFFERENTLY = 0.2


class _Character(NamedTuple):
    """A character of a row, at `place` in its text, with the seconds it is heard; `first` and `last` where a heard text begins, ends."""

    place: int
    start: float
    end: float
    first: bool
    last: bool


class _Found(NamedTuple):
    """What was found of a row: its characters, the share of all that could be, and the row read so (as shown, or as spoken)."""

    characters: tuple[_Character, ...]
    share: float
    row: SpokenRow


def mapped(rows: Sequence[SpokenRow], heard: Sequence[HeardText], length: int, method: str) -> Alignment:
    """Return the rows' times from heard text in time order; `length` is the recording's, in samples at 48 kHz.

    A row is compared as it is shown and as it is spoken, and the better one counts. A time is "measured" where a heard text begins and
    ends with the row, else "boundary". A row of which less than half is found is put between its neighbours, "estimated" and flagged.
    Raises InputError where hardly any row is found: it is another talk's text.
    """
    readings = zip(_found([_as_shown(row) for row in rows], heard), _found(rows, heard), strict=True)
    found = [max(both, key=lambda each: each.share) for both in readings]
    sayable = [any(plain(character) for character in row.spoken) for row in rows]
    told = [each.share >= _LEAST_MATCH for each in found]
    if sum(told) < max(1.0, _LEAST_ROWS * sum(sayable)):
        raise InputError("These times belong to another text.", "Give the file that was made for this transcript.")
    times: dict[int, RowTime] = {}
    places = [index for index in range(len(rows)) if told[index]]
    at = 0
    for index, after in zip(places, [*places[1:], -1], strict=True):
        limit = length if after < 0 else min(length, max(at, timebase.samples_from_seconds(found[after].characters[0].start)))
        times[index] = _timed(found[index], Span(min(at, limit), limit))
        at = times[index].span.end
    doubts: dict[int, Reason] = {index: "unsure" for index, each in enumerate(found) if told[index] and each.share < _SURE}
    for missing, group in groupby(range(len(rows)), key=lambda index: index not in times):
        if missing:
            lost = list(group)
            for index, span in zip(lost, _between(times, lost, rows, sayable, length), strict=True):
                times[index] = RowTime(rows[index].row, span, "estimated", (), _READ_DIFFERENTLY if span.length else 0.0)
                doubts[index] = "unsure" if span.length else "skipped" if sayable[index] else "silent"
    flags = tuple(Flag(rows[index].row, doubts[index]) for index in sorted(doubts))
    return Alignment(tuple(times[index] for index in range(len(rows))), flags, method)


def _as_shown(row: SpokenRow) -> SpokenRow:
    """Return a row that is said just as it is shown."""
    return SpokenRow(row.row, row.shown, row.shown, tuple(Token(at, at + 1, at, at + 1) for at in range(len(row.shown))))


def _found(rows: Sequence[SpokenRow], heard: Sequence[HeardText]) -> list[_Found]:
    ours = [(index, place, sign) for index, row in enumerate(rows) for place, each in enumerate(row.spoken) if (sign := plain(each))]
    theirs = [each for item in heard for each in _spread(item)]
    characters: list[list[_Character]] = [[] for _ in rows]
    for mine, other in pairs([sign for *_, sign in ours], [sign for sign, *_ in theirs]):
        index, place, _ = ours[mine]
        _, start, end, first, last = theirs[other]
        characters[index].append(_Character(place, start, end, first, last))
    wanted = [sum(bool(plain(each)) for each in row.spoken) for row in rows]
    return [
        _Found(tuple(of_row), len(of_row) / count if count else 0.0, row)
        for of_row, count, row in zip(characters, wanted, rows, strict=True)
    ]


def _spread(item: HeardText) -> list[tuple[str, float, float, bool, bool]]:
    """Return the characters of a heard text, each with its share of the time, and whether it is the first or the last one."""
    signs = [sign for each in item.text if (sign := plain(each))]
    step = (item.end - item.start) / max(1, len(signs))
    return [(sign, item.start + step * at, item.start + step * (at + 1), at == 0, at == len(signs) - 1) for at, sign in enumerate(signs)]


def _timed(found: _Found, room: Span) -> RowTime:
    """Return a row's time inside the room between its neighbours; characters lost at its ends are given the time the others take."""
    first, last = found.characters[0], found.characters[-1]
    signs = [place for place, each in enumerate(found.row.spoken) if plain(each)]
    inside = sum(first.place <= place <= last.place for place in signs)
    each_takes = (last.end - first.start) / inside
    before, after = sum(place < first.place for place in signs), sum(place > last.place for place in signs)
    edges = (first.start - before * each_takes, last.end + after * each_takes)
    start, end = (min(max(timebase.samples_from_seconds(max(0.0, edge)), room.start), room.end) for edge in edges)
    span = Span(start, max(start, end))
    units = [(each.place, each.place + 1) for each in found.characters]
    words = shown_words(found.row, units, [(each.start, each.end) for each in found.characters], span)
    exact = first.first and last.last and not before and not after
    return RowTime(found.row.row, span, "measured" if exact else "boundary", words, round(found.share, 3))


def _between(times: dict[int, RowTime], lost: Sequence[int], rows: Sequence[SpokenRow], sayable: Sequence[bool], length: int) -> list[Span]:
    """Return spans for rows that were not found: the room between their neighbours by length of text, or none where it is too small."""
    before, after = times.get(lost[0] - 1), times.get(lost[-1] + 1)
    start, end = before.span.end if before else 0, after.span.start if after else length
    weights = [len(rows[index].spoken) if sayable[index] else 0 for index in lost]
    total = sum(weights)
    inside = before is not None and after is not None
    if not inside or not total or end - start < timebase.samples_from_seconds(_SECONDS_A_CHARACTER) * total:
        return [Span(start if before else end, start if before else end)] * len(lost)
    edges = [start]
    done = 0
    for weight in weights:
        done += weight
        edges.append(start + (end - start) * done // total)
    return [Span(first, last) for first, last in pairwise(edges)]
