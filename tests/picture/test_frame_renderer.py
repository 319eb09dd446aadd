"""The renderer of states, and the chapter bar."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.cache import Store
from pipeline.errors import OutputFault
from pipeline.model import Chapter
from pipeline.picture.frame_renderer import EpisodeFrameRenderer, create_renderer
from pipeline.picture.scene import Caption, FrameRenderer, ScreenState
from pipeline.picture.slides.slide_store import store_slide
from tests.slide_samples import look, small, talk

if TYPE_CHECKING:
    from pathlib import Path

CHAPTERS = (Chapter(1, "一"), Chapter(3, "二"))
CAPTION = Caption("zh", ("酵母发酵要四小时",))


def renderer(tmp_path: Path, changes: dict[str, object] | None = None) -> EpisodeFrameRenderer:
    """Return the renderer of a small episode."""
    return create_renderer(look(changes), Store(tmp_path), small(changes), talk(4), CHAPTERS)


def slide(tmp_path: Path, shade: int = 120) -> str:
    """Keep a plain slide and return its key."""
    return store_slide(Store(tmp_path), np.full((240, 320, 3), shade, np.uint8))


def test_frame_renderer_satisfies_the_protocol(tmp_path: Path) -> None:
    """It has the protocol's key, base and band.

    The band holds the base's rows with the caption over them.
    """
    made: FrameRenderer = renderer(tmp_path)
    key = slide(tmp_path)
    drawn = made.caption_band(ScreenState(key, (CAPTION,)))
    assert drawn is not None
    top, band = drawn
    base = made.slide_pixels(key)
    assert base.shape == (240, 320, 3)
    assert (band[0] == base[top]).mean() > 0.9
    assert (band != base[top : top + len(band)]).any()
    assert made.caption_band(ScreenState(key)) is None


def test_frame_renderer_leaves_the_slide_unchanged(tmp_path: Path) -> None:
    """Drawing captions leaves the slide as it is."""
    made, key = renderer(tmp_path), slide(tmp_path)
    made.caption_band(ScreenState(key, (CAPTION,)))
    assert (made.slide_pixels(key) == 120).all()


def test_frame_renderer_is_pickled_and_draws_the_same(tmp_path: Path) -> None:
    """A pickled renderer is small, has the same key and gives the same pixels.

    It is pickled before and after it drew.
    """
    made, key = renderer(tmp_path), slide(tmp_path)
    here = made.caption_band(ScreenState(key, (CAPTION,)))
    data = pickle.dumps(made)
    there = pickle.loads(data)  # noqa: S301 - our own bytes
    again = there.caption_band(ScreenState(key, (CAPTION,)))
    assert len(data) < 5_000
    assert there.key == made.key
    assert here is not None
    assert (here[0], here[1].tobytes()) == (again[0], again[1].tobytes())


def test_frame_renderer_key_depends_on_what_decides_the_pixels(tmp_path: Path) -> None:
    """Another style, size or font is another key; another place of the store is not."""
    made = renderer(tmp_path)
    others = [
        renderer(tmp_path, {"style.captions": "box"}),
        renderer(tmp_path, {"style.caption_size": 1.2}),
        renderer(tmp_path, {"style.theme": "light"}),
        renderer(tmp_path, {"style.progress": True}),
        renderer(tmp_path, {"picture.width": 640, "picture.height": 480}),
        replace(made, fonts=replace(made.fonts, bold=made.fonts.regular)),
    ]
    assert len({made.key, *(other.key for other in others)}) == 7
    assert replace(made, store_folder=tmp_path / "elsewhere").key == made.key


def test_frame_renderer_reports_a_missing_slide(tmp_path: Path) -> None:
    """A slide the store does not have is an output fault, not a black picture."""
    with pytest.raises(OutputFault, match="in the cache is missing or damaged"):
        renderer(tmp_path).slide_pixels("0" * 64)


def test_chapter_bar_shows_lengths_and_the_current_chapter(tmp_path: Path) -> None:
    """The bar along the lower edge has one part per chapter, as long as its text.

    Past parts are dim, the current one has the accent, the rest are faint.
    """
    made, key = renderer(tmp_path, {"style.progress": True}), slide(tmp_path)
    first, second = (made.slide_pixels(f"{key}~{number}") for number in (1, 2))
    accent = np.array(made.theme.accent)
    assert (first[239, 5] == accent).all()
    assert (first[239, 315] == made.theme.hairline).all()
    assert (second[239, 315] == accent).all()
    assert not (second[239, 5] == accent).all()
    assert (first[:236] == 120).all()
    edge = int(np.flatnonzero((first[239] == accent).all(axis=1))[-1])
    assert edge == pytest.approx(320 * made.chapter_lengths[0] / sum(made.chapter_lengths), abs=3)


def test_chapter_bar_is_off_by_default(tmp_path: Path) -> None:
    """Without the setting a slide is shown as it is."""
    assert (renderer(tmp_path).slide_pixels(slide(tmp_path)) == 120).all()
