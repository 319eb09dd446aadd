"""Digests of this program's own source, for cache keys: an entry made by other code is not used."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import pipeline

_ROOT = Path(pipeline.__file__).parent
_SOURCE_SUFFIXES = frozenset({".py", ".toml", ".txt"})
"""Code, message catalogues and word lists. Keys of drawings hold the digests of their fonts."""


@cache
def code_version(*modules: str) -> str:
    """Return a digest (32 hex digits) of the source of modules, given by their dotted names.

    A package stands for all modules and data files below it. Read once per process.
    Raises ValueError if this program has no such module.
    """
    hasher = hashlib.sha256()
    for path in sorted({path for module in modules for path in _source_files(module)}):
        body = path.read_bytes()
        hasher.update(f"{path.relative_to(_ROOT).as_posix()} {len(body)}\n".encode())
        hasher.update(body)
    return hasher.hexdigest()[:32]


def _source_files(module: str) -> list[Path]:
    root, *parts = module.split(".")
    folder = _ROOT.joinpath(*parts)
    if root == "pipeline" and folder.is_dir():
        return [path for path in folder.rglob("*") if path.suffix in _SOURCE_SUFFIXES]
    path = folder.with_name(f"{folder.name}.py")
    if root != "pipeline" or not path.is_file():
        message = f"{module} is no module of this program"
        raise ValueError(message)
    return [path]
