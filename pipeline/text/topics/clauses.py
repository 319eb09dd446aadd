"""Clauses of the author's that can stand on a slide: whole, with a subject, understood alone.

Rows are cut where a line is full, not where a clause ends, and Chinese transcripts have little
punctuation. So a clause is a row, or two or three rows that belong together, and it is taken only
where nothing speaks against it: the row before is finished, the row after begins anew, it begins
with what it is about, has a verb, and points at nothing that a reader of the slide cannot see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.text.display_width import display_width
from pipeline.text.topics.segmentation import is_continuation, is_unfinished
from pipeline.text.topics.term_extraction import Term, extract_terms, term_weight
from pipeline.text.traditional import simplified_copy
from pipeline.text.unicode_scripts import HAN_NUMERALS, has_han
from pipeline.text.word_lists import load_characters, load_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.text.word_segmenter import Segmenter

MAX_CLAUSE_WIDTH = 26
"""Full-width characters of the longest clause: two lines of a slide."""

_MIN_CLAUSE_WIDTH = 6
_MAX_ROWS = 3
_MIN_ENGLISH_WORDS, _MAX_ENGLISH_WORDS = 4, 16

OPENER = re.compile(
    r"(?:首先|其次|再次|其中|然后|接下来|接着|下面|另外|此外|好了|好的|那么|最后|总之|不过|但是|但|然而|而且|可是"
    r"|只是|所以|因此|因为|由于|于是|现在|如今|目前|其实|事实上|实际上|当然|显然|同时|今天|这里|甚至|尤其是"
    r"|比如|例如|也就是说"
    rf"|换句话说|更重要的是|简单来说|第[{HAN_NUMERALS}\d]+(?:个|点|步|种|件事|部分)?(?:是|就是|，|、|：)|而|那"
    r"|So|But|And|Now|Well|Then|However|Actually|In fact|Also|Of course|Okay|Finally|First|Second)"
    r"(?:呢|啊)?[，,、：:\s]*"
)
"""What opens a spoken sentence and is left out on a slide."""

_POINTS_ELSEWHERE = re.compile(
    r"[他她它其该此]|这|那(?!斯|么大|不勒|拉)|自己也|前者|后者|上述|以上|两者|二者|对方|当时|刚才|刚刚|之前说"
    r"|如下|下面|以下|同样|另一|另外|也是|也有|昨天|今天|明天|去年|今年|咱们|大家|各位"
)
_SUFFIX_START = re.compile(
    r"的(?!确|士)|地(?![方球区位址点图铁理])|得(?![知到出益])|了(?![解不])|着(?![手眼重])|过(?![度去程于后])"
    r"|之(?![前后所])|等(?![到于])|[a-z，、。”）》]"
)
_CONJUNCTION_START = re.compile(
    "而|并|但|所以|因此|于是|不过|然后|同时|甚至|时至|因为|如果|虽然|比如|例如"
)
_BEFORE_A_CLAUSE = re.compile(
    "(?:规律|原因|结果|问题|关键|事实|答案|结论|核心|本质|前提|好处|区别|特点|意思|重点)就?是$|证实$|表明$|发现$"
)
_REPORTED = re.compile(
    "(?:以为|误认为|宣称|号称|觉得|假装|鼓吹|谣传|看似|仿佛|好像|如果|假如|即使|除非|假设)[^，。]{0,8}$"
)
_QUOTED = re.compile(r"“[^”]*”|「[^」]*」|《[^》]*》")
_SHOW_TALK = re.compile(
    r"大家好|感谢|再见|观看|收看|收听|频道|节目|视频|本期|下期|上期|关注|点赞|订阅|转发|评论区|拍档"
    r"|我是|我们来|来看看|聊聊|说说|说道|问到|问道"
    r"|subscribe|thank|welcome|watching|see you|this video",
    re.IGNORECASE,
)
_BAD_FIRST_CHARACTERS = load_characters("zh/not_clause_start_characters")
_BAD_FIRST_WORDS = load_words("zh/not_clause_starts")
_BAD_FIRST_TAGS = frozenset("cpu")
"""Conjunctions, prepositions and particles in jieba's tags."""

_FINAL_VERBS = load_words("zh/final_verbs")
_NEEDS_NO_OBJECT = re.compile("(?:于|被|向|由|正式|终于|陆续|相继|首次|全面|已经|宣布).{1,14}$")
"""What lets a clause end with any verb: GPT-2于2019年发布."""

_FINAL_PARTICLES = frozenset({"了", "吗", "呢", "吧", "不", "一起", "全部"})
_PREDICATE = re.compile("是|有|无|能|会|需要|必须|应该|等于|属于|非常|并不|不再|更|大幅|相继|极|很")
_OPEN_VERB = re.compile(
    r"(?:将|把|通过|让|使|给|向|由|被|对|对于|告诉|帮助|允许|要求|希望|认为|觉得|表示|强调|说|指出|发现|证明"
    r"|坦言|直言|感叹|解释|补充|透露|提醒|预测|反问|回应|写道|意味着|导致|保证|确保|看到|知道|相信|担心|建议|提醒|决定|选择|开始|继续|避免|根据|按照|随着|作为)$"
)
"""Words after which a whole clause has another verb."""

_OF_CLAUSES = frozenset(
    ("会", "将", "告诉", "作为", "通过", "让", "把", "被", "使", "是", "能", "可以", "已经", "正在")
)
"""Words of a clause, which no phrase that names a subject has."""

_FIRST_OF_A_PAIR = re.compile("既(?!然|定|有|往)|不仅|不但|不光|虽然|尽管|与其|要么|一边|不是")
_SECOND_OF_A_PAIR = re.compile("[又也还更但却]|而且|而是|不如|要么|一边|就是")
_PREDICATE_BEFORE_OF = re.compile(
    "是|了|着|过|有|能|会|可以|必须|需要|将|于|成为|拥有|非常|不|没|[一两几三四五六七八九十]+[个种位项场次份]"
)
_SAYS_NOTHING = re.compile(
    r"(?:给出|补充|分享|提出|举|讲述|介绍|回答|解读|抛出|提到|问)了?.{0,10}(?:答案|解释|例子|画像|建议|回答|标准"
    r"|原因|观点|描述|说法|背景|案例|经历|故事|问题|理念|结论|方法|办法|看法|理由|道理|路径|源头|决策)(?:$|，)"
    r"|态度.{0,4}明确|显而易见|不言而喻|值得一提"
)
_ASKS = re.compile(
    r"什么|为何|是否|是不是|有没有|如何|怎么|怎样|哪|吗|多少(?!钱都)|谁|能不能|会不会|[？?]"
)
_UNFINISHED_ENDS = load_words("zh/unfinished_ends") | load_words("en/unfinished_ends")
_EMPTY_END = re.compile(
    r"(?:一个|一种|一些|这个|那个|以后|以来|来说|而言|的话|为例|之一的|方面|过程|的时候|不仅|不只|不光|不是|不再"
    r"|即将|已经|正在|曾经|开始|来|去|们的|上的|比如|例如|包括|以及|甚至|因为|所以|但是|如果|只要|无论|不管|通过"
    r"|根据|按照|随着|关于|对于|由于|为了|除了)$"
)
_ENGLISH_BAD_START = load_words("en/not_sentence_starts")
_ENGLISH_POINTS_ELSEWHERE = re.compile(
    r"\b(?:he|she|they|it|his|her|hers|him|them|their|its|this|these|those|we|our|us|i|my|you|your)\b",
    re.IGNORECASE,
)
_ENGLISH_END = re.compile(r"[.!]['\")”’]?$")
_BALANCED = ("“”", "《》", "（）", "()", "「」", "‘’", "[]")


@dataclass(frozen=True, slots=True)
class Clause:
    """A whole clause: rows [first_row, end_row) from 0, its text and how much it says.

    `weight` is the sum of the inverse frequencies of its topic words, in nats.
    """

    first_row: int
    end_row: int
    text: str
    weight: float


class ClauseFinder:
    """The clauses of a talk. The rows are tagged once."""

    def __init__(self, rows: Sequence[str], segmenter: Segmenter) -> None:
        """Take the rows of the whole talk, as the author wrote them."""
        self.rows = rows
        self.copies = [simplified_copy(row) for row in rows]
        self.segmenter = segmenter
        self.terms = extract_terms(self.copies, segmenter)

    def terms_of(self, text: str) -> list[Term]:
        """Return the terms of a text without punctuation and spaces."""
        terms = extract_terms([simplified_copy(text)], self.segmenter)[0]
        return [term for term in terms if term.tag != "x"]

    def begins_clause(self, row: int) -> bool:
        """Return whether a row can begin a clause: nothing before it is left open."""
        before = self.copies[row - 1] if row else ""
        left_open = is_unfinished(before) and not _BEFORE_A_CLAUSE.search(before)
        return not (is_continuation(self.copies[row]) or left_open or _REPORTED.search(before))

    def ends_clause(self, row: int) -> bool:
        """Return whether a clause can end with a row: it is finished, and the next begins anew."""
        if is_unfinished(self.copies[row]):
            return False
        return row + 1 == len(self.rows) or not _SUFFIX_START.match(self.copies[row + 1])

    def at(self, row: int) -> Clause | None:
        """Return the clause that begins at a row and can stand alone, or None."""
        if not has_han(self.rows[row]):
            return self._english_sentence(row)
        return self._chinese_clause(row) if self.begins_clause(row) else None

    def _chinese_clause(self, row: int) -> Clause | None:
        text, length = "", 0
        for end in range(row + 1, min(row + _MAX_ROWS, len(self.rows)) + 1):
            if end > row + 1 and _CONJUNCTION_START.match(self.copies[end - 1]):
                return None
            text = join_rows(self.rows[row:end])
            length = end
            if display_width(text, "visual") > MAX_CLAUSE_WIDTH + len("更重要的是，"):
                return None
            if self.ends_clause(end - 1):
                break
        else:
            return None
        shown = without_opener(text).rstrip("，。；,.; ")
        if not self.stands_alone(shown):
            return None
        return Clause(row, length, shown, self.weight(shown))

    def stands_alone(self, text: str) -> bool:
        """Return whether a text says something whole to a reader who sees nothing else."""
        copy = simplified_copy(text)
        if not self.is_whole(text, MAX_CLAUSE_WIDTH) or (
            display_width(text, "visual") < _MIN_CLAUSE_WIDTH
        ):
            return False
        if _POINTS_ELSEWHERE.search(_QUOTED.sub("", copy).replace("和他的团队", "")) or any(
            pattern.search(copy) for pattern in (_SHOW_TALK, _SAYS_NOTHING, _ASKS)
        ):
            return False
        terms = self.terms_of(copy)
        if len(terms) < len("主谓宾") or not _can_be_subject(terms[0], terms[1]):
            return False
        return _has_predicate(copy, terms) and any(term.is_topic_word for term in terms)

    def is_topic_phrase(self, text: str, max_width: float) -> bool:
        """Return whether a text names a subject, such as AI 对就业市场的冲击, and is whole."""
        copy = simplified_copy(text)
        if not self.is_whole(text, max_width) or any(
            pattern.search(copy)
            for pattern in (_POINTS_ELSEWHERE, _SHOW_TALK, _SAYS_NOTHING, _ASKS)
        ):
            return False
        terms = self.terms_of(copy)
        return (
            len(terms) > 1
            and not re.search("[，。、；：]", copy)
            and not any(term.text in _OF_CLAUSES for term in terms)
            and _can_be_subject(terms[0], terms[1])
            and (terms[-1].is_topic_word or terms[-1].tag[0] in "nj" or terms[-1].tag == "vn")
        )

    def is_whole(self, text: str, max_width: float, *, may_begin: str = "") -> bool:
        """Return whether a text is cut nowhere: its beginning, its end, its marks, its width.

        It may begin with the characters `may_begin` too, which begin no clause otherwise.
        """
        copy = simplified_copy(text)
        if (
            not copy
            or display_width(text, "visual") > max_width
            or self._begins_badly(copy, may_begin)
            or any(copy.count(pair[0]) != copy.count(pair[1]) for pair in _BALANCED)
            or not (copy[0].isalnum() or copy[0] in "“《「（$€¥£")
        ):
            return False
        words = self.segmenter.words(copy)
        last = copy[slice(*words[-1])].lower()
        if (
            last in _UNFINISHED_ENDS
            or _EMPTY_END.search(copy)
            or _OPEN_VERB.search(copy)
            or is_unfinished(copy)
            or _is_half_of_a_pair(copy)
        ):
            return False
        tag = self.segmenter.tag(last)
        if tag[:1] in {"p", "c", "d", "u"} and last not in _FINAL_PARTICLES:
            return False
        before = copy[slice(*words[-2])] if len(words) > 1 else ""
        names_something = (
            before == "的"
            or last.endswith("化")
            or self.segmenter.tag(before)[:1] in {"b", "a", "m", "q"}
        )
        return (
            tag != "v"
            or not before
            or names_something
            or last in _FINAL_VERBS
            or bool(_NEEDS_NO_OBJECT.search(copy))
        )

    def _begins_badly(self, copy: str, may_begin: str) -> bool:
        first = copy[slice(*self.segmenter.words(copy)[0])]
        if len(first) == 1:
            return first in _BAD_FIRST_CHARACTERS and first not in may_begin
        return first in _BAD_FIRST_WORDS or self.segmenter.tag(first)[:1] in _BAD_FIRST_TAGS

    def weight(self, text: str) -> float:
        """Return the sum of the inverse frequencies of a text's topic words, in nats."""
        terms = extract_terms([simplified_copy(text)], self.segmenter)[0]
        return sum(
            term_weight(word, self.segmenter)
            for word in {term.text for term in terms if term.is_topic_word}
        )

    def clauses(self, first: int, end: int) -> Iterator[Clause]:
        """Yield the clauses that begin and end in rows [first, end), without overlaps."""
        row = first
        while row < end:
            clause = self.at(row)
            if clause is not None and clause.end_row <= end:
                yield clause
                row = clause.end_row
            else:
                row += 1

    def _english_sentence(self, row: int) -> Clause | None:
        """Return the whole sentence that begins at a row of Latin letters, None if it is none."""
        before = self.rows[row - 1] if row else "."
        if not re.search(r"[.!?]['\")”’]?$", before) and row:
            return None
        for end in range(row + 1, min(row + _MAX_ROWS, len(self.rows)) + 1):
            text = join_rows(self.rows[row:end])
            if _ENGLISH_END.search(text) or text.endswith("?"):
                break
        else:
            return None
        shown = without_opener(text)
        shown = shown[:1].upper() + shown[1:]
        words = shown.split()
        if (
            text.endswith("?")
            or not _MIN_ENGLISH_WORDS <= len(words) <= _MAX_ENGLISH_WORDS
            or words[0].lower().strip(",’'") in _ENGLISH_BAD_START
            or _ENGLISH_POINTS_ELSEWHERE.search(shown)
            or _SHOW_TALK.search(shown)
        ):
            return None
        return Clause(row, end, shown.rstrip(".! "), self.weight(shown))


def join_rows(rows: Sequence[str]) -> str:
    """Return rows as one text: a space between Latin letters, nothing between Chinese ones."""
    text = rows[0].strip() if rows else ""
    for row in rows[1:]:
        glue = " " if text[-1:].isascii() and row[:1].isascii() and text and row else ""
        text = f"{text}{glue}{row.strip()}"
    return text


def without_opener(text: str) -> str:
    """Return a text without the words that open a spoken sentence, as long as something is left."""
    while (opener := OPENER.match(simplified_copy(text))) and opener.end() < len(text):
        rest = text[opener.end() :]
        if not rest.strip() or (not has_han(text) and not opener.group()[-1:].isspace()):
            break
        text = rest
    return text


def _is_half_of_a_pair(copy: str) -> bool:
    """Return whether a text says 不仅 or 既 and not what comes with it."""
    first = _FIRST_OF_A_PAIR.search(copy)
    return first is not None and not _SECOND_OF_A_PAIR.search(copy, first.end())


def asks(text: str) -> bool:
    """Return whether a text asks something."""
    return bool(_ASKS.search(simplified_copy(text))) or text.endswith("?")


def _has_predicate(copy: str, terms: Sequence[Term]) -> bool:
    """Return whether something is said of the subject: a verb that is in no modifier."""
    verbs = [
        term
        for term in terms[1:]
        if term.tag[0] == "v"
        or _PREDICATE.search(term.text)
        or copy[term.end : term.end + 1] == "了"
    ]
    if not verbs:
        return False
    opens = [
        term
        for before, term in pairwise(terms)
        if _OPEN_VERB.search(term.text)
        or (term.tag == "p" and term.text != "为" and before.tag[0] != "v")
    ]
    if opens and not any(
        term.start > opens[-1].start and term not in opens and term.tag[0] == "v" for term in terms
    ):
        return False
    last_of = copy.rfind("的")
    after = [term for term in verbs if term.start > last_of]
    if "作为" in copy and not after:  # what somebody is as, not what is said of them
        return False
    return last_of < 0 or bool(after) or bool(_PREDICATE_BEFORE_OF.search(copy[:last_of]))


def _can_be_subject(term: Term, following: Term) -> bool:
    """Return whether a clause can begin with a term: what it is about, or a number of it."""
    if term.tag == "m" and term.text[0].isalnum():
        return following.is_topic_word or following.tag[0] in "qnm" or following.text == "的"
    if term.tag in {"a", "b"}:
        return following.is_topic_word or following.text == "的"
    return term.is_topic_word or term.tag in {"eng", "nr", "ns", "nt", "nz", "j", "l", "i", "vn"}
