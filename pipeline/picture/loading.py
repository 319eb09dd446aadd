"""Slide files read into the store, each once for its bytes and the look it is fitted to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fractions import Fraction
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError
from pipeline.picture.clips import probe
from pipeline.picture.documents import pages
from pipeline.picture.files import CLIPS, DOCUMENTS, checked
from pipeline.picture.slides import Clip, Slide, keep, kept
from pipeline.picture.stills import fitted, slide_from
from pipeline.store import digest, file_digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.picture.look import Look
    from pipeline.picture.slides import Play
    from pipeline.store import Store

_READ = "slides-read"


@dataclass(slots=True)
class Loader:
    """Reads the slide files below one folder; `notices` gathers what has to be said about them."""

    store: Store
    look: Look
    folder: Path
    notices: list[str] = field(default_factory=list)

    def pages(self, path: Path, play: Play = "loop") -> tuple[Slide | Clip, ...]:
        """Return what a file holds: the pages of a document, one picture, one clip. Raises InputError, EnvironmentFault."""
        real = checked(path, self.folder)
        suffix = path.suffix.lower()
        if suffix in DOCUMENTS:
            facts = self._once(real, lambda: self._document(real, path))
            return tuple(Slide(key, f"{path.name} p. {number}") for number, key in enumerate(facts["keys"], 1))
        if suffix in CLIPS:
            facts = self._once(real, lambda: self._clip(real, path))
            size = facts["width"], facts["height"]
            return (Clip(facts["keys"][0], path.name, real, Fraction(facts["fps"]), facts["frames"], *size, play),)
        facts = self._once(real, lambda: self._still(real, path))
        if facts["notice"]:
            self.notices.append(facts["notice"])
        return (Slide(facts["keys"][0], path.name),)

    def page(self, path: Path, name: str, row: int, play: Play) -> Slide | Clip:
        """Return the page a row's slide name means: `deck.pdf#3` is the third, without a number the first. Raises InputError."""
        found = self.pages(path, play)
        number = name.rpartition("#")[2] if "#" in name else "1"
        if not number.isdecimal() or not 1 <= int(number[:9]) <= len(found):
            raise InputError(f"The slide {name!r} has {len(found)} page(s).", "Write one of them after the #.", where=path, row=row)
        return found[int(number[:9]) - 1]

    def _once(self, real: Path, read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what is known of a file's bytes in this look, reading them where nothing is, or where a picture has gone."""
        look = self.look
        made_by = [version(name) for name in ("pillow", "pypdfium2", "av")]
        recipe = digest("slide file 1", file_digest(real), [look.width, look.height, look.fit, look.theme.background], made_by)
        known = self.store.get(_READ, recipe)
        facts: dict[str, Any] = json.loads(known) if known else {}
        if not facts or not all(kept(self.store, key) for key in facts["keys"]):
            facts = read()
            self.store.put(_READ, recipe, json.dumps(facts).encode())
        return facts

    def _still(self, real: Path, path: Path) -> dict[str, Any]:
        look = self.look
        pixels, notice = slide_from(real.read_bytes(), (look.width, look.height), look.fit, look.theme.background, path)
        return {"keys": [keep(self.store, pixels)], "notice": notice}

    def _document(self, real: Path, path: Path) -> dict[str, Any]:
        look = self.look
        size = look.width, look.height
        return {
            "keys": [keep(self.store, slide_from(page, size, look.fit, look.theme.background, path)[0]) for page in pages(real, size, path)]
        }

    def _clip(self, real: Path, path: Path) -> dict[str, Any]:
        look, found = self.look, probe(real, path)
        key = keep(self.store, fitted(found.first, (look.width, look.height), look.fit, look.theme.background))
        width, height = found.first.size
        return {"keys": [key], "fps": str(found.fps), "frames": found.frames, "width": width, "height": height}
