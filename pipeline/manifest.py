"""The record of each step: the digests of its inputs by name, and size and time of its outputs.

A step is up to date if its inputs are the recorded ones and its outputs were not touched since. The
record lives in the cache, so that an episode's folder holds only what a person wants there.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.atomic import publish_bytes
from pipeline.cache import digest, file_digest
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipeline.project import Episode, Project

_FORMAT_VERSION = 1
_ALWAYS_READ_BYTES = 4_000_000
"""Reading so much takes a few milliseconds; texts and settings are smaller."""

_SETTLED_NS = 2_000_000_000
"""The coarsest file systems in use (FAT) keep times to two seconds: a file that is changed again
within them may keep its time."""


@dataclass(slots=True)
class Manifest:
    """The record of one episode's folder."""

    path: Path
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    file_digests: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Manifest:
        """Return the record at a path; one that cannot be read, or is damaged, counts as empty."""
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            document = json.loads(path.read_text("utf-8"))
            if document["format"] == _FORMAT_VERSION and document["own"] == digest(
                document["steps"], document["files"]
            ):
                return cls(path, dict(document["steps"]), dict(document["files"]))
        return cls(path)

    def save(self, temporary_folder: Path | None = None) -> None:
        """Write the record, by way of `temporary_folder` if given. Raises EnvironmentFault."""
        body = {
            "format": _FORMAT_VERSION,
            "own": digest(self.steps, self.file_digests),
            "steps": self.steps,
            "files": self.file_digests,
        }
        publish_bytes(
            self.path,
            json.dumps(body, ensure_ascii=False, sort_keys=True, indent=0).encode(),
            temporary_folder,
        )

    def stale_reason(self, step: str, inputs: Mapping[str, str], outputs: Sequence[Path]) -> str:
        """Return why a step must run, in a few words; an empty text when it need not."""
        recorded = self.steps.get(step)
        if recorded is None:
            return message("stages.step_never_made")
        recorded_inputs: dict[str, str] = recorded["inputs"]
        changed = sorted(
            name
            for name in {*recorded_inputs, *inputs}
            if recorded_inputs.get(name) != inputs.get(name)
        )
        if changed:
            return message("stages.step_changed", inputs=", ".join(changed))
        for path in outputs:
            stamp = recorded["outputs"].get(path.name)
            if stamp is None or not path.exists():
                return message("stages.step_output_missing", file=path.name)
            if stamp != _file_stamp(path):
                return message("stages.step_output_edited", file=path.name)
        return ""

    def record(
        self,
        step: str,
        inputs: Mapping[str, str],
        outputs: Sequence[Path],
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Record a step as made; `facts` are what later runs want to know of it."""
        stamps = {path.name: _file_stamp(path) for path in outputs}
        self.steps[step] = {"inputs": dict(inputs), "outputs": stamps, "facts": dict(facts or {})}

    def remove_output(self, step: str, path: Path) -> None:
        """Remove an output that a step no longer makes, unless somebody changed it since."""
        with suppress(OSError):
            if self.steps[step]["outputs"].get(path.name) == _file_stamp(path):
                path.unlink()

    def facts(self, step: str) -> Mapping[str, Any]:
        """Return what was recorded of a step."""
        recorded = self.steps.get(step)
        return recorded["facts"] if recorded else {}

    def clear(self) -> None:
        """Make every step run again."""
        self.steps.clear()

    def digest_of(self, path: Path | None) -> str:
        """Return the SHA-256 of a file, or of all files of a folder; "" if it does not exist.

        Files of up to 4 MB are always read. A larger one is read unless size, times and inode are
        the recorded ones, and it had been left alone for two seconds when it was recorded.
        """
        if path is None or not path.exists():
            return ""
        if path.is_dir():
            folder_files = sorted(item for item in path.rglob("*") if item.is_file())
            return digest(
                [[str(item.relative_to(path)), self.digest_of(item)] for item in folder_files]
            )
        stamp = _identity_stamp(path)
        if stamp[0] <= _ALWAYS_READ_BYTES:
            return file_digest(path)
        entry = self.file_digests.get(str(path))
        if entry is None or entry[0] != stamp:
            if time.time_ns() - max(stamp[1], stamp[2]) < _SETTLED_NS:
                self.file_digests.pop(str(path), None)
                return file_digest(path)
            entry = self.file_digests[str(path)] = [stamp, file_digest(path)]
        return str(entry[1])


def _file_stamp(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _identity_stamp(path: Path) -> list[int]:
    """Return a file's size, its times of writing and of change, and its inode.

    The time of change also tells a file whose time of writing was set back to the old one.
    """
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def manifest_for(project: Project, episode: Episode) -> Manifest:
    """Return the record of what was made of an episode."""
    return Manifest.load(project.cache / "ledgers" / f"{episode_cache_name(episode)}.json")


def episode_cache_name(episode: Episode) -> str:
    """Return the name under which the cache knows an episode's output folder."""
    return digest(str(episode.output.absolute()))[:20]
