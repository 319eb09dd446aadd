"""Pictures of every kind become RGB slides at the video's size.

They are upright and have the right colours.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from pillow_heif import register_heif_opener

from pipeline.errors import EnvironmentFault, InputError
from pipeline.picture.image_files import FitMode, read_slide_image
from tests.slide_samples import BLUE, GREEN, RED, encoded, picture, swapped_profile

SIZE = (320, 240)
GROUND = (10, 20, 30)
WHERE = Path("01.png")


def slide(data: bytes, fit: FitMode = "fit") -> np.ndarray:
    """Return a file's slide at 320 × 240."""
    pixels = read_slide_image(data, SIZE, fit, GROUND, WHERE).pixels
    assert pixels.shape == (240, 320, 3)
    assert pixels.dtype == np.uint8
    return pixels


def near(pixel: np.ndarray, colour: tuple[int, ...], most: int = 3) -> bool:
    """Return whether a pixel has a colour, but for what lossy coding and resampling do."""
    return bool(np.abs(pixel.astype(int) - colour).max() <= most)


@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("JPEG", {"quality": 95}), ("WEBP", {"lossless": True})]
)
def test_read_slide_image_reads_each_format(kind: str, options: dict[str, object]) -> None:
    """PNG, JPEG and WebP keep their colours.

    They are compared in the middle and at the corners of a slide of the same shape.
    """
    pixels = slide(encoded(picture(RED), kind, **options))
    assert near(pixels[120, 160], RED)
    assert near(pixels[0, 0], RED)


@pytest.mark.parametrize(
    ("mode", "colour", "kind", "shown"),
    [
        ("L", (90,), "PNG", (90, 90, 90)),
        ("1", (1,), "PNG", (255, 255, 255)),
        ("LA", (90, 255), "PNG", (90, 90, 90)),
        ("RGBA", (*GREEN, 255), "PNG", GREEN),
        ("RGBA", (*GREEN, 0), "PNG", GROUND),
        ("I;16", (0x8080,), "PNG", (128, 128, 128)),
        ("CMYK", (0, 255, 255, 0), "JPEG", (254, 0, 0)),
        ("L", (200,), "JPEG", (200, 200, 200)),
        ("RGBA", (*BLUE, 0), "WEBP", GROUND),
    ],
)
def test_read_slide_image_converts_every_mode_to_rgb(
    mode: str, colour: tuple[int, ...], kind: str, shown: tuple[int, int, int]
) -> None:
    """Every colour mode comes out as the colours it means.

    Grey, one bit, transparency (on the palette's background), 16 bits and CMYK.
    """
    options = {"lossless": True} if kind == "WEBP" else {}
    assert near(slide(encoded(picture(colour, mode=mode), kind, **options))[120, 160], shown)


def test_read_slide_image_takes_palettes_with_transparency() -> None:
    """A palette's colours are looked up, and its transparent entry shows the background."""
    image = picture(RED).quantize(4)
    assert near(slide(encoded(image))[120, 160], RED)
    assert near(slide(encoded(image, transparency=image.getpixel((0, 0))))[120, 160], GROUND)


def test_read_slide_image_blends_transparency_with_the_background() -> None:
    """Alpha is honoured in between too."""
    assert near(slide(encoded(picture((210, 120, 30, 128), mode="RGBA")))[120, 160], (110, 70, 30))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_read_slide_image_applies_exif_rotation(orientation: int) -> None:
    """Whatever way the camera was held, the red corner comes out at the top left."""
    upright = picture(BLUE, (60, 40))
    upright.paste(RED, (0, 0, 20, 15))
    undo = {
        1: (),
        2: (Image.Transpose.FLIP_LEFT_RIGHT,),
        3: (Image.Transpose.ROTATE_180,),
        4: (Image.Transpose.FLIP_TOP_BOTTOM,),
        5: (Image.Transpose.TRANSPOSE,),
        6: (Image.Transpose.ROTATE_90,),
        7: (Image.Transpose.TRANSVERSE,),
        8: (Image.Transpose.ROTATE_270,),
    }
    held = upright
    for step in undo[orientation]:
        held = held.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = slide(encoded(held, "JPEG", quality=95, subsampling=0, exif=exif.tobytes()), "fill")
    assert near(pixels[5, 5], RED, 12)
    assert near(pixels[5, 315], BLUE, 12)
    assert near(pixels[235, 5], BLUE, 12)


def test_read_slide_image_converts_colour_profiles_to_srgb() -> None:
    """A picture with a profile of its own is shown in the colours it means, not in its numbers."""
    plain = slide(encoded(picture(RED)))
    broken = slide(encoded(picture(RED), icc_profile=b"no profile at all"))
    assert (plain == broken).all()
    same = slide(
        encoded(
            picture(RED),
            icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        )
    )
    assert near(same[120, 160], RED)
    assert near(
        slide(encoded(picture((250, 0, 0)), icc_profile=swapped_profile()))[120, 160],
        (0, 0, 250),
        12,
    )


def test_fit_picture_fit_shows_all_of_the_picture() -> None:
    """A wide picture lies whole in the middle, with the palette's background above and below."""
    pixels = slide(encoded(picture(RED, (400, 100))))
    assert near(pixels[120, 3], RED)
    assert near(pixels[40, 160], GROUND, 0)
    assert near(pixels[200, 160], GROUND, 0)


def test_fit_picture_fill_crops_evenly() -> None:
    """A wide picture fills the slide: its middle is shown, its ends are cut off."""
    wide = picture(BLUE, (400, 100))
    wide.paste(RED, (150, 0, 250, 100))
    pixels = slide(encoded(wide), "fill")
    assert near(pixels[10, 160], RED)
    assert near(pixels[10, 160 - 110], RED)
    assert near(pixels[10, 2], BLUE)
    assert near(pixels[10, 317], BLUE)


def test_fit_picture_blur_puts_the_picture_over_itself() -> None:
    """The picture lies whole in the middle, over a darker blur of itself."""
    pixels = slide(encoded(picture(RED, (400, 100))), "blur")
    assert near(pixels[120, 160], RED)
    assert near(pixels[10, 160], tuple(round(part * 0.55) for part in RED), 4)


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (321, 239), (7, 5)])
@pytest.mark.parametrize("fit", ["fit", "fill", "blur"])
def test_fit_picture_takes_any_size(size: tuple[int, int], fit: FitMode) -> None:
    """One pixel, a hair's line, odd sizes: always a whole slide."""
    pixels = slide(encoded(picture(GREEN, size)), fit)
    middle = pixels[118:122, 158:162].reshape(-1, 3)
    assert any(near(pixel, GREEN) for pixel in middle)


def test_read_slide_image_gives_the_first_picture_of_an_animation() -> None:
    """Of an animated WebP the first picture is the slide, and the file is reported as animated."""
    data = encoded(
        picture(RED),
        "WEBP",
        save_all=True,
        append_images=[picture(BLUE)],
        duration=100,
        lossless=True,
    )
    pixels, is_animated, _ = read_slide_image(data, SIZE, "fit", GROUND, Path("wave.webp"))
    assert near(pixels[120, 160], RED)
    assert is_animated is True
    assert read_slide_image(encoded(picture(RED)), SIZE, "fit", GROUND, WHERE)[1] is False


def test_read_slide_image_averages_a_large_photograph() -> None:
    """A JPEG many times the slide's size is averaged, not sampled.

    Fine stripes become their mean.
    """
    stripes = np.zeros((2400, 3200, 3), np.uint8)
    stripes[:, ::2] = 200
    pixels = slide(encoded(Image.fromarray(stripes), "JPEG", quality=95))
    assert np.abs(pixels.astype(int) - 100).max() < 15


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "AVIF", "HEIF"])
def test_read_slide_image_reads_formats_of_telephones_and_offices(kind: str) -> None:
    """GIF, BMP, TIFF, AVIF and HEIC are pictures like others, whatever suffix they have."""
    register_heif_opener()
    options = {"quality": 95} if kind in {"AVIF", "HEIF"} else {}
    pixels = slide(encoded(picture(RED), kind, **options))
    assert near(pixels[120, 160], RED, 12)
    assert near(pixels[2, 2], RED, 12)


def test_read_slide_image_applies_the_rotation_of_heic() -> None:
    """A photograph of a telephone held upright stands upright."""
    register_heif_opener()
    held = picture(BLUE, (64, 48))
    held.paste(RED, (0, 0, 16, 48))
    exif = Image.Exif()
    exif[0x0112] = 6
    pixels = slide(encoded(held, "HEIF", quality=95, exif=exif.tobytes()))
    assert near(pixels[10, 160], RED, 20)
    assert near(pixels[230, 160], BLUE, 20)


@pytest.mark.parametrize(("kind", "package"), [("HEIF", "pillow-heif"), ("AVIF", "pillow>=11.3")])
def test_read_slide_image_names_a_missing_decoder(
    monkeypatch: pytest.MonkeyPatch, kind: str, package: str
) -> None:
    """Where a decoder is not installed, the sentence says which package to install."""
    register_heif_opener()
    data = encoded(picture(RED), kind)
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    monkeypatch.setattr("PIL.features.check", lambda _name: False)
    with pytest.raises(EnvironmentFault, match=rf"{package}.*or save the file as PNG"):
        slide(data)


def test_read_slide_image_reads_floating_point_tiffs() -> None:
    """Samples from 0 to 1 are black to white."""
    grey = Image.fromarray(np.full((48, 64), 0.5, np.float32))
    assert near(slide(encoded(grey, "TIFF"))[120, 160], (127, 127, 127))


def test_read_slide_image_gives_each_page_of_a_tiff() -> None:
    """A scan of several sheets is several pages and no animation."""
    data = encoded(picture(RED), "TIFF", save_all=True, append_images=[picture(BLUE)])
    first = read_slide_image(data, SIZE, "fit", GROUND, WHERE)
    assert (first.is_animated, first.page_count) == (False, 2)
    second = read_slide_image(data, SIZE, "fit", GROUND, WHERE, page=1)
    assert near(first.pixels[120, 160], RED)
    assert near(second.pixels[120, 160], BLUE)


def test_read_slide_image_takes_photographs_with_a_preview_as_stills() -> None:
    """A telephone's JPEG that holds a second picture (MPO) is no animation."""
    data = encoded(picture(RED), "MPO", save_all=True, append_images=[picture(BLUE)])
    assert read_slide_image(data, SIZE, "fit", GROUND, WHERE).is_animated is False


@pytest.mark.parametrize("kind", ["PCX", "TGA", "PPM", "ICO"])
def test_read_slide_image_refuses_other_formats(kind: str) -> None:
    """No other reader of Pillow is used, whatever the name says."""
    with pytest.raises(InputError, match=r"not a readable picture \(PNG, JPEG.*HEIC"):
        slide(encoded(picture(RED), kind))


def test_read_slide_image_never_opens_photoshop_files() -> None:
    """A PSD (CVE-2026-25990) named .png is refused before its reader sees it."""
    with pytest.raises(InputError, match="not a readable picture"):
        slide(b"8BPS" + bytes([0, 1] + [0] * 6 + [0, 3, 0, 0, 0, 9, 0, 0, 0, 9, 0, 8, 0, 3]))


def test_read_slide_image_calls_a_broken_heic_broken() -> None:
    """A file that is HEIC by its first bytes is damaged, not of an unknown format."""
    head = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    with pytest.raises(InputError, match="damaged or incomplete"):
        slide(head + bytes(2_000))
