"""Which slide is on the screen when: decided at row boundaries, never inside a row."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.picture.deck import BACK_TO_CARDS
from pipeline.picture.progress import with_chapters
from pipeline.timebase import frame_from_samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.model import Timeline, Transcript
    from pipeline.picture.deck import Deck
    from pipeline.picture.slides import Clip, Slide
    from pipeline.settings import Settings

Frames = tuple[tuple[int, str], ...]

_ENDS = tuple("。！？!?…；;.”」』")
_PAUSE = 16_800  # samples (350 ms): longer than between clauses, shorter than between sentences


def slide_frames(timeline: Timeline, transcript: Transcript, settings: Settings, deck: Deck) -> Frames:
    """Return (first frame, slide key) in order, the first at frame 0.

    Under all lie the cards, or numbered slides where there are any, spread over the chapters or the sentences. A slide that a row
    names (`@slide`, `[[slide]]`) lies over them from that row until the next one named or the next chapter.
    """
    shown = tuple((frame, key) for _, frame, key in slides_shown(timeline, transcript, settings, deck))
    return with_chapters(shown, timeline) if settings.style.progress else shown


def slides_shown(timeline: Timeline, transcript: Transcript, settings: Settings, deck: Deck) -> tuple[tuple[int, int, str], ...]:
    """Return (row, first frame, slide key) of every change of slides in order, the first at frame 0; rows as `rows_of_slides` has them."""
    frames: dict[int, tuple[int, str]] = {}
    for row, key in rows_of_slides(timeline, transcript, settings, deck):
        frames[_frame(timeline, row)] = row, key
    first = min(frames)
    frames[0] = frames.pop(first) if first else frames[0]
    shown = [(row, frame, key) for frame, (row, key) in sorted(frames.items())]
    return (shown[0], *(after for before, after in pairwise(shown) if after[2] != before[2]))


def rows_of_slides(timeline: Timeline, transcript: Transcript, settings: Settings, deck: Deck) -> tuple[tuple[int, str], ...]:
    """Return (row, slide key) in order of what is shown; row 0 is before the first row, one past the last after the talk."""
    under = list(_spread(timeline, transcript, deck.numbered) if deck.numbered else _cards(deck))
    over = list(_named(transcript, settings, dict(deck.named)))
    if not over:
        return tuple(under)
    chapters = () if deck.numbered else tuple(mark.chapter.row for mark in timeline.chapters)
    return tuple(_laid_over(under, over, chapters))


def _frame(timeline: Timeline, row: int) -> int:
    """Return the frame a row's slide comes on: with its chapter's mark, else with its first sound; the end of speech after the last."""
    if row <= 0:
        return 0
    if row > len(timeline.rows):
        return min(frame_from_samples(timeline.rows[-1].span.end, timeline.fps), max(timeline.frames - 1, 0))
    marks = {mark.chapter.row: mark.at for mark in timeline.chapters if mark.chapter.row > 1}  # before row 1 there is the title
    return frame_from_samples(marks.get(row, timeline.rows[row - 1].span.start), timeline.fps)


def _cards(deck: Deck) -> Iterator[tuple[int, str]]:
    for number, (card, slide) in enumerate(deck.cards):
        yield (card.row if number else 0), slide.key


def _named(transcript: Transcript, settings: Settings, slides: Mapping[str, Slide | Clip]) -> Iterator[tuple[int, str | None]]:
    """Yield (row, slide key) for slides that rows name, in order; None where the slide is taken away. Settings go before directives."""
    asked = {directive.row: directive.value for directive in transcript.directives if directive.kind == "slide"}
    for table in settings.slide:
        if table.row > len(transcript.rows):
            raise InputError(
                f"A slide stands at row {table.row}, and there are {len(transcript.rows)} rows.", "Mend `[[slide]]`.", where=transcript.name
            )
        asked[table.row] = table.file
    for row, name in sorted(asked.items()):
        yield row, (None if name == BACK_TO_CARDS else slides[name].key)


def _laid_over(
    under: Sequence[tuple[int, str]], over: Sequence[tuple[int, str | None]], chapters: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """Yield what is shown where: a named slide holds until the next named one, or the next of the chapters."""
    places = sorted({row for row, _ in under} | {row for row, _ in over} | set(chapters))
    named: str | None = None
    for row in places:
        given = [key for at, key in over if at == row]
        if given:
            named = given[-1]
        elif row in chapters:
            named = None
        yield row, named or [key for at, key in under if at <= row][-1]


def _spread(timeline: Timeline, transcript: Transcript, slides: Sequence[Slide | Clip]) -> Iterator[tuple[int, str]]:
    """Yield (row, slide key): one a chapter where they are as many, else at sentence ends in proportion to speech."""
    chapters = [mark.chapter.row for mark in timeline.chapters]
    starts = _starts(timeline, transcript, chapters, len(slides))
    for number, (row, slide) in enumerate(zip(starts, slides, strict=False)):
        yield (row if number else 0), slide.key


def _starts(timeline: Timeline, transcript: Transcript, chapters: Sequence[int], count: int) -> list[int]:
    """Return the rows at which so many slides begin, rising; fewer where there are fewer rows."""
    rows = [row.text for row in transcript.rows]
    if count == len(chapters):
        return [1, *chapters[1:]]
    if count < len(chapters):
        return _nearest(timeline, sorted({1, *chapters}), count)
    ends = [1, *(row + 1 for row in range(1, len(rows)) if _sentence_ends(timeline, rows, row))]
    allowed = sorted({*ends, *chapters})
    return _nearest(timeline, allowed if len(allowed) >= count else list(range(1, len(rows) + 1)), count)


def _sentence_ends(timeline: Timeline, rows: Sequence[str], row: int) -> bool:
    """Return whether a sentence ends with a row: by its last mark, or by the pause after it."""
    return rows[row - 1].rstrip().endswith(_ENDS) or timeline.rows[row].span.start - timeline.rows[row - 1].span.end >= _PAUSE


def _nearest(timeline: Timeline, allowed: Sequence[int], count: int) -> list[int]:
    """Return `count` of the allowed rows, rising, each as near as can be to its share of the speech before it."""
    spoken = [0]
    for row in timeline.rows:
        spoken.append(spoken[-1] + row.span.length)
    count = min(count, len(allowed))
    chosen: list[int] = []
    place = 0
    for number in range(count):
        last = len(allowed) - (count - number)  # so that every slide after this one still has a row
        wanted = spoken[-1] * number / count
        place = min(range(place, last + 1), key=lambda at: abs(spoken[allowed[at] - 1] - wanted))
        chosen.append(allowed[place])
        place += 1
    return chosen
