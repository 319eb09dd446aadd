"""Files that people put among slides and that are not read: what each has to be saved as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.messages import Message, message

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class UnreadKind:
    """Suffixes, in lower case, of files that are not read, and the key of what to do instead.

    Files of a kind that `needs_number` are something else than slides (notes, a table) unless their
    name has a number.
    """

    remedy_key: str
    suffixes: tuple[str, ...]
    needs_number: bool = False


UNREAD_KINDS = (
    UnreadKind(
        "picture.remedy_pdf",
        (
            *(".key", ".odp", ".otp", ".fodp", ".sxi", ".ppt", ".pps", ".ppsx", ".pptm", ".ppsm"),
            *(".pot", ".potx", ".potm", ".dps", ".dpt", ".gslides", ".xps", ".oxps", ".djvu"),
        ),
    ),
    UnreadKind(
        "picture.remedy_pdf",
        (
            *(".doc", ".docx", ".odt", ".wps", ".pages", ".rtf", ".xls", ".xlsx", ".ods", ".et"),
            *(".csv", ".numbers", ".vsd", ".vsdx", ".html", ".htm", ".mht", ".epub", ".md"),
            *(".ipynb", ".tex", ".drawio", ".excalidraw"),
        ),
        needs_number=True,
    ),
    UnreadKind(
        "picture.remedy_png",
        (
            *(".psd", ".psb", ".xcf", ".ai", ".eps", ".ps", ".cdr", ".indd", ".sketch", ".fig"),
            *(".xd", ".afphoto", ".afdesign", ".kra", ".clip", ".procreate", ".wmf", ".emf"),
            *(".ico", ".icns", ".tga", ".pcx", ".ppm", ".pgm", ".pbm", ".pnm", ".jp2", ".j2k"),
            *(".jpx", ".jxl", ".jxr", ".exr", ".hdr", ".dds", ".qoi", ".raw", ".dng", ".cr2"),
            *(".cr3", ".nef", ".arw", ".orf", ".raf", ".rw2", ".pef", ".srw"),
        ),
    ),
    UnreadKind(
        "picture.remedy_mp4",
        (
            *(".avi", ".wmv", ".asf", ".flv", ".f4v", ".mpg", ".mpeg", ".m2v", ".ts", ".mts"),
            *(".m2ts", ".3gp", ".3g2", ".ogv", ".rm", ".rmvb", ".vob", ".swf", ".mxf", ".dv"),
        ),
    ),
)
"""Every kind that is named to the author with its remedy."""


def unread_kind(path: Path) -> UnreadKind | None:
    """Return the kind of file that is not read that a file is by its name, or None."""
    suffix = path.suffix.lower()
    return next((kind for kind in UNREAD_KINDS if suffix in kind.suffixes), None)


def unread_remedy(path: Path) -> Message:
    """Return what to do with a file that is not read, as a sentence."""
    kind = unread_kind(path)
    return message(kind.remedy_key if kind else "picture.remedy_any")
