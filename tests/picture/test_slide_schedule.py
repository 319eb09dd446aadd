"""Which slide is shown when."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.picture.cards.card import Card
from pipeline.picture.slides.deck import Deck
from pipeline.picture.slides.slide_schedule import schedule_slides, slide_rows
from pipeline.picture.slides.slide_store import Slide
from pipeline.timebase import frame_from_samples
from tests.slide_samples import small, talk, timed

TITLE = Card("title", 1, 0, "酵母")


def cards(*rows: int) -> Deck:
    """Return a deck of a title card, chapter cards and a closing card.

    A chapter's card is at each row but the last, the closing card at that.
    """
    shown = [(TITLE, Slide("title", ""))]
    shown += [
        (Card("chapter", row, number, ""), Slide(f"chapter {number}", ""))
        for number, row in enumerate(rows[:-1], 1)
    ]
    return Deck(TITLE, (*shown, (Card("closing", rows[-1], 0, ""), Slide("closing", ""))))


def files(count: int, *names: str) -> Deck:
    """Return a deck of numbered slides and named ones."""
    return Deck(
        TITLE,
        (),
        tuple(Slide(f"{n:02d}", "") for n in range(1, count + 1)),
        tuple((name, Slide(name, "")) for name in names),
    )


def test_schedule_slides_orders_title_chapters_closing() -> None:
    """The title is shown from frame 0, and each chapter's card from its mark.

    The closing card follows when the last row has been said.
    """
    timeline = timed(8, (1, 5))
    found = schedule_slides(timeline, talk(8), small(), cards(2, 5, 9))
    at = [
        frame_from_samples(position, 25)
        for position in (
            timeline.rows[1].span.start,
            timeline.chapters[1].start_sample,
            timeline.rows[7].span.end,
        )
    ]
    assert found == ((0, "title"), (at[0], "chapter 1"), (at[1], "chapter 2"), (at[2], "closing"))


def test_schedule_slides_shows_the_card_of_a_one_row_chapter() -> None:
    """If the first chapter is a single row, the title is shown during the lead-in.

    The chapter's card is shown during its row.
    """
    found = schedule_slides(timed(4, (1, 2)), talk(4), small(), cards(1, 2, 5))
    assert [key for _, key in found] == ["title", "chapter 1", "chapter 2", "closing"]
    assert found[1][0] == frame_from_samples(timed(4).rows[0].span.start, 25)


def test_schedule_slides_gives_each_chapter_a_slide() -> None:
    """Three numbered slides for three chapters change with the chapters."""
    timeline = timed(9, (1, 3, 8))
    found = schedule_slides(timeline, talk(9), small(), files(3))
    assert [key for _, key in found] == ["01", "02", "03"]
    assert [first for first, _ in found] == [
        0,
        *(frame_from_samples(mark.start_sample, 25) for mark in timeline.chapters[1:]),
    ]


def test_schedule_slides_changes_fewer_slides_at_chapters() -> None:
    """Two slides for four even chapters change at the third."""
    assert slide_rows(timed(12, (1, 4, 7, 10)), talk(12), small(), files(2)) == (
        (0, "01"),
        (7, "02"),
    )


def test_schedule_slides_changes_more_slides_at_sentence_ends() -> None:
    """Slides change after a mark or a pause that ends a sentence.

    The change is as near as possible to their share.
    """
    ends = {3: "这里是句子的结尾。", 6: "这里也是吗？", 9: "还有这里！"}
    assert slide_rows(timed(12), talk(12, marks=ends), small(), files(4)) == (
        (0, "01"),
        (4, "02"),
        (7, "03"),
        (10, "04"),
    )
    assert slide_rows(timed(12, pause_after=(3, 6, 9)), talk(12), small(), files(4)) == (
        (0, "01"),
        (4, "02"),
        (7, "03"),
        (10, "04"),
    )


def test_schedule_slides_falls_back_to_rows() -> None:
    """Where a text has no sentence ends, slides change between rows."""
    assert slide_rows(timed(6), talk(6), small(), files(3)) == ((0, "01"), (3, "02"), (5, "03"))


@given(
    count=st.integers(1, 30),
    slides=st.integers(1, 40),
    chapters=st.sets(st.integers(2, 30), max_size=5),
    pauses=st.sets(st.integers(1, 29)),
)
@settings(max_examples=60, deadline=None)
def test_schedule_slides_never_changes_inside_a_row(
    count: int, slides: int, chapters: set[int], pauses: set[int]
) -> None:
    """Slides come in order, once each, from frame 0, whatever their numbers.

    No change falls inside a row's sound.
    """
    timeline = timed(
        count, (1, *sorted(row for row in chapters if row <= count)), pause_after=tuple(pauses)
    )
    found = schedule_slides(timeline, talk(count), small(), files(slides))
    assert found[0] == (0, "01")
    assert [key for _, key in found] == [f"{n:02d}" for n in range(1, min(slides, count) + 1)]
    assert all(before[0] < after[0] for before, after in pairwise(found))
    for first, _ in found[1:]:
        inside = [
            row
            for row in timeline.rows
            if frame_from_samples(row.span.start, 25) < first < frame_from_samples(row.span.end, 25)
        ]
        assert inside == []


def test_named_slide_covers_cards_until_the_next_chapter() -> None:
    """`@slide` shows from its row on; the next chapter's card takes over again."""
    found = slide_rows(
        timed(8, (1, 5)),
        talk(8, {3: "oven"}),
        small(),
        Deck(TITLE, cards(2, 5, 9).cards, (), (("oven", Slide("oven", "")),)),
    )
    assert found == (
        (0, "title"),
        (1, "title"),
        (2, "chapter 1"),
        (3, "oven"),
        (5, "chapter 2"),
        (9, "closing"),
    )


def test_named_slide_replaces_the_card_of_its_chapter() -> None:
    """Named at a chapter's first row, the slide is shown instead of the chapter's card."""
    deck = Deck(TITLE, cards(2, 5, 9).cards, (), (("oven", Slide("oven", "")),))
    assert (5, "oven") in slide_rows(timed(8, (1, 5)), talk(8, {5: "oven"}), small(), deck)


def test_named_slide_covers_numbered_slides_until_ended() -> None:
    """Over numbered slides a named one holds until another is named; `card` takes it away."""
    found = slide_rows(timed(6), talk(6, {2: "oven", 4: "card"}), small(), files(3, "oven"))
    assert found == ((0, "01"), (2, "oven"), (3, "oven"), (4, "02"), (5, "03"))


def test_named_slide_of_the_settings_precedes_directives() -> None:
    """`[[slide]]` does the same by row, and goes before an `@slide` at the same row."""
    settings = small({"slide": ({"row": 2, "file": "b"},)})
    found = schedule_slides(timed(4), talk(4, {2: "a"}), settings, files(1, "a", "b"))
    assert [key for _, key in found] == ["01", "b"]


def test_schedule_slides_refuses_a_row_past_the_last() -> None:
    """A row the text does not have is named."""
    with pytest.raises(InputError, match=r"row 9, but there are 4 rows"):
        schedule_slides(
            timed(4), talk(4), small({"slide": ({"row": 9, "file": "a"},)}), files(1, "a")
        )


def test_schedule_slides_merges_equal_neighbours() -> None:
    """The same slide named again changes nothing."""
    assert schedule_slides(timed(4), talk(4, {2: "a", 3: "a"}), small(), files(1, "a"))[1:] == (
        (frame_from_samples(timed(4).rows[1].span.start, 25), "a"),
    )


def test_schedule_slides_puts_the_closing_card_inside_the_video() -> None:
    """Even where nothing follows the last row, the closing card begins before the video ends."""
    timeline = timed(3)
    found = schedule_slides(timeline, talk(3), small(), cards(1, 4))
    assert found[-1][1] == "closing"
    assert found[-1][0] < timeline.frames


def test_schedule_slides_adds_the_chapter_to_slide_keys() -> None:
    """With the bar on, slides change with chapters too, and carry the chapter's number."""
    timeline = timed(8, (1, 5))
    found = schedule_slides(timeline, talk(8), small({"style.progress": True}), files(1))
    assert found == (
        (0, "01~1"),
        (frame_from_samples(timeline.chapters[1].start_sample, 25), "01~2"),
    )
