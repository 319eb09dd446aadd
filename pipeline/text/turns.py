"""Where a talk turns to something else: its words change, or the speaker says so.

Lexical cohesion after Hearst's TextTiling (1997): the words of the rows before and after a place are compared; a deep valley of
likeness is a turn. Openers (首先, 接下来, 2012年…) and places where no sentence can begin are weighed in, and one dynamic programme
takes the best set of turns that leaves no chapter too short.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.text.atoms import NUMERAL
from pipeline.text.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.text.words import Segmenter

SHORTEST = 8
"""Rows; a shorter chapter is not worth a jump."""

_ROWS_A_CHAPTER = 22
_FEWEST, _MOST = 4, 14
_SHORT_TALK = 60  # rows; below it one chapter for every twenty
_WINDOW = 9
_MOST_PLACES = 500
_OPENERS = re.compile(
    rf"(?:首先|其次|再次|第[{NUMERAL}\d]+(?:个|点|章|部分|步|种|件|阶段|类|道|条|是|，|,|、|：)|接下来|下面|另外|此外|好了|好，|那么|说到|回到|再来|我们来看|来看看|最后|总之|总结|总的来说|"
    r"事实上|与此同时|除此之外|除了|关于|至于|话说|不过|然而|有意思的是|说完|讲完|现在|今天|今年|到了|直到|后来|随后|很快|不久|多年后|"
    r"(?:在|到|时间来到|时间回到)?(?:1[0-9]{3}|20[0-9]{2})年|同年|次年|第二年|公元|步骤|"
    r"First|Second|Third|Next|Finally|Now|So|But|Then|However|Meanwhile|In (?:1[0-9]{3}|20[0-9]{2})|Let’s|Let's)"
)
_STRONG = re.compile(
    rf"(?:首先|其次|再次|第[{NUMERAL}\d]+(?:个|点|章|部分|步|种|件|阶段|类|道)|接下来|下面|好了|好，|说到|回到|最后|总之|总结|说完|讲完|时间来到|时间回到|First|Second|Third|Next|Finally|Now,|Let’s|Let's)"
)
_COUNTED = re.compile(rf"(?:其次|再次|第[{NUMERAL}\d]+(?:个|点|章|部分|步|种|件|阶段|类|道|条|是|，|,|、|：))|首先")
_GOES_ON_SCORE = -0.7
_GOES_ON = re.compile(
    r"(?:的|地|得|了|并|而且|以及|也|都|就|又|还|来|去|从而|而|和|与|或|等|才|却|之|甚至|包括|所以|因此|因为|但|是|由|把|被|将|使|让|用来|以便|以至于|对|优于|用于|要|会|能|进行|恢复|当时|"
    r"[a-z]|[，、。：；！？”）》])"
)
_LEFT_OPEN = re.compile(
    r"(?:的|在|和|与|或|把|被|将|说|道|对|从|向|为|于|是|有|比|跟|给|让|到|时|，|、|：|—|《[^》]*|（[^）]*|,|\b(?:and|or|of|in|to|the|a|that|with|for|at|by|from|,))$"
)
_ONLY_A_TIME = re.compile(
    r"(?:然后|因此|于是|所以|接着|但是|而)?[在到]?(?:同年|次年|第二年|\d{3,4}年)(?:\d{1,2}月)?(?:\d{1,2}[日号])?(?:的(?:时候|一天|夏天|冬天|春天|秋天))?，?"
)
_SENTENCE_END = re.compile(r"[。！？!?.…][”’）)]*$")


def turns_in(rows: Sequence[str], segmenter: Segmenter) -> tuple[int, ...]:
    """Return where chapters begin, as indexes of rows from 0 on; the first is 0.

    A talk of 60 rows or more has 4 to 14 chapters by its length, a shorter one 1 to 3; none has fewer than SHORTEST rows.
    """
    wanted = _wanted(len(rows))
    if wanted == 1:
        return (0,)
    scores = _scores(rows, segmenter)
    places = _promising(scores, len(rows))
    return _best(places, scores, wanted, len(rows))


def _wanted(rows: int) -> int:
    if rows < _SHORT_TALK:
        return max(1, min(3, rows // 18))
    return max(_FEWEST, min(_MOST, round(rows / _ROWS_A_CHAPTER)))


def _scores(rows: Sequence[str], segmenter: Segmenter) -> list[float]:
    """Return for each row how well a chapter begins there."""
    telling = [_vector(row, segmenter) for row in rows]
    likeness = [_likeness(telling[max(0, at - _WINDOW) : at], telling[at : at + _WINDOW]) for at in range(len(rows))]
    counted = [at for at, row in enumerate(rows) if _COUNTED.match(row)]
    crowded = {two for one, two in pairwise(counted) if two - one < SHORTEST}  # items too short to be chapters
    return [
        0.0,
        *(_depth(likeness, at) + (_said(rows[at - 1], rows[at]) if at not in crowded else _GOES_ON_SCORE) for at in range(1, len(rows))),
    ]


def _vector(row: str, segmenter: Segmenter) -> Counter[str]:
    counted: Counter[str] = Counter()
    for term in terms_of([row], segmenter)[0]:
        if term.names_something or (term.tag[0] == "v" and len(term.text) > 1):
            counted[term.text] += 1
    return counted


def _likeness(before: Sequence[Counter[str]], after: Sequence[Counter[str]]) -> float:
    """Return the cosine of two windows' words."""
    one: Counter[str] = Counter()
    two: Counter[str] = Counter()
    for window, rows in ((one, before), (two, after)):
        for row in rows:
            window.update(row)
    shared = sum(one[word] * two[word] for word in one.keys() & two.keys())
    sizes = math.sqrt(sum(n * n for n in one.values()) * sum(n * n for n in two.values()))
    return shared / sizes if sizes else 0.0


def _depth(likeness: Sequence[float], at: int) -> float:
    """Return how deep the valley at a place is, against the highest likeness within a window on each side."""
    left = max(likeness[max(1, at - _WINDOW) : at + 1])
    right = max(likeness[at : at + _WINDOW])
    return left + right - 2 * likeness[at]


def _said(before: str, row: str) -> float:
    """Return what the words themselves say about a turn before a row."""
    score = 0.0
    if _STRONG.match(row):
        score += 0.55
    elif _OPENERS.match(row):
        score += 0.3
    if _GOES_ON.match(row) and not _OPENERS.match(row):
        score += _GOES_ON_SCORE
    left_open = _LEFT_OPEN.search(before) and not _SENTENCE_END.search(before)
    if left_open or _ONLY_A_TIME.fullmatch(before) or len(before) <= len("不过，"):
        score -= 1.2
    if _SENTENCE_END.search(before):
        score += 0.15
    return score


def _promising(scores: Sequence[float], count: int) -> list[int]:
    """Return the places worth weighing: all of them, or in a very long talk the best of each stretch."""
    inner = range(SHORTEST, count - SHORTEST + 1)
    stretch = max(1, math.ceil(len(inner) / _MOST_PLACES))
    return [max(inner[at : at + stretch], key=lambda place: (scores[place], -place)) for at in range(0, len(inner), stretch)]


def _best(places: Sequence[int], scores: Sequence[float], wanted: int, count: int) -> tuple[int, ...]:
    """Return the begins of the `wanted` chapters (or of as many as there is room for) with the best total."""
    ideal = count / wanted
    ends = [0, *places, count]
    best: list[dict[int, tuple[float, int]]] = [{} for _ in ends]
    best[0][0] = (0.0, -1)
    for node, end in enumerate(ends[1:], 1):
        gain = scores[end] if end < count else 0.0
        for before in range(node):
            length = end - ends[before]
            if length < min(SHORTEST, count):
                break
            uneven = (math.log(length / ideal)) ** 2 * 0.35
            for chapters, (total, _) in best[before].items():
                if chapters < wanted and (chapters + 1 not in best[node] or total + gain - uneven > best[node][chapters + 1][0]):
                    best[node][chapters + 1] = (total + gain - uneven, before)
    chapters = max(best[-1])
    begins = []
    node = len(ends) - 1
    while node:
        node = best[node][chapters][1]
        chapters -= 1
        begins.append(ends[node])
    return tuple(begins[::-1])
