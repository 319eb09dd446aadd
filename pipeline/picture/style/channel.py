"""A channel's look from `assets/theme.toml`: colours, font, logo and name.

It is the same for all episodes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import InputError, environment_fault
from pipeline.messages import message
from pipeline.picture.asset_files import check_asset_file
from pipeline.picture.drawings.svg_files import SVG_SUFFIXES, draw_svg
from pipeline.picture.image_files import IMAGE_FORMAT_NAMES, IMAGE_SUFFIXES, read_image
from pipeline.picture.typography.fonts import font_files, resolve_fonts
from pipeline.settings import ChannelSettings, parse_channel
from pipeline.text.encoding import decode_text

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

THEME_FILE_NAME = "theme.toml"
"""The file of the channel's look, in the project's assets."""

_MAX_THEME_BYTES = 100_000
_FONT_SUFFIXES = (".otf", ".ttf", ".ttc", ".otc")
_MAX_LOGO_PX = 4_000  # px a logo is decoded for
_DRAWN_LOGO_PX = 1_000  # px of the longer side that a drawing gets; more than any card shows


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture file and the digest of its bytes."""

    path: Path
    digest: str

    def pixels(self) -> NDArray[np.uint8]:
        """Return the logo, RGBA, shape (rows, columns, 4). Raises InputError."""
        import numpy as np

        if self.path.suffix.lower() in SVG_SUFFIXES:
            size = (_DRAWN_LOGO_PX, _DRAWN_LOGO_PX)
            data = draw_svg(self.path, size, font_files(resolve_fonts("")), self.path).png
        else:
            data = self.path.read_bytes()
        image = read_image(data, self.path, (_MAX_LOGO_PX, _MAX_LOGO_PX))
        return np.asarray(image.picture.convert("RGBA"))


def read_channel(assets: Path) -> ChannelSettings:
    """Return what `theme.toml` in the project's assets says; defaults if there is none.

    Raises InputError if it is wrong.
    """
    path = assets / THEME_FILE_NAME
    if not path.is_file():
        return ChannelSettings()
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_THEME_BYTES + 1)
    except OSError as fault:
        raise environment_fault(fault, path) from fault
    if len(data) > _MAX_THEME_BYTES:
        raise InputError(message("picture.theme_too_large"), where=path)
    text, _ = decode_text(data, str(path))
    return parse_channel(text, str(path))


def channel_font_setting(channel: ChannelSettings, assets: Path) -> str:
    """Return the channel's font as `style.font` would: a file's path, a family's name, or ""."""
    return (
        str(assets / channel.font)
        if channel.font.lower().endswith(_FONT_SUFFIXES)
        else channel.font
    )


def load_channel_logo(channel: ChannelSettings, assets: Path) -> Logo | None:
    """Return the channel's logo, or None if it has none.

    Raises InputError if the file is missing, outside the assets or no picture.
    """
    if not channel.logo:
        return None
    path = assets / channel.logo
    if path.suffix.lower() not in (*IMAGE_SUFFIXES, *SVG_SUFFIXES):
        formats = f"{IMAGE_FORMAT_NAMES}, SVG"
        raise InputError(message("picture.logo_not_an_image", formats=formats), where=path)
    logo = Logo(path, hashlib.sha256(check_asset_file(path, assets).read_bytes()).hexdigest())
    logo.pixels()
    return logo
