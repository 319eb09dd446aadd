"""Split a talk into chapters where its vocabulary changes or the speaker announces a new subject.

Lexical cohesion after Hearst, "TextTiling" (Computational Linguistics 23, 1997): the words of the
rows before and after a place are compared, and a deep minimum of their similarity is a boundary.
Openers (首先, 接下来, 2012年…) and places where no sentence can begin count too. A dynamic
programme chooses the best set of boundaries that leaves no chapter too short.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.text.topics.term_extraction import extract_terms
from pipeline.text.unicode_scripts import HAN_NUMERALS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.text.word_segmenter import Segmenter

MIN_CHAPTER_ROWS = 8
"""Rows; nobody jumps to a shorter chapter."""

_ROWS_PER_CHAPTER = 22
_MIN_CHAPTERS, _MAX_CHAPTERS = 4, 14
_SHORT_TALK_ROWS = 60  # rows; below it one chapter for every twenty
_WINDOW_ROWS = 9
_MAX_CANDIDATES = 500

_OPENERS = re.compile(
    rf"(?:首先|其次|再次|第[{HAN_NUMERALS}\d]+(?:个|点|章|部分|步|种|件|阶段|类|道|条|是|，|,|、|：)|接下来|下面|另外|此外|好了|好，|那么|说到|回到|再来|我们来看|来看看|最后|总之|总结|总的来说|"
    r"事实上|与此同时|除此之外|除了|关于|至于|话说|不过|然而|有意思的是|说完|讲完|现在|今天|今年|到了|直到|后来|随后|很快|不久|多年后|"
    r"(?:在|到|时间来到|时间回到)?(?:1[0-9]{3}|20[0-9]{2})年|同年|次年|第二年|公元|步骤|"
    r"First|Second|Third|Next|Finally|Now|So|But|Then|However|Meanwhile|"
    r"In (?:1[0-9]{3}|20[0-9]{2})|Let’s|Let's)"
)

_STRONG_OPENERS = re.compile(
    rf"(?:首先|其次|再次|第[{HAN_NUMERALS}\d]+(?:个|点|章|部分|步|种|件|阶段|类|道)|接下来|下面|好了|好，|说到|回到|最后|总之|总结|说完|讲完|时间来到|时间回到|First|Second|Third|Next|Finally|Now,|Let’s|Let's)"
)

_LIST_ITEM = re.compile(
    rf"(?:其次|再次|第[{HAN_NUMERALS}\d]+(?:个|点|章|部分|步|种|件|阶段|类|道|条|是|，|,|、|：))|首先"
)

_CONTINUATION_SCORE = -0.7

_CONTINUATION = re.compile(
    r"(?:的|地|得|了|并|而且|以及|也|都|就|又|还|来|去|从而|而|和|与|或|等|才|却|之|甚至|包括|所以|因此|因为|但|是|由|把|被|将|使|让|用来|以便|以至于|对|优于|用于|要|会|能|进行|恢复|当时|"
    r"[a-z]|[，、。：；！？”）》])"
)

_UNFINISHED = re.compile(
    r"(?:的|在|和|与|或|把|被|将|说|道|对|从|向|为|于|是|有|比|跟|给|让|到|时|，|、|：|—|《[^》]*|（[^）]*|,|\b(?:and|or|of|in|to|the|a|that|with|for|at|by|from|,))$"
)

_BARE_TIME = re.compile(
    r"(?:然后|因此|于是|所以|接着|但是|而)?[在到]?(?:同年|次年|第二年|\d{3,4}年)(?:\d{1,2}月)?(?:\d{1,2}[日号])?(?:的(?:时候|一天|夏天|冬天|春天|秋天))?，?"
)

_SENTENCE_END = re.compile(r"[。！？!?.…][”’）)]*$")


def chapter_starts(rows: Sequence[str], segmenter: Segmenter) -> tuple[int, ...]:
    """Return the index of the first row of each chapter; the first is 0.

    A talk of 60 rows or more has 4 to 14 chapters by its length, a shorter one 1 to 3. None has
    fewer than MIN_CHAPTER_ROWS rows.
    """
    chapter_count = _chapter_count(len(rows))
    if chapter_count == 1:
        return (0,)
    scores = _start_scores(rows, segmenter)
    candidates = _candidate_starts(scores, len(rows))
    return _best_starts(candidates, scores, chapter_count, len(rows))


def _chapter_count(rows: int) -> int:
    if rows < _SHORT_TALK_ROWS:
        return max(1, min(3, rows // 18))
    return max(_MIN_CHAPTERS, min(_MAX_CHAPTERS, round(rows / _ROWS_PER_CHAPTER)))


def _start_scores(rows: Sequence[str], segmenter: Segmenter) -> list[float]:
    """Return for each row how well a chapter begins there."""
    word_counts = [_word_counts(row, segmenter) for row in rows]
    similarities = [
        _similarity(
            word_counts[max(0, at - _WINDOW_ROWS) : at], word_counts[at : at + _WINDOW_ROWS]
        )
        for at in range(len(rows))
    ]
    list_items = [at for at, row in enumerate(rows) if _LIST_ITEM.match(row)]
    short_items = {
        two for one, two in pairwise(list_items) if two - one < MIN_CHAPTER_ROWS
    }  # items too short to be chapters
    return [
        0.0,
        *(
            _valley_depth(similarities, at)
            + (
                _wording_score(rows[at - 1], rows[at])
                if at not in short_items
                else _CONTINUATION_SCORE
            )
            for at in range(1, len(rows))
        ),
    ]


def _word_counts(row: str, segmenter: Segmenter) -> Counter[str]:
    counts: Counter[str] = Counter()
    for term in extract_terms([row], segmenter)[0]:
        if term.is_topic_word or (term.tag[0] == "v" and len(term.text) > 1):
            counts[term.text] += 1
    return counts


def _similarity(before: Sequence[Counter[str]], after: Sequence[Counter[str]]) -> float:
    """Return the cosine similarity of the word counts of two windows of rows."""
    words_before: Counter[str] = Counter()
    words_after: Counter[str] = Counter()
    for window, rows in ((words_before, before), (words_after, after)):
        for row in rows:
            window.update(row)
    shared = sum(
        words_before[word] * words_after[word] for word in words_before.keys() & words_after.keys()
    )
    norms = math.sqrt(
        sum(n * n for n in words_before.values()) * sum(n * n for n in words_after.values())
    )
    return shared / norms if norms else 0.0


def _valley_depth(similarities: Sequence[float], index: int) -> float:
    """Return the depth of a minimum below the highest similarity within a window on each side."""
    left = max(similarities[max(1, index - _WINDOW_ROWS) : index + 1])
    right = max(similarities[index : index + _WINDOW_ROWS])
    return left + right - 2 * similarities[index]


def _wording_score(before: str, row: str) -> float:
    """Return how much the wording speaks for a new chapter at a row."""
    score = 0.0
    if _STRONG_OPENERS.match(row):
        score += 0.55
    elif _OPENERS.match(row):
        score += 0.3
    if _CONTINUATION.match(row) and not _OPENERS.match(row):
        score += _CONTINUATION_SCORE
    unfinished = _UNFINISHED.search(before) and not _SENTENCE_END.search(before)
    if unfinished or _BARE_TIME.fullmatch(before) or len(before) <= len("不过，"):
        score -= 1.2
    if _SENTENCE_END.search(before):
        score += 0.15
    return score


def _candidate_starts(scores: Sequence[float], row_count: int) -> list[int]:
    """Return the places to weigh: all of them, or in a very long talk the best of each part."""
    possible = range(MIN_CHAPTER_ROWS, row_count - MIN_CHAPTER_ROWS + 1)
    stretch = max(1, math.ceil(len(possible) / _MAX_CANDIDATES))
    return [
        max(possible[at : at + stretch], key=lambda place: (scores[place], -place))
        for at in range(0, len(possible), stretch)
    ]


def _best_starts(
    candidates: Sequence[int], scores: Sequence[float], chapter_count: int, row_count: int
) -> tuple[int, ...]:
    """Return the starts of the chapters with the best total, or of as many as there is room for."""
    ideal = row_count / chapter_count
    ends = [0, *candidates, row_count]
    best: list[dict[int, tuple[float, int]]] = [{} for _ in ends]
    best[0][0] = (0.0, -1)
    for node, end in enumerate(ends[1:], 1):
        gain = scores[end] if end < row_count else 0.0
        for before in range(node):
            length = end - ends[before]
            if length < min(MIN_CHAPTER_ROWS, row_count):
                break
            uneven = (math.log(length / ideal)) ** 2 * 0.35
            for chapters, (total, _) in best[before].items():
                if chapters < chapter_count and (
                    chapters + 1 not in best[node]
                    or total + gain - uneven > best[node][chapters + 1][0]
                ):
                    best[node][chapters + 1] = (total + gain - uneven, before)
    chapters = max(best[-1])
    starts = []
    node = len(ends) - 1
    while node:
        node = best[node][chapters][1]
        chapters -= 1
        starts.append(ends[node])
    return tuple(starts[::-1])
