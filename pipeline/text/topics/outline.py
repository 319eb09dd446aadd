"""The outline of a talk: chapters, their slides, and the points that appear as they are said.

Everything on a slide is the author's: a title or a point is a whole clause of the text, shown at
the row in which it is said. Where nothing is sure, nothing is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.text.topics.clauses import Clause, ClauseFinder
from pipeline.text.topics.facts import find_facts
from pipeline.text.topics.keywords import key_terms
from pipeline.text.topics.term_extraction import term_weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Chapter
    from pipeline.text.word_segmenter import Segmenter

LAYOUTS = {
    "outline": "a title and points",
    "steps": "numbered points in their order",
    "timeline": "dated points in their order",
    "figure": "a number with its unit, and what it counts",
    "bars": "two numbers in proportion",
    "comparison": "two sides",
    "quotation": "what somebody said, with the speaker",
    "person": "a name and a role",
    "definition": "a term and what it is",
    "question": "a question, and what follows as its answer",
    "agenda": "the chapters, at the beginning",
    "recap": "the chapters, at the end",
}
"""What a slide can be: the name of its layout, and what it shows."""

MAX_POINTS = 5
_MIN_ROWS_OF_A_SLIDE = 3
_MAX_TERMS = 6
_TALK_TERMS = 40
_MIN_TERM_WEIGHT = 9.0
"""Nats: rarer than one word in 8,000, so that 发展 and 公司 are none."""


@dataclass(frozen=True, slots=True)
class Point:
    """Something that appears on a slide at row `row`, counted from 0.

    `text` is a whole clause of the author's. `label` stands before it: a year, the number of a
    step, a speaker, a number with its unit. `value` is the plain number, for bars. `side` is left
    or right in a comparison.
    """

    row: int
    text: str
    label: str = ""
    value: float | None = None
    side: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class OutlineSlide:
    """A slide from row `row` on: its layout (of LAYOUTS), its title and its points by row.

    `terms` are names and terms that are said while it stands, each at the row where it is said.
    """

    layout: str
    row: int
    title: str
    points: tuple[Point, ...]
    icon: str = ""
    terms: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class OutlineChapter:
    """A chapter from row `row` on."""

    row: int
    title: str
    slides: tuple[OutlineSlide, ...]
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """The chapters of a talk in order."""

    chapters: tuple[OutlineChapter, ...]


def build_outline(
    rows: Sequence[str], chapters: Sequence[Chapter], segmenter: Segmenter
) -> Outline:
    """Return the outline of a talk whose chapters are known; pure, the same for the same text."""
    finder = ClauseFinder(rows, segmenter)
    talk_terms = frozenset(
        term
        for term in key_terms(finder.copies, segmenter, _TALK_TERMS)
        if term_weight(term, segmenter) >= _MIN_TERM_WEIGHT
    )
    starts = [chapter.row - 1 for chapter in chapters]
    return Outline(
        tuple(
            OutlineChapter(
                first,
                chapter.title,
                tuple(_slides(finder, chapter.title, first, end, talk_terms)),
            )
            for chapter, first, end in zip(chapters, starts, [*starts[1:], len(rows)], strict=True)
        )
    )


def _slides(
    finder: ClauseFinder, title: str, first: int, end: int, talk_terms: frozenset[str]
) -> list[OutlineSlide]:
    """Return the slides of the rows [first, end): facts have their own, points fill the others."""
    facts = find_facts(finder, first, end)
    taken = {row for fact in facts for row in range(fact.first_row, fact.end_row)}
    points = [
        clause
        for clause in finder.clauses(first, end)
        if not taken & set(range(clause.first_row, clause.end_row)) and clause.text != title
    ]
    slides: list[OutlineSlide] = []
    bounds = [*facts, None]
    position = first
    for fact in bounds:
        until = fact.first_row if fact else end
        between = [point for point in points if position <= point.first_row < until]
        slides += _outline_slides(title, position, until, between, starts_chapter=not slides)
        if fact is None:
            break
        slides.append(
            OutlineSlide(
                fact.layout,
                fact.first_row,
                fact.title or title,
                tuple(
                    Point(item.row, item.text, item.label, item.value, item.side)
                    for item in fact.items
                ),
            )
        )
        position = fact.end_row
    return [
        replace(slide, terms=_terms_of(finder, slide, until, talk_terms))
        for slide, until in zip(slides, [*(one.row for one in slides[1:]), end], strict=True)
    ]


def _outline_slides(
    title: str, first: int, until: int, points: Sequence[Clause], *, starts_chapter: bool
) -> list[OutlineSlide]:
    """Return slides of up to five points each for rows [first, until); none for a short rest."""
    if until <= first or (
        not points and not starts_chapter and until - first < _MIN_ROWS_OF_A_SLIDE
    ):
        return []
    count = max(1, -(-len(points) // MAX_POINTS))
    size = -(-len(points) // count) or 1
    groups = [points[at : at + size] for at in range(0, len(points), size)] or [[]]
    return [
        OutlineSlide(
            "outline",
            first if index == 0 else group[0].first_row,
            title,
            tuple(Point(point.first_row, point.text) for point in group),
        )
        for index, group in enumerate(groups)
    ]


def _terms_of(
    finder: ClauseFinder, slide: OutlineSlide, until: int, talk_terms: frozenset[str]
) -> tuple[Point, ...]:
    """Return the key terms of the talk that are said on a slide and are not written on it."""
    written = slide.title + "".join(point.text + point.label for point in slide.points)
    found: dict[str, Point] = {}
    for row in range(slide.row, until):
        for term in finder.terms[row]:
            text = finder.rows[row][term.start : term.end]
            if term.text in talk_terms and text not in written and text not in found:
                found[text] = Point(row, text)
    return tuple(list(found.values())[:_MAX_TERMS])
