"""Chapter titles in the talk's own words.

In this order: what the speaker announces (接下来我们看看…), a short question, a phrase or short
clause about the subject of this chapter alone, and otherwise the first row, shortened at a clause.
No title is cut inside a word.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pipeline.subtitle_profiles import CueLimits
from pipeline.text.display_width import display_width
from pipeline.text.linebreak.line_breaker import break_row
from pipeline.text.topics.keywords import AFTER_COUNT, quotable_line
from pipeline.text.topics.term_extraction import extract_terms, term_weight
from pipeline.text.unicode_scripts import HAN_NUMERALS, has_han
from pipeline.text.word_lists import load_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.text.topics.term_extraction import Term
    from pipeline.text.word_segmenter import Segmenter

_MAX_WIDTH = 15
_MAX_LATIN_CHARACTERS = 40
_MIN_WIDTH, _GOOD_WIDTH = 2, 4
_ANNOUNCEMENT_ROWS, _QUESTION_ROWS, _EARLY_ROWS = 3, 4, 10

_OPENER = re.compile(
    rf"(?:首先|其次|再次|然后|接下来|接着|下面|另外|此外|好了|好的|那么|最后|总之|不过|但是|然而|而且|所以|因此|因为|现在|其实|事实上|今天|这里|说完.{{1,6}}，|"
    rf"第[{HAN_NUMERALS}\d]+{AFTER_COUNT}|"
    r"Now|So|But|And|First|Second|Third|Then|Next|Finally|Well|However|Okay)(?:则是|就是|呢)?[，,、：:\s]*"
)

_ANNOUNCEMENT = re.compile(
    r"(?:我们|咱们|我|大家|你)?(?:先|再|就|继续|一起|一起来)*(?:来|去|要)?"
    r"(?:看看|看一看|看一下|看|说说|说一说|聊聊|聊一聊|讲讲|讲一讲|谈谈|谈一谈|介绍一下|介绍|了解一下|了解|认识一下|回顾一下|总结一下|总结|处理|设计|准备|回答|写|讨论|分析|解释)(?P<topic>.+)"
)

_TODAY = re.compile(
    "(?:今天|今儿|这一期|本期|这期|这一讲|这节课).*(?:聊|讲|说|看|教|写|做|介绍|谈|学)"
)

_TODAY_FACTOR, _SENTENCE_FACTOR = (
    3.0,
    1.3,
)  # what today is about; a whole sentence says more than a phrase

_A_FEW = re.compile(rf"[几{HAN_NUMERALS}]+[个种些条]")
_WE_NOW = re.compile("(?:我们|咱们)(?:再|先|来|就|接着)")
_STEP_NUMBER = re.compile(rf"第[{HAN_NUMERALS}\d]+(?:步|章|节|课|部分|阶段|幕)")
_SUBORDINATE_START = re.compile(r"为了|因为|由于|在|当|如果|这|那|一个$|一些$")
_IS_TOPIC = re.compile(r"(?:则|就)?是(?P<topic>.+)")

_QUESTION = re.compile(
    r"(?P<topic>.*(?:为什么|为何|怎么|如何|什么|哪|多少|是谁|吗|是不是|有没有).*)[？?]"
)

_SPOKEN_ENDING = re.compile(r"(?:呢|吧|啊|了|的部分|一下|一番)$")

_GREETING = re.compile(
    "大家好|各位|欢迎|拍档|^我是.{1,4}$|感谢|谢谢|再见|下期|下一期|本期|这一期|这期|观看|收看|收听|关注|点赞|点个|订阅|频道|节目|视频"
)

_FAREWELL = re.compile("再见|感谢|谢谢|下期|下一期|下次见|拜拜")

_CONTEXT_WORDS = re.compile(
    r"[他她它你我咱您这那其此]|自己|别人|有人|很多人|人们|大家|原本|原来|昨天|今天|可能|为什么|当时|当年|时候|曾经|然后|所以|因为|但是"
)

_CONTINUATION = re.compile(
    r"(?:when|after|before|in|on|at|if|because|as|while|which|that|who|what|and|or|but|from|with|by|to|for|then|of)\b|[并而和与的来去]",
    re.IGNORECASE,
)

_UNFINISHED_ENDS = load_words("zh/unfinished_ends") | load_words("en/unfinished_ends")

_EMPTY_MODIFIERS = frozenset(
    {
        "所有",
        "更大",
        "最大",
        "主要",
        "其他",
        "整个",
        "全部",
        "一般",
        "当时",
        "普通",
        "不同",
        "新的",
        "重大",
        "单一",
        "单个",
    }
)

_CLOSING_TITLE, _OPENING_TITLE = "结语", "开场"


class _ChapterTerms(NamedTuple):
    rows: Sequence[str]
    terms: Sequence[Sequence[Term]]
    counts_here: Counter[str]
    counts_in_talk: Counter[str]


def title_chapters(
    rows: Sequence[str], starts: Sequence[int], segmenter: Segmenter
) -> tuple[str, ...]:
    """Return a title for each chapter; `starts` has the index of its first row.

    A title is at most 15 full-width characters or 40 letters long; no title comes twice.
    """
    terms = extract_terms(rows, segmenter)
    counts_in_talk = Counter(term.text for row in terms for term in row)
    titles: list[str] = []
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        counts_here = Counter(term.text for row in terms[start:end] for term in row)
        chapter = _ChapterTerms(
            rows[start:end],
            terms[start:end],
            counts_here if start else counts_in_talk,
            counts_in_talk,
        )  # the first is about all of it
        titles.append(_chapter_title(chapter, titles, segmenter, is_last=end == len(rows)))
    return tuple(titles)


def _chapter_title(
    chapter: _ChapterTerms, used_titles: Sequence[str], segmenter: Segmenter, *, is_last: bool
) -> str:
    if (
        is_last
        and used_titles
        and len(chapter.rows) <= _EARLY_ROWS
        and any(_FAREWELL.search(row) for row in chapter.rows[-3:])
    ):
        return _CLOSING_TITLE
    for candidate in _announced_topics(chapter.rows):
        if _fits_title(candidate, segmenter) and candidate not in used_titles:
            return candidate
    scored = list(_scored_candidates(chapter, segmenter)) if has_han("".join(chapter.rows)) else []
    for score, candidate in sorted(scored, key=lambda scored_candidate: -scored_candidate[0]):
        if score > 0 and not any(candidate in other or other in candidate for other in used_titles):
            return (
                candidate
                if display_width(candidate, "visual") >= _GOOD_WIDTH
                else _quotable_title(chapter.rows, segmenter) or candidate
            )
    return _shortened_title(chapter.rows, segmenter, used_titles)


def _quotable_title(rows: Sequence[str], segmenter: Segmenter) -> str | None:
    line = quotable_line(rows, segmenter)
    return (
        line if line and _fits_title(line, segmenter) and not _CONTEXT_WORDS.search(line) else None
    )


def _announced_topics(rows: Sequence[str]) -> Iterator[str]:
    """Yield the topics that the speaker names: announcements, then questions."""
    for row in rows[:_ANNOUNCEMENT_ROWS]:
        without_opener, had_opener = _without_opener(row)
        announcement = _ANNOUNCEMENT.match(without_opener) or (
            _IS_TOPIC.match(without_opener) if had_opener else None
        )
        if _GREETING.search(row) or not (had_opener or (announcement and _WE_NOW.match(row))):
            continue
        step = _STEP_NUMBER.match(row)
        topic = _trim_topic(announcement["topic"] if announcement else without_opener)
        if step:
            yield f"{step.group()}：{topic}"
        elif (
            announcement or (row[0] in "第首其" and not _CONTEXT_WORDS.search(without_opener))
        ) and not _SUBORDINATE_START.match(topic):
            yield topic
    for row in rows[:_QUESTION_ROWS]:
        question = _QUESTION.fullmatch(row)
        if question and not _GREETING.search(row):
            yield _trim_topic(_without_opener(question["topic"].replace("到底", ""))[0])


def _without_opener(row: str) -> tuple[str, bool]:
    text = row
    while (opener := _OPENER.match(text)) and opener.end() < len(text):
        text = text[opener.end() :]
    return text, text != row


def _trim_topic(text: str) -> str:
    """Return a topic up to the end of its first clause, without particles of speech at its end."""
    clause = re.split(r"[，。；：！？,;:!?]|\.(?:\s|$)", text.strip(), maxsplit=1)[0].strip(" —–-")
    if counted := _A_FEW.match(clause):
        clause = clause[counted.end() :]
    while (tail := _SPOKEN_ENDING.search(clause)) and tail.start():
        clause = clause[: tail.start()]
    return clause


def _fits_title(text: str, segmenter: Segmenter) -> bool:
    max_width = _MAX_WIDTH if has_han(text) else _MAX_LATIN_CHARACTERS / 2
    balanced = all(
        text.count(one) == text.count(two) for one, two in ("“”", "《》", "（）", "()", "‘’")
    )
    return (
        _MIN_WIDTH <= display_width(text, "visual") <= max_width
        and balanced
        and _ends_complete(text, segmenter)
    )


def _ends_complete(text: str, segmenter: Segmenter) -> bool:
    words = segmenter.words(text)
    return bool(words) and text[slice(*words[-1])].lower() not in _UNFINISHED_ENDS


def _scored_candidates(chapter: _ChapterTerms, segmenter: Segmenter) -> Iterator[tuple[float, str]]:
    """Yield noun phrases and short whole rows with their scores."""
    for index, (row, terms) in enumerate(zip(chapter.rows, chapter.terms, strict=True)):
        if _GREETING.search(row) and not _TODAY.search(row):
            continue
        row_factor = _TODAY_FACTOR if _TODAY.search(row) else 1.0 if index < _EARLY_ROWS else 0.8
        for phrase in _noun_phrases(terms):
            text = row[phrase[0].start : phrase[-1].end]
            if _fits_title(text, segmenter):
                yield (
                    row_factor * _topic_weight(phrase, chapter, segmenter) * _length_score(text),
                    text,
                )
        clause = _without_opener(row)[0].rstrip("。，！!,. ")
        if _is_clause(clause, terms) and _fits_title(clause, segmenter):
            yield (
                row_factor
                * _SENTENCE_FACTOR
                * _topic_weight(terms, chapter, segmenter)
                * _length_score(clause),
                clause,
            )


def _is_clause(text: str, terms: Sequence[Term]) -> bool:
    """Return whether a row is a complete sentence with a subject, a verb and an object."""
    inside = [term for term in terms if term.text in text]
    if (
        len(inside) < len("主谓宾")
        or not inside[0].is_topic_word
        or _CONTEXT_WORDS.search(text)
        or any(mark in text for mark in "，、；：")
    ):
        return False
    return any(term.tag[0] == "v" for term in inside[1:]) and inside[-1].tag[0] in "nvaejl"


def _noun_phrases(terms: Sequence[Term]) -> Iterator[Sequence[Term]]:
    """Yield the longest noun phrases of a row: nouns and adjectives, with at most one 的."""
    start = 0
    while start < len(terms):
        end = start
        while (
            end < len(terms)
            and (terms[end].text == "的" or _fits_in_phrase(terms[end]))
            and (end == start or terms[end - 1].end == terms[end].start)
        ):
            end += 1
        run = terms[start:end]
        start = max(end, start + 1)
        while run and (run[0].text == "的" or run[0].text in _EMPTY_MODIFIERS):
            run = run[1:]
        if run and run[-1].is_topic_word:
            marks = [index for index, term in enumerate(run) if term.text == "的"]
            yield from (run[mark + 1 :] for mark in marks if mark + 1 < len(run))
            yield run if len(marks) <= 1 else run[marks[-2] + 1 :]


def _fits_in_phrase(term: Term) -> bool:
    return (
        term.is_topic_word
        or term.tag == "eng"
        or (term.tag in {"a", "b", "an", "vn"} and len(term.text) > 1)
    )


def _topic_weight(terms: Sequence[Term], chapter: _ChapterTerms, segmenter: Segmenter) -> float:
    """Return how much some terms say about the subject of this chapter alone."""
    total = 0.0
    for text in {term.text for term in terms if term.is_topic_word}:
        count = chapter.counts_here[text]
        total += (
            term_weight(text, segmenter)
            * count**0.5
            * (count / chapter.counts_in_talk[text]) ** 0.5
        )
    return total


def _length_score(text: str) -> float:
    """Return up to 1 for a title of a good length, less for a shorter or longer one."""
    size = display_width(text, "visual")
    return min(1.0, 0.2 + size / 8) / (1 + size / 20)


def _shortened_title(rows: Sequence[str], segmenter: Segmenter, used_titles: Sequence[str]) -> str:
    """Return the first fitting clause without its opener, else the first line of the first row."""
    without_openers = [_without_opener(row)[0] for row in rows if not _GREETING.search(row)]
    for row in without_openers[:_EARLY_ROWS]:
        clause = _trim_topic(row)
        if (
            clause not in used_titles
            and not _CONTINUATION.match(clause)
            and _fits_title(clause, segmenter)
            and display_width(clause, "visual") >= _MAX_WIDTH / 2
        ):
            return clause[:1].upper() + clause[1:]
    for row in (*without_openers, *rows):
        limits = CueLimits(
            "title", _MAX_WIDTH if has_han(row) else _MAX_LATIN_CHARACTERS // 2, 2, 0
        )
        line = break_row(row, limits, segmenter)[0].lines[0].strip("，。、：；,.:;—-…“”‘’\"' ")
        if line and line not in used_titles:
            return line[:1].upper() + line[1:]
    return _OPENING_TITLE
