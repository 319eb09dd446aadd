"""What the drawing of text, pictures and pages relies on in the libraries that do it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import pytest
import uharfbuzz
from PIL import Image, UnidentifiedImageError, features

from pipeline.picture.typography.fonts import bundled_font
from tests.slide_samples import bomb, encoded, locked_pdf, picture

if TYPE_CHECKING:
    from pathlib import Path

freetype: Any = importlib.import_module("freetype")


def test_harfbuzz_refuses_an_empty_list_of_ranges() -> None:
    """A feature with no ranges is an error, not nothing: shaping leaves such features out."""
    font = uharfbuzz.Font(
        uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(bundled_font("bold").path)))
    )
    buffer = uharfbuzz.Buffer()
    buffer.add_str("x")
    buffer.guess_segment_properties()
    with pytest.raises(AssertionError):
        uharfbuzz.shape(font, buffer, {"halt": []})


def test_harfbuzz_counts_clusters_in_characters() -> None:
    """A character outside the basic plane counts once.

    Clusters are therefore positions in a Python string.
    """
    font = uharfbuzz.Font(
        uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(bundled_font("bold").path)))
    )
    buffer = uharfbuzz.Buffer()
    buffer.add_str("\U00020bb7x好")
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer, {})
    assert [glyph.cluster for glyph in buffer.glyph_infos] == [0, 1, 2]


def test_freetype_gives_its_bitmaps_and_borders() -> None:
    """The handles behind freetype-py's objects are where the foundry looks for them."""
    face = freetype.Face(str(bundled_font("bold").path))
    face.set_char_size(64 * 20)
    face.load_glyph(face.get_char_index("口"), freetype.FT_LOAD_NO_HINTING)
    glyph = face.glyph.get_glyph()
    bitmap = glyph.to_bitmap(
        freetype.FT_RENDER_MODE_NORMAL, freetype.Vector(0, 0), destroy=False
    ).bitmap
    native = bitmap._FT_Bitmap  # noqa: SLF001 - this is what the contract is about
    assert (native.rows, native.width) == (bitmap.rows, bitmap.width)
    assert hasattr(glyph, "_FT_Glyph")
    assert hasattr(freetype.Stroker(), "_FT_Stroker")
    assert callable(freetype.FT_Glyph_StrokeBorder)


def test_pillow_opens_only_the_formats_it_is_given() -> None:
    """A format that is not listed is not opened, whatever the bytes are.

    A bomb is refused by its header.
    """
    import io

    with pytest.raises(UnidentifiedImageError):
        Image.open(io.BytesIO(encoded(picture((1, 2, 3)), "TIFF")), formats=["PNG", "JPEG", "WEBP"])
    with pytest.raises(Image.DecompressionBombError):
        Image.open(io.BytesIO(bomb(20_000, 20_000)), formats=["PNG"])


def test_pillow_has_colour_management_and_webp() -> None:
    """The wheel brings lcms and libwebp."""
    assert features.check("littlecms2")
    assert features.check("webp")


def test_pdfium_says_that_a_password_is_wanted(tmp_path: Path) -> None:
    """The error's words name the password, in every version allowed."""
    import pypdfium2

    path = tmp_path / "a.pdf"
    path.write_bytes(locked_pdf())
    with pytest.raises(pypdfium2.PdfiumError, match=r"(?i)password"):
        pypdfium2.PdfDocument(path)
