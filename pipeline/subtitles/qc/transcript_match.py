"""Whether a file's cues still say every row of its transcript, unaltered and in order.

Only letters and digits are compared: line breaks, spaces and the punctuation a profile drops are no change of words.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from pipeline.subtitles.qc.rules import lines_by_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model import Cue

TranscriptFault = tuple[str, int, int, str, str, str]
MAX_FAULTS = 200
_MAX_ROWS_AHEAD = 40
_MAX_LETTERS_AHEAD = 4_000
_MIN_SURE_LETTERS = 4  # so many letters in a row are the row, and not a coincidence


def find_transcript_faults(
    cues: Sequence[Cue], rows: Sequence[str], *, has_below: bool = False
) -> Iterator[TranscriptFault]:
    """Yield (rule, cue, row, value, limit, sentence) for each row left out, moved or altered, and for text that is no row's.

    After MOST faults the comparison ends: that is another text.
    """
    for count, fault in enumerate(_compare_rows(cues, rows, has_below=has_below)):
        if count == MAX_FAULTS:
            yield (
                "row-missing",
                fault[1],
                fault[2],
                "",
                "",
                f"From row {fault[2]} on the comparison was given up: too little fits.",
            )
            return
        yield fault


def _compare_rows(
    cues: Sequence[Cue], rows: Sequence[str], *, has_below: bool
) -> Iterator[TranscriptFault]:
    texts = [
        "".join(map(_letters_and_digits, lines_by_language(cue, has_below=has_below)[0]))
        for cue in cues
    ]
    if has_below:  # a line that is held while the other language turns is said once
        line_stays = [
            before.span.end == after.span.start and before.lines[:-1] == after.lines[:-1]
            for before, after in pairwise(cues)
        ]
        texts = [
            *texts[:1],
            *("" if again else text for text, again in zip(texts[1:], line_stays, strict=True)),
        ]
    ends = list(accumulate(map(len, texts)))
    all_letters = "".join(texts)
    row_letters = [
        (number, letters)
        for number, row in enumerate(rows, 1)
        if (letters := _letters_and_digits(row))
    ]
    position = index = 0
    while index < len(row_letters):
        letters = row_letters[index][1]
        if all_letters.startswith(letters, position):
            position += len(letters)
            index += 1
            continue
        skipped_rows, resume_at = _find_next_match(
            all_letters,
            position,
            [letters for _, letters in row_letters[index : index + _MAX_ROWS_AHEAD]],
        )
        cue = min(len(cues), bisect_right(ends, position) + 1)
        unmatched = all_letters[position:resume_at]
        if not skipped_rows:
            yield (
                "row-added",
                cue,
                0,
                unmatched,
                "",
                f"Cue {cue} says “{_shorten(unmatched)}”, which is in no row.",
            )
        for number, letters in row_letters[index : index + skipped_rows]:
            text = rows[number - 1].strip()
            if skipped_rows == 1 and unmatched:
                yield (
                    "row-altered",
                    cue,
                    number,
                    unmatched,
                    text,
                    f"Row {number} “{_shorten(text)}” reads “{_shorten(unmatched)}” in cue {cue}.",
                )
            elif len(letters) >= _MIN_SURE_LETTERS and letters in all_letters:
                yield (
                    "row-order",
                    cue,
                    number,
                    text,
                    "",
                    f"Row {number} “{_shorten(text)}” does not stand where it belongs.",
                )
            else:
                yield (
                    "row-missing",
                    cue,
                    number,
                    text,
                    "",
                    f"Row {number} “{_shorten(text)}” is left out.",
                )
        position, index = resume_at, index + skipped_rows
    if position < len(all_letters):
        cue = min(len(cues), bisect_right(ends, position) + 1)
        yield (
            "row-added",
            cue,
            0,
            all_letters[position:],
            "",
            f"Cue {cue} says “{_shorten(all_letters[position:])}”, which is in no row.",
        )


def _find_next_match(
    all_letters: str, position: int, row_letters: Sequence[str]
) -> tuple[int, int]:
    """Return how many rows to pass over and where the next one stands; all that are left, and the end, where none is found."""
    for number, letters in enumerate(row_letters):
        match = all_letters.find(letters, position, position + _MAX_LETTERS_AHEAD)
        if match == position or (match > position and len(letters) >= _MIN_SURE_LETTERS):
            skipped_rows = number
            while skipped_rows and all_letters.endswith(
                row_letters[skipped_rows - 1], position, match
            ):  # short rows that stand just before it
                skipped_rows -= 1
                match -= len(row_letters[skipped_rows])
            return skipped_rows, match
    return len(row_letters), len(all_letters) if len(row_letters) < _MAX_ROWS_AHEAD else position


def _letters_and_digits(text: str) -> str:
    return "".join(
        char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum()
    )


def _shorten(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:29]}…"  # noqa: PLR2004 - fits one line of a message
