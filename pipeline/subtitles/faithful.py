"""Whether a file's cues still say every row of its transcript, unaltered and in order.

Only letters and digits are compared: line breaks, spaces and the punctuation a profile drops are no change of words.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from pipeline.subtitles.rules import parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model import Cue

Fault = tuple[str, int, int, str, str, str]

MOST = 200
_AHEAD = 40
_FARTHEST = 4_000
_SURE = 4  # so many letters in a row are the row, and not a coincidence


def faults(cues: Sequence[Cue], rows: Sequence[str], *, has_below: bool = False) -> Iterator[Fault]:
    """Yield (rule, cue, row, value, limit, sentence) for each row left out, moved or altered, and for text that is no row's.

    After MOST faults the comparison ends: that is another text.
    """
    for count, fault in enumerate(_faults(cues, rows, has_below=has_below)):
        if count == MOST:
            yield "row-missing", fault[1], fault[2], "", "", f"From row {fault[2]} on the comparison was given up: too little fits."
            return
        yield fault


def _faults(cues: Sequence[Cue], rows: Sequence[str], *, has_below: bool) -> Iterator[Fault]:
    texts = ["".join(map(_letters, parts(cue, has_below=has_below)[0])) for cue in cues]
    if has_below:  # a line that is held while the other language turns is said once
        held = [before.span.end == after.span.start and before.lines[:-1] == after.lines[:-1] for before, after in pairwise(cues)]
        texts = [*texts[:1], *("" if again else text for text, again in zip(texts[1:], held, strict=True))]
    ends = list(accumulate(map(len, texts)))
    whole = "".join(texts)
    wanted = [(number, letters) for number, row in enumerate(rows, 1) if (letters := _letters(row))]
    at = index = 0
    while index < len(wanted):
        letters = wanted[index][1]
        if whole.startswith(letters, at):
            at += len(letters)
            index += 1
            continue
        ahead, place = _resume(whole, at, [letters for _, letters in wanted[index : index + _AHEAD]])
        cue = min(len(cues), bisect_right(ends, at) + 1)
        between = whole[at:place]
        if not ahead:
            yield "row-added", cue, 0, between, "", f"Cue {cue} says “{_short(between)}”, which is in no row."
        for number, letters in wanted[index : index + ahead]:
            text = rows[number - 1].strip()
            if ahead == 1 and between:
                yield "row-altered", cue, number, between, text, f"Row {number} “{_short(text)}” reads “{_short(between)}” in cue {cue}."
            elif len(letters) >= _SURE and letters in whole:
                yield "row-order", cue, number, text, "", f"Row {number} “{_short(text)}” does not stand where it belongs."
            else:
                yield "row-missing", cue, number, text, "", f"Row {number} “{_short(text)}” is left out."
        at, index = place, index + ahead
    if at < len(whole):
        cue = min(len(cues), bisect_right(ends, at) + 1)
        yield "row-added", cue, 0, whole[at:], "", f"Cue {cue} says “{_short(whole[at:])}”, which is in no row."


def _resume(whole: str, at: int, wanted: Sequence[str]) -> tuple[int, int]:
    """Return how many rows to pass over and where the next one stands; all that are left, and the end, where none is found."""
    for number, letters in enumerate(wanted):
        place = whole.find(letters, at, at + _FARTHEST)
        if place == at or (place > at and len(letters) >= _SURE):
            ahead = number
            while ahead and whole.endswith(wanted[ahead - 1], at, place):  # short rows that stand just before it
                ahead -= 1
                place -= len(wanted[ahead])
            return ahead, place
    return len(wanted), len(whole) if len(wanted) < _AHEAD else at


def _letters(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:29]}…"  # noqa: PLR2004 - fits one line of a message
