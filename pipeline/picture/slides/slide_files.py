"""The slide files of an episode: which there are, in what order, and which may be opened at all."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path

from pipeline.errors import InputError, environment_fault
from pipeline.picture.asset_files import DOCUMENT_SUFFIXES, PUT_INSIDE_HINT, SLIDE_SUFFIXES

_MOST = 2_000
_LEADING_NUMBER = re.compile(r"(\d{1,6})(?!\d)")


def find_numbered_files(folder: Path) -> tuple[Path, ...]:
    """Return the files that are slides by their names alone: those that begin with a number, by that number, then other documents.

    An episode without a folder has none.
    """
    found = [
        path
        for path in list_slide_files(folder)
        if _LEADING_NUMBER.match(path.name) or path.suffix.lower() in DOCUMENT_SUFFIXES
    ]
    return tuple(sorted(found, key=_number_order))


def list_slide_files(folder: Path) -> tuple[Path, ...]:
    """Return the files of the folder that are of a slide's kind, by name. Raises InputError where there are absurdly many."""
    if not folder.is_dir():
        return ()
    try:
        names = sorted(
            entry.name
            for entry in os.scandir(folder)
            if Path(entry.name).suffix.lower() in SLIDE_SUFFIXES and entry.name[:1] != "."
        )
    except OSError as fault:
        raise environment_fault(fault, folder) from fault
    if len(names) > _MOST:
        raise InputError(
            f"There are {len(names)} slides; {_MOST} are allowed.",
            "Keep the ones this episode shows.",
            where=folder,
        )
    return tuple(folder / name for name in names)


def find_named_file(folder: Path, name: str, row: int | None) -> Path:
    """Return the file a row's slide name means: its name in the folder, with or without its suffix.

    Raises InputError where there is none, or the name leads out of the folder.
    """
    if (
        not name
        or "\0" in name
        or Path(name).is_absolute()
        or ".." in Path(name).parts
        or "\\" in name
    ):
        raise InputError(
            f"{name!r} is not the name of a file in the episode's assets.",
            PUT_INSIDE_HINT,
            where=folder,
            row=row,
        )
    direct_path = folder / name
    if direct_path.suffix.lower() in SLIDE_SUFFIXES and os.path.lexists(direct_path):
        return direct_path
    files = list_slide_files(folder)
    matches = [path for path in files if name in {path.name, path.stem}]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise InputError(
            f"The slide {name!r} could be {' or '.join(path.name for path in matches)}.",
            "Write its suffix too.",
            where=folder,
            row=row,
        )
    close_names = difflib.get_close_matches(name, [path.name for path in files], n=1)
    todo = (
        f"Did you mean {close_names[0]!r}?"
        if close_names
        else f"Put it there; slides end in {', '.join(SLIDE_SUFFIXES)}."
    )
    raise InputError(f"There is no slide {name!r}.", todo, where=folder, row=row)


def _number_order(path: Path) -> tuple[bool, int, str]:
    number = _LEADING_NUMBER.match(path.name)
    return number is None, int(number[1]) if number else 0, path.name
