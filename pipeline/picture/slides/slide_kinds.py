"""The table of slide kinds: their suffixes, how they are read, and what people call them.

Detection, help and error sentences derive from `SLIDE_KINDS`. To add a kind of file, add its suffix
to a kind or a line to the table with a `read` function, which stores pictures and returns facts,
and a `slides` function, which makes slides of those facts. Facts are JSON: they are cached by the
file's bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.picture.drawings.svg_files import SVG_SUFFIXES, draw_svg
from pipeline.picture.image_files import (
    IMAGE_SUFFIXES,
    fit_picture,
    read_slide_image,
)
from pipeline.picture.slides.animation_files import (
    ANIMATION_RATE,
    frame_durations,
    open_animation,
)
from pipeline.picture.slides.clip_files import CLIP_SUFFIXES, probe_clip
from pipeline.picture.slides.document_pages import (
    LIBREOFFICE,
    MAX_PAGES,
    OFFICE_SUFFIX,
    OTHER_OFFICE_SUFFIXES,
    PDF_SUFFIX,
    RequiredProgram,
    draw_document_pages,
)
from pipeline.picture.slides.slide_store import ClipSlide, Slide, store_slide
from pipeline.picture.typography.fonts import font_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.cache import Store
    from pipeline.picture.slides.slide_store import PlayMode
    from pipeline.picture.style.look import EpisodeLook

Facts = dict[str, Any]
"""What is known of a slide file, as JSON: `keys` of its pictures, and what the kind adds.

`remarks` is what the author is told: counts by the key of their sentence.
"""


class SlideFile(NamedTuple):
    """A slide file: `real_path` is read, `path` is what people call it.

    `play_mode` is how a clip is shown.
    """

    real_path: Path
    path: Path
    play_mode: PlayMode


@dataclass(frozen=True, slots=True)
class SlideKind:
    """A kind of slide.

    `label` is what people call one; `suffixes` are those of its files, in lower case (none: it is
    not read from a file); `read` stores a file's pictures and returns facts; `slides` makes slides
    of the facts; `required_programs` gives by suffix the program that must be installed, and files
    with `optional_suffixes` are slides only where the program beside them is. Files of a kind with
    `is_shown_without_number` are slides even if their names have no number. A kind that
    `draws_text` is drawn in the episode's fonts.
    """

    name: str
    label: str
    suffixes: tuple[str, ...] = ()
    read: Callable[[SlideFile, EpisodeLook, Store], Facts] | None = None
    slides: Callable[[SlideFile, Facts], tuple[Slide | ClipSlide, ...]] | None = None
    required_programs: tuple[tuple[str, RequiredProgram], ...] = ()
    optional_suffixes: tuple[tuple[str, RequiredProgram], ...] = ()
    is_shown_without_number: bool = False
    draws_text: bool = False


def _read_still(file: SlideFile, look: EpisodeLook, store: Store) -> Facts:
    data = file.real_path.read_bytes()
    size = look.width, look.height
    background = look.theme.background
    image = read_slide_image(data, size, look.fit_mode, background, file.path)
    keys = [store_slide(store, image.pixels)]
    if image.page_count > MAX_PAGES:
        raise InputError(message("picture.document_too_long", most=MAX_PAGES), where=file.path)
    for page in range(1, image.page_count):
        further = read_slide_image(data, size, look.fit_mode, background, file.path, page=page)
        keys.append(store_slide(store, further.pixels))
    return {"keys": keys, **(_animation_facts(file) if image.is_animated else {})}


def _animation_facts(file: SlideFile) -> Facts:
    with open_animation(file.real_path, file.path) as animation:
        return {
            "fps": str(ANIMATION_RATE),
            "frames": sum(frame_durations(animation, file.path)),
            "width": animation.width,
            "height": animation.height,
        }


def _still_slides(file: SlideFile, facts: Facts) -> tuple[Slide | ClipSlide, ...]:
    if "frames" in facts:
        return _clip_slides(file, facts)
    if len(facts["keys"]) > 1:
        return _document_slides(file, facts)
    return (Slide(facts["keys"][0], file.path.name),)


def _read_drawing(file: SlideFile, look: EpisodeLook, store: Store) -> Facts:
    size = look.width, look.height
    drawing = draw_svg(file.real_path, size, font_files(look.fonts), file.path)
    pixels = read_slide_image(
        drawing.png, size, look.fit_mode, look.theme.background, file.path
    ).pixels
    remarks = {
        "picture.svg_outside_pictures": drawing.outside_pictures,
        "picture.svg_html_texts": drawing.html_texts,
    }
    return {
        "keys": [store_slide(store, pixels)],
        "remarks": {key: count for key, count in remarks.items() if count},
    }


def _read_document(file: SlideFile, look: EpisodeLook, store: Store) -> Facts:
    size = look.width, look.height
    background = look.theme.background
    return {
        "keys": [
            store_slide(
                store, read_slide_image(page, size, look.fit_mode, background, file.path).pixels
            )
            for page in draw_document_pages(file.real_path, size, file.path)
        ]
    }


def _document_slides(file: SlideFile, facts: Facts) -> tuple[Slide, ...]:
    return tuple(
        Slide(key, f"{file.path.name} p. {number}") for number, key in enumerate(facts["keys"], 1)
    )


def _read_clip(file: SlideFile, look: EpisodeLook, store: Store) -> Facts:
    clip = probe_clip(file.real_path, file.path)
    size = look.width, look.height
    first_picture = fit_picture(clip.first_picture, size, look.fit_mode, look.theme.background)
    width, height = clip.first_picture.size
    return {
        "keys": [store_slide(store, first_picture)],
        "fps": str(clip.fps),
        "frames": clip.frames,
        "width": width,
        "height": height,
    }


def _clip_slides(file: SlideFile, facts: Facts) -> tuple[ClipSlide, ...]:
    return (
        ClipSlide(
            facts["keys"][0],
            file.path.name,
            file.real_path,
            Fraction(facts["fps"]),
            facts["frames"],
            facts["width"],
            facts["height"],
            file.play_mode,
        ),
    )


CARD_SLIDE_NAME = "card"
"""The slide name that ends a named slide: what would be there without it comes back."""

SLIDE_KINDS = (
    SlideKind("still", message("picture.kind_still"), IMAGE_SUFFIXES, _read_still, _still_slides),
    SlideKind(
        "drawing",
        message("picture.kind_still"),
        SVG_SUFFIXES,
        _read_drawing,
        _still_slides,
        draws_text=True,
    ),
    SlideKind(
        "document",
        message("picture.kind_document"),
        (PDF_SUFFIX, OFFICE_SUFFIX),
        _read_document,
        _document_slides,
        required_programs=((OFFICE_SUFFIX, LIBREOFFICE),),
        optional_suffixes=tuple((suffix, LIBREOFFICE) for suffix in OTHER_OFFICE_SUFFIXES),
        is_shown_without_number=True,
    ),
    SlideKind("clip", message("picture.kind_clip"), CLIP_SUFFIXES, _read_clip, _clip_slides),
    SlideKind(CARD_SLIDE_NAME, message("picture.kind_card")),
)
"""Every kind of slide; a card is drawn from the text and not read from a file."""


def slide_suffixes() -> tuple[str, ...]:
    """Return the suffixes of all slide files, in lower case."""
    return tuple(suffix for kind in SLIDE_KINDS for suffix in kind.suffixes)


def kind_of_file(path: Path) -> SlideKind | None:
    """Return the kind of slide a file is by its name, or None where it is no slide."""
    suffix = path.suffix.lower()
    for kind in SLIDE_KINDS:
        program = dict(kind.optional_suffixes).get(suffix)
        if suffix in kind.suffixes or (program is not None and program.find() is not None):
            return kind
    return None


def suffixes_requiring(program: RequiredProgram) -> tuple[str, ...]:
    """Return the suffixes of slide files that can be read only where a program is installed."""
    return tuple(
        suffix
        for kind in SLIDE_KINDS
        for suffix, own in (*kind.required_programs, *kind.optional_suffixes)
        if own == program
    )
