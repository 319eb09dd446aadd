"""Group rows into utterances: consecutive rows of one speaker that are spoken as one text.

Rows are clause fragments, and a transcript of them often has no full stops at all. An utterance
ends where the author says so (sentence punctuation, a directive, a chapter) or where the next row
opens a new thought; long stretches without such a sign are divided where the clauses are least
connected. The choice depends on words and row counts and hardly on lengths, so that an edit of one
row leaves all other utterances unchanged.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from pipeline.model import PinyinReading
from pipeline.text.unicode_scripts import has_han

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Chapter, SpokenRow, Transcript

MAX_UTTERANCE_WEIGHT = 120
"""Longest utterance in Han characters (see `text_weight`).

About 30 s, and a tenth of what the services accept.
"""

_FIRST_CJK = 0x2E80
_UNSPEAKABLE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
MAX_UTTERANCE_ROWS = 8
_IDEAL_UTTERANCE_ROWS = 4
_CLOSING_MARKS = "”’」』》〉）)］]】\"'"
_SENTENCE_END = re.compile(
    rf"(?:[。！？!?；;…]|(?<!\b[A-Z])\.)[{re.escape(_CLOSING_MARKS)}]*\s*$"
)  # not after an initial: Alex K.
_PAUSE_MARK_END = re.compile(
    rf"[，,、：:—–\-~～·（(「『《〈“‘\[][{re.escape(_CLOSING_MARKS)}]*\s*$"
)
_OPENING_BRACKETS = "「『《〈（(“"
_CLOSING_BRACKETS = "」』》〉）)”"

_TIME_EXPRESSIONS = re.compile(
    r"(?:在|到了?|直到|早在|因此在)?(?:\d{4}|[二一][〇零一二三四五六七八九]{3})年|同年|次年|后来|之后|随后|昨天|今天|前段时间|当时|那个时候|在此期间|目前"
)
_CONDITION_OPENERS = re.compile("如果|要是|假如|假设|既然|当|If\\b|When\\b")


def _data_pattern(name: str) -> str:
    """Return the regular expressions of a data file as one alternative."""
    text = files("pipeline.speech").joinpath("data", f"{name}.txt").read_text("utf-8")
    return "|".join(line for line in text.splitlines() if not line.startswith("#"))


_THOUGHT_OPENERS = re.compile(_data_pattern("thought_openers"))
_CONJUNCTIONS = re.compile(_data_pattern("conjunctions"))
_INCOMPLETE_END = re.compile(f"(?:{_data_pattern('incomplete_ends')})$")


@dataclass(frozen=True, slots=True)
class Utterance:
    """Consecutive rows that are spoken as one text.

    `voice` is the name in the transcript ("": the episode's own voice); `ends_thought` says whether
    a thought ends with the last row.
    """

    rows: tuple[SpokenRow, ...]
    voice: str
    ends_thought: bool


@dataclass(frozen=True, slots=True)
class UtteranceText:
    """The text of several rows; row i is its characters [start, end) = `row_ranges[i]`.

    `readings` are those that the author gave in pinyin, by the characters of the text.
    """

    text: str
    row_ranges: tuple[tuple[int, int], ...]
    readings: tuple[PinyinReading, ...] = ()


def group_into_utterances(
    spoken: Sequence[SpokenRow], transcript: Transcript, chapters: Sequence[Chapter]
) -> tuple[Utterance, ...]:
    """Return the utterances in order; every row is in exactly one.

    A row with nothing to say is an utterance of its own.
    """
    forced_starts = {directive.row for directive in transcript.directives} | {
        chapter.row for chapter in chapters
    }
    voices = _voice_by_row(spoken, transcript)
    groups: list[Utterance] = []
    for segment in _split_at_sure_ends(spoken, forced_starts):
        sizes = _cheapest_group_sizes(segment) if len(segment) > 1 else [len(segment)]
        start = 0
        for size in sizes:
            rows = tuple(segment[start : start + size])
            start += size
            ends_thought = start == len(segment) or _may_end_thought(
                rows[-1].spoken.strip(), segment[start].spoken.strip()
            )
            groups.append(Utterance(rows, voices[rows[0].row], ends_thought))
    return tuple(groups)


def join_rows(rows: Sequence[SpokenRow], *, ends_thought: bool) -> UtteranceText:
    """Return rows as one text to speak.

    A row that ends without punctuation gets a comma, or a full stop if a thought ends with it.
    """
    parts: list[str] = []
    row_ranges = []
    readings: list[PinyinReading] = []
    offset = 0
    for index, row in enumerate(rows):
        row_text = _replace_unspeakable(row.spoken.strip())
        is_last = index == len(rows) - 1
        mark = _mark_after(
            row_text,
            "" if is_last else rows[index + 1].spoken,
            ends_thought=is_last and ends_thought,
        )
        parts.append(row_text + mark)
        row_ranges.append((offset, offset + len(row_text)))
        shift = offset - (len(row.spoken) - len(row.spoken.lstrip()))
        readings += [
            PinyinReading(reading.start + shift, reading.end + shift, reading.syllables)
            for reading in row.readings
        ]
        offset += len(row_text) + len(mark)
    return UtteranceText("".join(parts), tuple(row_ranges), tuple(readings))


def has_speakable_text(row: SpokenRow) -> bool:
    """Return False for a row of punctuation only: it is not spoken, and services fail on it."""
    return any(char.isalnum() for char in row.spoken)


def text_weight(text: str) -> float:
    """Return a text's length in Han characters.

    A Latin letter or digit counts half, a space or punctuation a fifth.
    """
    return sum((0.5 if ord(char) < _FIRST_CJK else 1.0) if char.isalnum() else 0.2 for char in text)


def _replace_unspeakable(text: str) -> str:
    """Return a text with a space in place of each control, invisible or undefined character."""
    return "".join(
        " " if unicodedata.category(char) in _UNSPEAKABLE_CATEGORIES else char for char in text
    )


def _mark_after(text: str, following: str, *, ends_thought: bool) -> str:
    """Return the punctuation to put after a row; `following` is the next row's text, or ""."""
    is_latin = not has_han(text + following)
    if not text or _SENTENCE_END.search(text) or _PAUSE_MARK_END.search(text):
        return " " if is_latin and following else ""
    if ends_thought:
        return "." if is_latin else "。"
    return ", " if is_latin and following else "，"


def _voice_by_row(spoken: Sequence[SpokenRow], transcript: Transcript) -> dict[int, str]:
    """Return the voice of each row by the `@voice` directives."""
    changes = {
        directive.row: directive.value.strip()
        for directive in transcript.directives
        if directive.kind == "voice"
    }
    voices = {}
    current = ""
    for row in spoken:
        current = changes.get(row.row, current)
        voices[row.row] = current
    return voices


def _split_at_sure_ends(
    spoken: Sequence[SpokenRow], forced_starts: set[int]
) -> list[list[SpokenRow]]:
    """Split the rows at every gap that certainly ends an utterance."""
    segments: list[list[SpokenRow]] = []
    depth = 0
    for row in spoken:
        previous = segments[-1][-1] if segments else None
        before = previous.spoken.strip() if previous else ""
        starts_new = (
            previous is None
            or not has_speakable_text(previous)
            or not has_speakable_text(row)
            or row.row in forced_starts
            or _SENTENCE_END.search(before)
        )
        if starts_new or (not depth and _opens_thought(before, row.spoken.strip())):
            segments.append([])
            depth = 0
        segments[-1].append(row)
        depth = max(
            0,
            depth
            + sum((char in _OPENING_BRACKETS) - (char in _CLOSING_BRACKETS) for char in row.spoken),
        )
    return segments


def _opens_thought(before: str, after: str) -> bool:
    """Return True if the row `after` opens a new thought."""
    if (
        not _THOUGHT_OPENERS.match(after)
        or _INCOMPLETE_END.search(before)
        or _PAUSE_MARK_END.search(before)
    ):
        return False
    return not (after.startswith("那么") and _CONDITION_OPENERS.match(before))


def _may_end_thought(before: str, after: str) -> bool:
    """Return True if a thought may end between two rows without punctuation between them."""
    return not (
        _INCOMPLETE_END.search(before)
        or _PAUSE_MARK_END.search(before)
        or _CONJUNCTIONS.match(after)
    )


def _cheapest_group_sizes(segment: Sequence[SpokenRow]) -> list[int]:
    """Return how many rows each utterance of a segment gets.

    The cheapest division, found by dynamic programming over the gaps between rows.
    """
    count = len(segment)
    weights = [text_weight(row.spoken) for row in segment]
    gaps = [
        _break_cost(segment[index - 1].spoken.strip(), segment[index].spoken.strip())
        for index in range(1, count)
    ] + [0.0]
    best = [0.0] + [float("inf")] * count
    size = [0] * (count + 1)
    for end in range(1, count + 1):
        for rows in range(1, min(MAX_UTTERANCE_ROWS, end) + 1):
            start = end - rows
            if rows > 1 and sum(weights[start:end]) > MAX_UTTERANCE_WEIGHT:
                break
            cost = best[start] + gaps[end - 1] + 0.35 * (rows - _IDEAL_UTTERANCE_ROWS) ** 2
            if cost < best[end]:
                best[end], size[end] = cost, rows
    sizes = []
    end = count
    while end:
        sizes.append(size[end])
        end -= size[end]
    return sizes[::-1]


def _break_cost(before: str, after: str) -> float:
    """Return the cost of ending an utterance between two rows."""
    if _INCOMPLETE_END.search(before) or _PAUSE_MARK_END.search(before):
        return 9.0
    if _TIME_EXPRESSIONS.match(after):
        return 0.5
    if _CONJUNCTIONS.match(after):
        return 4.0
    return 2.0
