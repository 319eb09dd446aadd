"""Icons of Tabler Icons that words of a text name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.picture.typography.fonts import BUNDLED_FOLDER, Font
from pipeline.text.unicode_scripts import is_cjk_letter

if TYPE_CHECKING:
    from pipeline.picture.canvas import Canvas
    from pipeline.picture.colours import Colour

ICON_WORDS = Path(__file__).with_name("icon_words.txt")
"""Lines of an icon's name, a bar, and words that it stands for."""

FIRST_CODE_POINT = 0xE000
"""Of the first icon of the list in the font; the others follow in order."""

ICON_FONT = Font(BUNDLED_FOLDER / "tabler-icons-subset.ttf")


def read_icon_words(path: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return (icon, words) in the order of the list."""
    lines = (
        line.partition("|")
        for line in path.read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    )
    return tuple((name.strip(), tuple(words.split())) for name, _, words in lines)


@cache
def icon_names() -> tuple[str, ...]:
    """Return the names of all icons."""
    return tuple(name for name, _ in read_icon_words(ICON_WORDS))


@cache
def _icons_by_word() -> tuple[re.Pattern[str], dict[str, str]]:
    icons = {
        word.casefold(): name
        for name, words in reversed(read_icon_words(ICON_WORDS))
        for word in words
    }
    words = sorted(icons, key=len, reverse=True)
    return re.compile(
        "|".join(
            re.escape(word) if is_cjk_letter(word[0]) else rf"\b{re.escape(word)}\b"
            for word in words
        )
    ), icons


@cache
def icon_for(text: str) -> str:
    """Return the icon that the first word of the list in a text names, or ""."""
    pattern, icons = _icons_by_word()
    found = pattern.search(text.casefold())
    return icons[found[0]] if found else ""


def draw_icon(canvas: Canvas, name: str, x: float, y: float, size: float, colour: Colour) -> None:
    """Draw an icon of `size` px around (x, y); nothing where there is none of that name."""
    names = icon_names()
    if name not in names:
        return
    glyphs = canvas.text_renderer.glyphs
    glyph = glyphs.glyph_index(ICON_FONT, chr(FIRST_CODE_POINT + names.index(name)))
    bitmap = glyphs.glyph_bitmap(ICON_FONT, glyph, size)
    rows, columns = bitmap.coverage.shape
    canvas.blend_colour(bitmap.coverage, round(x - columns / 2), round(y - rows / 2), colour)
