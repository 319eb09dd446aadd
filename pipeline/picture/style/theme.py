"""The colours of an episode: two palettes, changed by the channel and then by the episode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.picture.colours import mix_colours, parse_colour

if TYPE_CHECKING:
    from pipeline.picture.colours import Colour
    from pipeline.settings.sections import ChannelSettings, StyleSettings

_MUTED_MIX, _HAIRLINE_MIX = (
    0.36,
    0.80,
)  # how far secondary text and rules go from the text's colour towards the background's

_DARK_PALETTE = ((15, 18, 23), (243, 240, 233), (240, 180, 60))  # ink, warm white, amber
_LIGHT_PALETTE = ((247, 244, 237), (24, 26, 30), (200, 62, 38))  # paper, ink, vermilion


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of cards: background, text, secondary text, hairlines, and one accent."""

    background: Colour
    text: Colour
    muted: Colour
    hairline: Colour
    accent: Colour


def resolve_theme(style: StyleSettings, channel: ChannelSettings) -> Theme:
    """Return the palette.

    The episode's colours go before the channel's, and these before those of the named theme (dark
    if none is named).

    Secondary text and hairlines are mixed from text and background.
    """
    colours = _LIGHT_PALETTE if (style.theme or channel.theme) == "light" else _DARK_PALETTE
    configured = (
        style.background or channel.background,
        style.text or channel.text,
        style.accent or channel.accent,
    )
    background, text, accent = (
        parse_colour(code) if code else own for code, own in zip(configured, colours, strict=True)
    )
    return Theme(
        background,
        text,
        mix_colours(text, background, _MUTED_MIX),
        mix_colours(text, background, _HAIRLINE_MIX),
        accent,
    )
