"""The strip of slides: which slide is shown from which row on, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.picture.slides.slide_schedule import slide_changes
from pipeline.picture.slides.slide_store import ClipSlide

if TYPE_CHECKING:
    from pipeline.model import Timeline
    from pipeline.picture.slides.deck import Deck
    from pipeline.studio.editing.sources import EpisodeSource

SlideOrigin = Literal["directive", "settings", "spread", "chapter", "text"]
"""Why a slide appears: an `@slide` line, a `[[slide]]` table, its number in a series, its chapter,
or the text itself, which cannot be moved."""

_PAGE_NAME = re.compile(r"(?P<file>.+\.(?:pdf|pptx|tiff?)) p\. (?P<page>\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SlideChange:
    """A change of slides: its row and frame, the slide's key and name, and why it appears."""

    row: int
    frame: int
    key: str
    name: str
    kind: Literal["card", "picture", "page", "clip"]
    origin: SlideOrigin

    @property
    def directive_value(self) -> str:
        """The value of an `@slide` line that names this slide."""
        page = _PAGE_NAME.fullmatch(self.name)
        return f"{page['file']}#{page['page']}" if page else self.name


def list_slide_changes(
    source: EpisodeSource, timeline: Timeline, deck: Deck
) -> tuple[SlideChange, ...]:
    """Return every change of slides in order. Raises InputError where a named slide is missing."""
    directive_rows = {
        directive.row for directive in source.transcript.directives if directive.kind == "slide"
    }
    table_rows = {table.row for table in source.settings.slide}
    numbered_keys = {slide.key for slide in deck.numbered_slides}
    chapter_row_by_key = {
        slide.key: card.row
        for card, slide in deck.cards
        if card.kind == "chapter" and card.chapter > 1
    }
    chapter_starts = {mark.chapter.row for mark in timeline.chapters}
    card_keys = {slide.key for _, slide in deck.cards}
    slides = deck.slides
    changes = []
    for row, frame, key in slide_changes(timeline, source.transcript, source.settings, deck):
        origin: SlideOrigin = "text"
        if row in table_rows:
            origin = "settings"
        elif row in directive_rows:
            origin = "directive"
        elif key in numbered_keys:
            origin = "spread" if row > 0 else "text"
        elif key in chapter_row_by_key and row in chapter_starts:
            origin = "chapter"
        slide = slides[key]
        kind: Literal["card", "picture", "page", "clip"] = "picture"
        if key in card_keys:
            kind = "card"
        elif isinstance(slide, ClipSlide):
            kind = "clip"
        elif _PAGE_NAME.fullmatch(slide.name):
            kind = "page"
        changes.append(SlideChange(row, frame, key, slide.name, kind, origin))
    return tuple(changes)
