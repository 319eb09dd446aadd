"""Reads PNG, JPEG and WebP files of any kind as RGB at the video's size."""

from __future__ import annotations

import io
import struct
import warnings
from typing import TYPE_CHECKING, Literal, NamedTuple

from pipeline.errors import InputError
from pipeline.messages import message

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from pipeline.picture.colours import Colour

IMAGE_FORMATS = ("PNG", "JPEG", "WEBP")
"""All that is opened: Pillow's other readers have had holes (CVE-2026-25990 in PSD)."""

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
"""Suffixes of files of these formats, in lower case."""

MAX_IMAGE_PIXELS = 80_000_000
"""A picture with more pixels is refused by its header alone.

80 million are a photograph of 10,000 × 8,000, which takes 240 MB of memory.
"""

FitMode = Literal["fit", "fill", "blur"]

_BLUR_BRIGHTNESS = 0.55
"""Of the blurred background, so that the picture itself is the brightest part."""

_DECODE_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,
    struct.error,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    ZeroDivisionError,
    MemoryError,
)


class ReadImage(NamedTuple):
    """A picture, and whether its file has further frames that are not shown."""

    picture: Image.Image
    is_animated: bool


def read_slide_image(
    data: bytes, size: tuple[int, int], fit_mode: FitMode, background: Colour, where: Path
) -> tuple[NDArray[np.uint8], bool]:
    """Return an image file's pixels at the video's size, and whether it is animated.

    `size` is (width, height) in px.

    The pixels are RGB, shape (height, width, 3), of the first frame. Raises InputError if the file
    is no PNG, JPEG or WebP, is broken or too large.
    """
    image = read_image(data, where, size)
    flat = _flatten_alpha(image.picture, background)
    return fit_picture(flat, size, fit_mode, background), image.is_animated


def read_image(data: bytes, where: Path, size: tuple[int, int]) -> ReadImage:
    """Return the first picture of an image file, upright, RGB or RGBA with 8 bits.

    `size` is the size it will be shown at, in px: a much larger JPEG is decoded at a smaller size.
    Raises InputError if the file is no PNG, JPEG or WebP, is broken or too large.
    """
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # of bombs (the limit below is lower), and of EXIF and profiles that cannot be read
        try:
            picture = Image.open(io.BytesIO(data), formats=list(IMAGE_FORMATS))
            if picture.width * picture.height > MAX_IMAGE_PIXELS:
                raise _too_large_error(picture.width, picture.height, where)
            is_animated = int(getattr(picture, "n_frames", 1)) > 1
            picture.draft(
                "RGB" if picture.mode in {"RGB", "YCbCr"} else picture.mode,
                (2 * size[0], 2 * size[1]),
            )
            picture.load()
            upright = _apply_exif_rotation(picture)
            return ReadImage(_to_eight_bits(upright), is_animated)
        except UnidentifiedImageError as fault:
            raise InputError(message("picture.not_an_image"), where=where) from fault
        except Image.DecompressionBombError as fault:
            raise InputError(message("picture.image_too_large"), where=where) from fault
        except _DECODE_ERRORS as fault:
            raise InputError(message("picture.image_broken"), where=where) from fault


def fit_picture(
    picture: Image.Image, size: tuple[int, int], fit_mode: FitMode, background: Colour
) -> NDArray[np.uint8]:
    """Return an RGB picture at a size in px.

    `fit` puts all of it on the background colour, `fill` crops it, `blur` puts all of it over
    itself blurred.
    """
    import numpy as np
    from PIL import Image, ImageFilter

    if picture.size == size:
        return np.asarray(picture)
    if fit_mode == "fill":
        return np.asarray(_scale_picture(picture, size, cover=True))
    if fit_mode == "blur":
        small = (max(size[0] // 8, 1), max(size[1] // 8, 1))
        blurred = _scale_picture(picture, small, cover=True).filter(
            ImageFilter.GaussianBlur(max(small) / 40)
        )
        page = blurred.point([round(value * _BLUR_BRIGHTNESS) for value in range(256)] * 3).resize(
            size, Image.Resampling.BICUBIC
        )
    else:
        page = Image.new("RGB", size, background)
    scaled = _scale_picture(picture, size, cover=False)
    page.paste(scaled, ((size[0] - scaled.width) // 2, (size[1] - scaled.height) // 2))
    return np.asarray(page)


def _scale_picture(picture: Image.Image, size: tuple[int, int], *, cover: bool) -> Image.Image:
    """Return the picture scaled to lie inside a size, or to cover it and be cropped evenly."""
    from PIL import Image

    across, down = size[0] / picture.width, size[1] / picture.height
    if not cover:
        scale = min(across, down)
        inside = (
            min(max(round(picture.width * scale), 1), size[0]),
            min(max(round(picture.height * scale), 1), size[1]),
        )
        return picture.resize(inside, Image.Resampling.LANCZOS, reducing_gap=3.0)
    scale = max(across, down)
    width, height = size[0] / scale, size[1] / scale
    left, top = (picture.width - width) / 2, (picture.height - height) / 2
    return picture.resize(
        size,
        Image.Resampling.LANCZOS,
        box=(left, top, left + width, top + height),
        reducing_gap=3.0,
    )


def _apply_exif_rotation(picture: Image.Image) -> Image.Image:
    """Return the picture rotated as its EXIF says; an unreadable EXIF block is ignored."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(picture)
    except _DECODE_ERRORS:
        return picture


def _to_eight_bits(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB, or RGBA where it has transparency, converted to sRGB.

    It is converted only if the file has a colour profile.
    """
    from PIL import Image

    if picture.mode.startswith("I") or picture.mode == "F":
        import numpy as np

        samples = np.asarray(picture)
        return Image.fromarray((samples // 257).clip(0, 255).astype(np.uint8)).convert("RGB")
    has_alpha = picture.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in picture.info
    return _to_srgb(
        picture
        if picture.mode in {"CMYK", "RGB", "RGBA"}
        else picture.convert("RGBA" if has_alpha else "RGB"),
        has_alpha=has_alpha,
    )


def _to_srgb(picture: Image.Image, *, has_alpha: bool) -> Image.Image:
    """Return RGB or RGBA in sRGB; an embedded colour profile that cannot be used is left alone."""
    from PIL import ImageCms

    mode: Literal["RGB", "RGBA"] = "RGBA" if has_alpha else "RGB"
    profile = picture.info.get("icc_profile")
    if isinstance(profile, bytes) and profile:
        try:
            source_profile = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                picture, source_profile, ImageCms.createProfile("sRGB"), outputMode=mode
            )
        except (ImageCms.PyCMSError, *_DECODE_ERRORS):
            return picture.convert(mode)
        return picture.convert(mode) if converted is None else converted
    return picture.convert(mode)


def _flatten_alpha(picture: Image.Image, background: Colour) -> Image.Image:
    """Return the picture without transparency, over the background colour."""
    from PIL import Image

    if picture.mode != "RGBA":
        return picture
    page = Image.new("RGB", picture.size, background)
    page.paste(picture, (0, 0), picture)
    return page


def _too_large_error(width: int, height: int, where: Path) -> InputError:
    return InputError(
        message(
            "picture.image_has_too_many_pixels",
            width=width,
            height=height,
            millions=MAX_IMAGE_PIXELS // 1_000_000,
        ),
        where=where,
    )
