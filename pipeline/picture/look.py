"""How one episode looks, resolved from its settings and its channel's: size, palette, fonts, captions, and how far down cards may go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.picture.captions import CaptionStyle, caption_style, captions_top
from pipeline.picture.channel import Logo, channel_font, channel_logo, read_channel
from pipeline.picture.fonts import Faces, find_faces, fingerprint
from pipeline.picture.glyphs import version
from pipeline.picture.theme import Theme, contrast, theme_of
from pipeline.settings import Channel
from pipeline.store import digest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.picture.stills import Fit
    from pipeline.settings import Settings

_STRONG, _READABLE = 7.0, 4.5  # contrast: WCAG 2.2 AAA for a caption's letters, AA for highlighted words
_FREE_ABOVE_CAPTIONS, _FREE_BELOW = 0.03, 0.10  # of the height


@dataclass(frozen=True)
class Look:
    """Size in px, palette, fonts, captions; `foot` is the row above which cards keep their content, `fit` how slides fill the picture."""

    width: int
    height: int
    theme: Theme
    faces: Faces
    captions: CaptionStyle
    foot: float
    fit: Fit = "fit"
    channel: str = ""
    logo: Logo | None = None

    @cached_property
    def key(self) -> str:
        """Digest of all that decides a card's pixels besides its text."""
        shown = (self.width, self.height, self.theme, round(self.foot, 3))
        return digest("look 1", repr(shown), fingerprint(self.faces), version(), self.logo.digest if self.logo else "")


def look_of(settings: Settings, texts: Iterable[str] = (), *, assets: Path | None = None, episode: Path | None = None) -> Look:
    """Return an episode's look. `texts` is all that will be drawn: characters its font lacks get a fallback font where one has them.

    `assets` is the project's folder with the channel's `theme.toml`, `episode` the episode's own, where its font file is looked up.
    Raises InputError where a font or the logo cannot be used, or the theme is wrong.
    """
    picture, style = settings.picture, settings.style
    channel = read_channel(assets) if assets else Channel()
    theme = theme_of(style, channel)
    font = style.font or (channel_font(channel, assets) if assets else "")
    captions = caption_style(picture.width, picture.height, style.captions, scale=style.caption_size)
    languages = {"zh": [settings.language], "en": ["en"], "both": [settings.language, "en"], "none": []}[picture.burn]
    free = _FREE_ABOVE_CAPTIONS if languages else _FREE_BELOW
    return Look(
        picture.width,
        picture.height,
        theme,
        find_faces(font, episode, texts),
        _coloured(captions, theme),
        captions_top(captions, languages) - free * picture.height,
        style.fit,
        channel.name,
        channel_logo(channel, assets) if assets else None,
    )


def _coloured(captions: CaptionStyle, theme: Theme) -> CaptionStyle:
    """Return the captions in the theme's colours: its text over an outline of its ground, as on its cards."""
    if contrast(theme.text, theme.background) < _STRONG:
        return captions
    lit = theme.accent if contrast(theme.accent, theme.background) >= _READABLE else theme.text
    return replace(captions, text=theme.text, dark=theme.background, lit=lit)
