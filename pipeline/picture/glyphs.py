"""Glyphs as coverage bitmaps, by FreeType: filled, or widened by a round pen for outlines. Each is drawn once and kept."""

from __future__ import annotations

import ctypes
import importlib
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.fonts import Font

SUBPIXELS = 4
"""Horizontal positions a pixel is divided in; finer ones cannot be told apart at caption sizes."""

_MOST_KEPT = 20_000


class Sprite(NamedTuple):
    """Coverage of shape (rows, columns), 0–255; its top left pixel lies at `left` of and `top` above the origin."""

    coverage: NDArray[np.uint8]
    left: int
    top: int


class Foundry:
    """Draws glyphs; what it opened and kept does not travel between processes."""

    def __init__(self) -> None:
        """Begin with nothing opened."""
        self._faces: dict[Font, Any] = {}
        self._kept: dict[tuple[Font, int, float, int, float], Sprite] = {}

    def __reduce__(self) -> tuple[type[Foundry], tuple[()]]:
        """Travel empty."""
        return Foundry, ()

    def sprite(self, font: Font, glyph: int, size: float, shift: int = 0, pen: float = 0.0) -> Sprite:
        """Return a glyph at a size in px an em, moved right by `shift` quarters of a pixel, widened by `pen` px on every side."""
        key = (font, glyph, size, shift, pen)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[key] = self._drawn(*key)
        return found

    def _drawn(self, font: Font, glyph: int, size: float, shift: int, pen: float) -> Sprite:
        import numpy as np

        ft = _freetype()

        face = self._open(font)
        face.set_char_size(round(size * 64))
        face.set_transform(ft.Matrix(0x10000, 0, 0, 0x10000), ft.Vector(shift * 64 // SUBPIXELS, 0))
        face.load_glyph(glyph, ft.FT_LOAD_NO_HINTING | ft.FT_LOAD_NO_BITMAP)
        shape = face.glyph.get_glyph()
        if pen:
            stroker = ft.Stroker()
            stroker.set(round(pen * 64), ft.FT_STROKER_LINECAP_ROUND, ft.FT_STROKER_LINEJOIN_ROUND, 0)
            _widen(shape, stroker)
        drawn = shape.to_bitmap(ft.FT_RENDER_MODE_NORMAL, ft.Vector(0, 0), destroy=False)
        native = drawn.bitmap._FT_Bitmap  # noqa: SLF001 - the public `buffer` copies byte by byte, 50 times slower
        rows, pitch, width = native.rows, native.pitch, native.width
        raw = ctypes.string_at(native.buffer, rows * pitch) if rows and width else b""
        return Sprite(np.frombuffer(raw, np.uint8).reshape(rows if raw else 0, pitch if raw else 0)[:, :width], drawn.left, drawn.top)

    def _open(self, font: Font) -> Any:  # noqa: ANN401 - freetype-py has no types
        if font not in self._faces:
            ft = _freetype()
            face = ft.Face(str(font.path), font.index)
            if font.wght is not None:
                face.set_var_design_coords([font.wght if axis.tag == "wght" else axis.default for axis in face.get_variation_info().axes])
            self._faces[font] = face
        return self._faces[font]


def _widen(shape: Any, stroker: Any) -> None:  # noqa: ANN401 - freetype-py has no types
    """Replace a glyph by its outer border (an empty one stays)."""
    ft = _freetype()
    fault = ft.FT_Glyph_StrokeBorder(ctypes.byref(shape._FT_Glyph), stroker._FT_Stroker, 0, 0)  # noqa: SLF001 - `stroke` is two-sided
    if fault:
        raise ft.FT_Exception(fault)


def version() -> str:
    """Return the versions of the libraries that decide a glyph's pixels."""
    import uharfbuzz

    ft = _freetype()
    return f"FreeType {'.'.join(map(str, ft.version()))}, HarfBuzz {uharfbuzz.version_string()}"


def _freetype() -> Any:  # noqa: ANN401 - freetype-py has no types
    return importlib.import_module("freetype")
