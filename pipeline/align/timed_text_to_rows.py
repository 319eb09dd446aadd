"""Transfers times from timed text to rows: from an aligner, a speech recogniser, or subtitles."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from pipeline import timebase
from pipeline.align.alignment import Alignment, AlignmentFlag, shown_word_times
from pipeline.align.text_matching import comparison_form, match_characters
from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.model import RowTime, Span, SpokenRow, Token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.align.flagging import FlagReason


class TimedText(NamedTuple):
    """A character, a word or a whole cue, spoken from `start` to `end` seconds."""

    text: str
    start: float
    end: float


_MIN_MATCH = 0.5  # share of a row's characters; with fewer it is another row
_MIN_ROWS_MATCHED = 0.15  # share of the rows; with fewer it is another talk
_SURE_MATCH = 0.8  # share of a row's characters below which it is flagged
_MIN_SECONDS_PER_CHARACTER = 0.06  # of a row that is placed where nothing was recognised
_REWORDED_CONFIDENCE = 0.2  # of such a row


class _TimedCharacter(NamedTuple):
    """A character at `position` of its row, with its seconds.

    `begins_text` and `ends_text` tell whether it is the first or last one of a timed text.
    """

    position: int
    start: float
    end: float
    begins_text: bool
    ends_text: bool


class _RowMatch(NamedTuple):
    """The matched characters of a row, their share, and the row as compared (shown or spoken)."""

    characters: tuple[_TimedCharacter, ...]
    share: float
    row: SpokenRow


def transfer_timestamps(
    rows: Sequence[SpokenRow], timed_texts: Sequence[TimedText], recording_length: int, method: str
) -> Alignment:
    """Return the rows' times from timed texts in time order.

    `recording_length` is in samples at 48 kHz; `method` names the source. A row is compared as
    shown and as spoken, and the better match counts. A time is "measured" if timed texts start and
    end with the row, else "boundary". A row of which less than half is matched is placed between
    its neighbours, "estimated" and flagged. Raises InputError if hardly any row is matched.
    """
    match_pairs = zip(
        _match_rows([_row_as_shown(row) for row in rows], timed_texts),
        _match_rows(rows, timed_texts),
        strict=True,
    )
    matches = [max(both, key=lambda match: match.share) for both in match_pairs]
    sayable = [any(comparison_form(character) for character in row.spoken) for row in rows]
    is_matched = [match.share >= _MIN_MATCH for match in matches]
    if sum(is_matched) < max(1.0, _MIN_ROWS_MATCHED * sum(sayable)):
        raise InputError(message("align.times_of_other_text"))
    times: dict[int, RowTime] = {}
    matched_rows = [index for index in range(len(rows)) if is_matched[index]]
    previous_end = 0
    for index, after in zip(matched_rows, [*matched_rows[1:], -1], strict=True):
        limit = (
            recording_length
            if after < 0
            else min(
                recording_length,
                max(
                    previous_end, timebase.samples_from_seconds(matches[after].characters[0].start)
                ),
            )
        )
        times[index] = _time_matched_row(matches[index], Span(min(previous_end, limit), limit))
        previous_end = times[index].span.end
    reasons: dict[int, FlagReason] = {
        index: "unsure"
        for index, match in enumerate(matches)
        if is_matched[index] and match.share < _SURE_MATCH
    }
    for missing, group in groupby(range(len(rows)), key=lambda index: index not in times):
        if missing:
            unmatched_rows = list(group)
            for index, span in zip(
                unmatched_rows,
                _spans_for_unmatched(times, unmatched_rows, rows, sayable, recording_length),
                strict=True,
            ):
                times[index] = RowTime(
                    rows[index].row,
                    span,
                    "estimated",
                    (),
                    _REWORDED_CONFIDENCE if span.length else 0.0,
                )
                reasons[index] = (
                    "unsure" if span.length else "skipped" if sayable[index] else "silent"
                )
    flags = tuple(AlignmentFlag(rows[index].row, reasons[index]) for index in sorted(reasons))
    return Alignment(tuple(times[index] for index in range(len(rows))), flags, method)


def _row_as_shown(row: SpokenRow) -> SpokenRow:
    """Return a row that is spoken exactly as it is shown."""
    return SpokenRow(
        row.row,
        row.shown,
        row.shown,
        tuple(Token(index, index + 1, index, index + 1) for index in range(len(row.shown))),
    )


def _match_rows(rows: Sequence[SpokenRow], timed_texts: Sequence[TimedText]) -> list[_RowMatch]:
    row_characters = [
        (index, place, sign)
        for index, row in enumerate(rows)
        for place, each in enumerate(row.spoken)
        if (sign := comparison_form(each))
    ]
    timed_characters = [each for item in timed_texts for each in _spread_characters(item)]
    characters: list[list[_TimedCharacter]] = [[] for _ in rows]
    for mine, other in match_characters(
        [sign for *_, sign in row_characters], [sign for sign, *_ in timed_characters]
    ):
        index, place, _ = row_characters[mine]
        _, start, end, first, last = timed_characters[other]
        characters[index].append(_TimedCharacter(place, start, end, first, last))
    wanted = [sum(bool(comparison_form(each)) for each in row.spoken) for row in rows]
    return [
        _RowMatch(tuple(of_row), len(of_row) / count if count else 0.0, row)
        for of_row, count, row in zip(characters, wanted, rows, strict=True)
    ]


def _spread_characters(timed_text: TimedText) -> list[tuple[str, float, float, bool, bool]]:
    """Return (character, start, end, is first, is last); the time is shared equally."""
    signs = [sign for each in timed_text.text if (sign := comparison_form(each))]
    step = (timed_text.end - timed_text.start) / max(1, len(signs))
    return [
        (
            sign,
            timed_text.start + step * index,
            timed_text.start + step * (index + 1),
            index == 0,
            index == len(signs) - 1,
        )
        for index, sign in enumerate(signs)
    ]


def _time_matched_row(match: _RowMatch, limits: Span) -> RowTime:
    """Return a row's time within `limits`; characters missing at its ends get the average time."""
    first, last = match.characters[0], match.characters[-1]
    spoken_positions = [
        place for place, each in enumerate(match.row.spoken) if comparison_form(each)
    ]
    character_count = sum(first.position <= place <= last.position for place in spoken_positions)
    seconds_per_character = (last.end - first.start) / character_count
    before, after = (
        sum(place < first.position for place in spoken_positions),
        sum(place > last.position for place in spoken_positions),
    )
    edges = (first.start - before * seconds_per_character, last.end + after * seconds_per_character)
    start, end = (
        min(max(timebase.samples_from_seconds(max(0.0, edge)), limits.start), limits.end)
        for edge in edges
    )
    span = Span(start, max(start, end))
    unit_ranges = [(each.position, each.position + 1) for each in match.characters]
    words = shown_word_times(
        match.row, unit_ranges, [(each.start, each.end) for each in match.characters], span
    )
    exact = first.begins_text and last.ends_text and not before and not after
    return RowTime(
        match.row.row, span, "measured" if exact else "boundary", words, round(match.share, 3)
    )


def _spans_for_unmatched(
    times: dict[int, RowTime],
    unmatched_rows: Sequence[int],
    rows: Sequence[SpokenRow],
    sayable: Sequence[bool],
    recording_length: int,
) -> list[Span]:
    """Return spans for rows that were not matched.

    They share the time between their neighbours by length of text, or are empty if it is too short.
    """
    before, after = times.get(unmatched_rows[0] - 1), times.get(unmatched_rows[-1] + 1)
    start, end = before.span.end if before else 0, after.span.start if after else recording_length
    weights = [len(rows[index].spoken) if sayable[index] else 0 for index in unmatched_rows]
    total = sum(weights)
    has_neighbours = before is not None and after is not None
    if (
        not has_neighbours
        or not total
        or end - start < timebase.samples_from_seconds(_MIN_SECONDS_PER_CHARACTER) * total
    ):
        return [Span(start if before else end, start if before else end)] * len(unmatched_rows)
    edges = [start]
    cumulative = 0
    for weight in weights:
        cumulative += weight
        edges.append(start + (end - start) * cumulative // total)
    return [Span(first, last) for first, last in pairwise(edges)]
