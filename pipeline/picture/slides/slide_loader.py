"""Slide files read into the store, each once for its bytes and for the look it is fitted to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from pipeline.cache import digest, file_digest
from pipeline.code_version import code_version
from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.picture.asset_files import check_asset_file
from pipeline.picture.slides.slide_kinds import SlideFile, kind_of_file, slide_suffixes
from pipeline.picture.slides.slide_store import has_slide
from pipeline.picture.typography.fonts import fonts_fingerprint

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.cache import Store
    from pipeline.picture.slides.slide_kinds import Facts, SlideKind
    from pipeline.picture.slides.slide_store import ClipSlide, PlayMode, Slide
    from pipeline.picture.style.look import EpisodeLook

_FACTS_KIND = "slides-read"
_MAX_PAGE_DIGITS = 9


@dataclass(slots=True)
class SlideLoader:
    """Reads the slide files of one folder; `notices` collects what the author is told."""

    store: Store
    look: EpisodeLook
    folder: Path
    notices: list[str] = field(default_factory=list)

    def load_file(self, path: Path, play_mode: PlayMode = "loop") -> tuple[Slide | ClipSlide, ...]:
        """Return what a file holds: the pages of a document, one picture, or one clip.

        Raises InputError if it cannot be read, EnvironmentFault if a program for it is missing.
        """
        file = SlideFile(check_asset_file(path, self.folder), path, play_mode)
        kind = kind_of_file(path)
        if kind is None or kind.slides is None:
            suffixes = ", ".join(slide_suffixes())
            raise InputError(message("picture.not_a_slide_suffix", suffixes=suffixes), where=path)
        facts = self._file_facts(kind, file)
        for key, count in facts.get("remarks", {}).items():
            self.notices.append(message(key, name=path.name, count=count))
        return kind.slides(file, facts)

    def load_page(self, path: Path, name: str, row: int, play_mode: PlayMode) -> Slide | ClipSlide:
        """Return the page that a row's slide name means: `deck.pdf#3` is the third page.

        Without a number it is the first.

        Raises InputError if the file has no such page.
        """
        slides = self.load_file(path, play_mode)
        number = name.rpartition("#")[2] if "#" in name else "1"
        page = int(number[:_MAX_PAGE_DIGITS]) if number.isdecimal() else 0
        if not 1 <= page <= len(slides):
            raise InputError(
                message("picture.no_such_page", name=repr(name), count=len(slides)),
                where=path,
                row=row,
            )
        return slides[page - 1]

    def _file_facts(self, kind: SlideKind, file: SlideFile) -> Facts:
        """Return the facts of a file in this look.

        The file is read if its facts or one of its pictures are not in the store.
        """
        look = self.look
        recipe = digest(
            "slide file",
            code_version(
                "pipeline.picture.slides",
                "pipeline.picture.image_files",
                "pipeline.picture.transparency",
            ),
            kind.name,
            file_digest(file.real_path),
            [look.width, look.height, look.fit_mode, look.theme.background],
            [_version(name) for name in ("pillow", "pypdfium2", "av", "pillow-heif", "resvg-py")],
            fonts_fingerprint(look.fonts) if kind.draws_text else "",
        )
        cached = self.store.get(_FACTS_KIND, recipe)
        facts: Facts = json.loads(cached) if cached else {}
        if kind.read and not (facts and all(has_slide(self.store, key) for key in facts["keys"])):
            facts = kind.read(file, look, self.store)
            self.store.put(_FACTS_KIND, recipe, json.dumps(facts).encode())
        return facts


def _version(package: str) -> str:
    """Return a package's version; an empty text if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
