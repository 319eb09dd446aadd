"""Reads picture files of the formats below as RGB at the video's size."""

from __future__ import annotations

import io
import struct
import warnings
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Literal, NamedTuple

from pipeline.errors import EnvironmentFault, InputError
from pipeline.messages import message
from pipeline.picture.transparency import flatten_alpha, ground_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from pipeline.picture.colours import Colour

IMAGE_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")
"""All that is opened: Pillow's other readers have had holes (CVE-2026-25990 in PSD)."""

IMAGE_FORMAT_NAMES = "PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC, AVIF"
"""What people call these formats."""

IMAGE_SUFFIXES = (
    *(".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".bmp", ".dib"),
    *(".tif", ".tiff", ".heic", ".heif", ".hif", ".avif"),
)
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


_ANIMATION_FORMATS = frozenset({"GIF", "WEBP", "PNG", "AVIF"})
_HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2"}
)
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_BRAND_BYTES = 64


class ReadImage(NamedTuple):
    """A picture, whether its file is an animation, and how many pages it has (TIFF)."""

    picture: Image.Image
    is_animated: bool
    page_count: int = 1


class SlideImage(NamedTuple):
    """A picture at the video's size, RGB, shape (height, width, 3); the rest as in `ReadImage`."""

    pixels: NDArray[np.uint8]
    is_animated: bool
    page_count: int = 1


def read_slide_image(
    data: bytes,
    size: tuple[int, int],
    fit_mode: FitMode,
    background: Colour,
    where: Path,
    *,
    page: int = 0,
) -> SlideImage:
    """Return a picture of an image file at the video's size (width, height) in px.

    It is the first frame of an animation, or a page of a TIFF, counted from 0. What is transparent
    lies on the background colour, or on a ground on which the picture can be seen. Raises as
    `read_image` does.
    """
    image = read_image(data, where, size, page=page)
    ground = ground_for(image.picture, background)
    flat = flatten_alpha(image.picture, ground)
    return SlideImage(
        fit_picture(flat, size, fit_mode, ground), image.is_animated, image.page_count
    )


def read_image(data: bytes, where: Path, size: tuple[int, int], *, page: int = 0) -> ReadImage:
    """Return a picture of an image file, upright, RGB or RGBA with 8 bits.

    `size` is the size it will be shown at, in px: a much larger JPEG is decoded at a smaller size.
    `page` is that of a TIFF, from 0. Raises InputError if the file is of no known format, is broken
    or too large, EnvironmentFault if the decoder of its format is not installed.
    """
    with reading_faults(where):
        picture = open_picture(io.BytesIO(data), data[:_BRAND_BYTES], where)
        frames = int(getattr(picture, "n_frames", 1))
        page_count = frames if picture.format == "TIFF" else 1
        if page:
            picture.seek(page)
        check_pixel_count(picture, where)
        picture.draft(
            "RGB" if picture.mode in {"RGB", "YCbCr"} else picture.mode,
            (2 * size[0], 2 * size[1]),
        )
        picture.load()
        is_animated = frames > 1 and picture.format in _ANIMATION_FORMATS
        upright = _apply_exif_rotation(picture)
        return ReadImage(to_eight_bits(upright), is_animated, page_count)


@contextmanager
def reading_faults(where: Path) -> Iterator[None]:
    """Turn what a decoder raises into an InputError about the file; its warnings are ignored.

    They are of bombs (our limit is lower), and of EXIF and profiles that cannot be read.
    """
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except UnidentifiedImageError as fault:
            raise InputError(
                message("picture.not_an_image", formats=IMAGE_FORMAT_NAMES), where=where
            ) from fault
        except Image.DecompressionBombError as fault:
            raise InputError(message("picture.image_too_large"), where=where) from fault
        except _DECODE_ERRORS as fault:
            raise InputError(message("picture.image_broken"), where=where) from fault


def open_picture(file: IO[bytes] | Path, head: bytes, where: Path) -> Image.Image:
    """Return an image file opened in one of `IMAGE_FORMATS`, its pixels counted but not decoded.

    `head` is its first bytes. Raises InputError if it has too many pixels, EnvironmentFault if its
    decoder is not installed, and what Pillow raises.
    """
    from PIL import Image, UnidentifiedImageError, features

    is_known = False
    brands = {head[at : at + 4] for at in (8, *range(16, len(head) - 3, 4))}
    missing: set[str] = set()
    if head[4:8] != b"ftyp":
        missing = {"HEIF", "AVIF"}
    elif brands & _AVIF_BRANDS:
        if not features.check("avif"):
            raise _missing_package("AVIF", "pillow>=11.3", where)
        missing, is_known = {"HEIF"}, True
    elif brands & _HEIF_BRANDS:
        if not _register_heif():
            raise _missing_package("HEIC", "pillow-heif", where)
        missing, is_known = {"AVIF"}, True
    formats = [name for name in IMAGE_FORMATS if name not in missing]
    try:
        picture = Image.open(file, formats=formats)
    except UnidentifiedImageError as fault:
        if is_known:  # these decoders read the whole file before they know it
            raise OSError(str(where)) from fault
        raise
    check_pixel_count(picture, where)
    return picture


def check_pixel_count(picture: Image.Image, where: Path) -> None:
    """Raise InputError if a picture's header promises more pixels than are read."""
    if picture.width * picture.height > MAX_IMAGE_PIXELS:
        raise _too_large_error(picture.width, picture.height, where)


def _register_heif() -> bool:
    """Make Pillow know HEIF; return whether its decoder is installed."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return False
    register_heif_opener(thumbnails=False)
    return True


def _missing_package(kind: str, package: str, where: Path) -> EnvironmentFault:
    return EnvironmentFault(
        message("picture.package_missing", kind=kind, package=package), where=where
    )


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


def to_eight_bits(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB, or RGBA where it has transparency, converted to sRGB.

    It is converted only if the file has a colour profile.
    """
    from PIL import Image

    if picture.mode.startswith("I") or picture.mode == "F":
        import numpy as np

        samples = np.asarray(picture)
        if picture.mode == "F" and samples.max(initial=0.0) <= 1.0:
            samples = samples * 65_535  # floating-point pictures hold 0–1
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
