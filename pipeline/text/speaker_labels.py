"""Parts of rows that nobody says: speaker labels, time stamps, stage directions in brackets.

Texts from meeting recorders and interviews hold them (`主持人：`, `说话人1 00:00`, `（笑声）`).
They are not spoken, and are no title and no term; the settings say whether they are shown.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.messages import message
from pipeline.model import SpokenRow, Token

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.messages import Message
    from pipeline.model import Row, Transcript

_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_NAME = r"[^\W\d_](?:[\w·.'’-]|[ ](?=\w)){0,23}"
_STAMP = re.compile(
    rf"(?:[\[(（]\s*{_TIME}(?:\s*(?:-->|-|–|~)\s*{_TIME})?\s*[\])）]|{_TIME}\s*-->\s*{_TIME}"
    rf"|\d{{1,2}}:\d{{2}}:\d{{2}}(?:[.,]\d{{1,3}})?(?=\s|$)|{_TIME}(?=\s*$))\s*"
)
_NAME_WITH_STAMP = re.compile(
    rf"({_NAME})\s*(?:[\[(（]\s*{_TIME}\s*[\])）]\s*[:：]?\s*|\s{_TIME}\s*(?:[:：]\s*|$))"
)
_LABEL = re.compile(rf"({_NAME})\s*[:：](?!//)\s*(?=\S)")
_ROLE = re.compile(
    r"(?:主持人|嘉宾|旁白|记者|观众|采访者|受访者|说话人|发言人|讲者|主讲|host|guest|speaker|narrator"
    r"|interviewer|moderator)\s*[\dA-Da-d一二三四五六甲乙丙丁]?",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"注意|例如|比如|譬如|首先|其次|最后|总结|结论|问题|答案|原因|结果|特点|优点|缺点|说明|提示|备注|步骤|方法"
    r"|第.{1,3}|其[一二三]|note|example|step|tip|warning|summary|result|question",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"（[^（）]{1,24}）|\([^()]{1,24}\)|【[^【】]{1,24}】|\[[^\[\]]{1,24}\]")
_DIRECTION = re.compile(
    r"笑|掌声|鼓掌|音乐|音效|停顿|沉默|叹气|咳嗽|哽咽|鞠躬|转场|镜头|画面|切到|淡[入出]|插播|字幕|BGM|^图\s*\d*$"
    r"|^(?:pause|beat|music|applause|laughter|laughs?|laughing|sighs?|coughs?|cheering|silence"
    r"|inaudible|crosstalk|sfx|b-roll|cut to .*|fade (?:in|out))\b",
    re.IGNORECASE,
)
_LABELLED_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class RowMarks:
    """Half-open ranges of characters in one row: a label with its stamp, and stage directions.

    `speaker` is the name in the label; "" where there is only a time stamp.
    """

    labels: tuple[tuple[int, int], ...] = ()
    directions: tuple[tuple[int, int], ...] = ()
    speaker: str = ""


def find_marks(rows: Sequence[Row]) -> dict[int, RowMarks]:
    """Return the marks of each row that has some, by the row's number.

    A word before a colon is a speaker if it is a role, or if two such words take turns.
    """
    speakers = _speakers([row.text for row in rows])
    marks = {}
    for row in rows:
        end, speaker = _label(row.text, speakers)
        labels = ((0, end),) if end else ()
        directions = tuple(
            match.span()
            for match in _BRACKETS.finditer(row.text, end)
            if _DIRECTION.search(match[0][1:-1].strip())
        )
        if labels or directions:
            marks[row.number] = RowMarks(labels, directions, speaker)
    return marks


def mark_notices(
    marks: dict[int, RowMarks],
    *,
    labels: str,
    directions: str,
    rows_left_out: int,
    speakers: Sequence[str],
) -> tuple[Message, ...]:
    """Return what a person is told of the labels, stamps and stage directions that were found.

    `labels` and `directions` are the settings, `speakers` the names that have voices of their own.
    """
    label_count = sum(bool(mark.labels) for mark in marks.values())
    direction_count = sum(bool(mark.directions) for mark in marks.values())
    notices = []
    if label_count:
        key = "text.labels_dropped" if labels == "drop" else "text.labels_found"
        notices.append(message(key, count=label_count))
    if speakers:
        notices.append(message("text.speaker_voices", names=", ".join(speakers)))
    if direction_count:
        key = {"keep": "spoken", "silent": "silent", "drop": "dropped"}[directions]
        notices.append(message(f"text.directions_{key}", count=direction_count))
    if rows_left_out:
        notices.append(message("text.rows_left_out", count=rows_left_out))
    return tuple(notices)


def unspoken_ranges(mark: RowMarks, *, speak_directions: bool) -> tuple[tuple[int, int], ...]:
    """Return the ranges of a row that are not spoken, in order."""
    return mark.labels if speak_directions else (*mark.labels, *mark.directions)


def without_marks(
    transcript: Transcript, marks: dict[int, RowMarks], *, speak_directions: bool
) -> Transcript:
    """Return a transcript for titles and terms: no marks, `…` where nothing else is in a row."""
    rows = tuple(
        replace(
            row,
            text=_kept_text(
                row.text, unspoken_ranges(marks[row.number], speak_directions=speak_directions)
            ).strip()
            or "…",
        )
        if row.number in marks
        else row
        for row in transcript.rows
    )
    return replace(transcript, rows=rows)


def speak_without_marks(
    rows: Sequence[Row],
    marks: dict[int, RowMarks],
    speak: Callable[[Sequence[Row]], tuple[SpokenRow, ...]],
    *,
    speak_directions: bool,
) -> tuple[SpokenRow, ...]:
    """Return what is said for rows: `speak` of their texts without marks, mapped to whole rows."""
    ranges = {
        number: unspoken_ranges(mark, speak_directions=speak_directions)
        for number, mark in marks.items()
    }
    reduced = [replace(row, text=_kept_text(row.text, ranges.get(row.number, ()))) for row in rows]
    return tuple(
        _cover_row(row, spoken, ranges[row.number]) if ranges.get(row.number) else spoken
        for row, spoken in zip(rows, speak(reduced), strict=True)
    )


def _cover_row(row: Row, spoken: SpokenRow, ranges: Sequence[tuple[int, int]]) -> SpokenRow:
    """Return a spoken row whose tokens cover the whole row again; marks get nothing to say."""
    kept = [
        index
        for index in range(len(row.text))
        if not any(start <= index < end for start, end in ranges)
    ]
    tokens: list[Token] = []
    position = said = 0
    for token in spoken.tokens:
        start, end = kept[token.shown_start], kept[token.shown_end - 1] + 1
        if start > position:
            tokens.append(Token(position, start, token.spoken_start, token.spoken_start))
        tokens.append(Token(start, end, token.spoken_start, token.spoken_end))
        position, said = end, token.spoken_end
    if position < len(row.text):
        tokens.append(Token(position, len(row.text), said, said))
    return SpokenRow(row.number, row.text, spoken.spoken, tuple(tokens))


def _kept_text(text: str, ranges: Sequence[tuple[int, int]]) -> str:
    for start, end in reversed(ranges):
        text = text[:start] + text[end:]
    return text


def _label(text: str, speakers: frozenset[str]) -> tuple[int, str]:
    """Return where the label and the time stamp at the start of a row end, and whose label it is.

    (0, "") without them.
    """
    position, speaker = 0, ""
    for _ in range(3):
        match = _STAMP.match(text, position)
        if match is None:
            match = _NAME_WITH_STAMP.match(text, position)
            if match is None:
                match = _LABEL.match(text, position)
                if match is None or match[1].strip() not in speakers:
                    break
            speaker = speaker or " ".join(match[1].split())
        position = match.end()
    return position, speaker


def _speakers(texts: Sequence[str]) -> frozenset[str]:
    """Return the names that stand before a colon as speakers do."""
    names: Counter[str] = Counter()
    for text in texts:
        stamp = _STAMP.match(text)
        match = _LABEL.match(text, stamp.end() if stamp else 0)
        if match is not None and not _NO_NAME.fullmatch(match[1].strip()):
            names[match[1].strip()] += 1
    roles = {name for name in names if _ROLE.fullmatch(name)}
    repeated = {name for name, count in names.items() if count > 1}
    labelled = sum(names[name] for name in repeated | roles)
    take_turns = len(repeated) > 1 and labelled >= _LABELLED_SHARE * len(texts)
    return frozenset(roles | (repeated if take_turns or roles else set()))
