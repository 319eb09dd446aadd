"""The comparison of cues with the rows of a transcript: each row there, unchanged and in order.

Only letters and digits are compared: line breaks, spaces and the punctuation that a profile drops
do not change the words.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from pipeline.messages import message
from pipeline.subtitles.qc.quality_finding import QualityFinding
from pipeline.subtitles.qc.rules import lines_by_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model import Cue

MAX_FAULTS = 200
_MAX_ROWS_AHEAD = 40
_MAX_LETTERS_AHEAD = 4_000
_MIN_SURE_LETTERS = 4
"""A match of fewer letters may be a coincidence."""

_MAX_QUOTED_CHARACTERS = 30


def find_transcript_faults(
    cues: Sequence[Cue], rows: Sequence[str], *, has_below: bool = False
) -> Iterator[QualityFinding]:
    """Yield an error for each row that is missing, moved or changed, and for text that is no row's.

    After `MAX_FAULTS` the comparison ends: that is another text.
    """
    for count, fault in enumerate(_compare_rows(cues, rows, has_below=has_below)):
        if count == MAX_FAULTS:
            yield QualityFinding(
                "error",
                "row-missing",
                fault.cue,
                fault.row,
                "",
                "",
                message("subtitles.match_gave_up", row=fault.row),
            )
            return
        yield fault


def _compare_rows(
    cues: Sequence[Cue], rows: Sequence[str], *, has_below: bool
) -> Iterator[QualityFinding]:
    texts = [
        "".join(map(_letters_and_digits, lines_by_language(cue, has_below=has_below)[0]))
        for cue in cues
    ]
    if has_below:  # a line that is held while the other language changes counts once
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
            yield _added_text(cue, unmatched)
        for number, letters in row_letters[index : index + skipped_rows]:
            row_text = rows[number - 1].strip()
            if skipped_rows == 1 and unmatched:
                sentence = message(
                    "subtitles.match_altered",
                    row=number,
                    text=_shorten(row_text),
                    found=_shorten(unmatched),
                    cue=cue,
                )
                yield QualityFinding(
                    "error", "row-altered", cue, number, unmatched, row_text, sentence
                )
                continue
            is_elsewhere = len(letters) >= _MIN_SURE_LETTERS and letters in all_letters
            rule = "order" if is_elsewhere else "missing"
            sentence = message(f"subtitles.match_{rule}", row=number, text=_shorten(row_text))
            yield QualityFinding("error", f"row-{rule}", cue, number, row_text, "", sentence)
        position, index = resume_at, index + skipped_rows
    if position < len(all_letters):
        cue = min(len(cues), bisect_right(ends, position) + 1)
        yield _added_text(cue, all_letters[position:])


def _added_text(cue: int, text: str) -> QualityFinding:
    sentence = message("subtitles.match_added", cue=cue, text=_shorten(text))
    return QualityFinding("error", "row-added", cue, 0, text, "", sentence)


def _find_next_match(
    all_letters: str, position: int, row_letters: Sequence[str]
) -> tuple[int, int]:
    """Return how many rows to skip and where the next is; all of them and the end if none."""
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
    if len(text) <= _MAX_QUOTED_CHARACTERS:
        return text
    return f"{text[: _MAX_QUOTED_CHARACTERS - 1]}…"
