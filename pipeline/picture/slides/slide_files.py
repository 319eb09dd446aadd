"""The slide files of an episode: which there are, in what order, and which one a name means."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path

from pipeline.errors import InputError, environment_fault
from pipeline.messages import message
from pipeline.picture.slides.slide_kinds import kind_of_file, slide_suffixes

_MAX_FILES = 2_000
_LEADING_NUMBER = re.compile(r"(\d{1,6})(?!\d)")


def find_numbered_files(folder: Path) -> tuple[Path, ...]:
    """Return the files that are slides by their names alone, in the order they are shown.

    Files that begin with a number come first, by that number, then documents without one. An
    episode without a folder has none.
    """
    numbered_files = [path for path in list_slide_files(folder) if _is_shown_unnamed(path)]
    return tuple(sorted(numbered_files, key=_number_order))


def list_slide_files(folder: Path) -> tuple[Path, ...]:
    """Return the files of a folder that have a slide's suffix, by name.

    An episode whose folder does not exist has none.

    Raises InputError if there are more than 2,000, EnvironmentFault if the folder cannot be read.
    """
    if not folder.is_dir():
        return ()
    try:
        names = sorted(
            entry.name
            for entry in os.scandir(folder)
            if kind_of_file(Path(entry.name)) is not None and entry.name[:1] != "."
        )
    except OSError as fault:
        raise environment_fault(fault, folder) from fault
    if len(names) > _MAX_FILES:
        raise InputError(
            message("picture.too_many_slides", count=len(names), most=_MAX_FILES), where=folder
        )
    return tuple(folder / name for name in names)


def find_named_file(folder: Path, name: str, row: int | None) -> Path:
    """Return the file that a row's slide name means, with or without its suffix.

    Raises InputError if there is no such file, if there are several, or if the name leads out of
    the folder.
    """
    if (
        not name
        or "\0" in name
        or Path(name).is_absolute()
        or ".." in Path(name).parts
        or "\\" in name
    ):
        raise InputError(message("picture.not_a_file_name", name=repr(name)), where=folder, row=row)
    direct_path = folder / name
    if kind_of_file(direct_path) is not None and os.path.lexists(direct_path):
        return direct_path
    files = list_slide_files(folder)
    matches = [path for path in files if name in {path.name, path.stem}]
    if len(matches) == 1:
        return matches[0]
    if matches:
        names = ", ".join(path.name for path in matches)
        raise InputError(
            message("picture.ambiguous_slide", name=repr(name), names=names),
            where=folder,
            row=row,
        )
    close_names = difflib.get_close_matches(name, [path.name for path in files], n=1)
    problem = (
        message("picture.unknown_slide_similar", name=repr(name), similar=repr(close_names[0]))
        if close_names
        else message("picture.unknown_slide", name=repr(name), suffixes=", ".join(slide_suffixes()))
    )
    raise InputError(problem, where=folder, row=row)


def _is_shown_unnamed(path: Path) -> bool:
    """Return whether a file is a slide without being named by a row."""
    kind = kind_of_file(path)
    return bool(_LEADING_NUMBER.match(path.name)) or (
        kind is not None and kind.is_shown_without_number
    )


def _number_order(path: Path) -> tuple[bool, int, str]:
    number = _LEADING_NUMBER.match(path.name)
    return number is None, int(number[1]) if number else 0, path.name
