"""Chapter titles in the talk's own words: a phrase around what only this chapter is about, or its first row, shortened at a clause."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.text.atoms import HAN
from pipeline.text.profiles import Limits
from pipeline.text.terms import terms_of, weight
from pipeline.text.widths import width
from pipeline.text.wrap import break_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.text.terms import Term
    from pipeline.text.words import Segmenter

_WIDEST = 14
_WIDEST_LATIN = 40
_PHRASE_WIDTH = (3, 13)
_EARLY_ROWS = 12
_HAN = re.compile(f"[{HAN}]")
_OPENER = re.compile(
    r"(?:首先|其次|再次|然后|接下来|下面|另外|此外|好了|那么|最后|总之|不过|但是|然而|而且|所以|因此|现在|其实|事实上|今天|这里|我们|来看|看看|大家好|就是|"
    r"Now|So|But|And|First|Then|Next|Finally|Well|However|Okay)[，,、\s]*"
)
_GREETING = re.compile("大家好|欢迎|拍档|我是.{1,4}$|感谢|再见|下期|本期|观看|收看|关注|点赞|订阅|频道|节目|视频")
_FAREWELL = re.compile("再见|感谢(?:大家|各位|您|你们?)?(?:的)?(?:观看|收看|收听|聆听|陪伴)|下期|下次见|拜拜|谢谢大家")
_CLOSING_TITLE = "结语"
_OPENING_TITLE = "开场"


def titles_for(rows: Sequence[str], starts: Sequence[int], segmenter: Segmenter) -> tuple[str, ...]:
    """Return a title for each chapter beginning at an index of `starts`, at most 14 characters wide (40 letters), none twice."""
    terms = terms_of(rows, segmenter)
    everywhere = Counter(term.text for row in terms for term in row)
    titles: list[str] = []
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        titles.append(_title(rows[start:end], terms[start:end], everywhere, segmenter, titles, last=end == len(rows)))
    return tuple(titles)


def _title(
    rows: Sequence[str],
    terms: Sequence[Sequence[Term]],
    everywhere: Counter[str],
    segmenter: Segmenter,
    taken: Sequence[str],
    *,
    last: bool,
) -> str:
    if last and taken and any(_FAREWELL.search(row) for row in rows[-3:]) and len(rows) <= _EARLY_ROWS:
        return _CLOSING_TITLE
    here = Counter(term.text for row in terms for term in row)
    best, title = 0.0, ""
    for index, (row, found) in enumerate(zip(rows, terms, strict=True)):
        if _GREETING.search(row):
            continue
        early = 1.0 if index < _EARLY_ROWS else 0.75
        for phrase in _phrases(found):
            text = row[phrase[0].start : phrase[-1].end]
            score = early * _telling(phrase, here, everywhere, segmenter) * _handy(text)
            if score > best and not any(text in other or other in text for other in taken):
                best, title = score, text
    return title or _shortened(rows, segmenter, taken)


def _phrases(terms: Sequence[Term]) -> Iterator[Sequence[Term]]:
    """Yield the noun phrases of a row: nouns in a line, with what stands before them, joined by 的 at most once."""
    for first in range(len(terms)):
        of = 0
        for last in range(first, min(len(terms), first + 7)):
            term = terms[last]
            if term.text == "的":
                of += 1
            if of > 1 or not (term.text == "的" or _builds(term)) or (last > first and terms[last - 1].end != term.start):
                break
            if (
                term.names_something
                and terms[first].text != "的"
                and not (last > first and terms[last - 1].text == "的" and terms[first].tag == "x")
            ):
                yield terms[first : last + 1]


def _builds(term: Term) -> bool:
    return term.names_something or term.tag == "eng" or (term.tag in {"a", "b", "an", "vn"} and len(term.text) > 1)


def _telling(phrase: Sequence[Term], here: Counter[str], everywhere: Counter[str], segmenter: Segmenter) -> float:
    """Return how much of what only this chapter is about a phrase says."""
    total = 0.0
    for text in {term.text for term in phrase if term.names_something}:
        share = here[text] / everywhere[text]
        total += weight(text, segmenter) * here[text] ** 0.5 * share**0.5
    return total


def _handy(text: str) -> float:
    """Return 1 for a phrase of a good length for a title, less for a shorter or longer one."""
    size = width(text, "visual")
    least, most = _PHRASE_WIDTH
    if not least <= size <= most:
        return 0.0
    return min(1.0, 0.4 + size / 12) / (1 + size / 14)


def _shortened(rows: Sequence[str], segmenter: Segmenter, taken: Sequence[str]) -> str:
    """Return the first fitting row without its opener, cut at its best place where it is too wide."""
    for row in (*(row for row in rows if not _GREETING.search(row)), *rows):
        text = row
        while (opener := _OPENER.match(text)) and opener.end() < len(text):
            text = text[opener.end() :]
        widest = _WIDEST if _HAN.search(text) else _WIDEST_LATIN // 2
        line = break_row(text, Limits("title", widest, 2, 0), segmenter)[0].lines[0].strip("，。、：；,.:;—-… ")
        if line and line not in taken:
            return line[:1].upper() + line[1:] if not _HAN.search(line) else line
    return _OPENING_TITLE
