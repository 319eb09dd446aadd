"""The slide files of an episode: which there are, in what order, and which may be opened at all."""

from __future__ import annotations

import difflib
import os
import re
import stat
from pathlib import Path

from pipeline.errors import InputError
from pipeline.store import fault_from

STILLS = (".png", ".jpg", ".jpeg", ".webp")
DOCUMENTS = (".pdf", ".pptx")
CLIPS = (".mp4", ".mov", ".webm")
KINDS = (*STILLS, *DOCUMENTS, *CLIPS)

_LARGEST = 500_000_000
_MOST = 2_000
_NUMBERED = re.compile(r"(\d{1,6})(?!\d)")
_OUTSIDE = "A slide lies outside the episode's assets."
_PUT_INSIDE = "Put the file itself into the folder."


def numbered(folder: Path) -> tuple[Path, ...]:
    """Return the files that are slides by their names alone: those that begin with a number, by that number, then other documents.

    An episode without a folder has none.
    """
    found = [path for path in listed(folder) if _NUMBERED.match(path.name) or path.suffix.lower() in DOCUMENTS]
    return tuple(sorted(found, key=_order))


def listed(folder: Path) -> tuple[Path, ...]:
    """Return the files of the folder that are of a slide's kind, by name. Raises InputError where there are absurdly many."""
    if not folder.is_dir():
        return ()
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if Path(entry.name).suffix.lower() in KINDS and entry.name[:1] != ".")
    except OSError as fault:
        raise fault_from(fault, folder) from fault
    if len(names) > _MOST:
        raise InputError(f"There are {len(names)} slides; {_MOST} are allowed.", "Keep the ones this episode shows.", where=folder)
    return tuple(folder / name for name in names)


def named(folder: Path, name: str, row: int | None) -> Path:
    """Return the file a row's slide name means: its name in the folder, with or without its suffix.

    Raises InputError where there is none, or the name leads out of the folder.
    """
    if not name or "\0" in name or Path(name).is_absolute() or ".." in Path(name).parts or "\\" in name:
        raise InputError(f"{name!r} is not the name of a file in the episode's assets.", _PUT_INSIDE, where=folder, row=row)
    given = folder / name
    if given.suffix.lower() in KINDS and os.path.lexists(given):
        return given
    files = listed(folder)
    fit = [path for path in files if name in {path.name, path.stem}]
    if len(fit) == 1:
        return fit[0]
    if fit:
        raise InputError(
            f"The slide {name!r} could be {' or '.join(path.name for path in fit)}.", "Write its suffix too.", where=folder, row=row
        )
    near = difflib.get_close_matches(name, [path.name for path in files], n=1)
    todo = f"Did you mean {near[0]!r}?" if near else f"Put it there; slides end in {', '.join(KINDS)}."
    raise InputError(f"There is no slide {name!r}.", todo, where=folder, row=row)


def checked(path: Path, folder: Path) -> Path:
    """Return the path where it is a plain file inside the folder, of a size that can be a slide. Raises InputError."""
    try:
        real = path.resolve(strict=True)
        state = real.stat()
    except (OSError, RuntimeError, ValueError) as fault:
        raise InputError("The slide cannot be opened.", "Look whether it is there and may be read.", where=path) from fault
    if not real.is_relative_to(folder.resolve()):
        raise InputError(_OUTSIDE, _PUT_INSIDE, where=path)
    if not stat.S_ISREG(state.st_mode):
        raise InputError("The slide is not a plain file.", _PUT_INSIDE, where=path)
    if state.st_size == 0:
        raise InputError("The slide is empty (0 bytes).", "Save it again.", where=path)
    if state.st_size > _LARGEST:
        raise InputError(f"The slide is larger than {_LARGEST // 1_000_000} MB.", "Save it smaller.", where=path)
    return real


def _order(path: Path) -> tuple[bool, int, str]:
    number = _NUMBERED.match(path.name)
    return number is None, int(number[1]) if number else 0, path.name
