"""Which fonts an episode is drawn with, and which characters none of them has.

The order is: the setting (a file, or a family by name); the bundled Noto Sans CJK SC; for letters
of Europe it lacks, the bundled Noto Sans; for single characters none of these has, a font of the
system (fontconfig, then the known folders). `font = "system"` asks for the system's Chinese font
first. The bundled fonts come before the system's because the same episode must give the same bytes
on every machine of a batch.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.picture.typography import font_search

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FontWeight = Literal["regular", "bold"]
OPENTYPE_WEIGHTS: Mapping[FontWeight, int] = {"regular": 400, "bold": 700}
"""Weights on the OpenType scale."""

BUNDLED_FOLDER = Path(__file__).resolve().parents[2] / "fonts"
_SUFFIXES = (".otf", ".ttf", ".ttc", ".otc")

_INVISIBLE = frozenset(
    (
        *range(0x20),
        0xAD,
        *range(0x200B, 0x2010),
        *range(0x2028, 0x202F),
        *range(0x2060, 0x2070),
        0xFE0E,
        0xFE0F,
        0xFEFF,
    )
)


@dataclass(frozen=True, slots=True)
class Font:
    """A face of a font file; `origin` says how it was found.

    `weight_axis` is set for a variable font.

    As a fallback it serves one weight only where `serves` names one.
    """

    path: Path
    face_index: int = 0
    weight_axis: int | None = None
    origin: Literal["setting", "system", "bundled"] = "bundled"
    fallback_weight: FontWeight | None = None


@dataclass(frozen=True, slots=True)
class FontSet:
    """The fonts of an episode: its own in two weights, and fallbacks for characters they lack."""

    regular: Font
    bold: Font
    fallbacks: tuple[Font, ...] = ()

    def fallback_chain(self, weight: FontWeight) -> tuple[Font, ...]:
        """Return the fonts to ask for a glyph, in order."""
        own = self.regular if weight == "regular" else self.bold
        return (own, *(font for font in self.fallbacks if font.fallback_weight in {None, weight}))


def resolve_fonts(
    setting: str, folder: Path | None = None, drawn_texts: Iterable[str] = ()
) -> FontSet:
    """Return both weights for `style.font`, and fallbacks for characters of `drawn_texts`.

    `folder` is where a relative font file is looked up. Raises InputError where the setting names
    no font that can be used.
    """
    chosen = find_font(setting, "regular", folder), find_font(setting, "bold", folder)
    bundled_fallbacks = [
        replace(font, fallback_weight=weight)
        for weight in OPENTYPE_WEIGHTS
        for font in (bundled_font(weight), _bundled_western_font(weight))
        if font not in chosen
    ]
    fonts = FontSet(chosen[0], chosen[1], tuple(bundled_fallbacks))
    uncovered = sorted(missing_characters(enumerate(drawn_texts, 1), fonts))
    system_fallbacks = tuple(
        Font(path, index, origin="system")
        for path, index in font_search.find_fonts_covering(uncovered)
    )
    return replace(fonts, fallbacks=(*fonts.fallbacks, *system_fallbacks))


def find_font(setting: str, weight: FontWeight = "regular", folder: Path | None = None) -> Font:
    """Return the font that `style.font` means at a weight.

    It is "" (the bundled font), `system`, a family's name, or a font file.

    Raises InputError where there is no such font.
    """
    if setting == "system":
        face = font_search.find_chinese_font(OPENTYPE_WEIGHTS[weight])
        return Font(*face, origin="system") if face else bundled_font(weight)
    if not setting:
        return bundled_font(weight)
    if setting.lower().endswith(_SUFFIXES):
        return _font_from_file(setting, weight, folder)
    face = font_search.find_font_family(setting, OPENTYPE_WEIGHTS[weight])
    if face is None:
        raise InputError(message("picture.font_not_installed", name=repr(setting)))
    return _with_weight(Font(*face, origin="setting"), weight)


def bundled_font(weight: FontWeight) -> Font:
    """Return the font that comes with the package."""
    return Font(BUNDLED_FOLDER / f"NotoSansCJKsc-{weight.title()}-subset.otf")


def _bundled_western_font(weight: FontWeight) -> Font:
    """Return the bundled font for the Latin, Greek and Cyrillic letters the Chinese one lacks."""
    return Font(BUNDLED_FOLDER / f"NotoSans-{weight.title()}-subset.ttf")


def _font_from_file(name: str, weight: FontWeight, folder: Path | None) -> Font:
    path = (folder or Path()) / name
    index = font_search.simplified_chinese_face(path)
    if index is None:
        raise InputError(message("picture.font_file_unreadable"), where=path)
    return _with_weight(Font(path, index, origin="setting"), weight)


def _with_weight(font: Font, weight: FontWeight) -> Font:
    return (
        replace(font, weight_axis=OPENTYPE_WEIGHTS[weight])
        if font_search.is_variable(font.path, font.face_index)
        else font
    )


def missing_characters(numbered_texts: Iterable[tuple[int, str]], fonts: FontSet) -> dict[str, int]:
    """Return every character that no font has, with the first row that contains it.

    `numbered_texts` are (row, text) pairs.
    """
    first_rows: dict[str, int] = {}
    for row, text in numbered_texts:
        for character in text:
            first_rows.setdefault(character, row)
    regular, bold = (
        _INVISIBLE.union(
            *(
                font_search.face_code_points(font.path, font.face_index)
                for font in fonts.fallback_chain(weight)
            )
        )
        for weight in OPENTYPE_WEIGHTS
    )
    covered = regular & bold
    return {
        character: row for character, row in first_rows.items() if ord(character) not in covered
    }


def describe_font(font: Font) -> str:
    """Return one line for people: the font's own name, where it is and how it was found."""
    location = f"{font.path}" + (f", face {font.face_index}" if font.face_index else "")
    return f"{font_search.face_name(font.path, font.face_index)} ({font.origin}: {location})"


def font_files(font_set: FontSet) -> tuple[Path, ...]:
    """Return the fonts' files, the episode's own first, each once."""
    fonts = (font_set.regular, font_set.bold, *font_set.fallbacks)
    return tuple(dict.fromkeys(font.path for font in fonts))


def fonts_fingerprint(font_set: FontSet) -> tuple[object, ...]:
    """Return what identifies the fonts' pixels: content digests, faces and weights.

    It does not depend on where the files are.
    """
    fonts = (font_set.regular, font_set.bold, *font_set.fallbacks)
    return tuple(
        (hashlib.sha256(font.path.read_bytes()).hexdigest(), font.face_index, font.weight_axis)
        for font in fonts
    )
