"""Split a talk into chapters where its vocabulary changes or the speaker announces a new subject.

Lexical cohesion after Hearst, "TextTiling" (Computational Linguistics 23, 1997): the words of the
rows before and after a place are compared, in windows of three sizes, and a deep minimum of their
similarity is a boundary. What speakers say at a turn counts too: ordinals (第二个问题), scenes
(在视觉理解方面), a subject that is done with (聊完这个), questions, summaries. A dynamic programme
chooses the best set of boundaries that leaves no chapter too short.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pipeline.text.topics.term_extraction import extract_terms
from pipeline.text.traditional import simplified_copy
from pipeline.text.unicode_scripts import HAN_NUMERALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.text.word_segmenter import Segmenter

MIN_CHAPTER_ROWS = 8
"""Rows; nobody jumps to a shorter chapter."""

_ROWS_PER_CHAPTER = 50
"""Editors of the talks that the weights were fitted on begin a section every 49 rows."""

_MIN_CHAPTERS, _MAX_CHAPTERS = 3, 14
_SHORT_TALK_ROWS = 60
_ROWS_OF_A_SHORT_CHAPTER = 18
_WINDOWS = (12, 25, 45)
"""Rows before and after a place that are compared: a paragraph, a point, a subject."""

_EDGE_ROWS = 40
"""Rows over which the signs of an opening and of a closing fade, to 1/e."""

_MAX_CANDIDATES = 500
_UNEVEN_COST = 1.0
_REPEATED_WORD, _SINGLE_WORD = 1.0, 0.3
_SHORT_ROW = len("不过，那么")

_ORDINAL = re.compile(
    rf"(?:最后|首先)?.{{0,12}}第[{HAN_NUMERALS}\d]+"
    r"(?:个|点|章|部分|步|种|件|阶段|类|道|位|大|条|项|层|课|幕)"
    r"|(?:The )?(?:[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|[Ff]ifth)\b"
    r"|(?:Step|Part|Chapter|Number) \w+"
)
_SCENE = re.compile(
    r"(?:而)?在(?!于|此).{1,16}(?:之后|后|方面|上|中|里|下|时|层面|阶段|看来|之前)[，,]?$"
    r"|(?:到了|进入|随着|面对|有了|由于|围绕|关于|至于|针对).{2,}"
    r"|(?:As for|When it comes to|In terms of|With|Around|By|In) .*(?:,|[0-9]{4})"
)
_DONE = re.compile(
    r"(?:聊|说|讲|看|谈|介绍|了解|梳理)完|在(?:讲|聊|谈|说|介绍|了解)完|了解了|除了|除此"
    r"|(?:聊|说|讲|谈)到这|既然|回到|说到|再来|接下来|下面|接着|另外|此外|与此同时|好了|那么接下来"
    r"|(?:So far|Having |Now that|Besides|Apart from|Next|Moving on|Let[’']s|Now,|Okay|Alright)"
    r"|(?:Meanwhile|Turning)"
)
_CLOSING = re.compile(
    r"^(?:好了|好，|最后|总之|总结|总的来|综上|回顾)|总结一下|以上就是|到这里.{0,12}(?:差不多|结束)"
    r"|^(?:Finally|In conclusion|To sum up|In short|To conclude|In summary)"
)
_TODAY = re.compile(
    r"(?:今天|本期|这期|这一期|这节课|这堂|下面|接下来).{0,8}"
    r"(?:聊|讲|说|看|介绍|谈|回顾|解读|梳理|拆解|分享)"
    r"|我们就来|一起来|跟随.{1,12}(?:思路|脚步)|^一开场|从.{1,8}开始$"
    r"|(?:[Tt]oday|[Ii]n this (?:video|talk|lecture|episode|course)).*"
    r"(?:look|talk|discuss|learn|show|see|cover)"
)
_ASKED = re.compile(
    r"问到|问道|提问|问了|发问|的问题$|话题|焦点|转向|环节|转折"
    r"|\b(?:asked|question|topic|turned to)\b"
)
_WHY = re.compile(
    r"(?:那么|那|所以)?.{0,12}(?:为什么|究竟|到底|如何|怎么|什么)"
    r"|(?:[Ss]o |[Bb]ut )?(?:[Ww]hy|[Hh]ow|[Ww]hat)\b"
)
_QUESTION_END = re.compile(r"[？?]$|呢[？?]?$")

_CONTINUATION = re.compile(
    r"(?:的|地|得|了|并|而且|以及|也|都|就|又|还|来|去|从而|而|和|与|或|等|才|却|之|甚至|包括|所以|因此|因为"
    r"|但|是|由|把|被|将|使|让|用来|以便|以至于|对|优于|用于|要|会|能|进行|恢复|当时|[a-z]|[，、。：；！？”）》])"
)
_UNFINISHED = re.compile(
    r"(?:的|在|和|与|或|把|被|将|说|道|对|从|向|为|于|是|有|比|跟|给|让|到|(?<!小)时|，|、|：|—|《[^》]*|（[^）]*|,"
    r"|\b(?:and|or|of|in|to|the|a|that|with|for|at|by|from|,))$"
)
_SENTENCE_END = re.compile(r"[。！？!?.…][”’）)]*$")


class _Weights(NamedTuple):
    """How much each sign counts, in nats.

    Fitted by logistic regression on eight talks with 64 sections that editors began (rows within
    two of such a place count in part); each talk was also scored with weights of the seven others.
    """

    valley: tuple[float, float, float] = (3.2, 1.2, 3.3)
    ordinal: float = 0.9
    scene: float = 1.8
    done: float = 2.2
    closing: float = 2.5
    today: float = 3.3
    asked: float = 1.3
    why: float = 1.3
    continuation: float = -0.35
    after_unfinished: float = -0.25
    after_sentence: float = 0.8


_WEIGHTS = _Weights()


def chapter_starts(rows: Sequence[str], segmenter: Segmenter) -> tuple[int, ...]:
    """Return the index of the first row of each chapter; the first is 0.

    A talk of 60 rows or more has 3 to 14 chapters by its length, a shorter one 1 to 3. None has
    fewer than MIN_CHAPTER_ROWS rows.
    """
    chapter_count = _chapter_count(len(rows))
    if chapter_count == 1:
        return (0,)
    scores = _start_scores(rows, segmenter)
    candidates = _candidate_starts(scores, len(rows))
    return _best_starts(candidates, scores, chapter_count, len(rows))


def is_unfinished(row: str) -> bool:
    """Return whether a row ends where a sentence cannot, such as 他认为在."""
    return bool(_UNFINISHED.search(row)) and not _SENTENCE_END.search(row)


def is_continuation(row: str) -> bool:
    """Return whether a row begins as no sentence does, such as 的时候."""
    return bool(_CONTINUATION.match(row))


def _chapter_count(rows: int) -> int:
    if rows < _SHORT_TALK_ROWS:
        return max(1, min(_MIN_CHAPTERS, rows // _ROWS_OF_A_SHORT_CHAPTER))
    return max(_MIN_CHAPTERS, min(_MAX_CHAPTERS, round(rows / _ROWS_PER_CHAPTER)))


def _start_scores(rows: Sequence[str], segmenter: Segmenter) -> list[float]:
    """Return for each row how well a chapter begins there, in nats."""
    texts = [simplified_copy(row) for row in rows]
    vectors = _word_vectors(texts, segmenter)
    scores = [0.0, *(_wording_score(texts, at) for at in range(1, len(texts)))]
    for window, weight in zip(_WINDOWS, _WEIGHTS.valley, strict=True):
        for at, depth in enumerate(_valley_depths(vectors, window)):
            scores[at] += weight * depth
    return scores


def _word_vectors(rows: Sequence[str], segmenter: Segmenter) -> list[dict[str, float]]:
    """Return the topic words and verbs of each row with their weights: rare in the talk is more."""
    counts = [
        Counter(
            term.text
            for term in terms
            if term.is_topic_word or (term.tag[0] == "v" and len(term.text) > 1)
        )
        for terms in extract_terms(rows, segmenter)
    ]
    rows_with = Counter(word for row in counts for word in row)
    size = math.log(max(2, len(rows)))
    weights = {
        word: max(0.1, math.log(len(rows) / count) / size)
        * (_REPEATED_WORD if count > 1 else _SINGLE_WORD)
        for word, count in rows_with.items()
    }
    return [{word: count * weights[word] for word, count in row.items()} for row in counts]


def _valley_depths(vectors: Sequence[dict[str, float]], window: int) -> list[float]:
    """Return the depth of the similarity at each place below the highest ones near it."""
    similarities = [1.0]
    before: Counter[str] = Counter()
    after = _sum_of(vectors[1 : window + 1])
    _add(before, vectors[0], 1)
    for at in range(1, len(vectors)):
        similarities.append(_cosine(before, after))
        _add(before, vectors[at], 1)
        _add(after, vectors[at], -1)
        if at >= window:
            _add(before, vectors[at - window], -1)
        if at + window < len(vectors):
            _add(after, vectors[at + window], 1)
    return [0.0] + [
        max(similarities[max(1, at - window) : at + 1])
        + max(similarities[at : at + window])
        - 2 * similarities[at]
        for at in range(1, len(vectors))
    ]


def _sum_of(vectors: Iterable[dict[str, float]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for vector in vectors:
        _add(total, vector, 1)
    return total


def _add(total: Counter[str], vector: dict[str, float], sign: int) -> None:
    for word, weight in vector.items():
        total[word] += sign * weight  # type: ignore[assignment] # a counter of weights


def _cosine(one: Counter[str], two: Counter[str]) -> float:
    shared = sum(weight * two[word] for word, weight in one.items() if word in two)
    norms = math.sqrt(
        sum(weight * weight for weight in one.values())
        * sum(weight * weight for weight in two.values())
    )
    return shared / norms if norms > 1e-9 else 0.0  # noqa: PLR2004 - what subtraction leaves over


def _wording_score(rows: Sequence[str], at: int) -> float:
    """Return how much the wording speaks for a new chapter at a row, in nats."""
    row, before = rows[at], rows[at - 1]
    following = rows[at : at + 3]
    early, late = math.exp(-at / _EDGE_ROWS), math.exp(-(len(rows) - at) / _EDGE_ROWS)
    signs = (
        (_WEIGHTS.ordinal, bool(_ORDINAL.match(row))),
        (_WEIGHTS.scene, bool(_SCENE.match(row))),
        (_WEIGHTS.done, bool(_DONE.match(row))),
        (_WEIGHTS.closing * (0.3 + late), bool(_CLOSING.search(row))),
        (_WEIGHTS.today * early, any(map(_TODAY.search, rows[max(0, at - 2) : at + 1]))),
        (_WEIGHTS.asked, any(map(_ASKED.search, following))),
        (_WEIGHTS.why, any(_WHY.match(one) and _QUESTION_END.search(one) for one in following[:2])),
        (_WEIGHTS.continuation, is_continuation(row)),
        (
            2 * _WEIGHTS.continuation + _WEIGHTS.after_unfinished,
            is_unfinished(before) or len(before) < _SHORT_ROW,
        ),
        (_WEIGHTS.after_sentence, bool(_SENTENCE_END.search(before))),
    )
    return sum(weight for weight, is_there in signs if is_there)


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
            uneven = (math.log(length / ideal)) ** 2 * _UNEVEN_COST
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
