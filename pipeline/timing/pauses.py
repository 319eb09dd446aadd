"""The silence between two takes: an `@pause` of the author, or by the boundary of their texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.timebase import samples_from_ms, samples_from_seconds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from pipeline.model import Chapter, Directive, SpokenRow, Take, Transcript
    from pipeline.settings.sections import PauseSettings

BoundaryKind = Literal["row", "clause", "sentence"]


@dataclass(frozen=True, slots=True)
class TakePause:
    """A silence in samples; one that the author set is never stretched."""

    samples: int
    by_author: bool


_SENTENCE_END = re.compile(r"[。！？!?…](?:[”’」』）)》\"'\s]*)$|(?<![A-Z0-9])\.[\"'”’)\s]*$")
_CLAUSE_END = re.compile(r"[，,；;：:、—][”’」』）)》\"'\s]*$")


def _any_word_of(file_name: str) -> str:
    """Return a pattern for any word of a word list."""
    lines = files("pipeline.timing").joinpath("data", file_name).read_text("utf-8").splitlines()
    return "|".join(re.escape(line) for line in lines if not line.startswith("#"))


_OPENS_SENTENCE = re.compile(
    rf"[“《\"]?(?:最后(?!一|更|的)|第[一二三四五六七八九十]+[，、]|{_any_word_of('sentence_openers.txt')})"
)
_OPENS_CLAUSE = re.compile(rf"[“《\"]?(?:{_any_word_of('clause_openers.txt')})")
LONGEST_PAUSE_S = 600
"""The longest `@pause`; a longer one is taken for a typing error."""


def pauses_around_takes(
    takes: Sequence[Take],
    spoken: Sequence[SpokenRow],
    transcript: Transcript,
    chapters: Sequence[Chapter],
    pauses: PauseSettings,
    *,
    sentence_end_rows: Collection[int] = (),
) -> list[TakePause]:
    """Return the silence before the first take, between each two, and after the last one.

    `sentence_end_rows` are rows after which the voice ended a thought, whatever their text shows.
    Raises InputError where an `@pause` is no number of seconds.
    """
    author_pauses = author_pauses_by_row(transcript.directives)
    chapter_rows = {chapter.row for chapter in chapters}

    def pause_before(row: int, kind: str) -> TakePause:
        return (
            TakePause(author_pauses[row], by_author=True)
            if row in author_pauses
            else TakePause(samples_from_ms(getattr(pauses, kind)), by_author=False)
        )

    take_pauses = [pause_before(1, "lead_in")]
    for take, next_take in pairwise(takes):
        last_row, row = take.rows[-1].row, next_take.rows[0].row
        kind = (
            "chapter"
            if row in chapter_rows
            else "sentence"
            if last_row in sentence_end_rows
            else boundary_kind(spoken[last_row - 1].shown, spoken[row - 1].shown)
        )
        take_pauses.append(pause_before(row, kind))
    return [*take_pauses, pause_before(len(transcript.rows) + 1, "tail")]


def boundary_kind(before: str, after: str) -> BoundaryKind:
    """Return the kind of boundary between two rows: sentence, clause, or inside a clause.

    Rows of a talk seldom end with 。: a row that opens with a discourse word (首先 不过 那么 因此)
    begins a sentence, one that opens with a conjunction or a pronoun begins a clause. After a
    discourse word that is a row by itself the speaker takes a breath.
    """
    if _SENTENCE_END.search(before) or _OPENS_SENTENCE.match(after):
        return "sentence"
    if _CLAUSE_END.search(before) or _OPENS_CLAUSE.match(after) or _is_opening_word(before):
        return "clause"
    return "row"


def _is_opening_word(text: str) -> bool:
    return _OPENS_SENTENCE.fullmatch(text) is not None or _OPENS_CLAUSE.fullmatch(text) is not None


def author_pauses_by_row(directives: Iterable[Directive]) -> dict[int, int]:
    """Return the samples of silence that `@pause SECONDS` sets before a row; several add up.

    Raises InputError naming the line where the value is not a number of seconds from 0 to 600.
    """
    pauses: dict[int, Fraction] = {}
    for directive in directives:
        if directive.kind == "pause":
            pauses[directive.row] = pauses.get(directive.row, Fraction(0)) + _pause_seconds(
                directive
            )
    return {row: samples_from_seconds(seconds) for row, seconds in pauses.items()}


def _pause_seconds(directive: Directive) -> Fraction:
    try:
        seconds = Decimal(directive.value.strip())
    except InvalidOperation:
        seconds = Decimal(-1)
    if not seconds.is_finite() or not 0 <= seconds <= LONGEST_PAUSE_S:
        problem = message(
            "timing.pause_value",
            line=directive.line,
            value=directive.value[:40],
            limit=LONGEST_PAUSE_S,
        )
        raise InputError(problem, row=directive.row)
    return Fraction(seconds)
