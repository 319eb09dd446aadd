"""Which fonts an episode is drawn with, and which characters none of them has.

The order: the setting (a file, or a family by name); the bundled Noto Sans CJK SC; for letters of Europe it lacks, the bundled Noto Sans;
for single characters none of these has, a font of the system (fontconfig, then the known folders). `font = "system"` asks for the
system's Chinese font first. The bundled fonts come before the system's because the same episode must give the same bytes on every
machine of a batch.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.errors import InputError
from pipeline.picture import font_search

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Weight = Literal["regular", "bold"]

WEIGHTS: Mapping[Weight, int] = {"regular": 400, "bold": 700}
"""Weights on the OpenType scale."""

_BUNDLED = Path(__file__).resolve().parents[1] / "fonts"
_SUFFIXES = (".otf", ".ttf", ".ttc", ".otc")
_UNSEEN = frozenset((*range(0x20), 0xAD, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFE0E, 0xFE0F, 0xFEFF))


@dataclass(frozen=True, slots=True)
class Font:
    """A face of a font file; `wght` is set where the file is a variable font, `origin` says how it was found.

    As a fallback it serves one weight only where `serves` names one.
    """

    path: Path
    index: int = 0
    wght: int | None = None
    origin: Literal["setting", "system", "bundled"] = "bundled"
    serves: Weight | None = None


@dataclass(frozen=True, slots=True)
class Faces:
    """The fonts of an episode: two weights of its own, and others for single characters these lack."""

    regular: Font
    bold: Font
    fallbacks: tuple[Font, ...] = ()

    def chain(self, weight: Weight) -> tuple[Font, ...]:
        """Return the fonts to ask for a glyph, in order."""
        own = self.regular if weight == "regular" else self.bold
        return (own, *(font for font in self.fallbacks if font.serves in {None, weight}))


def find_faces(setting: str, folder: Path | None = None, texts: Iterable[str] = ()) -> Faces:
    """Return both weights for `style.font` and fallback fonts for the characters of `texts` that these lack.

    `folder` is where a relative font file is looked up. Raises InputError where the setting names no font that can be used.
    """
    own = find_font(setting, "regular", folder), find_font(setting, "bold", folder)
    helpers = [replace(font, serves=weight) for weight in WEIGHTS for font in (bundled(weight), _western(weight)) if font not in own]
    faces = Faces(own[0], own[1], tuple(helpers))
    lacking = sorted(missing(enumerate(texts, 1), faces))
    found = tuple(Font(path, index, origin="system") for path, index in font_search.covering(lacking))
    return replace(faces, fallbacks=(*faces.fallbacks, *found))


def find_font(setting: str, weight: Weight = "regular", folder: Path | None = None) -> Font:
    """Return the font `style.font` means at a weight: empty (the bundled one), `system`, a family's name, or a font file.

    Raises InputError where there is no such font.
    """
    if setting == "system":
        found = font_search.chinese(WEIGHTS[weight])
        return Font(*found, origin="system") if found else bundled(weight)
    if not setting:
        return bundled(weight)
    if setting.lower().endswith(_SUFFIXES):
        return _from_file(setting, weight, folder)
    found = font_search.family(setting, WEIGHTS[weight])
    if found is None:
        raise InputError(f"No font named {setting!r} is on this machine.", "Install it, or leave `style.font` out for the bundled font.")
    return _at_weight(Font(*found, origin="setting"), weight)


def bundled(weight: Weight) -> Font:
    """Return the font that comes with the package."""
    return Font(_BUNDLED / f"NotoSansCJKsc-{weight.title()}-subset.otf")


def _western(weight: Weight) -> Font:
    """Return the bundled font for the Latin, Greek and Cyrillic letters the Chinese one lacks."""
    return Font(_BUNDLED / f"NotoSans-{weight.title()}-subset.ttf")


def _from_file(name: str, weight: Weight, folder: Path | None) -> Font:
    path = (folder or Path()) / name
    index = font_search.simplified_face(path)
    if index is None:
        raise InputError(
            "This font file is missing or cannot be read.", "Give an OpenType or TrueType file that opens elsewhere.", where=path
        )
    return _at_weight(Font(path, index, origin="setting"), weight)


def _at_weight(font: Font, weight: Weight) -> Font:
    return replace(font, wght=WEIGHTS[weight]) if font_search.is_variable(font.path, font.index) else font


def missing(texts: Iterable[tuple[int, str]], faces: Faces) -> dict[str, int]:
    """Return every character no font of `faces` has, with the first row it stands in; `texts` are (row, text) pairs."""
    first: dict[str, int] = {}
    for row, text in texts:
        for character in text:
            first.setdefault(character, row)
    regular, bold = (_UNSEEN.union(*(font_search.coverage(font.path, font.index) for font in faces.chain(weight))) for weight in WEIGHTS)
    known = regular & bold
    return {character: row for character, row in first.items() if ord(character) not in known}


def describe(font: Font) -> str:
    """Return one line for people: the font's own name, where it is and how it was found."""
    place = f"{font.path}" + (f", face {font.index}" if font.index else "")
    return f"{font_search.full_name(font.path, font.index)} ({font.origin}: {place})"


def fingerprint(faces: Faces) -> tuple[object, ...]:
    """Return what identifies the fonts' pixels wherever the files lie: content digests, faces and weights."""
    fonts = (faces.regular, faces.bold, *faces.fallbacks)
    return tuple((hashlib.sha256(font.path.read_bytes()).hexdigest(), font.index, font.wght) for font in fonts)
