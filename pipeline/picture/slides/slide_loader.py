"""Slide files read into the store, each once for its bytes and the look it is fitted to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fractions import Fraction
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pipeline.cache import digest, file_digest
from pipeline.code_version import code_version
from pipeline.errors import InputError
from pipeline.picture.asset_files import CLIP_SUFFIXES, DOCUMENT_SUFFIXES, check_asset_file
from pipeline.picture.image_files import fit_picture, read_slide_image
from pipeline.picture.slides.clip_files import probe_clip
from pipeline.picture.slides.document_pages import draw_document_pages
from pipeline.picture.slides.slide_store import ClipSlide, Slide, has_slide, store_slide

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.cache import Store
    from pipeline.picture.slides.slide_store import PlayMode
    from pipeline.picture.style.look import EpisodeLook

_FACTS_KIND = "slides-read"


@dataclass(slots=True)
class SlideLoader:
    """Reads the slide files below one folder; `notices` gathers what has to be said about them."""

    store: Store
    look: EpisodeLook
    folder: Path
    notices: list[str] = field(default_factory=list)

    def load_file(self, path: Path, play_mode: PlayMode = "loop") -> tuple[Slide | ClipSlide, ...]:
        """Return what a file holds: the pages of a document, one picture, one clip. Raises InputError, EnvironmentFault."""
        real = check_asset_file(path, self.folder)
        suffix = path.suffix.lower()
        if suffix in DOCUMENT_SUFFIXES:
            facts = self._file_facts(real, lambda: self._load_document(real, path))
            return tuple(
                Slide(key, f"{path.name} p. {number}")
                for number, key in enumerate(facts["keys"], 1)
            )
        if suffix in CLIP_SUFFIXES:
            facts = self._file_facts(real, lambda: self._load_clip(real, path))
            size = facts["width"], facts["height"]
            return (
                ClipSlide(
                    facts["keys"][0],
                    path.name,
                    real,
                    Fraction(facts["fps"]),
                    facts["frames"],
                    *size,
                    play_mode,
                ),
            )
        facts = self._file_facts(real, lambda: self._load_still(real, path))
        if facts["notice"]:
            self.notices.append(facts["notice"])
        return (Slide(facts["keys"][0], path.name),)

    def load_page(self, path: Path, name: str, row: int, play_mode: PlayMode) -> Slide | ClipSlide:
        """Return the page a row's slide name means: `deck.pdf#3` is the third, without a number the first. Raises InputError."""
        slides = self.load_file(path, play_mode)
        number = name.rpartition("#")[2] if "#" in name else "1"
        if not number.isdecimal() or not 1 <= int(number[:9]) <= len(slides):
            raise InputError(
                f"The slide {name!r} has {len(slides)} page(s).",
                "Write one of them after the #.",
                where=path,
                row=row,
            )
        return slides[int(number[:9]) - 1]

    def _file_facts(self, real: Path, read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what is known of a file's bytes in this look, reading them where nothing is, or where a picture has gone."""
        look = self.look
        library_versions = [version(name) for name in ("pillow", "pypdfium2", "av")]
        recipe = digest(
            "slide file",
            code_version("pipeline.picture.slides", "pipeline.picture.image_files"),
            file_digest(real),
            [look.width, look.height, look.fit_mode, look.theme.background],
            library_versions,
        )
        cached = self.store.get(_FACTS_KIND, recipe)
        facts: dict[str, Any] = json.loads(cached) if cached else {}
        if not facts or not all(has_slide(self.store, key) for key in facts["keys"]):
            facts = read()
            self.store.put(_FACTS_KIND, recipe, json.dumps(facts).encode())
        return facts

    def _load_still(self, real: Path, path: Path) -> dict[str, Any]:
        look = self.look
        pixels, notice = read_slide_image(
            real.read_bytes(), (look.width, look.height), look.fit_mode, look.theme.background, path
        )
        return {"keys": [store_slide(self.store, pixels)], "notice": notice}

    def _load_document(self, real: Path, path: Path) -> dict[str, Any]:
        look = self.look
        size = look.width, look.height
        return {
            "keys": [
                store_slide(
                    self.store,
                    read_slide_image(page, size, look.fit_mode, look.theme.background, path)[0],
                )
                for page in draw_document_pages(real, size, path)
            ]
        }

    def _load_clip(self, real: Path, path: Path) -> dict[str, Any]:
        look, clip = self.look, probe_clip(real, path)
        key = store_slide(
            self.store,
            fit_picture(
                clip.first_picture, (look.width, look.height), look.fit_mode, look.theme.background
            ),
        )
        width, height = clip.first_picture.size
        return {
            "keys": [key],
            "fps": str(clip.fps),
            "frames": clip.frames,
            "width": width,
            "height": height,
        }
