"""The colours of an episode: two palettes, which the channel and then the episode can change colour by colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.picture.canvas import colour_of, mixed

if TYPE_CHECKING:
    from pipeline.picture.canvas import Colour
    from pipeline.settings.picture import Channel, Style

_MUTED, _HAIRLINE = 0.36, 0.80  # how far secondary text and rules go from the text's colour towards the background's
_DARK = ((15, 18, 23), (243, 240, 233), (240, 180, 60))  # ink, warm white, amber
_LIGHT = ((247, 244, 237), (24, 26, 30), (200, 62, 38))  # paper, ink, vermilion


@dataclass(frozen=True, slots=True)
class Theme:
    """What cards are coloured with: the ground, text, secondary text, hairlines and the one accent."""

    background: Colour
    text: Colour
    muted: Colour
    line: Colour
    accent: Colour


def theme_of(style: Style, channel: Channel) -> Theme:
    """Return the palette: the episode's colours over the channel's over those of the theme one of them names (dark if none does).

    Secondary text and hairlines are mixed from text and background.
    """
    colours = _LIGHT if (style.theme or channel.theme) == "light" else _DARK
    given = (style.background or channel.background, style.text or channel.text, style.accent or channel.accent)
    background, text, accent = (colour_of(code) if code else own for code, own in zip(given, colours, strict=True))
    return Theme(background, text, mixed(text, background, _MUTED), mixed(text, background, _HAIRLINE), accent)


def luminance(colour: Colour) -> float:
    """Return the relative luminance of a colour, 0–1 (WCAG 2.2)."""
    linear = [part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour]  # noqa: PLR2004 - 0.04045 × 255
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1–21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
