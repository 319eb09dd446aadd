"""The colours of an episode: two palettes, each of which the settings can change colour by colour."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.picture.canvas import colour_of, mixed

if TYPE_CHECKING:
    from pipeline.picture.canvas import Colour
    from pipeline.settings.picture import Style

_MUTED, _HAIRLINE = 0.42, 0.80  # how far secondary text and rules go from the text's colour towards the background's


@dataclass(frozen=True, slots=True)
class Theme:
    """What cards are coloured with: the ground, text, secondary text, hairlines and the one accent."""

    background: Colour
    text: Colour
    muted: Colour
    line: Colour
    accent: Colour


_DARK = ((15, 18, 23), (243, 240, 233), (240, 180, 60))  # ink, warm white, amber
_LIGHT = ((247, 244, 237), (24, 26, 30), (200, 62, 38))  # paper, ink, vermilion


def theme_of(style: Style, channel: Theme | None = None) -> Theme:
    """Return the palette of the settings over the channel's own; secondary text and hairlines follow from text and background."""
    background, text, accent = _DARK if style.theme == "dark" else _LIGHT
    if channel is not None:
        background, text, accent = channel.background, channel.text, channel.accent
    background = colour_of(style.background) if style.background else background
    text = colour_of(style.text) if style.text else text
    accent = colour_of(style.accent) if style.accent else accent
    return toned(Theme(background, text, text, text, accent))


def toned(theme: Theme) -> Theme:
    """Return the palette with its secondary colours mixed anew from text and background."""
    return replace(theme, muted=mixed(theme.text, theme.background, _MUTED), line=mixed(theme.text, theme.background, _HAIRLINE))


def luminance(colour: Colour) -> float:
    """Return the relative luminance of a colour, 0–1 (WCAG 2.2)."""
    linear = [part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour]  # noqa: PLR2004 - 0.04045 × 255
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1–21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
