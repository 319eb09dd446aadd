"""Palettes, the channel's own look, and its logo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.picture.cards.card import Card
from pipeline.picture.cards.layouts.card_drawing import draw_card
from pipeline.picture.colours import contrast_ratio, relative_luminance
from pipeline.picture.style.look import resolve_look
from pipeline.picture.typography.text_renderer import TextRenderer
from pipeline.settings import Settings
from pipeline.text.word_segmenter import Segmenter
from tests.slide_samples import BLUE, GREEN, encoded, picture, small
from tests.small_fonts import small_font

if TYPE_CHECKING:
    from pathlib import Path

CARD = Card("title", 1, 0, "酵母", note="厨房里的科学")


def write(folder: Path, text: str) -> None:
    """Write the channel's theme."""
    (folder / "theme.toml").write_text(text, "utf-8")


def test_resolve_theme_is_dark_by_default(tmp_path: Path) -> None:
    """The theme is dark by default.

    The channel can make it light, and the episode dark again.
    """
    assert relative_luminance(resolve_look(small()).theme.background) < 0.05
    write(tmp_path, 'theme = "light"')
    assert relative_luminance(resolve_look(small(), assets_folder=tmp_path).theme.background) > 0.8
    assert (
        relative_luminance(
            resolve_look(small({"style.theme": "dark"}), assets_folder=tmp_path).theme.background
        )
        < 0.05
    )


def test_resolve_theme_prefers_the_episode_then_the_channel(tmp_path: Path) -> None:
    """A colour the episode names goes before the channel's, and that before the theme's own."""
    write(tmp_path, 'accent = "#112233"\ntext = "#445566"')
    theme = resolve_look(small({"style.accent": "#aabbcc"}), assets_folder=tmp_path).theme
    assert (theme.accent, theme.text) == ((0xAA, 0xBB, 0xCC), (0x44, 0x55, 0x66))
    assert theme.background == resolve_look(small()).theme.background


def test_resolve_look_gives_captions_the_themes_colours_if_they_contrast(tmp_path: Path) -> None:
    """On paper the captions are ink with a light outline.

    A palette too weak to read keeps white on black.
    """
    light = resolve_look(small({"style.theme": "light"}), assets_folder=tmp_path)
    assert (light.caption_style.text_colour, light.caption_style.outline_colour) == (
        light.theme.text,
        light.theme.background,
    )
    weak = resolve_look(small({"style.text": "#888888", "style.background": "#777777"}))
    assert contrast_ratio(weak.caption_style.text_colour, weak.caption_style.outline_colour) > 15


def test_resolve_look_prefers_the_episodes_font(tmp_path: Path) -> None:
    """The channel's font file lies below the project's assets, the episode's below its own."""
    (tmp_path / "fonts").mkdir()
    small_font(tmp_path / "fonts" / "a.ttf", "AB", "Of the Channel")
    (tmp_path / "episode").mkdir()
    small_font(tmp_path / "episode" / "b.ttf", "AB", "Of the Episode")
    write(tmp_path, 'font = "fonts/a.ttf"')
    assert (
        resolve_look(small(), assets_folder=tmp_path).fonts.bold.path
        == tmp_path / "fonts" / "a.ttf"
    )
    own = resolve_look(
        small({"style.font": "b.ttf"}), assets_folder=tmp_path, episode_folder=tmp_path / "episode"
    )
    assert own.fonts.bold.path == tmp_path / "episode" / "b.ttf"


def test_card_sheet_draws_the_logo_in_the_top_right_corner(tmp_path: Path) -> None:
    """The logo is drawn with its transparency at the right margin.

    It replaces the channel's name.
    """
    logo = picture((*GREEN, 255), (200, 100), "RGBA")
    logo.paste((*BLUE, 0), (0, 0, 100, 100))
    (tmp_path / "logo.png").write_bytes(encoded(logo))
    write(tmp_path, 'logo = "logo.png"\nname = "厨房里的科学"')
    shown = resolve_look(
        small({"picture.width": 640, "picture.height": 360}), assets_folder=tmp_path
    )
    assert shown.channel_name == "厨房里的科学"
    assert shown.logo is not None
    text_renderer = TextRenderer.for_fonts(shown.fonts)
    page = draw_card(
        CARD, (640, 360), 280.0, shown.theme, text_renderer, Segmenter(), logo=shown.logo.pixels()
    )
    green = (np.abs(page.astype(int) - GREEN).max(axis=2) < 8).nonzero()
    assert green[0].max() < 360 * 0.2
    assert green[1].max() == pytest.approx(640 * (1 - 0.0667), abs=2)
    assert green[1].max() - green[1].min() == pytest.approx(
        (green[0].max() - green[0].min()), abs=2
    )


def test_a_logo_may_be_an_svg_drawing(tmp_path: Path) -> None:
    """It is drawn large, with its transparency; a damaged one is refused with its name."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10">'
    (tmp_path / "logo.svg").write_text(
        f'{drawing}<rect width="10" height="10" fill="#00ff00"/></svg>', "utf-8"
    )
    write(tmp_path, 'logo = "logo.svg"')
    logo = resolve_look(Settings(), assets_folder=tmp_path).logo
    assert logo is not None
    pixels = logo.pixels()
    assert pixels.shape == (500, 1000, 4)
    assert tuple(pixels[250, 250]) == (0, 255, 0, 255)
    assert pixels[250, 750, 3] == 0
    (tmp_path / "logo.svg").write_text("<svg", "utf-8")
    with pytest.raises(InputError, match=r"logo\.svg"):
        resolve_look(Settings(), assets_folder=tmp_path)


def test_look_key_depends_on_the_logo(tmp_path: Path) -> None:
    """The logo's bytes are part of the look's key: a new one draws the cards again."""
    write(tmp_path, 'logo = "logo.png"')
    keys = set()
    for colour in (GREEN, BLUE):
        (tmp_path / "logo.png").write_bytes(encoded(picture(colour)))
        keys.add(resolve_look(small(), assets_folder=tmp_path).key)
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('acent = "#112233"', r"no setting `acent`.*Did you mean `accent`"),
        ('accent = "red"', r"`accent` cannot be 'red'"),
        ("accent = ", "not TOML"),
        ('logo = "logo.psd"', "The logo is not a picture that is read"),
        ('logo = "gone.png"', "cannot be opened"),
        ('logo = "../../../etc/passwd.png"', "cannot be opened|outside"),
        ('logo = "text.png"', "not a readable picture"),
        ('font = "fonts/gone.ttf"', "missing or cannot be read"),
        ('font = "No Such Family 77"', "No font named"),
    ],
)
def test_resolve_look_refuses_a_wrong_theme(tmp_path: Path, text: str, sentence: str) -> None:
    """A wrong theme is an input error that names what is wrong.

    Unknown keys, wrong values, a logo or font that does not exist.
    """
    (tmp_path / "text.png").write_text("no picture")
    write(tmp_path, text)
    with pytest.raises(InputError, match=sentence):
        resolve_look(small(), assets_folder=tmp_path)


def test_read_channel_refuses_a_theme_that_is_no_text(tmp_path: Path) -> None:
    """Bytes in no encoding, and a file too large to be a theme, are input errors."""
    (tmp_path / "theme.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-16"):
        resolve_look(small(), assets_folder=tmp_path)
    (tmp_path / "theme.toml").write_bytes(b"#" * 200_000)
    with pytest.raises(InputError, match="larger than 100 kB"):
        resolve_look(small(), assets_folder=tmp_path)
