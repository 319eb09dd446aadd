"""Which cards an episode gets when it brings no slides: chosen from its text, by what the text holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from pipeline.picture.moments import Moment, moments_in
from pipeline.picture.remembering import RememberingSegmenter
from pipeline.text.keywords import key_line, key_terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.model import Chapter, Transcript
    from pipeline.settings import Settings
    from pipeline.text.words import Segmenter

Kind = Literal["title", "chapter", "key_line", "quotation", "list", "year", "figure", "closing"]

_THANKS = {"zh": "感谢观看", "ja": "ご視聴ありがとうございました", "ko": "시청해 주셔서 감사합니다", "en": "Thank you for watching"}
_FAREWELL = re.compile("再见|再會|下期|下次节目|感谢|谢谢|拜拜|收看|观看|thank|see you|bye|next time", re.IGNORECASE)
_FAREWELL_ROWS = 4
_GREETING = 13
"""Characters of about three seconds of speech: the title card stays at least so long."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says. It is shown from row `row` on (one past the last row: when the talk is over); `chapter` counts from 1.

    `heading` is the main text, `second` its translation, `items` terms or entries, `mark` a number or year set large, `note` a small
    line, `head` and `place` the running head's two ends.
    """

    kind: Kind
    row: int
    chapter: int
    heading: str
    second: str = ""
    items: tuple[str, ...] = ()
    mark: str = ""
    note: str = ""
    head: str = ""
    place: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that is written on the card."""
        return self.heading, self.second, *self.items, self.mark, self.note, self.head, self.place


def cards_for(
    transcript: Transcript, chapters: Sequence[Chapter], settings: Settings, segmenter: Segmenter, *, title: str = "", channel: str = ""
) -> tuple[Card, ...]:
    """Return the cards in the order they are shown; a chapter's card comes again after a card of something said in it.

    They depend on the text alone, never on times. `title` stands in where the settings give none, `channel` where they name no author.
    """
    segmenter = RememberingSegmenter(segmenter)
    opening = _is_opened_by_the_title(transcript, settings)
    count = len(chapters) - opening
    talk = _Talk([row.text for row in transcript.rows], settings.title or title or transcript.name, count, settings, segmenter)
    author = settings.author or channel
    cards = [Card("title", 1, 0, talk.name, talk.second(settings.titles), key_terms(talk.rows, segmenter, 4), note=author)]
    bounds = [chapter.row for chapter in chapters] + [len(talk.rows) + 1]
    numbered = [(number, chapter) for number, chapter in enumerate(chapters, 0 if opening else 1)]
    for (number, chapter), (first, after) in zip(numbered, pairwise(bounds), strict=True):
        cards += talk.chapter(number, chapter, first, after) if number else talk.opening(cards[0], after)
    language = settings.language.partition("-")[0]
    thanks = settings.style.closing or _THANKS.get(language, _THANKS["en"])
    closing = Card("closing", _farewell(talk.rows), 0, thanks, note=author, head=talk.name)
    return (*(card for card in cards if card.row < closing.row or card.kind in {"title", "chapter"}), closing)


@dataclass(frozen=True, slots=True)
class _Talk:
    """What the cards of all chapters share."""

    rows: Sequence[str]
    name: str
    count: int
    settings: Settings
    segmenter: Segmenter

    def second(self, titles: Mapping[str, str]) -> str:
        """Return the English title below a title in another language."""
        return "" if self.settings.language.startswith("en") else titles.get("en", "")

    def opening(self, title: Card, after: int) -> Iterator[Card]:
        """Yield the cards of what is said before the author's first chapter: the title stays, but for what is worth showing."""
        said = self.rows[: after - 1]
        for moment in moments_in(said, self.segmenter) if self.settings.style.cards == "all" else ():
            yield _of_moment(moment, Card("chapter", 1 + moment.first, 0, "", head=self.name))
            if 1 + moment.after < after:
                yield replace(title, row=1 + moment.after)

    def chapter(self, number: int, chapter: Chapter, first: int, after: int) -> Iterator[Card]:
        """Yield a chapter's card, and the cards of what is worth showing in it with the chapter's card again after each."""
        said = self.rows[first - 1 : after - 1]
        terms = key_terms(said, self.segmenter, 3, talk=self.rows)
        line = key_line(said, self.segmenter)
        card = Card(
            "chapter",
            first if first > 1 else _after_greeting(said),
            number,
            chapter.title,
            self.second(dict(chapter.titles)),
            items=terms if len(terms) > 1 or line is None else (line,),
            mark=f"{number:02d}",
            head=self.name,
            place=f"{number} / {self.count}",
        )
        yield card
        for moment in moments_in(said, self.segmenter) if self.settings.style.cards == "all" else ():
            yield _of_moment(moment, replace(card, row=first + moment.first, items=(), second="", mark=""))
            if first + moment.after < after:
                yield replace(card, row=first + moment.after)


def _is_opened_by_the_title(transcript: Transcript, settings: Settings) -> bool:
    """Return whether the author's chapters begin after row 1, so that what is before them has the title's card and no number."""
    rows = {one.row for one in transcript.directives if one.kind == "chapter"} | {one.row for one in settings.chapter}
    return bool(rows) and 1 not in rows


def _of_moment(moment: Moment, card: Card) -> Card:
    """Return the card of a moment, with the place and running head of its chapter's card."""
    match moment.kind:
        case "list":
            return replace(card, kind="list", items=moment.texts)
        case "year" | "figure":
            return replace(card, kind=moment.kind, mark=moment.texts[0], heading=moment.texts[1])
        case "quotation":
            return replace(card, kind="quotation", heading=moment.texts[0])  # whose words they are, the text seldom says for certain
        case "key_line":
            return replace(card, kind="key_line", heading=moment.texts[0])


def _after_greeting(said: Sequence[str]) -> int:
    """Return the row at which the first chapter's card takes the title's place: after three seconds or so, before its last row."""
    spoken = 0
    for place, text in enumerate(said[:-1], 1):
        spoken += len(text)
        if spoken >= _GREETING:
            return place + 1
    return max(len(said), 1)


def _farewell(rows: Sequence[str]) -> int:
    """Return the row from which the talk only says goodbye, or one past the last."""
    first = len(rows) + 1
    while first > 2 and len(rows) + 1 - first < _FAREWELL_ROWS and _FAREWELL.search(rows[first - 2]):  # noqa: PLR2004 - row 1 has its card
        first -= 1
    return first
