"""The look of an episode, resolved from its settings and its channel's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.cache import digest
from pipeline.picture.captions.caption_style import (
    CaptionStyle,
    captions_top,
    make_caption_style,
)
from pipeline.picture.colours import contrast_ratio
from pipeline.picture.style.channel import (
    Logo,
    channel_font_setting,
    load_channel_logo,
    read_channel,
)
from pipeline.picture.style.theme import Theme, resolve_theme
from pipeline.picture.typography.fonts import FontSet, fonts_fingerprint, resolve_fonts
from pipeline.picture.typography.glyph_cache import rendering_library_versions
from pipeline.settings import ChannelSettings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.picture.image_files import FitMode
    from pipeline.settings import Settings

_CAPTION_CONTRAST, _HIGHLIGHT_CONTRAST = (
    7.0,
    4.5,
)  # contrast: WCAG 2.2 AAA for a caption's letters, AA for highlighted words

_CLEARANCE_ABOVE_CAPTIONS, _CLEARANCE_BELOW = 0.03, 0.10  # of the height


@dataclass(frozen=True)
class EpisodeLook:
    """Size in px, palette, fonts and captions of an episode.

    Cards keep their content above row `content_bottom`; `fit_mode` is how slides fill the picture.
    """

    width: int
    height: int
    theme: Theme
    fonts: FontSet
    caption_style: CaptionStyle
    content_bottom: float
    fit_mode: FitMode = "fit"
    channel_name: str = ""
    logo: Logo | None = None

    @cached_property
    def key(self) -> str:
        """Digest of all that decides a card's pixels besides its text."""
        shown = (self.width, self.height, self.theme, round(self.content_bottom, 3))
        return digest(
            "look",
            repr(shown),
            fonts_fingerprint(self.fonts),
            rendering_library_versions(),
            self.logo.digest if self.logo else "",
        )


def resolve_look(
    settings: Settings,
    drawn_texts: Iterable[str] = (),
    *,
    assets_folder: Path | None = None,
    episode_folder: Path | None = None,
) -> EpisodeLook:
    """Return an episode's look; `drawn_texts` is all text that will be drawn.

    Characters that its font lacks get a fallback font where one has them.

    `assets_folder` is the project's folder with the channel's `theme.toml`, `episode_folder` the
    episode's own,
    where its font file is looked up. Raises InputError where a font or the logo cannot be used, or
    the theme is wrong.
    """
    picture, style = settings.picture, settings.style
    channel = read_channel(assets_folder) if assets_folder else ChannelSettings()
    theme = resolve_theme(style, channel)
    captions = make_caption_style(
        picture.width, picture.height, style.captions, scale=style.caption_size
    )
    languages = {
        "first": [settings.language],
        "second": ["en"],
        "both": [settings.language, "en"],
        "none": [],
    }.get(picture.burn, [picture.burn])
    clearance = _CLEARANCE_ABOVE_CAPTIONS if languages else _CLEARANCE_BELOW
    return EpisodeLook(
        picture.width,
        picture.height,
        theme,
        episode_fonts(
            settings, drawn_texts, assets_folder=assets_folder, episode_folder=episode_folder
        ),
        _with_theme_colours(captions, theme),
        captions_top(captions, languages) - clearance * picture.height,
        style.fit,
        channel.name,
        load_channel_logo(channel, assets_folder) if assets_folder else None,
    )


def episode_fonts(
    settings: Settings,
    drawn_texts: Iterable[str] = (),
    *,
    assets_folder: Path | None = None,
    episode_folder: Path | None = None,
) -> FontSet:
    """Return the fonts of an episode's film; see `resolve_look`. Raises InputError."""
    font = settings.style.font
    if not font and assets_folder:
        font = channel_font_setting(read_channel(assets_folder), assets_folder)
    return resolve_fonts(font, episode_folder, drawn_texts)


def _with_theme_colours(base_style: CaptionStyle, theme: Theme) -> CaptionStyle:
    """Return the captions in the theme's colours: its text, outlined in its background."""
    if contrast_ratio(theme.text, theme.background) < _CAPTION_CONTRAST:
        return base_style
    highlight_colour = (
        theme.accent
        if contrast_ratio(theme.accent, theme.background) >= _HIGHLIGHT_CONTRAST
        else theme.text
    )
    return replace(
        base_style,
        text_colour=theme.text,
        outline_colour=theme.background,
        highlight_colour=highlight_colour,
    )
