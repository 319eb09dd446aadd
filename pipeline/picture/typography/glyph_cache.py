"""Glyphs as coverage bitmaps, drawn by FreeType: filled, or widened for outlines.

Each is drawn once and kept.
"""

from __future__ import annotations

import ctypes
import importlib
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.typography.fonts import Font

SUBPIXEL_POSITIONS = 4
"""Horizontal positions within a pixel; finer ones make no visible difference at caption sizes."""

_MAX_CACHED = 20_000


class GlyphBitmap(NamedTuple):
    """Coverage of shape (rows, columns), 0–255.

    Its top left pixel is `left` px right of the origin and `top` px above it.
    """

    coverage: NDArray[np.uint8]
    left: int
    top: int


class GlyphCache:
    """Draws glyphs; open fonts and kept glyphs are not pickled."""

    def __init__(self) -> None:
        """Begin without open fonts."""
        self._open_faces: dict[Font, Any] = {}
        self._bitmaps: dict[tuple[Font, int, float, int, float], GlyphBitmap] = {}

    def __reduce__(self) -> tuple[type[GlyphCache], tuple[()]]:
        """Pickle without open fonts and glyphs."""
        return GlyphCache, ()

    def glyph_index(self, font: Font, character: str) -> int:
        """Return the number of a character's glyph in a font; 0 where it has none."""
        return int(self._open_face(font).get_char_index(character))

    def glyph_bitmap(
        self,
        font: Font,
        glyph: int,
        size: float,
        subpixel_shift: int = 0,
        stroke_width: float = 0.0,
    ) -> GlyphBitmap:
        """Return a glyph at a size in px per em.

        It is moved right by `subpixel_shift` quarters of a pixel and widened by `stroke_width` px
        on every side.
        """
        key = (font, glyph, size, subpixel_shift, stroke_width)
        bitmap = self._bitmaps.get(key)
        if bitmap is None:
            if len(self._bitmaps) >= _MAX_CACHED:
                self._bitmaps.clear()
            bitmap = self._bitmaps[key] = self._rasterize(*key)
        return bitmap

    def _rasterize(
        self, font: Font, glyph: int, size: float, subpixel_shift: int, stroke_width: float
    ) -> GlyphBitmap:
        import numpy as np

        ft = _freetype()

        face = self._open_face(font)
        face.set_char_size(round(size * 64))
        face.set_transform(
            ft.Matrix(0x10000, 0, 0, 0x10000),
            ft.Vector(subpixel_shift * 64 // SUBPIXEL_POSITIONS, 0),
        )
        face.load_glyph(glyph, ft.FT_LOAD_NO_HINTING | ft.FT_LOAD_NO_BITMAP)
        shape = face.glyph.get_glyph()
        if stroke_width:
            stroker = ft.Stroker()
            stroker.set(
                round(stroke_width * 64),
                ft.FT_STROKER_LINECAP_ROUND,
                ft.FT_STROKER_LINEJOIN_ROUND,
                0,
            )
            _stroke_outline(shape, stroker)
        drawn = shape.to_bitmap(ft.FT_RENDER_MODE_NORMAL, ft.Vector(0, 0), destroy=False)
        native = drawn.bitmap._FT_Bitmap  # noqa: SLF001 - the public `buffer` copies byte by byte, 50 times slower
        rows, pitch, width = native.rows, native.pitch, native.width
        raw = ctypes.string_at(native.buffer, rows * pitch) if rows and width else b""
        return GlyphBitmap(
            np.frombuffer(raw, np.uint8).reshape(rows if raw else 0, pitch if raw else 0)[
                :, :width
            ],
            drawn.left,
            drawn.top,
        )

    def _open_face(self, font: Font) -> Any:  # noqa: ANN401 - freetype-py has no types
        if font not in self._open_faces:
            ft = _freetype()
            face = ft.Face(str(font.path), font.face_index)
            if font.weight_axis is not None:
                face.set_var_design_coords(
                    [
                        font.weight_axis if axis.tag == "wght" else axis.default
                        for axis in face.get_variation_info().axes
                    ]
                )
            self._open_faces[font] = face
        return self._open_faces[font]


def _stroke_outline(shape: Any, stroker: Any) -> None:  # noqa: ANN401 - freetype-py has no types
    """Replace a glyph by its outer border (an empty one stays)."""
    ft = _freetype()
    fault = ft.FT_Glyph_StrokeBorder(ctypes.byref(shape._FT_Glyph), stroker._FT_Stroker, 0, 0)  # noqa: SLF001 - `stroke` is two-sided
    if fault:
        raise ft.FT_Exception(fault)


def rendering_library_versions() -> str:
    """Return the versions of the libraries that decide a glyph's pixels."""
    import uharfbuzz

    ft = _freetype()
    return f"FreeType {'.'.join(map(str, ft.version()))}, HarfBuzz {uharfbuzz.version_string()}"


def _freetype() -> Any:  # noqa: ANN401 - freetype-py has no types
    return importlib.import_module("freetype")
