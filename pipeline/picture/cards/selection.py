"""Which cards an episode without slides gets: the states of the slides of its outline."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from pipeline.language import base_language
from pipeline.picture.cards.card import Card, CardKind, CardPoint
from pipeline.picture.cards.icons import icon_for
from pipeline.text.topics.keywords import key_terms
from pipeline.text.topics.outline import OutlineSlide, build_outline
from pipeline.text.unicode_scripts import is_cjk_letter
from pipeline.text.word_segmenter import CachedSegmenter, Segmenter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.model import Chapter, Transcript
    from pipeline.settings import Settings
    from pipeline.text.topics.outline import OutlineChapter, Point

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
_AGENDA = {
    "zh": "本期内容",
    "zh-TW": "本集內容",
    "zh-Hant": "本集內容",
    "zh-HK": "本集內容",
    "yue": "本集內容",
    "ja": "今回の内容",
    "ko": "이번 내용",
    "en": "In this episode",
}
_RECAP = {
    "zh": "本期回顾",
    "zh-TW": "本集回顧",
    "zh-Hant": "本集回顧",
    "zh-HK": "本集回顧",
    "yue": "本集回顧",
    "ja": "今回のまとめ",
    "ko": "이번 정리",
    "en": "What we covered",
}

_FAREWELL_PATTERN = re.compile(
    "再见|再會|下期|下次节目|下次節目|感谢|感謝|谢谢|謝謝|觀看|收睇|拜拜|收看|观看"
    "|thank|see you|bye|next time",
    re.IGNORECASE,
)

_FAREWELL_ROWS = 4
_GREETING_CHARACTERS = 13
"""Characters of about three seconds of speech: the title card stays at least so long."""

_AGENDA_CHARACTERS, _MIN_CHARACTERS_AFTER_AGENDA = 27, 80
"""Characters of six seconds, for which the agenda is shown, and of the rest of chapter one."""

_MIN_CHAPTERS_IN_AGENDA, _MAX_CHAPTERS_IN_AGENDA = 3, 10
_MAX_POINTS = {"timeline": 5, "bars": 4, "comparison": 6}
_MOST_POINTS = 5
_KIND_OF_LAYOUT: dict[str, CardKind] = {kind: kind for kind in get_args(CardKind)}
_MAX_HOLD_SECONDS, _PROGRESS_SECONDS, _PROGRESS_STEPS = 15.0, 11.0, 40
_HAN_A_SECOND, _LETTERS_A_SECOND = 4.5, 15.0
_SINGLE = frozenset({"figure", "quotation"})
"""Layouts of one point, which is there from the beginning."""


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

    A slide of the outline is built: a card for each row at which something new is on it.

    They depend on the text only, not on times. `fallback_title` is used if the settings
    give no title, `channel_name` if they name no author.
    """
    segmenter = CachedSegmenter(segmenter)
    opening = _has_opening_before_chapters(transcript, settings)
    count = len(chapters) - opening
    row_texts = [row.text for row in transcript.rows]
    author = settings.author or channel_name
    builder = _CardBuilder(
        row_texts,
        settings.title or fallback_title or transcript.name,
        tuple(chapters[opening:]),
        settings,
        channel_name or settings.author,
    )
    terms = key_terms(row_texts, segmenter, 4)
    title_card = Card(
        "title",
        1,
        0,
        builder.title,
        builder.english_title(settings.titles),
        note=author,
        terms=terms,
        terms_shown=len(terms),
    )
    farewell = _find_farewell_row(row_texts)
    cards = [title_card]
    for number, chapter in enumerate(
        build_outline(row_texts, chapters, segmenter).chapters, 0 if opening else 1
    ):
        cards += (
            builder.chapter_cards(number, chapter, chapters[number - 1 + opening])
            if number
            else builder.opening_cards(title_card, chapter)
        )
    cards = [card for card in cards if card.row < farewell or card.kind in {"title", "chapter"}]
    language = settings.language
    if farewell < len(row_texts) and _MIN_CHAPTERS_IN_AGENDA <= count <= _MAX_CHAPTERS_IN_AGENDA:
        cards.append(builder.contents_card("recap", farewell))
        farewell = len(row_texts)
    closing = Card(
        "closing",
        farewell,
        0,
        settings.style.closing or _in_language(_THANKS, language),
        note=author,
        running_head=builder.title,
    )
    return *cards, closing


def _in_language(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words.get(base_language(language)) or words["en"]


@dataclass(frozen=True, slots=True)
class _CardBuilder:
    """What the cards of all chapters share."""

    row_texts: Sequence[str]
    title: str
    chapters: Sequence[Chapter]
    settings: Settings
    channel: str

    def english_title(self, titles: Mapping[str, str]) -> str:
        """Return the English title below a title in another language."""
        return "" if base_language(self.settings.language) == "en" else titles.get("en", "")

    def contents_card(self, kind: CardKind, row: int) -> Card:
        """Return the agenda or the recap: the titles of all chapters."""
        words = _AGENDA if kind == "agenda" else _RECAP
        points = tuple(CardPoint(chapter.title) for chapter in self.chapters)
        return Card(
            kind,
            row,
            0,
            _in_language(words, self.settings.language),
            items=tuple(point.text for point in points),
            note=self.channel,
            points=points,
            shown=len(points),
        )

    def opening_cards(self, title_card: Card, chapter: OutlineChapter) -> Iterator[Card]:
        """Yield the cards of what is said before the author's first chapter.

        The title stays, except for what has a layout of its own.
        """
        if self.settings.style.cards != "all":
            return
        base = Card("chapter", 1, 0, "", running_head=self.title, note=self.channel)
        for slide in chapter.slides:
            if slide.layout != "outline":
                yield from _slide_states(slide, base)
            elif slide.row:
                yield replace(title_card, row=slide.row + 1)

    def chapter_cards(
        self, number: int, outline: OutlineChapter, chapter: Chapter
    ) -> Iterator[Card]:
        """Yield the states of a chapter's slides in order."""
        count = len(self.chapters)
        base = Card(
            "chapter",
            outline.row + 1,
            number,
            chapter.title,
            self.english_title(dict(chapter.titles)),
            figure=f"{number:02d}",
            note=self.channel,
            running_head=chapter.title,
            position=f"{number} / {count}",
            chapters=count,
        )
        slides = [
            page
            for slide in outline.slides
            if slide.layout == "outline" or self.settings.style.cards == "all"
            for page in _pages(slide)
        ]
        opener = replace(base, icon=outline.icon or icon_for(chapter.title))
        states = [
            opener,
            *(state for slide in slides for state in _slide_states(slide, base)),
        ]
        first_row = base.row
        if first_row == 1:
            first_row = _row_after_characters(self._chapter_rows(outline), _GREETING_CHARACTERS)
            agenda_end = _row_after_characters(
                self._chapter_rows(outline), _GREETING_CHARACTERS + _AGENDA_CHARACTERS
            )
            rest = sum(map(len, self._chapter_rows(outline)[agenda_end - 1 :]))
            if (
                _MIN_CHAPTERS_IN_AGENDA <= count <= _MAX_CHAPTERS_IN_AGENDA
                and rest >= _MIN_CHARACTERS_AFTER_AGENDA
                and agenda_end > first_row
            ):
                yield self.contents_card("agenda", first_row)
                first_row = agenda_end
        after = next(
            (one.row for one in self.chapters if one.row > outline.row + 1), len(self.row_texts) + 1
        )
        shown = _last_of_each_row(replace(card, row=max(card.row, first_row)) for card in states)
        for card in self._without_long_holds(tuple(shown), after):
            done = (card.row - outline.row - 1) / (after - outline.row - 1)
            yield replace(card, progress=round(done * _PROGRESS_STEPS) / _PROGRESS_STEPS)

    def _without_long_holds(self, cards: Sequence[Card], after: int) -> Iterator[Card]:
        """Yield the cards of a chapter that ends before row `after`, and some once more.

        Where nothing is new for long, the same card comes again with the chapter's progress.
        """
        for card, until in zip(cards, [*(one.row for one in cards[1:]), after], strict=True):
            yield card
            times = [0.0]
            for text in self.row_texts[card.row - 1 : until - 1]:
                times.append(times[-1] + _spoken_seconds(text))
            parts = round(times[-1] / _PROGRESS_SECONDS)
            for part in range(1, parts if times[-1] > _MAX_HOLD_SECONDS else 0):
                place = bisect_left(times, times[-1] * part / parts)
                if 0 < place < until - card.row:
                    yield replace(card, row=card.row + place)

    def _chapter_rows(self, outline: OutlineChapter) -> Sequence[str]:
        """Return the rows of a chapter that begins with the talk."""
        after = [chapter.row for chapter in self.chapters if chapter.row > outline.row + 1]
        return self.row_texts[: (after[0] - 1 if after else None)]


def _pages(slide: OutlineSlide) -> Iterator[OutlineSlide]:
    """Yield a slide, in parts where it has more points than its layout has room for."""
    most = _MAX_POINTS.get(slide.layout, _MOST_POINTS)
    if len(slide.points) <= most:
        yield slide
        return
    pages = -(-len(slide.points) // most)
    size = -(-len(slide.points) // pages)
    groups = [slide.points[at : at + size] for at in range(0, len(slide.points), size)]
    starts = [slide.row, *(group[0].row for group in groups[1:])]
    for group, row, until in zip(groups, starts, [*starts[1:], None], strict=True):
        terms = tuple(
            term for term in slide.terms if row <= term.row and (until is None or term.row < until)
        )
        yield replace(slide, row=row, points=group, terms=terms)


def _slide_states(slide: OutlineSlide, base: Card) -> Iterator[Card]:
    """Yield a card for each row of a slide at which something is new.

    While an outline has no point yet, the chapter's number and title stand alone.
    """
    kind = _KIND_OF_LAYOUT.get(slide.layout, "chapter")
    card = replace(
        base,
        kind=kind,
        heading=slide.title or base.heading,
        translation=base.translation if kind == "chapter" else "",
        points=tuple(map(_card_point, slide.points)),
        terms=tuple(term.text for term in slide.terms),
        icon=slide.icon,
    )
    moments = [*slide.points, *slide.terms]
    for row in sorted({slide.row, *(max(moment.row, slide.row) for moment in moments)}):
        shown = sum(point.row <= row for point in slide.points)
        if kind in _SINGLE:
            shown = len(slide.points)
        said = replace(
            card,
            row=row + 1,
            shown=shown,
            lit=shown - 1 if kind not in _SINGLE else 0,
            items=tuple(point.text for point in slide.points[:shown]),
            terms_shown=sum(term.row <= row for term in slide.terms),
        )
        if kind == "chapter" and not shown:
            said = replace(said, points=(), icon=slide.icon or icon_for(base.heading))
        yield said


def _spoken_seconds(text: str) -> float:
    """Return about how long a row is spoken, for choosing cards before there is a voice."""
    han = sum(map(is_cjk_letter, text))
    return han / _HAN_A_SECOND + (len(text) - han) / _LETTERS_A_SECOND


def _card_point(point: Point) -> CardPoint:
    return CardPoint(point.text, point.label, point.value, point.side, point.icon)


def _last_of_each_row(cards: Iterator[Card]) -> Iterator[Card]:
    """Yield the last card of each row: those before it would not be seen."""
    by_row: dict[int, Card] = {}
    for card in cards:
        by_row.pop(card.row, None)
        by_row[card.row] = card
    yield from by_row.values()


def _has_opening_before_chapters(transcript: Transcript, settings: Settings) -> bool:
    """Return whether the author's chapters begin after row 1.

    What is before them then has the title's card and no number.
    """
    rows = {one.row for one in transcript.directives if one.kind == "chapter"} | {
        one.row for one in settings.chapter
    }
    return bool(rows) and 1 not in rows


def _row_after_characters(row_texts: Sequence[str], characters: int) -> int:
    """Return the row after the one in which so many characters have been said.

    It is not after the last row.
    """
    spoken = 0
    for place, text in enumerate(row_texts[:-1], 1):
        spoken += len(text)
        if spoken >= characters:
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
