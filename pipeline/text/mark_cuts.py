"""Labels and stage directions cut out of rows, and the rows of which nothing is left.

`[text] labels` and `directions` say what is cut. A row that is only a time stamp is never shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.model import Directive
from pipeline.text.speaker_labels import RowMarks, find_marks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import Row, Transcript

SPEAKER_VOICE = "speaker:"
"""What begins the value of a voice directive that means the n-th speaker, counted from 0."""


@dataclass(frozen=True, slots=True)
class KeptRows:
    """A transcript without what is cut, the marks that stay in it, and where its rows were.

    `numbers` holds, for each row that stays, the author's number of it; rows are counted from 1.
    """

    transcript: Transcript
    marks: dict[int, RowMarks]
    numbers: tuple[int, ...]

    def first_row_from(self, number: int) -> int:
        """Return the row that stays at or after one of the author's; one past the last if none."""
        return 1 + sum(kept < number for kept in self.numbers)


def cut_marks(
    transcript: Transcript,
    marks: Mapping[int, RowMarks],
    *,
    cut_labels: bool,
    cut_directions: bool,
    where: str,
) -> KeptRows:
    """Return the rows that stay; times and directives move with them.

    Of two directives of one kind that come to stand before one row, the later stays; a chapter or a
    slide of which no row is left goes. Raises InputError where no row is left.
    """
    rows: list[Row] = []
    kept_marks: dict[int, RowMarks] = {}
    numbers: list[int] = []
    for row in transcript.rows:
        mark = marks.get(row.number)
        text = row.text
        if mark is not None:
            if is_only_stamp(mark, text):
                continue
            text, mark = _cut_row(text, mark, cut_labels=cut_labels, cut_directions=cut_directions)
            if not text:
                continue
            kept_marks[len(rows) + 1] = mark
        rows.append(replace(row, number=len(rows) + 1, text=text))
        numbers.append(row.number)
    if not rows:
        raise InputError(message("text.only_marks"), where=where)
    kept = KeptRows(transcript, kept_marks, tuple(numbers))
    directives = {
        (directive.kind, row): replace(directive, row=row)
        for directive in transcript.directives
        for row in (kept.first_row_from(directive.row),)
        if row <= len(rows)
        or directive.row > len(transcript.rows)
        or directive.kind in {"pause", "voice"}
    }
    times = transcript.times
    return replace(
        kept,
        transcript=replace(
            transcript,
            rows=tuple(rows),
            directives=tuple(directives.values()),
            times=None if times is None else tuple(times[number - 1] for number in numbers),
        ),
    )


def kept_translation(
    texts: Sequence[str], kept: KeptRows, *, cut_labels: bool, cut_directions: bool
) -> tuple[str, ...]:
    """Return a translation's rows for the rows that stay, with the same kinds of marks cut.

    The text of a row that goes is kept where the next row that stays has none of its own. A row
    that has nothing but marks stays as it is.
    """
    rows = [replace(kept.transcript.rows[0], number=n, text=t) for n, t in enumerate(texts, 1)]
    marks = find_marks(rows)
    staying = set(kept.numbers)
    result: list[str] = []
    waiting = ""
    for row in rows:
        mark = marks.get(row.number)
        cut = (
            _cut_row(row.text, mark, cut_labels=cut_labels, cut_directions=cut_directions)[0]
            if mark is not None
            else row.text
        )
        if row.number in staying:
            result.append(cut or row.text or waiting)
            waiting = ""
        else:
            waiting = cut or waiting
    result[0] = result[0] or next((text for text in texts if text), "")
    return tuple(result)


def with_speaker_voices(
    transcript: Transcript, marks: Mapping[int, RowMarks], voices: Mapping[str, str]
) -> tuple[Transcript, tuple[str, ...]]:
    """Return a transcript with a voice directive where speakers change, and their names.

    `voices` names the voices of some speakers; the others get one each by their order. The author's
    own `@voice` stays.
    """
    authors = {one.row for one in transcript.directives if one.kind == "voice"}
    speakers: list[str] = []
    added = []
    current = None
    for row in transcript.rows:
        speaker = marks[row.number].speaker if row.number in marks else ""
        if row.number in authors:
            current = None
        if not speaker or speaker == current:
            continue
        if speaker not in speakers:
            speakers.append(speaker)
        current = speaker
        if row.number not in authors:
            voice = voices.get(speaker) or f"{SPEAKER_VOICE}{speakers.index(speaker)}"
            added.append(Directive("voice", voice, row.number, row.line))
    directives = sorted((*transcript.directives, *added), key=lambda one: (one.row, one.line))
    return replace(transcript, directives=tuple(directives)), tuple(speakers)


def is_only_stamp(mark: RowMarks, text: str) -> bool:
    """Return whether a row is nothing but a time stamp, without a speaker."""
    return not mark.speaker and any(end >= len(text) for _, end in mark.labels)


def _cut_row(
    text: str, mark: RowMarks, *, cut_labels: bool, cut_directions: bool
) -> tuple[str, RowMarks]:
    """Return a row's text without what is cut and double blanks there, and the marks that stay."""
    gone = [False] * len(text)
    for start, end in (
        *(mark.labels if cut_labels else ()),
        *(mark.directions if cut_directions else ()),
    ):
        gone[start:end] = [True] * (end - start)
    if not any(gone):
        return text, mark
    kept: list[int] = []
    for index, character in enumerate(text):
        is_double = character == " " and (not kept or text[kept[-1]] == " ")
        if not gone[index] and not is_double:
            kept.append(index)
    while kept and text[kept[-1]].isspace():
        kept.pop()

    def ranges_in_kept(ranges: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        return tuple(
            (sum(index < start for index in kept), sum(index < end for index in kept))
            for start, end in ranges
        )

    remaining = RowMarks(
        () if cut_labels else ranges_in_kept(mark.labels),
        () if cut_directions else ranges_in_kept(mark.directions),
        mark.speaker,
    )
    return "".join(text[index] for index in kept), remaining
