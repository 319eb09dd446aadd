"""What was made from what: each step's inputs by name and digest, and how its outputs looked on the disk.

A step is up to date when its inputs are the recorded ones and its outputs are still as they were left. The ledger lives in the
cache, so that an episode's folder holds nothing but what a person wants there.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.store import digest, file_digest, publish_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_FORMAT = 1


@dataclass(slots=True)
class Ledger:
    """The record of one episode's folder."""

    path: Path
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Ledger:
        """Return the record kept at a path; an unreadable or foreign one counts as empty, so everything is made again."""
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            kept = json.loads(path.read_text("utf-8"))
            if kept["format"] == _FORMAT and kept["own"] == digest(kept["steps"], kept["files"]):
                return cls(path, dict(kept["steps"]), dict(kept["files"]))
        return cls(path)

    def save(self, beside: Path | None = None) -> None:
        """Keep the record, written first to a temporary file in `beside` where that is given. Raises EnvironmentFault."""
        body = {"format": _FORMAT, "own": digest(self.steps, self.files), "steps": self.steps, "files": self.files}
        publish_bytes(self.path, json.dumps(body, ensure_ascii=False, sort_keys=True, indent=0).encode(), beside)

    def why(self, step: str, inputs: Mapping[str, str], outputs: Sequence[Path]) -> str:
        """Return why a step must run, in a few words; an empty text when it need not."""
        known = self.steps.get(step)
        if known is None:
            return "never made"
        before: dict[str, str] = known["inputs"]
        changed = sorted(name for name in {*before, *inputs} if before.get(name) != inputs.get(name))
        if changed:
            return f"changed: {', '.join(changed)}"
        for path in outputs:
            stamp = known["outputs"].get(path.name)
            if stamp is None or not path.exists():
                return f"missing: {path.name}"
            if stamp != _stamp(path):
                return f"touched since: {path.name}"
        return ""

    def made(self, step: str, inputs: Mapping[str, str], outputs: Sequence[Path], facts: Mapping[str, Any] | None = None) -> None:
        """Record a step as made; `facts` are what later runs want to know of it."""
        stamps = {path.name: _stamp(path) for path in outputs}
        self.steps[step] = {"inputs": dict(inputs), "outputs": stamps, "facts": dict(facts or {})}

    def remove(self, step: str, path: Path) -> None:
        """Remove an output that a step made once and does not make any more; one that somebody changed since stays."""
        with suppress(OSError):
            if self.steps[step]["outputs"].get(path.name) == _stamp(path):
                path.unlink()

    def facts(self, step: str) -> Mapping[str, Any]:
        """Return what was recorded of a step."""
        known = self.steps.get(step)
        return known["facts"] if known else {}

    def forget(self) -> None:
        """Make every step run again."""
        self.steps.clear()

    def digest_of(self, path: Path | None) -> str:
        """Return the SHA-256 of a file's bytes (of a folder: of all files in it), read only where it looks changed; empty for none."""
        if path is None or not path.exists():
            return ""
        if path.is_dir():
            inside = sorted(item for item in path.rglob("*") if item.is_file())
            return digest([[str(item.relative_to(path)), self.digest_of(item)] for item in inside])
        stamp = _stamp(path)
        kept = self.files.get(str(path))
        if kept is None or kept[0] != stamp:
            kept = self.files[str(path)] = [stamp, file_digest(path)]
        return str(kept[1])


def _stamp(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]
