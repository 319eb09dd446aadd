"""A transparent picture lies on a ground on which what it shows can be seen."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from pipeline.picture.transparency import DARK_GROUND, LIGHT_GROUND, flatten_alpha, ground_for

DARK_THEME, LIGHT_THEME = (13, 17, 23), (250, 249, 246)


def drawn(
    colour: tuple[int, ...], width: int = 3, size: tuple[int, int] = (640, 360)
) -> Image.Image:
    """Return lines and letters of one colour on nothing."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rectangle((40, 40, 300, 200), outline=colour, width=width)
    pen.line((320, 40, 600, 300), fill=colour, width=width)
    pen.text((60, 240), "Figure 1", fill=colour, font_size=40)
    return image


@pytest.mark.parametrize(
    ("colour", "background", "ground"),
    [
        ((0, 0, 0, 255), DARK_THEME, LIGHT_GROUND),
        ((30, 30, 40, 255), DARK_THEME, LIGHT_GROUND),
        ((0, 0, 90, 255), DARK_THEME, LIGHT_GROUND),
        ((255, 255, 255, 255), LIGHT_THEME, DARK_GROUND),
        ((255, 240, 120, 255), LIGHT_THEME, DARK_GROUND),
        ((255, 255, 255, 255), DARK_THEME, DARK_THEME),
        ((0, 0, 0, 255), LIGHT_THEME, LIGHT_THEME),
        ((230, 120, 40, 255), DARK_THEME, DARK_THEME),
        ((0, 0, 0, 120), DARK_THEME, LIGHT_GROUND),
    ],
)
@pytest.mark.parametrize("width", [1, 3, 20])
def test_ground_for_follows_what_is_drawn(
    colour: tuple[int, ...],
    background: tuple[int, int, int],
    ground: tuple[int, int, int],
    width: int,
) -> None:
    """Black gets a light ground, white a dark one, what can be seen keeps the theme's."""
    assert ground_for(drawn(colour, width), background) == ground


def test_ground_for_serves_black_letters_beside_a_bright_area() -> None:
    """A diagram of coloured boxes with black letters between them gets a light ground too."""
    image = drawn((0, 0, 0, 255))
    ImageDraw.Draw(image).rectangle((330, 150, 620, 340), fill=(40, 120, 220, 255))
    assert ground_for(image, DARK_THEME) == LIGHT_GROUND


def test_ground_for_leaves_rounded_corners_alone() -> None:
    """A dark screenshot with rounded corners brings its own ground."""
    image = Image.new("RGBA", (640, 360), (0, 0, 0, 0))
    ImageDraw.Draw(image).rounded_rectangle((0, 0, 639, 359), 20, fill=(10, 10, 12, 255))
    assert ground_for(image, DARK_THEME) == DARK_THEME


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_ground_for_takes_opaque_and_empty_pictures(mode: str) -> None:
    """Without anything transparent, or without anything else, the theme's background stays."""
    assert ground_for(Image.new(mode, (9, 9), 0), DARK_THEME) == DARK_THEME
    assert ground_for(Image.new("RGBA", (9, 9), (5, 5, 5, 255)), DARK_THEME) == DARK_THEME


def test_flatten_alpha_blends_with_the_ground() -> None:
    """Half of white on black is grey."""
    half = Image.new("RGBA", (4, 4), (255, 255, 255, 128))
    assert flatten_alpha(half, (0, 0, 0)).getpixel((1, 1)) == (128, 128, 128)
