"""The episodes a studio opens, by opaque ids, and how each stands."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.build import changed_since
from pipeline.errors import EpisodeError
from pipeline.script import read_settings
from pipeline.store import digest
from pipeline.studio.desk import Desk
from pipeline.studio.document import address, made_of
from pipeline.studio.files import texts_of
from pipeline.studio.reading import read

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.project import Project
    from pipeline.studio.bench import Bench


@dataclass(slots=True)
class Library:
    """A project's episodes, and the one that was named."""

    project: Project
    bench: Bench
    program: str
    named: Path | None = None
    _desks: dict[str, Desk] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def paths(self) -> dict[str, Path]:
        """Return every episode's transcript by its id."""
        paths = [path.absolute() for path in self.project.episodes()]
        if self.named is not None and self.named not in paths:
            paths.insert(0, self.named)
        return {id_of(path): path for path in paths}

    def desk(self, identity: str) -> Desk | None:
        """Return an episode at work, or None where there is none of that id."""
        path = self.paths().get(identity)
        if path is None:
            return None
        with self._lock:
            if identity not in self._desks:
                self._desks[identity] = Desk(self.project, path, self.bench, self.program)
            return self._desks[identity]

    def listed(self) -> list[dict[str, Any]]:
        """Return how each episode stands."""
        return [self._standing(identity, path) for identity, path in self.paths().items()]

    def _standing(self, identity: str, path: Path) -> dict[str, Any]:
        told: dict[str, Any] = {"id": identity, "name": path.stem, "title": path.stem, "rows": 0}
        told |= {"seconds": None, "warnings": 0, "poster": None, "sentence": ""}
        try:
            episode = self.project.episode(path)
            told["title"] = read_settings(episode, {}).title or path.stem
            told["rows"] = len(read(texts_of(episode)).rows)
            changed = changed_since(self.project, episode, "render")
        except EpisodeError as fault:
            return told | {"state": "broken", "sentence": str(fault)}
        report = Desk(self.project, path, self.bench, self.program).report() if changed is not None else {}
        poster = made_of(self.project, episode).poster
        told |= {"seconds": report.get("seconds"), "warnings": report.get("warnings", 0), "poster": address(identity, "poster", poster)}
        state = "never" if changed is None else "outdated" if changed else "current"
        return told | {"state": state}


def id_of(path: Path) -> str:
    """Return the id of a transcript: nothing can be read off it."""
    return digest("episode", str(path))[:16]
