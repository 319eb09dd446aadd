"""The slide files of an episode: which there are, in what order, and which one a name means."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError, environment_fault
from pipeline.messages import message
from pipeline.picture.slides.document_pages import OFFICE_SUFFIXES, PDF_SUFFIX
from pipeline.picture.slides.slide_kinds import kind_of_file, slide_suffixes
from pipeline.picture.slides.slide_names import (
    comparable_name,
    is_system_file,
    natural_order,
    slide_order,
)
from pipeline.picture.slides.unread_kinds import unread_kind, unread_remedy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pipeline.picture.slides.slide_names import SlideNumber

_MAX_FILES = 2_000


def find_numbered_files(folder: Path, not_slides: Collection[str] = ()) -> tuple[Path, ...]:
    """Return the files that are slides by their names alone, in the order they are shown.

    Files whose names have a number come first, by that number (`slide_names` says which it is),
    then documents without one. `not_slides` are names of files with another purpose. An episode
    without a folder has none. Raises as `list_slide_files` does.
    """
    numbered_files = [
        path
        for path in list_slide_files(folder)
        if path.name not in not_slides and _is_shown_unnamed(path)
    ]
    return tuple(sorted(numbered_files, key=_number_order))


def list_slide_files(folder: Path) -> tuple[Path, ...]:
    """Return the files of a folder that have a slide's suffix, by name; numbers count as numbers.

    What a system or a program put there is left out (`~$deck.pptx`), and so is a presentation that
    lies there as PDF too. An episode whose folder does not exist has none.

    Raises InputError if there are more than 2,000, EnvironmentFault if the folder cannot be read.
    """
    paths = [path for path in list_own_files(folder) if kind_of_file(path) is not None]
    if len(paths) > _MAX_FILES:
        raise InputError(
            message("picture.too_many_slides", count=len(paths), most=_MAX_FILES), where=folder
        )
    return tuple(path for path in paths if standing_pdf(path, paths) is None)


def list_own_files(folder: Path) -> tuple[Path, ...]:
    """Return what the author put into a folder, folders too, by name. Raises EnvironmentFault."""
    if not folder.is_dir():
        return ()
    try:
        names = [entry.name for entry in os.scandir(folder) if not is_system_file(entry.name)]
    except OSError as fault:
        raise environment_fault(fault, folder) from fault
    return tuple(folder / name for name in sorted(names, key=lambda name: _by_name(Path(name))))


def standing_pdf(path: Path, paths: Iterable[Path]) -> Path | None:
    """Return the PDF among paths that stands for a presentation, by having its name."""
    if path.suffix.lower() not in OFFICE_SUFFIXES:
        return None
    name = comparable_name(path.stem)
    return next(
        (
            other
            for other in paths
            if other.suffix.lower() == PDF_SUFFIX and comparable_name(other.stem) == name
        ),
        None,
    )


def find_named_file(folder: Path, name: str, row: int | None) -> Path:
    """Return the file that a row's slide name means, with or without its suffix.

    Capitals are no matter where one file has the name. Raises InputError if there is no such file,
    if it is not read, if there are several, or if the name leads out of the folder.
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
    is_slide = kind_of_file(direct_path) is not None and not is_system_file(direct_path.name)
    if is_slide and os.path.lexists(direct_path):
        return standing_pdf(direct_path, list_own_files(direct_path.parent)) or direct_path
    files = list_slide_files(folder)
    wanted = comparable_name(name)
    matches = [path for path in files if name in {path.name, path.stem}] or [
        path for path in files if wanted in {comparable_name(path.name), comparable_name(path.stem)}
    ]
    if len(matches) == 1:
        return matches[0]
    if matches:
        names = ", ".join(path.name for path in matches)
        raise InputError(
            message("picture.ambiguous_slide", name=repr(name), names=names),
            where=folder,
            row=row,
        )
    raise _unknown_slide_error(folder, name, files, row)


def _unknown_slide_error(
    folder: Path, name: str, files: tuple[Path, ...], row: int | None
) -> InputError:
    """Return the error for a name whose file is not read, or that no file has."""
    wanted = comparable_name(name)
    direct_path = folder / name
    others = [direct_path] if os.path.lexists(direct_path) else []
    others += [
        path
        for path in list_own_files(folder)
        if comparable_name(path.name) == wanted
        or (comparable_name(path.stem) == wanted and unread_kind(path) is not None)
    ]
    if others:
        problem = (
            message("picture.system_file", name=repr(name))
            if is_system_file(others[0].name)
            else message(
                "picture.slide_not_read",
                name=repr(others[0].name),
                remedy=unread_remedy(others[0]),
            )
        )
        return InputError(problem, where=folder, row=row)
    close_names = difflib.get_close_matches(name, [path.name for path in files], n=1)
    problem = (
        message("picture.unknown_slide_similar", name=repr(name), similar=repr(close_names[0]))
        if close_names
        else message("picture.unknown_slide", name=repr(name), suffixes=", ".join(slide_suffixes()))
    )
    return InputError(problem, where=folder, row=row)


def _is_shown_unnamed(path: Path) -> bool:
    """Return whether a file is a slide without being named by a row."""
    kind = kind_of_file(path)
    return slide_order(path.stem) is not None or (kind is not None and kind.is_shown_without_number)


def _number_order(path: Path) -> tuple[bool, SlideNumber | None, tuple[object, ...]]:
    number = slide_order(path.stem)
    return number is None, number, _by_name(path)


def _by_name(path: Path) -> tuple[object, ...]:
    return natural_order(path.stem), path.suffix.lower(), path.name
