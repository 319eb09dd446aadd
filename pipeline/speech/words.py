"""Times of spoken characters brought back to the characters shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Span, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import SpokenRow
    from pipeline.speech.match import CharTime


def shown_words(row: SpokenRow, chars: Sequence[CharTime | None], within: Span) -> tuple[Word, ...]:
    """Return the words of a row's shown text in time order, each inside `within`.

    `chars` are the times of the characters of the spoken text without the spaces around it. Where a token is spoken as it is written
    the engine's words cut it; where it is spoken otherwise (20% as 百分之二十) the token is one word.
    """
    lead = len(row.spoken) - len(row.spoken.lstrip())
    units: list[tuple[int, int, int, int]] = []
    for token in row.tokens:
        same = row.shown[token.shown_start : token.shown_end] == row.spoken[token.spoken_start : token.spoken_end]
        last_word = None
        for place in range(token.spoken_start, token.spoken_end):
            index = place - lead
            time = chars[index] if 0 <= index < len(chars) else None
            if time is None:
                continue
            shown = token.shown_start + place - token.spoken_start
            first, last = (shown, shown + 1) if same else (token.shown_start, token.shown_end)
            if units and last_word is not None and (time.word == last_word or not same):
                units[-1] = (units[-1][0], max(units[-1][1], last), units[-1][2], time.span.end)
            else:
                units.append((first, last, time.span.start, time.span.end))
            last_word = time.word
    return _ordered(units, within)


def _ordered(units: Sequence[tuple[int, int, int, int]], within: Span) -> tuple[Word, ...]:
    words = []
    reached = within.start
    for first, last, begins, ends in units:
        start = min(max(begins, reached), within.end)
        end = min(max(ends, start), within.end)
        if end > start and last > first:
            words.append(Word(first, last, Span(start, end)))
            reached = end
    return tuple(words)
