"""The silence between two takes: what the author ordered, or what the boundary between their texts asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from pipeline.errors import InputError
from pipeline.timebase import samples_from_ms, samples_from_seconds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from pipeline.model import Chapter, Directive, SpokenRow, Take, Transcript
    from pipeline.settings.sections import PauseSettings

BoundaryKind = Literal["row", "clause", "sentence"]


@dataclass(frozen=True, slots=True)
class TakePause:
    """A silence in samples; one that was ordered by the author is never stretched."""

    samples: int
    by_author: bool


_SENTENCE_END = re.compile(r"[。！？!?…](?:[”’」』）)》\"'\s]*)$|(?<![A-Z0-9])\.[\"'”’)\s]*$")
_CLAUSE_END = re.compile(r"[，,；;：:、—][”’」』）)》\"'\s]*$")
_OPENS_SENTENCE = re.compile(
    r"[“《\"]?(?:首先|其次|再次|最后(?!一|更|的)|另外|此外|不过|那么|因此|然而|总之|其实|事实上|显然|于是|好了|接下来|第[一二三四五六七八九十]+[，、]|"
    r"与此同时|换句话说|也就是说|比方说|举个例子|大家好|感谢)"
)
_OPENS_CLAUSE = re.compile(
    r"[“《\"]?(?:但|而|所以|因为|如果|虽然|尽管|即使|并且|而且|甚至|然后|随后|之后|当|在|由于|同时|其中|以及|或者|包括|例如|比如|这|那|他|她|它|我)"
)
LONGEST_PAUSE_S = 600
"""The longest `@pause`: ten minutes; more is a slip of the pen."""


def pauses_around_takes(
    takes: Sequence[Take],
    spoken: Sequence[SpokenRow],
    transcript: Transcript,
    chapters: Sequence[Chapter],
    pauses: PauseSettings,
    *,
    sentence_end_rows: Collection[int] = (),
) -> list[TakePause]:
    """Return the silence before the first take, between each two, and after the last: one more than there are takes.

    `closed` are rows after which the voice was told that a thought ends, whatever their text shows. Raises InputError where an
    `@pause` is no number of seconds.
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
    """Return what kind of end lies between two rows' texts, where no chapter begins: sentence, clause, or a row cut mid-clause.

    Rows of a talk seldom carry 。: a row that opens with a discourse word (首先 不过 那么 因此) begins a sentence, one that opens with a
    conjunction or a pronoun a clause; a discourse word that is a row by itself is followed by a breath.
    """
    if _SENTENCE_END.search(before) or _OPENS_SENTENCE.match(after):
        return "sentence"
    if _CLAUSE_END.search(before) or _OPENS_CLAUSE.match(after) or _is_opening_word(before):
        return "clause"
    return "row"


def _is_opening_word(text: str) -> bool:
    return _OPENS_SENTENCE.fullmatch(text) is not None or _OPENS_CLAUSE.fullmatch(text) is not None


def author_pauses_by_row(directives: Iterable[Directive]) -> dict[int, int]:
    """Return the samples of silence ordered before a row by `@pause SECONDS` (several before one row add up).

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
        problem = f"Line {directive.line}: `@pause {directive.value[:40]}` is not a number of seconds from 0 to {LONGEST_PAUSE_S}."
        raise InputError(problem, "Write it like `@pause 1.5`.", row=directive.row)
    return Fraction(seconds)
