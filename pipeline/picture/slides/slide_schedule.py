"""Which slide is on the screen when: decided at row boundaries, never inside a row."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.picture.slides.chapter_bar import add_chapter_bars
from pipeline.picture.slides.slide_kinds import CARD_SLIDE_NAME
from pipeline.timebase import frame_from_samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.model import Timeline, Transcript
    from pipeline.picture.cards.card import Card
    from pipeline.picture.scene import SlideFrames
    from pipeline.picture.slides.deck import Deck
    from pipeline.picture.slides.slide_store import ClipSlide, Slide
    from pipeline.settings import Settings

_SENTENCE_ENDINGS = tuple("。！？!?…；;.”」』")

_MIN_CARD_SECONDS = 1.5
"""A card is shown for at least so long: less is a flicker."""

_SENTENCE_PAUSE = (
    16_800  # samples (350 ms): longer than between clauses, shorter than between sentences
)


def schedule_slides(
    timeline: Timeline, transcript: Transcript, settings: Settings, deck: Deck
) -> SlideFrames:
    """Return (first frame, slide key) in order, the first at frame 0.

    Under all lie the cards, or numbered slides where there are any, spread over the chapters or the
    sentences. A slide that a row names (`@slide`, `[[slide]]`) lies over them from that row until
    the next one named or the next chapter.
    """
    shown = tuple(
        (frame, key) for _, frame, key in slide_changes(timeline, transcript, settings, deck)
    )
    return add_chapter_bars(shown, timeline) if settings.style.progress else shown


def slide_changes(
    timeline: Timeline, transcript: Transcript, settings: Settings, deck: Deck
) -> tuple[tuple[int, int, str], ...]:
    """Return (row, first frame, slide key) of every change of slides in order.

    The first frame is 0; rows are as `slide_rows` returns them.
    """
    frames: dict[int, tuple[int, str]] = {}
    for row, key in slide_rows(timeline, transcript, settings, deck):
        frames[_frame_of_row(timeline, row)] = row, key
    first_frame = min(frames)
    frames[0] = frames.pop(first_frame) if first_frame else frames[0]
    shown = [(row, frame, key) for frame, (row, key) in sorted(frames.items())]
    shown = _without_flicker(shown, timeline.fps, {slide.key: card for card, slide in deck.cards})
    return (shown[0], *(after for before, after in pairwise(shown) if after[2] != before[2]))


def _without_flicker(
    changes: Sequence[tuple[int, int, str]], fps: int, cards: Mapping[str, Card]
) -> list[tuple[int, int, str]]:
    """Return the changes without cards that would be seen for less than a second and a half.

    The next state of the same slide comes so much earlier; before another slide, the card before
    stays so much longer.
    """
    kept: list[tuple[int, int, str]] = []
    for row, frame, key in changes:
        if kept and frame - kept[-1][1] < _MIN_CARD_SECONDS * fps and key in cards:
            last_row, last_frame, last_key = kept[-1]
            last = cards.get(last_key)
            if last is not None and (last.kind, last.heading) == (
                cards[key].kind,
                cards[key].heading,
            ):
                kept[-1] = last_row, last_frame, key
                continue
            if last is not None and len(kept) > 1:
                kept.pop()
        kept.append((row, frame, key))
    return kept


def slide_rows(
    timeline: Timeline, transcript: Transcript, settings: Settings, deck: Deck
) -> tuple[tuple[int, str], ...]:
    """Return (row, slide key) in the order shown.

    Row 0 is before the first row, one past the last is after the talk.
    """
    base_slides = list(
        _spread_numbered_slides(timeline, transcript, deck.numbered_slides)
        if deck.numbered_slides
        else _card_rows(deck)
    )
    overlay_slides = list(_named_slide_rows(transcript, settings, dict(deck.named_slides)))
    if not overlay_slides:
        return tuple(base_slides)
    chapters = () if deck.numbered_slides else tuple(mark.chapter.row for mark in timeline.chapters)
    return tuple(_overlay_named_slides(base_slides, overlay_slides, chapters))


def _frame_of_row(timeline: Timeline, row: int) -> int:
    """Return the frame at which a row's slide appears.

    It is that of its chapter's mark, else of its first sound; after the last row, of the end of
    speech.
    """
    if row <= 0:
        return 0
    if row > len(timeline.rows):
        return min(
            frame_from_samples(timeline.rows[-1].span.end, timeline.fps),
            max(timeline.frames - 1, 0),
        )
    marks = {
        mark.chapter.row: mark.start_sample for mark in timeline.chapters if mark.chapter.row > 1
    }  # before row 1 there is the title
    return frame_from_samples(marks.get(row, timeline.rows[row - 1].span.start), timeline.fps)


def _card_rows(deck: Deck) -> Iterator[tuple[int, str]]:
    for number, (card, slide) in enumerate(deck.cards):
        yield (card.row if number else 0), slide.key


def _named_slide_rows(
    transcript: Transcript, settings: Settings, slides: Mapping[str, Slide | ClipSlide]
) -> Iterator[tuple[int, str | None]]:
    """Yield (row, slide key) for slides that rows name, in order; None ends a named slide.

    Settings go before directives.
    """
    requested = {
        directive.row: directive.value
        for directive in transcript.directives
        if directive.kind == "slide"
    }
    for table in settings.slide:
        if table.row > len(transcript.rows):
            raise InputError(
                message("picture.slide_row_missing", row=table.row, count=len(transcript.rows)),
                where=transcript.name,
            )
        requested[table.row] = table.file
    for row, name in sorted(requested.items()):
        yield row, (None if name == CARD_SLIDE_NAME else slides[name].key)


def _overlay_named_slides(
    base_slides: Sequence[tuple[int, str]],
    overlay_slides: Sequence[tuple[int, str | None]],
    chapters: Sequence[int],
) -> Iterator[tuple[int, str]]:
    """Yield (row, slide key): a named slide holds until the next one or the next chapter."""
    change_rows = sorted(
        {row for row, _ in base_slides} | {row for row, _ in overlay_slides} | set(chapters)
    )
    current: str | None = None
    for row in change_rows:
        overlay_keys = [key for at, key in overlay_slides if at == row]
        if overlay_keys:
            current = overlay_keys[-1]
        elif row in chapters:
            current = None
        yield row, current or [key for at, key in base_slides if at <= row][-1]


def _spread_numbered_slides(
    timeline: Timeline, transcript: Transcript, slides: Sequence[Slide | ClipSlide]
) -> Iterator[tuple[int, str]]:
    """Yield (row, slide key) of numbered slides.

    There is one per chapter if there are as many; otherwise they change at sentence ends in
    proportion to speech.
    """
    chapters = [mark.chapter.row for mark in timeline.chapters]
    starts = _slide_start_rows(timeline, transcript, chapters, len(slides))
    for number, (row, slide) in enumerate(zip(starts, slides, strict=False)):
        yield (row if number else 0), slide.key


def _slide_start_rows(
    timeline: Timeline, transcript: Transcript, chapters: Sequence[int], count: int
) -> list[int]:
    """Return the rows at which so many slides begin, rising; fewer where there are fewer rows."""
    rows = [row.text for row in transcript.rows]
    if count == len(chapters):
        return [1, *chapters[1:]]
    if count < len(chapters):
        return _nearest_rows(timeline, sorted({1, *chapters}), count)
    sentence_starts = [
        1,
        *(row + 1 for row in range(1, len(rows)) if _ends_sentence(timeline, rows, row)),
    ]
    allowed = sorted({*sentence_starts, *chapters})
    return _nearest_rows(
        timeline, allowed if len(allowed) >= count else list(range(1, len(rows) + 1)), count
    )


def _ends_sentence(timeline: Timeline, rows: Sequence[str], row: int) -> bool:
    """Return whether a sentence ends with a row: by its last mark, or by the pause after it."""
    return (
        rows[row - 1].rstrip().endswith(_SENTENCE_ENDINGS)
        or timeline.rows[row].span.start - timeline.rows[row - 1].span.end >= _SENTENCE_PAUSE
    )


def _nearest_rows(timeline: Timeline, allowed: Sequence[int], count: int) -> list[int]:
    """Return `count` of the allowed rows, rising.

    Each is as near as possible to its share of the speech before it.
    """
    spoken = [0]
    for row in timeline.rows:
        spoken.append(spoken[-1] + row.span.length)
    count = min(count, len(allowed))
    chosen: list[int] = []
    index = 0
    for number in range(count):
        last = len(allowed) - (count - number)  # so that every slide after this one still has a row
        target = spoken[-1] * number / count
        index = min(range(index, last + 1), key=lambda at: abs(spoken[allowed[at] - 1] - target))
        chosen.append(allowed[index])
        index += 1
    return chosen
