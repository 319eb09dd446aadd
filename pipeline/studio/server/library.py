"""The episodes of a studio by opaque id, and the status of each."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.build import changed_inputs
from pipeline.cache import digest
from pipeline.errors import EpisodeError
from pipeline.script import read_settings
from pipeline.studio.editing.sources import parse_source
from pipeline.studio.localization import localized
from pipeline.studio.server.outputs import media_address, output_files
from pipeline.studio.session import EditSession
from pipeline.studio.source_files import read_source_files

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.project import Project
    from pipeline.studio.view.row_break_cache import RowBreakCache


@dataclass(slots=True)
class EpisodeLibrary:
    """The episodes of a project, and the transcript named on the command line."""

    project: Project
    segmenter: RowBreakCache
    named_transcript: Path | None = None
    _sessions: dict[str, EditSession] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def transcript_paths(self) -> dict[str, Path]:
        """Return every episode's transcript by its id."""
        paths = [path.absolute() for path in self.project.transcript_paths()]
        if self.named_transcript is not None and self.named_transcript not in paths:
            paths.insert(0, self.named_transcript)
        return {episode_id(path): path for path in paths}

    def session_of(self, identity: str) -> EditSession | None:
        """Return the session of an episode, or None where no episode has this id."""
        path = self.transcript_paths().get(identity)
        if path is None:
            return None
        with self._lock:
            if identity not in self._sessions:
                self._sessions[identity] = EditSession(self.project, path, self.segmenter)
            return self._sessions[identity]

    def episode_statuses(self) -> list[dict[str, Any]]:
        """Return the status of every episode."""
        return [
            self._status_json(identity, path) for identity, path in self.transcript_paths().items()
        ]

    def _status_json(self, identity: str, path: Path) -> dict[str, Any]:
        status: dict[str, Any] = {"id": identity, "name": path.stem, "title": path.stem, "rows": 0}
        status |= {"seconds": None, "warnings": 0, "poster": None, "sentence": ""}
        try:
            episode = self.project.episode(path)
            status["title"] = read_settings(episode, {}).title or path.stem
            status["rows"] = len(parse_source(read_source_files(episode)).row_texts)
            changes_since_render = changed_inputs(self.project, episode, "render")
        except EpisodeError as fault:
            return status | {"state": "broken", "sentence": localized(fault)}
        report = (
            EditSession(self.project, path, self.segmenter).build_report()
            if changes_since_render is not None
            else {}
        )
        poster = output_files(self.project, episode).poster
        status |= {
            "seconds": report.get("seconds"),
            "warnings": report.get("warnings", 0),
            "poster": media_address(identity, "poster", poster),
        }
        state = (
            "never"
            if changes_since_render is None
            else "outdated"
            if changes_since_render
            else "current"
        )
        return status | {"state": state}


def episode_id(path: Path) -> str:
    """Return the id of a transcript, which does not reveal its path."""
    return digest("episode", str(path))[:16]
