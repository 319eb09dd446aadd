"""The colours of an episode: four palettes, changed by the channel and then by the episode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.picture.colours import contrast_ratio, mix_colours, parse_colour

if TYPE_CHECKING:
    from pipeline.picture.colours import Colour
    from pipeline.settings.sections import ChannelSettings, StyleSettings

TEXT_CONTRAST = 4.5
"""The least contrast of text with what is behind it (WCAG 2.2, level AA)."""

GLOW, PANEL = 0.13, 0.16
"""How far the glow of the background, and the panel of the point being said, go to the accent."""

_MUTED_MIX, _HAIRLINE_MIX = (
    0.30,
    0.80,
)  # how far secondary text and rules go from the text's colour towards the background's
_CONTRAST_STEP = 0.05

_PALETTES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "dark": (
        "#0f1217",
        "#f3f0e9",
        ("#f0b43c", "#4fd1c5", "#b794f6", "#fc9a72", "#68d391", "#7fb2ff"),
    ),
    "light": (
        "#f7f4ed",
        "#181a1e",
        ("#b23618", "#0c6b63", "#5b3fb0", "#8a4b00", "#23662f", "#1d56a8"),
    ),
    "indigo": (
        "#12132b",
        "#f1f1fb",
        ("#ff9f6b", "#7ee0ff", "#ffd166", "#c3a6ff", "#7ff0b8", "#ff8fb3"),
    ),
    "mist": (
        "#eaf0f4",
        "#13212e",
        ("#0b5c8f", "#9a3324", "#1c6650", "#6b3fa0", "#7a4a00", "#9a2a63"),
    ),
}
"""Background, text, and the accents of chapters in turn."""

THEME_NAMES = tuple(_PALETTES)


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of cards: background, text, secondary text, hairlines, and accents.

    `accents` are those of the chapters in turn; where a channel or an episode has its own accent,
    it is the only one.
    """

    background: Colour
    text: Colour
    muted: Colour
    hairline: Colour
    accent: Colour
    accents: tuple[Colour, ...] = ()

    @property
    def is_dark(self) -> bool:
        """Whether the text is lighter than the background."""
        return sum(self.text) > sum(self.background)

    def grounds(self, accent: Colour) -> tuple[Colour, ...]:
        """Return the grounds that text is drawn on: plain, in the glow, and on a panel in it."""
        return text_grounds(self.background, accent)


def text_grounds(background: Colour, accent: Colour) -> tuple[Colour, ...]:
    """Return what text is drawn on in a chapter with this accent: plain, glow, panel."""
    glow = mix_colours(background, accent, GLOW)
    return background, glow, mix_colours(background, accent, PANEL)


def resolve_theme(style: StyleSettings, channel: ChannelSettings) -> Theme:
    """Return the palette.

    The episode's colours go before the channel's, and these before those of the named theme (dark
    if none is named).

    Secondary text and hairlines are mixed from text and background. Accents and secondary text
    that could not be read on the background go towards the text's colour until they can.
    """
    own_background, own_text, own_accents = _PALETTES[style.theme or channel.theme or "dark"]
    background = parse_colour(style.background or channel.background or own_background)
    text = parse_colour(style.text or channel.text or own_text)
    accent = style.accent or channel.accent
    accents = tuple(
        _readable(parse_colour(code), text, background)
        for code in ((accent,) if accent else own_accents)
    )
    muted = mix_colours(text, background, _MUTED_MIX)
    for one in accents:
        muted = _readable(muted, text, background, one)
    return Theme(
        background,
        text,
        muted,
        mix_colours(text, background, _HAIRLINE_MIX),
        accents[0],
        accents,
    )


def _readable(
    colour: Colour, text: Colour, background: Colour, accent: Colour | None = None
) -> Colour:
    """Return a colour, or one nearer to the text's where it could not be read on the grounds."""
    mixed = colour
    for step in range(round(1 / _CONTRAST_STEP) + 1):
        mixed = mix_colours(colour, text, step * _CONTRAST_STEP)
        grounds = text_grounds(background, accent or mixed)
        if all(contrast_ratio(mixed, ground) >= TEXT_CONTRAST for ground in grounds):
            break
    return mixed
