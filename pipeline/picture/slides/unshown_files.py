"""What an author is told of files among the slides that are not shown, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.messages import Message, message
from pipeline.picture.slides.slide_files import list_own_files, list_slide_files, standing_pdf
from pipeline.picture.slides.slide_kinds import kind_of_file
from pipeline.picture.slides.slide_names import comparable_name, has_number, slide_order
from pipeline.picture.slides.unread_kinds import unread_kind, unread_remedy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_OTHER_PURPOSES = frozenset(
    (
        *(".mp3", ".wav", ".m4a", ".aac", ".flac", ".ogg", ".opus", ".wma", ".aif", ".aiff"),
        *(".txt", ".srt", ".vtt", ".ass", ".sbv", ".lrc", ".textgrid", ".json", ".toml", ".onnx"),
        *(".ttf", ".otf", ".ttc", ".otc", ".zip"),
    )
)
"""Suffixes of sounds, texts, times and fonts: nobody takes them for slides, numbered or not."""


def unshown_file_notices(
    folder: Path, shown: Collection[Path], not_slides: Collection[str] = ()
) -> Iterator[Message]:
    """Yield a notice for each file of a folder that its author may take for a slide.

    `shown` are the files that are shown, `not_slides` names of files with another purpose.
    """
    paths = [path for path in list_own_files(folder) if path.name not in not_slides]
    for path in paths:
        if path in shown:
            continue
        if path.is_dir():
            yield from _folder_notices(path, shown)
        elif (pdf := standing_pdf(path, paths)) is not None:
            yield message("picture.pdf_stands_for", name=path.name, pdf=pdf.name)
        elif kind_of_file(path) is not None:
            reason = "picture.slide_number_unclear" if has_number(path.stem) else None
            yield message(reason or "picture.slide_not_shown", name=path.name)
        elif not _is_exported(path, shown):
            yield from _unread_notices(path)


def _unread_notices(path: Path) -> Iterator[Message]:
    kind = unread_kind(path)
    number = slide_order(path.stem)
    if (kind is not None and (number is not None or not kind.needs_number)) or (
        kind is None and number is not None and path.suffix.lower() not in _OTHER_PURPOSES
    ):
        yield message(
            "picture.file_not_read",
            name=path.name,
            suffix=path.suffix or path.name,
            remedy=unread_remedy(path),
        )


def _folder_notices(folder: Path, shown: Collection[Path]) -> Iterator[Message]:
    """Yield a notice of a folder with slides inside; a package (`.key` on macOS) is as a file."""
    if unread_kind(folder) is not None:
        yield from _unread_notices(folder)
    elif not any(path.is_relative_to(folder) for path in shown):
        count = len(list_slide_files(folder))
        if count:
            yield message("picture.slides_in_folder", name=folder.name, count=count)


def _is_exported(path: Path, shown: Collection[Path]) -> bool:
    """Return whether a file of the same name is shown: what this one was saved as."""
    name = comparable_name(path.stem)
    return any(comparable_name(other.stem) == name for other in shown)
