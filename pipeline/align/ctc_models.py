"""Loads CTC models from a path that the user gives: ONNX, TorchScript or a transformers folder."""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from pipeline.errors import EnvironmentFault, InputError
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

MODEL_SAMPLE_RATE = 16_000
"""Sample rate in Hz that all of these models expect."""

_MAX_VOCABULARY_BYTES = 16 * 1024 * 1024
_MAX_REASON_CHARACTERS = 200  # of a package's own message that are shown
_BLANK_LABELS = ("<blank>", "<pad>", "[PAD]", "<b>", "-", "_")

TORCH_INSTALL_COMMAND = (
    "python -m pip install torch --index-url https://download.pytorch.org/whl/cpu"
)


class CtcModel(Protocol):
    """A CTC model: its labels, its blank, and the label probabilities of audio."""

    @property
    def labels(self) -> Mapping[str, int]:
        """The column of each label."""

    @property
    def blank(self) -> int:
        """The blank's column."""

    def log_probabilities(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return natural log probabilities of mono samples at 16 kHz, full scale 1.

        The shape is (frames, labels).
        """


@dataclass(frozen=True, slots=True)
class LoadedCtcModel:
    """A loaded model; `logits` maps samples to unnormalised scores (frames, labels)."""

    labels: Mapping[str, int]
    blank: int
    logits: Callable[[NDArray[np.float32]], NDArray[np.float32]]
    normalise: bool

    def log_probabilities(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return natural log probabilities (see `CtcModel`)."""
        if self.normalise:
            samples = (samples - samples.mean()) / np.sqrt(samples.var() + 1e-7)
        scores = self.logits(np.asarray(samples, np.float32))
        top = scores.max(axis=1, keepdims=True)
        return np.asarray(
            scores - top - np.log(np.exp(scores - top).sum(axis=1, keepdims=True)), np.float32
        )


def load_ctc_model(path: Path) -> LoadedCtcModel:
    """Load the model at `path`.

    That is an `.onnx` file, a TorchScript `.pt` or `.ts` file, or a folder with a transformers or
    ONNX model. `vocab.json` (label to column) or `labels.txt` (one label per line) is in the same
    folder. Raises InputError if the path is no such model, EnvironmentFault if the package that
    runs it is not installed.
    """
    if not path.exists():
        raise InputError(message("align.no_model"), where=path)
    folder = path if path.is_dir() else path.parent
    onnx = path if path.suffix == ".onnx" else folder / "model.onnx"
    labels = _read_labels(folder)
    if path.is_dir() and not onnx.exists():
        logits = _load_transformers(path)
    elif onnx.exists() and (path.is_dir() or path == onnx):
        logits = _load_onnx(onnx)
    elif path.suffix in {".pt", ".ts"}:
        logits = _load_torchscript(path)
    else:
        raise InputError(message("align.not_a_model"), where=path)
    return LoadedCtcModel(
        labels, _blank_column(labels, folder), logits, _wants_normalised_input(folder)
    )


def import_optional_package(name: str, install_command: str) -> Any:  # noqa: ANN401 - a module
    """Import an optional package. Raises EnvironmentFault if it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as fault:
        package = fault.name or name
        problem = message("align.package_missing", package=package, command=install_command)
        raise EnvironmentFault(problem) from fault


def _read_labels(folder: Path) -> dict[str, int]:
    vocabulary, lines = folder / "vocab.json", folder / "labels.txt"
    if vocabulary.exists():
        given = _read_json_object(vocabulary)
        if given and all(isinstance(value, dict) for value in given.values()):
            given = next(iter(given.values()))  # MMS has one vocabulary per language: use the first
        labels = {
            str(label): value
            for label, value in given.items()
            if isinstance(value, int) and value >= 0
        }
    elif lines.exists():
        labels = {
            label: column for column, label in enumerate(_read_vocabulary_text(lines).splitlines())
        }
    else:
        raise InputError(message("align.no_vocabulary"), where=folder)
    if not labels:
        raise InputError(message("align.vocabulary_empty"), where=folder)
    return labels


def _read_vocabulary_text(path: Path) -> str:
    if path.stat().st_size > _MAX_VOCABULARY_BYTES:
        raise InputError(message("align.vocabulary_too_large"), where=path)
    return path.read_text("utf-8", "replace")


def _read_json_object(path: Path) -> dict[str, Any]:
    try:
        tree = json.loads(_read_vocabulary_text(path))
    except (ValueError, RecursionError) as fault:
        raise InputError(message("align.vocabulary_not_json"), where=path) from fault
    return tree if isinstance(tree, dict) else {}


def _blank_column(labels: Mapping[str, int], folder: Path) -> int:
    config = folder / "config.json"
    if config.exists() and isinstance(column := _read_json_object(config).get("pad_token_id"), int):
        return column
    return next((labels[name] for name in _BLANK_LABELS if name in labels), 0)


def _wants_normalised_input(folder: Path) -> bool:
    config = folder / "preprocessor_config.json"
    return bool(_read_json_object(config).get("do_normalize", False)) if config.exists() else False


def _load_onnx(path: Path) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    onnxruntime = import_optional_package("onnxruntime", "python -m pip install onnxruntime")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 0
    try:
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    except Exception as fault:  # onnxruntime's errors have no base class of their own
        raise _load_fault("onnxruntime", fault, path) from fault
    name = session.get_inputs()[0].name
    return lambda samples: _frames_by_labels(session.run(None, {name: samples[None]})[0])


def _load_torchscript(path: Path) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    torch = import_optional_package("torch", TORCH_INSTALL_COMMAND)
    try:
        model = torch.jit.load(str(path), map_location="cpu").eval()
    except RuntimeError as fault:
        raise _load_fault("torch", fault, path) from fault

    def logits(samples: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            out = model(torch.from_numpy(samples)[None])
        return _frames_by_labels((out[0] if isinstance(out, tuple) else out).float().numpy())

    return logits


def _load_transformers(folder: Path) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    torch = import_optional_package("torch", TORCH_INSTALL_COMMAND)
    transformers = import_optional_package("transformers", "python -m pip install transformers")
    try:
        model = transformers.AutoModelForCTC.from_pretrained(
            str(folder), local_files_only=True
        ).eval()
    except (OSError, ValueError) as fault:
        raise _load_fault("transformers", fault, folder) from fault

    def logits(samples: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            return _frames_by_labels(model(torch.from_numpy(samples)[None]).logits.float().numpy())

    return logits


def _load_fault(package: str, fault: Exception, path: Path) -> InputError:
    reason = str(fault)[:_MAX_REASON_CHARACTERS]
    return InputError(message("align.load_failed", package=package, reason=reason), where=path)


def _frames_by_labels(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return scores of shape (frames, labels). Raises InputError for another shape."""
    batch_and_plane = 3
    if scores.ndim == batch_and_plane:
        scores = scores[0]
    if scores.ndim != batch_and_plane - 1:
        raise InputError(message("align.output_shape", dimensions=scores.ndim))
    return np.asarray(scores, np.float32)
