"""Which cards an episode without slides gets, chosen from its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.language import base_language
from pipeline.picture.cards.card import Card
from pipeline.picture.cards.highlights import Highlight, find_highlights
from pipeline.text.topics.keywords import key_terms, quotable_line
from pipeline.text.word_segmenter import CachedSegmenter, Segmenter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.model import Chapter, Transcript
    from pipeline.settings import Settings

_THANKS = {
    "zh": "感谢观看",
    "zh-TW": "感謝收看",
    "zh-Hant": "感謝收看",
    "zh-HK": "多謝收睇",
    "yue": "多謝收睇",
    "ja": "ご視聴ありがとうございました",
    "ko": "시청해 주셔서 감사합니다",
    "en": "Thank you for watching",
}

_FAREWELL_PATTERN = re.compile(
    "再见|再會|下期|下次节目|下次節目|感谢|感謝|谢谢|謝謝|觀看|收睇|拜拜|收看|观看"
    "|thank|see you|bye|next time",
    re.IGNORECASE,
)

_FAREWELL_ROWS = 4
_GREETING_CHARACTERS = 13
"""Characters of about three seconds of speech: the title card stays at least so long."""


def select_cards(
    transcript: Transcript,
    chapters: Sequence[Chapter],
    settings: Settings,
    segmenter: Segmenter,
    *,
    fallback_title: str = "",
    channel_name: str = "",
) -> tuple[Card, ...]:
    """Return the cards in the order they are shown.

    A chapter's card is shown again after the card of a highlight.

    They depend on the text only, not on times. `fallback_title` is used if the settings
    give no title, `channel_name` if they name no author.
    """
    segmenter = CachedSegmenter(segmenter)
    opening = _has_opening_before_chapters(transcript, settings)
    count = len(chapters) - opening
    builder = _CardBuilder(
        [row.text for row in transcript.rows],
        settings.title or fallback_title or transcript.name,
        count,
        settings,
        segmenter,
    )
    author = settings.author or channel_name
    cards = [
        Card(
            "title",
            1,
            0,
            builder.title,
            builder.english_title(settings.titles),
            key_terms(builder.row_texts, segmenter, 4),
            note=author,
        )
    ]
    bounds = [chapter.row for chapter in chapters] + [len(builder.row_texts) + 1]
    numbered = [(number, chapter) for number, chapter in enumerate(chapters, 0 if opening else 1)]
    for (number, chapter), (first, after) in zip(numbered, pairwise(bounds), strict=True):
        cards += (
            builder.chapter_cards(number, chapter, first, after)
            if number
            else builder.opening_cards(cards[0], after)
        )
    language = base_language(settings.language)
    thanks = settings.style.closing or _THANKS.get(
        settings.language, _THANKS.get(language, _THANKS["en"])
    )
    closing = Card(
        "closing",
        _find_farewell_row(builder.row_texts),
        0,
        thanks,
        note=author,
        running_head=builder.title,
    )
    return (
        *(card for card in cards if card.row < closing.row or card.kind in {"title", "chapter"}),
        closing,
    )


@dataclass(frozen=True, slots=True)
class _CardBuilder:
    """What the cards of all chapters share."""

    row_texts: Sequence[str]
    title: str
    chapter_count: int
    settings: Settings
    segmenter: Segmenter

    def english_title(self, titles: Mapping[str, str]) -> str:
        """Return the English title below a title in another language."""
        return "" if base_language(self.settings.language) == "en" else titles.get("en", "")

    def opening_cards(self, title_card: Card, end_row: int) -> Iterator[Card]:
        """Yield the cards of what is said before the author's first chapter.

        The title stays, except for highlights.
        """
        chapter_rows = self.row_texts[: end_row - 1]
        for highlight in (
            find_highlights(chapter_rows, self.segmenter)
            if self.settings.style.cards == "all"
            else ()
        ):
            yield _highlight_card(
                highlight, Card("chapter", 1 + highlight.first_row, 0, "", running_head=self.title)
            )
            if 1 + highlight.end_row < end_row:
                yield replace(title_card, row=1 + highlight.end_row)

    def chapter_cards(
        self, number: int, chapter: Chapter, first_row: int, end_row: int
    ) -> Iterator[Card]:
        """Yield a chapter's card, and its highlights with the chapter's card again after each."""
        chapter_rows = self.row_texts[first_row - 1 : end_row - 1]
        terms = key_terms(chapter_rows, self.segmenter, 3, talk=self.row_texts)
        line = quotable_line(chapter_rows, self.segmenter)
        card = Card(
            "chapter",
            first_row if first_row > 1 else _row_after_greeting(chapter_rows),
            number,
            chapter.title,
            self.english_title(dict(chapter.titles)),
            items=terms if len(terms) > 1 or line is None else (line,),
            figure=f"{number:02d}",
            running_head=self.title,
            position=f"{number} / {self.chapter_count}",
        )
        yield card
        for highlight in (
            find_highlights(chapter_rows, self.segmenter)
            if self.settings.style.cards == "all"
            else ()
        ):
            yield _highlight_card(
                highlight,
                replace(
                    card, row=first_row + highlight.first_row, items=(), translation="", figure=""
                ),
            )
            if first_row + highlight.end_row < end_row:
                yield replace(card, row=first_row + highlight.end_row)


def _has_opening_before_chapters(transcript: Transcript, settings: Settings) -> bool:
    """Return whether the author's chapters begin after row 1.

    What is before them then has the title's card and no number.
    """
    rows = {one.row for one in transcript.directives if one.kind == "chapter"} | {
        one.row for one in settings.chapter
    }
    return bool(rows) and 1 not in rows


def _highlight_card(highlight: Highlight, card: Card) -> Card:
    """Return the card of a highlight, with the position and running head of its chapter's card."""
    match highlight.kind:
        case "list":
            return replace(card, kind="list", items=highlight.texts)
        case "year" | "figure":
            return replace(
                card, kind=highlight.kind, figure=highlight.texts[0], heading=highlight.texts[1]
            )
        case "quotation":
            return replace(
                card, kind="quotation", heading=highlight.texts[0]
            )  # whose words they are, the text seldom says for certain
        case "key_line":
            return replace(card, kind="key_line", heading=highlight.texts[0])


def _row_after_greeting(row_texts: Sequence[str]) -> int:
    """Return the row at which the first chapter's card replaces the title's.

    It is after about three seconds, and not after the chapter's last row.
    """
    spoken = 0
    for place, text in enumerate(row_texts[:-1], 1):
        spoken += len(text)
        if spoken >= _GREETING_CHARACTERS:
            return place + 1
    return max(len(row_texts), 1)


def _find_farewell_row(row_texts: Sequence[str]) -> int:
    """Return the row from which the talk only says goodbye, or one past the last."""
    first_row = len(row_texts) + 1
    while (
        first_row > 2  # noqa: PLR2004 - row 1 has its card
        and len(row_texts) + 1 - first_row < _FAREWELL_ROWS
        and _FAREWELL_PATTERN.search(row_texts[first_row - 2])
    ):
        first_row -= 1
    return first_row
