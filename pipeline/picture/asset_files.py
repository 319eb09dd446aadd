"""The check of a file in the assets before it is opened."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message

if TYPE_CHECKING:
    from pathlib import Path

_MAX_FILE_BYTES = 500_000_000
_BYTES_PER_MB = 1_000_000


def check_asset_file(path: Path, folder: Path) -> Path:
    """Return the resolved path of a plain file inside a folder, of 1 byte to 500 MB.

    Raises InputError if the file does not exist, is outside the folder, is no plain file, is empty
    or is too large.
    """
    try:
        resolved = path.resolve(strict=True)
        file_status = resolved.stat()
    except (OSError, RuntimeError, ValueError) as fault:
        raise InputError(message("picture.file_not_readable"), where=path) from fault
    if not resolved.is_relative_to(folder.resolve()):
        raise InputError(message("picture.file_outside_assets"), where=path)
    if not stat.S_ISREG(file_status.st_mode):
        raise InputError(message("picture.not_a_plain_file"), where=path)
    if file_status.st_size == 0:
        raise InputError(message("picture.file_empty"), where=path)
    if file_status.st_size > _MAX_FILE_BYTES:
        megabytes = _MAX_FILE_BYTES // _BYTES_PER_MB
        raise InputError(message("picture.file_too_large", megabytes=megabytes), where=path)
    return resolved
