"""The strip of slides: what is shown from which row on, why, and where each may go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pipeline.picture.assign import slides_shown
from pipeline.picture.slides import Clip
from pipeline.timebase import ms_from_samples, samples_from_frame

if TYPE_CHECKING:
    from pipeline.model import Timeline
    from pipeline.picture.deck import Deck
    from pipeline.studio.reading import Reading

Origin = Literal["directive", "settings", "spread", "chapter", "text"]
"""Why a slide comes when it does: an `@slide` line, a `[[slide]]` table, its number, its chapter; or the text itself: that one stays."""

_PAGE = re.compile(r"(?P<file>.+\.(?:pdf|pptx)) p\. (?P<page>\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of slides: the row and frame it comes with, the slide's key and name, and why it comes."""

    row: int
    frame: int
    key: str
    name: str
    kind: Literal["card", "picture", "page", "clip"]
    origin: Origin

    @property
    def file(self) -> str:
        """What an `@slide` line calls it."""
        page = _PAGE.fullmatch(self.name)
        return f"{page['file']}#{page['page']}" if page else self.name


def changes_of(reading: Reading, timeline: Timeline, deck: Deck) -> tuple[Change, ...]:
    """Return every change of slides in order. Raises InputError where a row names a slide that is not there."""
    directives = {one.row for one in reading.transcript.directives if one.kind == "slide"}
    tables = {table.row for table in reading.settings.slide}
    numbered = {slide.key for slide in deck.numbered}
    chapters = {slide.key: card.row for card, slide in deck.cards if card.kind == "chapter" and card.chapter > 1}
    starts = {mark.chapter.row for mark in timeline.chapters}
    cards = {slide.key for _, slide in deck.cards}
    slides = deck.slides
    found = []
    for row, frame, key in slides_shown(timeline, reading.transcript, reading.settings, deck):
        origin: Origin = "text"
        if row in tables:
            origin = "settings"
        elif row in directives:
            origin = "directive"
        elif key in numbered:
            origin = "spread" if row > 0 else "text"
        elif key in chapters and row in starts:
            origin = "chapter"
        slide = slides[key]
        kind: Literal["card", "picture", "page", "clip"] = "picture"
        if key in cards:
            kind = "card"
        elif isinstance(slide, Clip):
            kind = "clip"
        elif _PAGE.fullmatch(slide.name):
            kind = "page"
        found.append(Change(row, frame, key, slide.name, kind, origin))
    return tuple(found)


def in_json(changes: tuple[Change, ...], identity: str, thumbs: dict[str, str], fps: int) -> list[dict[str, Any]]:
    """Return the strip as the page takes it; `thumbs` are the keys of the small pictures by slide key."""
    return [
        {
            "index": index,
            "row": change.row,
            "frame": change.frame,
            "ms": ms_from_samples(samples_from_frame(change.frame, fps)),
            "name": change.name,
            "kind": change.kind,
            "movable": change.origin != "text",
            "thumb": f"/media/{identity}/slide/{thumbs[change.key]}" if change.key in thumbs else None,
        }
        for index, change in enumerate(changes)
    ]
