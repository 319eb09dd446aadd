"""The table of card layouts: which layout draws a card, and that another package's is found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import EnvironmentFault
from pipeline.picture.cards.card import Card, CardPoint
from pipeline.picture.cards.layouts import card_drawing
from pipeline.picture.cards.layouts.base import CardLayout
from pipeline.picture.cards.layouts.card_drawing import CARD_LAYOUTS, card_layouts, layout_for
from pipeline.picture.style.theme import resolve_theme
from pipeline.settings import ChannelSettings
from pipeline.settings.sections import StyleSettings
from tests.example_extension import install_example_extension
from tests.small_project import SETTINGS, episode, make_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHAPTER = Card("chapter", 1, 1, "发酵 → 烘烤", figure="01")


@pytest.fixture
def extensions(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, object]]:
    """Give the entry points of other packages, to be filled by the test."""
    entries: dict[str, object] = {}
    monkeypatch.setattr(card_drawing, "load_extensions", lambda _: entries)
    card_layouts.cache_clear()
    yield entries
    card_layouts.cache_clear()


def layout(**changes: object) -> CardLayout:
    """Return a layout of another package that claims chapters."""
    base = CardLayout("other", "other card", lambda *_: None, claims=lambda c: c.kind == "chapter")
    return replace(base, **changes)  # type: ignore[arg-type]


def test_layout_for_draws_each_kind_with_its_own_layout() -> None:
    """Without extensions a card is drawn by the layout of its kind."""
    full = Card("title", 1, 1, "题", items=("一",), figure="01", points=(CardPoint("一"),), shown=1)
    for one in CARD_LAYOUTS:
        assert layout_for(replace(full, kind=one.name)).name == one.name  # type: ignore[arg-type]


def test_layout_for_prefers_the_higher_priority(extensions: dict[str, object]) -> None:
    """A layout draws a card that it claims only if its priority is the highest.

    It must be above the priority of this package's layouts.
    """
    extensions["other"] = layout()
    assert layout_for(CHAPTER).name == "chapter"
    card_layouts.cache_clear()
    extensions["other"] = layout(priority=1)
    assert layout_for(CHAPTER).name == "other"
    assert layout_for(replace(CHAPTER, kind="title")).name == "title"


def test_layout_for_leaves_out_layouts_whose_needs_are_not_met(
    extensions: dict[str, object],
) -> None:
    """A layout that needs entries does not get a card without them."""
    extensions["other"] = layout(priority=1, needs=("items",))
    assert layout_for(CHAPTER).name == "chapter"
    assert layout_for(replace(CHAPTER, items=("酵母",))).name == "other"


def test_card_layouts_refuses_an_entry_that_is_no_layout(extensions: dict[str, object]) -> None:
    """The error names the entry point."""
    extensions["broken"] = "no layout"
    with pytest.raises(EnvironmentFault, match="broken is not a card layout"):
        card_layouts()


def test_slides_command_draws_a_chapter_with_another_packages_layout(tmp_path: Path) -> None:
    """The chapter whose title has an arrow has the stages under bars on the contact sheet."""
    (tmp_path / "project").mkdir()
    project = make_project(tmp_path / "project")
    settings = SETTINGS.replace('title = "发酵"', 'title = "发酵 → 烘烤"')
    (project / "transcript" / "bread.toml").write_text(settings, "utf-8")
    environment = install_example_extension(tmp_path / "site")
    plain = contact_sheet(project, {})
    extended = contact_sheet(project, environment)
    columns = np.flatnonzero((plain != extended).any(axis=(0, 2)))
    rows = np.flatnonzero((plain != extended).any(axis=(1, 2)))
    assert columns.size
    drawn, before = (
        sheet[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] for sheet in (extended, plain)
    )
    accents = np.array(resolve_theme(StyleSettings(), ChannelSettings()).accents)

    def accent_pixels(area: np.ndarray) -> int:
        distance = np.abs(area.astype(int)[:, :, None] - accents).max(axis=3)
        return int((distance.min(axis=2) < 30).sum())

    assert accent_pixels(drawn) > accent_pixels(before) + 100


def contact_sheet(project: Path, environment: dict[str, str]) -> np.ndarray:
    """Return the contact sheet that the `slides` command writes, RGB."""
    ran = episode("slides", "transcript/bread.txt", "--quiet", cwd=project, **environment)
    assert ran.code == 0, ran.err
    (path,) = (project / "output").rglob("slides.png")
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))
