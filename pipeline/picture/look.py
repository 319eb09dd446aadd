"""How one episode looks, resolved from its settings: size, palette, fonts, captions, and how far down slides may go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.picture.captions import CaptionStyle, caption_style, captions_top
from pipeline.picture.fonts import find_faces, fingerprint
from pipeline.picture.glyphs import version
from pipeline.picture.theme import Theme, contrast, theme_of
from pipeline.store import digest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.picture.fonts import Faces
    from pipeline.settings import Settings

_STRONG, _READABLE = 7.0, 4.5  # contrast: WCAG 2.2 AAA for a caption's letters, AA for highlighted words


@dataclass(frozen=True, slots=True)
class Look:
    """Size in px, palette, fonts, captions; `foot` is the row above which cards keep their content."""

    width: int
    height: int
    theme: Theme
    faces: Faces
    captions: CaptionStyle
    foot: float

    @property
    def key(self) -> str:
        """Digest of all that decides a card's pixels besides its text."""
        shown = [self.width, self.height, self.theme, round(self.foot, 3)]
        return digest("look 1", [repr(part) for part in shown], fingerprint(self.faces), version())


def look_of(
    settings: Settings, texts: Iterable[str] = (), *, theme: Theme | None = None, font: str = "", folder: Path | None = None
) -> Look:
    """Return an episode's look. `texts` is all that will be drawn: characters its font lacks get a fallback font where one has them.

    `theme` and `font` are the channel's own (see theme_file), which the settings go before; `folder` is where a font file is looked up.
    Raises InputError where the settings name a font that cannot be used.
    """
    picture, style = settings.picture, settings.style
    palette = theme_of(style, theme)
    faces = find_faces(style.font or font, folder, texts)
    captions = caption_style(picture.width, picture.height, style.captions, scale=style.caption_size)
    captions = _coloured(captions, palette)
    languages = {"zh": [settings.language], "en": ["en"], "both": [settings.language, "en"], "none": []}[picture.burn]
    free = 0.03 * picture.height if languages else 0.1 * picture.height
    return Look(picture.width, picture.height, palette, faces, captions, captions_top(captions, languages) - free)


def _coloured(captions: CaptionStyle, theme: Theme) -> CaptionStyle:
    """Return the captions in the theme's colours: its text over an outline of its ground, as on its cards."""
    if contrast(theme.text, theme.background) < _STRONG:
        return captions
    lit = theme.accent if contrast(theme.accent, theme.background) >= _READABLE else theme.text
    return replace(captions, text=theme.text, dark=theme.background, lit=lit)
