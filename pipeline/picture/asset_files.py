"""Which files of the assets may be pictures or fonts."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from pipeline.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
DOCUMENT_SUFFIXES = (".pdf", ".pptx")
CLIP_SUFFIXES = (".mp4", ".mov", ".webm")
SLIDE_SUFFIXES = (*IMAGE_SUFFIXES, *DOCUMENT_SUFFIXES, *CLIP_SUFFIXES)
_MAX_FILE_BYTES = 500_000_000
_OUTSIDE_MESSAGE = "A slide lies outside the episode's assets."
PUT_INSIDE_HINT = "Put the file itself into the folder."


def check_asset_file(path: Path, folder: Path) -> Path:
    """Return the path where it is a plain file inside the folder, of a size that can be a slide. Raises InputError."""
    try:
        resolved = path.resolve(strict=True)
        file_status = resolved.stat()
    except (OSError, RuntimeError, ValueError) as fault:
        raise InputError(
            "The slide cannot be opened.", "Look whether it is there and may be read.", where=path
        ) from fault
    if not resolved.is_relative_to(folder.resolve()):
        raise InputError(_OUTSIDE_MESSAGE, PUT_INSIDE_HINT, where=path)
    if not stat.S_ISREG(file_status.st_mode):
        raise InputError("The slide is not a plain file.", PUT_INSIDE_HINT, where=path)
    if file_status.st_size == 0:
        raise InputError("The slide is empty (0 bytes).", "Save it again.", where=path)
    if file_status.st_size > _MAX_FILE_BYTES:
        raise InputError(
            f"The slide is larger than {_MAX_FILE_BYTES // 1_000_000} MB.",
            "Save it smaller.",
            where=path,
        )
    return resolved
