"""An episode's slides together.

Cards drawn once, files read once, names resolved, and what is said about them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from pipeline.cache import Store
from pipeline.errors import InputError, OutputFault
from pipeline.model import Chapter
from pipeline.picture.cards.layouts.card_drawing import draw_card
from pipeline.picture.slides.deck import Deck, open_deck
from pipeline.picture.slides.slide_store import (
    SLIDE_KIND,
    ClipSlide,
    has_slide,
    load_slide,
    store_slide,
)
from pipeline.text.word_segmenter import Segmenter
from tests.slide_samples import BLUE, GREEN, RED, clip, encoded, look, pdf, picture, small, talk

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.model import Transcript
    from pipeline.picture.cards.card import Card

CHAPTERS = (Chapter(1, "开头"), Chapter(5, "结尾"))


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    """Cut words with one dictionary."""
    return Segmenter()


def deck(
    tmp_path: Path,
    segmenter: Segmenter,
    transcript: Transcript | None = None,
    changes: dict[str, object] | None = None,
) -> Deck:
    """Open the deck of an eight-row talk with its assets in `tmp_path/assets`."""
    return open_deck(
        transcript or talk(8),
        CHAPTERS,
        small(changes),
        segmenter=segmenter,
        look=look(changes),
        store=Store(tmp_path / "store"),
        assets_folder=tmp_path / "assets",
        fallback_title="酵母",
    )


def put(tmp_path: Path, name: str, data: bytes) -> None:
    """Write a slide file."""
    (tmp_path / "assets").mkdir(exist_ok=True)
    (tmp_path / "assets" / name).write_bytes(data)


def middle(tmp_path: Path, key: str) -> tuple[int, ...]:
    """Return a slide's middle pixel."""
    pixels = load_slide(Store(tmp_path / "store"), key)
    assert pixels.shape == (240, 320, 3)
    return tuple(int(part) for part in pixels[120, 160])


def near(pixel: tuple[int, ...], colour: tuple[int, ...]) -> bool:
    """Return whether two colours are alike."""
    return bool(np.abs(np.subtract(pixel, colour)).max() < 30)


def test_open_deck_draws_cards_without_assets(tmp_path: Path, segmenter: Segmenter) -> None:
    """Title, a card a chapter, closing: each in the store at the video's size."""
    made = deck(tmp_path, segmenter)
    assert [card.kind for card, _ in made.cards] == ["title", "chapter", "chapter", "closing"]
    assert made.title_card.heading == "酵母"
    assert {load_slide(Store(tmp_path / "store"), slide.key).shape for _, slide in made.cards} == {
        (240, 320, 3)
    }
    assert made.notices == ()


def test_open_deck_draws_cards_once(
    tmp_path: Path, segmenter: Segmenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second opening draws nothing.

    An edited title draws the cards that show it, a lost picture is drawn again.
    """
    first = deck(tmp_path, segmenter)
    drawn: list[str] = []

    def counted(card: Card, *rest: Any, **more: Any) -> object:  # noqa: ANN401 - whatever the real one takes
        drawn.append(card.kind)
        return draw_card(card, *rest, **more)

    monkeypatch.setattr("pipeline.picture.slides.deck.draw_card", counted)
    assert deck(tmp_path, segmenter) == first
    assert drawn == []
    Store(tmp_path / "store").entry_path(SLIDE_KIND, first.cards[1][1].key).write_bytes(b"damaged")
    assert deck(tmp_path, segmenter) == first
    assert drawn == ["chapter"]


def test_open_deck_uses_numbered_files_instead_of_cards(
    tmp_path: Path, segmenter: Segmenter
) -> None:
    """Numbered pictures, clips and a document's pages come in order.

    No card is drawn, and the poster's words are still there.
    """
    put(tmp_path, "02.png", encoded(picture(GREEN)))
    put(tmp_path, "1.jpg", encoded(picture(RED), "JPEG"))
    put(tmp_path, "deck.pdf", pdf(BLUE, GREEN))
    clip(tmp_path / "assets" / "03.mp4")
    made = deck(tmp_path, segmenter)
    assert [slide.name for slide in made.numbered_slides] == [
        "1.jpg",
        "02.png",
        "03.mp4",
        "deck.pdf p. 1",
        "deck.pdf p. 2",
    ]
    assert [
        near(middle(tmp_path, slide.key), colour)
        for slide, colour in zip(made.numbered_slides, (RED, GREEN, RED, BLUE, GREEN), strict=True)
    ] == [True] * 5
    assert made.cards == ()
    assert made.title_card.heading == "酵母"


def test_open_deck_loads_pages_that_rows_name(tmp_path: Path, segmenter: Segmenter) -> None:
    """`@slide` names files with or without suffix, and pages of documents.

    Named files are not shown by number as well.
    """
    put(tmp_path, "oven.png", encoded(picture(RED)))
    put(tmp_path, "01.pdf", pdf(BLUE, GREEN))
    made = deck(tmp_path, segmenter, talk(8, {2: "oven", 4: "01.pdf#2", 6: "card"}))
    assert {name: slide.name for name, slide in made.named_slides} == {
        "oven": "oven.png",
        "01.pdf#2": "01.pdf p. 2",
    }
    assert near(middle(tmp_path, dict(made.named_slides)["01.pdf#2"].key), GREEN)
    assert made.numbered_slides == ()
    assert len(made.cards) == 4


@pytest.mark.parametrize(
    "name", ["01.pdf#3", "01.pdf#0", "01.pdf#x", "01.pdf#", "01.pdf#99999999999999999999"]
)
def test_open_deck_refuses_missing_pages(tmp_path: Path, segmenter: Segmenter, name: str) -> None:
    """A page number past the end, or no number, is an input error with the row."""
    put(tmp_path, "01.pdf", pdf(BLUE, GREEN))
    with pytest.raises(InputError, match=r"row 2: .*2 page"):
        deck(tmp_path, segmenter, talk(8, {2: name}))


def test_open_deck_gives_clips_what_motion_needs(tmp_path: Path, segmenter: Segmenter) -> None:
    """A clip knows its file, rate, length, size, and how it fills a longer span.

    Its still is its first picture.
    """
    put(tmp_path, "x.txt", b"")
    clip(tmp_path / "assets" / "wave.mp4", frames=12, fps=10)
    made = deck(tmp_path, segmenter, None, {"slide": ({"row": 3, "file": "wave", "play": "hold"},)})
    (found,) = made.clips.values()
    assert isinstance(found, ClipSlide)
    assert (found.path.name, found.frames, found.width, found.height, found.play_mode) == (
        "wave.mp4",
        12,
        64,
        48,
        "hold",
    )
    assert found.fps == 10
    assert near(middle(tmp_path, found.key), RED)


def test_open_deck_reports_files_that_are_not_shown(tmp_path: Path, segmenter: Segmenter) -> None:
    """A picture without a number that no row names is not silently left out."""
    put(tmp_path, "cover.png", encoded(picture(RED)))
    (notice,) = deck(tmp_path, segmenter).notices
    assert notice.startswith("cover.png is not shown: its name has no number, and no row names it.")
    assert notice.endswith("or write `@slide cover.png` above a row.")


def test_open_deck_shows_no_recording_as_a_slide(tmp_path: Path, segmenter: Segmenter) -> None:
    """The host's recording has a number, but the settings name it: it is no slide, untold."""
    put(tmp_path, "01.png", encoded(picture(RED)))
    clip(tmp_path / "assets" / "take 2.mp4")
    made = deck(tmp_path, segmenter, None, {"voice.file": "take 2.mp4"})
    assert [slide.name for slide in made.numbered_slides] == ["01.png"]
    assert made.notices == ()


def test_open_deck_reports_more_slides_than_rows(tmp_path: Path, segmenter: Segmenter) -> None:
    """Slides that find no row are counted."""
    put(tmp_path, "deck.pdf", pdf(*[RED] * 10))
    assert deck(tmp_path, segmenter).notices == ("10 slides for 8 rows: the last 2 are not shown.",)


def test_open_deck_reports_characters_without_a_font(tmp_path: Path, segmenter: Segmenter) -> None:
    """A title with a character that cannot be drawn is named, with the row its card is shown at."""
    notices = deck(tmp_path, segmenter, None, {"title": "酵母\U000e0f00"}).notices
    assert notices == (
        "The card at row 1: no font here has '\\U000e0f00' (U+E0F00); it is shown as an empty box.",
    )


def test_open_deck_remarks_on_a_drawing_every_time(tmp_path: Path, segmenter: Segmenter) -> None:
    """What has to be said of a picture is said again when it comes from the cache."""
    put(
        tmp_path,
        "01.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48">'
        b'<image width="9" height="9" href="http://example.invalid/a.png"/></svg>',
    )
    assert deck(tmp_path, segmenter).notices == deck(tmp_path, segmenter).notices
    assert "01.svg: 1 picture outside the SVG is not shown" in deck(tmp_path, segmenter).notices[0]


def test_open_deck_reads_a_file_once(tmp_path: Path, segmenter: Segmenter) -> None:
    """The same bytes under another name are the same slide.

    A picture lost from the store is read again.
    """
    put(tmp_path, "01.png", encoded(picture(RED)))
    put(tmp_path, "02.png", encoded(picture(RED)))
    first = deck(tmp_path, segmenter)
    assert first.numbered_slides[0].key == first.numbered_slides[1].key
    store = Store(tmp_path / "store")
    store.entry_path(SLIDE_KIND, first.numbered_slides[0].key).write_bytes(b"")
    assert not has_slide(store, first.numbered_slides[0].key)
    assert deck(tmp_path, segmenter) == first
    assert has_slide(store, first.numbered_slides[0].key)


def test_open_deck_reads_a_file_again_for_another_look(
    tmp_path: Path, segmenter: Segmenter
) -> None:
    """The settings' fit and palette are part of what a slide is."""
    put(tmp_path, "01.png", encoded(picture(RED, (400, 100))))
    looks: list[dict[str, object]] = [{}, {"style.fit": "fill"}, {"style.theme": "light"}]
    assert (
        len({deck(tmp_path, segmenter, None, changes).numbered_slides[0].key for changes in looks})
        == 3
    )


def test_open_deck_names_the_file_of_a_wrong_slide(tmp_path: Path, segmenter: Segmenter) -> None:
    """A broken picture ends in one sentence with its path."""
    put(tmp_path, "01.png", encoded(Image.effect_noise((90, 90), 90))[:2_000])
    with pytest.raises(InputError, match=r"01\.png: The picture is damaged"):
        deck(tmp_path, segmenter)


def test_load_slide_returns_the_stored_pixels(tmp_path: Path) -> None:
    """What the store keeps is what was put in, under a key of pixels and size.

    A missing one is reported.
    """
    store = Store(tmp_path)
    pixels = np.asarray(Image.effect_noise((64, 48), 90).convert("RGB"))
    key = store_slide(store, pixels)
    assert (load_slide(store, key) == pixels).all()
    assert store_slide(store, pixels.reshape(64, 48, 3)) != key
    with pytest.raises(OutputFault, match="in the cache is missing or damaged"):
        load_slide(store, "0" * 64)
