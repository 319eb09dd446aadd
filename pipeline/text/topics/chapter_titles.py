"""Chapter titles in the talk's own words, never cut.

A title is what the speaker announces (接下来我们看看…), a counted subject (第三个陷阱，思维陷阱), a
question, a row that names a subject or a short clause that stands alone; otherwise the terms that
this chapter is about. All are checked to be whole.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.text.display_width import display_width
from pipeline.text.topics.clauses import ClauseFinder, asks, without_opener
from pipeline.text.topics.term_extraction import term_weight
from pipeline.text.traditional import is_traditional, simplified_copy
from pipeline.text.unicode_scripts import HAN_NUMERALS, has_han

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.text.word_segmenter import Segmenter

_MAX_WIDTH = 16
_MAX_LATIN_CHARACTERS = 42
_MIN_WIDTH = 3
_ANNOUNCEMENT_ROWS, _QUESTION_ROWS, _EARLY_ROWS = 5, 8, 10
_NEAR_ROWS = 25
"""Rows from a chapter's first over which what is said there names it less, to 1/e."""
_MIN_TERM_WEIGHT = 8.5
"""Nats: a term that titles a chapter is rarer than one word in 5,000."""

_MIN_COUNT = 2
"""How often such a term is said: once may be chance."""

_ANNOUNCED, _COUNTED, _ASKED, _NAMED, _SAID = 60.0, 80.0, 45.0, 30.0, 20.0
"""What a kind of title is worth, beside the weights of its words in nats."""

_CLOSING_TITLES = {"zh": "结语", "zh-Hant": "結語", "en": "Closing words"}
_OPENING_TITLES = {"zh": "开场", "zh-Hant": "開場", "en": "Opening"}
"""By the script of the talk."""

_ANNOUNCEMENT = re.compile(
    r"(?:今天|本期|接下来|下面|然后)?(?:我们|咱们|我|大家|你)?(?:先|再|就|继续|一起|一起来)*(?:来|去|要)?"
    r"(?:看看|看一看|看一下|说说|说一说|聊聊|聊一聊|讲讲|讲一讲|谈谈|谈一谈|介绍一下|介绍|了解一下|了解|认识一下"
    r"|回顾一下|总结一下|讨论|分析一下|解读|拆解)(?:这本|一下|的是)?(?P<topic>.+)"
)
_ENGLISH_ANNOUNCEMENT = re.compile(
    r"(?:.*?\b)?(?:[Ll]et[’']s|[Ww]e(?:[’']ll| will| are going to)?|I(?:[’']ll| will| want to))"
    r"\s+(?:now |also )?"
    r"(?:talk about|look at|discuss|turn to|start with|cover|see) (?P<topic>.+)"
)
_COUNTED_SUBJECT = re.compile(
    rf"(?:最后)?(?P<count>第[{HAN_NUMERALS}\d]+(?:个|大|种|类|步|点|条|项|部分|章|课|阶段)?"
    r"[^，：:是\s]{0,6}?)"
    r"(?:，|：|:|、|就?是|\s)(?P<subject>.+)"
)
_TODAY = re.compile(
    r"(?:今天|今儿|本期|这期|这一期|这一讲|这节课).{0,10}?(?:聊一聊|聊聊|聊|讲讲|讲|说说|说|看看|介绍一下|介绍|谈谈"
    r"|解读|回顾|拆解|梳理|学习?|做|写)(?:的(?:话题|主题|内容)?(?:就?是)?|一下|一道|一个)?(?P<topic>.+)"
    r"|(?:[Tt]oday|[Ii]n this (?:video|talk|lecture|episode|course)),? "
    r".*?(?:look at|talk about|discuss|learn|cover|see) (?P<english>.+)"
)
_GREETING = re.compile(
    "大家好|各位|欢迎|拍档|^我是.{1,4}$|感谢|谢谢|再见|下期|下一期|观看|收看|收听|关注|点赞|点个|订阅|频道"
    r"|\b(?:welcome|subscribe|thank|hello|hi everyone)\b",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"再见|感谢|谢谢|下期|下一期|下次见|拜拜|\b(?:bye|see you|thank)", re.IGNORECASE
)
_STOP = re.compile(r"[.!?,;:][\"')”’]?$")
_DONE_WITH = re.compile("[聊说讲看谈]完|一?开场|最后|接下来|除了|[聊说讲]到")
_SUMMARY = re.compile(
    r"总结一下|以上就是|到这里|^总之|^综上|\b(?:[Ii]n conclusion|[Tt]o sum up|[Ii]n summary)\b"
)
_CONTEXT = re.compile(r"[他她它其该此]|这|那(?!斯|么大|不勒|拉)|我们|你们|咱们|大家")
_TAIL = re.compile(r"(?:呢|吧|啊|吗|的内容|的部分|一下|一番|到底|究竟)$")


def title_chapters(
    rows: Sequence[str], starts: Sequence[int], segmenter: Segmenter
) -> tuple[str, ...]:
    """Return a title for each chapter; `starts` has the index of its first row.

    A title is at most 16 full-width characters or 42 letters long; no title comes twice.
    """
    finder = ClauseFinder(rows, segmenter)
    counts_in_talk = Counter(term.text for row in finder.terms for term in row)
    titles: list[str] = []
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        titles.append(_chapter_title(finder, start, end, titles, counts_in_talk))
    return tuple(titles)


def _chapter_title(
    finder: ClauseFinder, start: int, end: int, used: Sequence[str], counts_in_talk: Counter[str]
) -> str:
    rows = finder.rows[start:end]
    chinese = has_han("".join(rows))
    is_last = end == len(finder.rows)
    script = ("zh-Hant" if is_traditional("".join(rows)) else "zh") if chinese else "en"
    says_goodbye = len(rows) <= _EARLY_ROWS and any(map(_FAREWELL.search, rows[-3:]))
    if is_last and used and (says_goodbye or any(map(_SUMMARY.search, rows[:3]))):
        return _CLOSING_TITLES[script]
    counts_here = Counter(term.text for row in finder.terms[start:end] for term in row)
    subject = None if used else _subject_of_talk(finder, start, end)
    if subject:
        return subject
    candidates = sorted(
        (
            (worth * _specificity(finder, text, counts_here, counts_in_talk), -index, text)
            for index, (worth, text) in enumerate(_candidates(finder, start, end))
            if not any(_is_same(text, other) for other in used)
        ),
        reverse=True,
    )
    if candidates:
        text = candidates[0][2]
        return text[:1].upper() + text[1:] if not chinese else text
    named = _terms_title(finder, start, end, counts_here, counts_in_talk)
    if named and named not in used:
        return named
    opening = _OPENING_TITLES[script]
    number = len(used) + 1
    return opening if opening not in used else f"{number}"


def _subject_of_talk(finder: ClauseFinder, start: int, end: int) -> str | None:
    """Return the heading above the talk, or what the speaker says that it is about, or None."""
    if _is_heading(finder, start):
        return finder.rows[start].strip()
    for row in range(start, min(end + 1, len(finder.rows))):
        match = _TODAY.search(finder.copies[row])
        if match is None or not finder.ends_clause(row):
            continue
        name = "topic" if match["topic"] else "english"
        topic = _trim(re.split("[：:]", finder.rows[row][match.start(name) :])[-1])
        if not _CONTEXT.search(simplified_copy(topic)) and _fits(finder, topic):
            return topic
        book = re.search("《[^《》]{2,14}》", finder.rows[row])
        if book:
            return book.group()
    return None


def _is_heading(finder: ClauseFinder, row: int) -> bool:
    """Return whether a row is a heading: a short one without a stop, above sentences with one.

    Without punctuation in the talk, it is a row that names a subject.
    """
    text = finder.rows[row].strip()
    if row + 1 >= len(finder.rows) or _GREETING.search(text) or not _fits(finder, text):
        return False
    if has_han(text):
        return finder.is_topic_phrase(text, _MAX_WIDTH) and finder.begins_clause(row + 1)
    stopped = [bool(_STOP.search(other)) for other in finder.rows[row + 1 :]]
    return not _STOP.search(text) and sum(stopped) * 2 > len(stopped)


def _is_same(text: str, other: str) -> bool:
    return text.casefold() in other.casefold() or other.casefold() in text.casefold()


def _candidates(finder: ClauseFinder, start: int, end: int) -> Iterator[tuple[float, str]]:
    """Yield titles with what their kind and their place are worth."""
    for row in range(start, end):
        if _GREETING.search(finder.copies[row]):
            continue
        near = math.exp(-(row - start) / _NEAR_ROWS)
        if row - start < _ANNOUNCEMENT_ROWS:
            for worth, text in (
                (_COUNTED, _counted_title(finder, row)),
                (_ANNOUNCED, _announced_topic(finder, row)),
            ):
                if text:
                    yield worth, text
        question = _question(finder, row) if row - start < _QUESTION_ROWS else None
        if question:
            yield _ASKED * near, question
        yield from ((worth * near, text) for worth, text in _said_at(finder, row))


def _question(finder: ClauseFinder, row: int) -> str | None:
    text = finder.rows[row]
    if not (text.endswith(("？", "?")) or _TAIL.search(finder.copies[row])):
        return None
    question = _trim(without_opener(text.replace("到底", "").replace("究竟", "")))
    is_clear = asks(question) and not _CONTEXT.search(simplified_copy(question))
    return question if is_clear and finder.begins_clause(row) and _fits(finder, question) else None


def _said_at(finder: ClauseFinder, row: int) -> Iterator[tuple[float, str]]:
    """Yield the subject that a row names, or the short clause that it is."""
    if not has_han(finder.rows[row]):
        clause = finder.at(row)
        if clause and _fits(finder, clause.text):
            yield _SAID, clause.text
        return
    plain = without_opener(finder.rows[row]).rstrip("，。；,.; ")
    if not finder.begins_clause(row) or not finder.ends_clause(row):
        return
    if not _fits(finder, plain):
        return
    if finder.is_topic_phrase(plain, _MAX_WIDTH) and _has_new_subject(finder, row):
        yield _NAMED, plain
    elif finder.stands_alone(plain):
        yield _SAID, plain


def _has_new_subject(finder: ClauseFinder, row: int) -> bool:
    """Return whether a row that names a subject is not the object of the row before."""
    return row + 1 == len(finder.rows) or finder.begins_clause(row + 1)


def _counted_title(finder: ClauseFinder, row: int) -> str | None:
    """Return 第三个陷阱：思维陷阱 for a row that counts and names a subject, else None."""
    match = _COUNTED_SUBJECT.match(finder.copies[row])
    if match is None:
        return None
    text = finder.rows[row]
    count, subject = text[slice(*match.span("count"))], text[match.start("subject") :]
    subject = _trim(subject)
    if not finder.is_whole(subject, _MAX_WIDTH) or _CONTEXT.search(simplified_copy(subject)):
        following = finder.rows[row + 1] if row + 1 < len(finder.rows) else ""
        subject = _trim(following)
        if display_width(subject, "visual") > _MAX_WIDTH / 2 or not finder.is_whole(
            subject, _MAX_WIDTH / 2
        ):
            return None
    title = f"{count}：{subject}"
    return title if display_width(title, "visual") <= _MAX_WIDTH + 4 else None


def _announced_topic(finder: ClauseFinder, row: int) -> str | None:
    text = finder.rows[row]
    if has_han(text):
        match = _ANNOUNCEMENT.match(finder.copies[row])
    else:
        match = _ENGLISH_ANNOUNCEMENT.match(text)
    if match is None or not finder.ends_clause(row):
        return None
    topic = _trim(text[match.start("topic") :])
    if _CONTEXT.search(simplified_copy(topic)) or not _fits(finder, topic):
        return None
    return topic


def _trim(text: str) -> str:
    """Return a text up to the end of its first clause, without particles of speech at its end."""
    clause = re.split(r"[，。；！？,;!?]|\.(?:\s|$)", text.strip(), maxsplit=1)[0].strip(" —–-")
    while (tail := _TAIL.search(clause)) and tail.start():
        clause = clause[: tail.start()]
    return clause


def _fits(finder: ClauseFinder, text: str) -> bool:
    max_width = _MAX_WIDTH if has_han(text) else _MAX_LATIN_CHARACTERS / 2
    return (
        display_width(text, "visual") >= _MIN_WIDTH
        and not _DONE_WITH.match(simplified_copy(text))
        and finder.is_whole(text, max_width)
    )


def _specificity(
    finder: ClauseFinder, text: str, counts_here: Counter[str], counts_in_talk: Counter[str]
) -> float:
    """Return how much a text says about this chapter alone, from 0.2 for nothing to 2.2."""
    terms = {term.text for term in finder.terms_of(text) if term.is_topic_word}
    total = sum(
        term_weight(word, finder.segmenter)
        * math.sqrt(counts_here[word])
        * math.sqrt(counts_here[word] / max(1, counts_in_talk[word]))
        for word in terms
    )
    return 0.2 + min(2.0, total / 40)


def _terms_title(
    finder: ClauseFinder,
    start: int,
    end: int,
    counts_here: Counter[str],
    counts_in_talk: Counter[str],
) -> str:
    """Return the one or two terms that a chapter is about; "" if none stands out."""
    scores: dict[str, float] = {}
    shown: dict[str, str] = {}
    for row in range(start, end):
        for term in finder.terms[row]:
            weight = term_weight(term.text, finder.segmenter)
            if (
                term.text[-1] in "于在"
                or not term.is_topic_word
                or weight < _MIN_TERM_WEIGHT
                or counts_here[term.text] < _MIN_COUNT
            ):
                continue
            shown.setdefault(term.text, finder.rows[row][term.start : term.end])
            share = counts_here[term.text] / counts_in_talk[term.text]
            scores[term.text] = weight * math.sqrt(counts_here[term.text]) * share
    best = sorted(scores, key=lambda word: -scores[word])[:2]
    names = [shown[word] for word in best]
    if len(names) == 2 and _is_same(*names):  # noqa: PLR2004 - the two names
        names = [max(names, key=len)]
    joined = ("、" if has_han("".join(finder.rows[start:end])) else ", ").join(names)
    return joined if display_width(joined, "visual") <= _MAX_WIDTH else (names[0] if names else "")
