"""The contact sheet and the poster."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from pipeline.cache import Store
from pipeline.picture.cards.card import Card
from pipeline.picture.cards.poster import render_poster
from pipeline.picture.slides.contact_sheet import render_contact_sheet
from pipeline.picture.slides.deck import Deck
from pipeline.picture.slides.slide_store import Slide, store_slide
from pipeline.text.word_segmenter import Segmenter
from tests.slide_samples import look, timed

if TYPE_CHECKING:
    from pathlib import Path

TITLE = Card(
    "title", 1, 0, "天然酵母面包的科学：为什么它更香？", terms=("酵母", "面包"), note="厨房里的科学"
)


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    """Cut words with one dictionary."""
    return Segmenter()


def sheet(tmp_path: Path, count: int, changes: dict[str, object] | None = None) -> np.ndarray:
    """Return the sheet of an episode whose slides are plain shades."""
    shown, store = look(changes), Store(tmp_path)
    keys = [
        store_slide(store, np.full((shown.height, shown.width, 3), 40 + 3 * n, np.uint8))
        for n in range(count)
    ]
    deck = Deck(TITLE, (), tuple(Slide(key, f"{n:02d}.png") for n, key in enumerate(keys)))
    frames = [(n * 52, key) for n, key in enumerate(keys)]
    return np.asarray(
        Image.open(io.BytesIO(render_contact_sheet(frames, timed(count), deck, shown, store)))
    )


def test_contact_sheet_shows_every_slide_in_order(tmp_path: Path) -> None:
    """Slides stand four abreast, in order, each in its own pixels."""
    page = sheet(tmp_path, 6)
    width = (1920 - 96 - 72) // 4
    height = width * 240 // 320
    for number in range(6):
        x = 48 + number % 4 * (width + 24) + width // 2
        y = 48 + number // 4 * (height + 92) + height // 2
        assert tuple(page[y, x]) == (40 + 3 * number,) * 3
    assert page.shape == (2 * 48 + 2 * (height + 92), 1920, 3)


def test_contact_sheet_labels_each_slide(tmp_path: Path) -> None:
    """Below every slide there is writing, and under an empty place there is none."""
    page = sheet(tmp_path, 5)
    width = (1920 - 96 - 72) // 4
    height = width * 240 // 320
    written = [
        bool(
            (
                page[
                    48 + row * (height + 92) + height + 4 : 48 + (row + 1) * (height + 92),
                    x : x + width,
                ]
                != page[0, 0]
            ).any()
        )
        for row in range(2)
        for x in (48 + column * (width + 24) for column in range(4))
    ]
    assert written == [True] * 5 + [False] * 3


def test_contact_sheet_has_six_columns_of_upright_slides(tmp_path: Path) -> None:
    """An upright video's sheet has narrow columns."""
    page = sheet(tmp_path, 6, {"picture.width": 320, "picture.height": 568})
    assert page.shape[0] < 800


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(1920, 1080, (1280, 720)), (1080, 1920, (720, 1280)), (1080, 1080, (1280, 1280))],
)
def test_poster_has_the_videos_shape(
    width: int, height: int, size: tuple[int, int], segmenter: Segmenter
) -> None:
    """A wide video's poster is the platforms' 1280 × 720, others keep their shape."""
    shown = look({"picture.width": width, "picture.height": height})
    assert Image.open(io.BytesIO(render_poster(TITLE, shown, segmenter))).size == size


def test_poster_is_legible_small(segmenter: Segmenter) -> None:
    """A thumbnail of 168 × 94 still shows the poster's words.

    A fifth of the picture or more stands out from the background, some of it in the accent.
    """
    shown = look({"picture.width": 1920, "picture.height": 1080})
    small = (
        Image.open(io.BytesIO(render_poster(TITLE, shown, segmenter)))
        .convert("RGB")
        .resize((168, 94), Image.Resampling.BOX)
    )
    away = np.abs(np.asarray(small).astype(int) - shown.theme.background).max(axis=2)
    assert (away > 100).mean() > 0.1
    accent = np.abs(np.asarray(small).astype(int)[:, 20:] - shown.theme.accent).max(axis=2)
    assert (accent < 60).sum() > 20


def test_poster_is_deterministic(segmenter: Segmenter) -> None:
    """The same title gives the same bytes."""
    assert render_poster(TITLE, look(), segmenter) == render_poster(TITLE, look(), segmenter)
