"""Models that say which character is heard when (CTC), loaded from a path the user gives: ONNX, TorchScript or a transformers folder."""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from pipeline.errors import EnvironmentFault, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

MODEL_SAMPLE_RATE = 16_000
"""Samples a second every one of these models hears."""

_MAX_VOCABULARY_BYTES = 16 * 1024 * 1024
_BLANK_LABELS = ("<blank>", "<pad>", "[PAD]", "<b>", "-", "_")

TORCH_INSTALL_HINT = (
    "Run: python -m pip install torch --index-url https://download.pytorch.org/whl/cpu"
)


class CtcModel(Protocol):
    """A CTC model: its labels, which of them is the blank, and what it hears."""

    @property
    def labels(self) -> Mapping[str, int]:
        """The column of each label."""

    @property
    def blank(self) -> int:
        """The blank's column."""

    def log_probabilities(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return natural log probabilities, shape (frames, labels), of mono samples at 16 kHz and full scale 1."""


@dataclass(frozen=True, slots=True)
class LoadedCtcModel:
    """A loaded model; `logits` maps samples to unnormalised scores (frames, labels)."""

    labels: Mapping[str, int]
    blank: int
    logits: Callable[[NDArray[np.float32]], NDArray[np.float32]]
    normalise: bool

    def log_probabilities(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return natural log probabilities (see `Emissions`)."""
        if self.normalise:
            samples = (samples - samples.mean()) / np.sqrt(samples.var() + 1e-7)
        scores = self.logits(np.asarray(samples, np.float32))
        top = scores.max(axis=1, keepdims=True)
        return np.asarray(
            scores - top - np.log(np.exp(scores - top).sum(axis=1, keepdims=True)), np.float32
        )


def load_ctc_model(path: Path) -> LoadedCtcModel:
    """Return the model at `path`: an `.onnx` file, a TorchScript `.pt` or `.ts` file, or a folder that transformers or ONNX saved.

    `vocab.json` (label to column) or `labels.txt` (a label a line) lies beside the file, or in the folder. Raises InputError where the
    path is not such a model, EnvironmentFault where the package that runs it is not installed.
    """
    if not path.exists():
        raise InputError(
            "There is no model here.",
            "Give the file or folder of a CTC model that you downloaded.",
            where=path,
        )
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
        raise InputError(
            "This is no model that can be loaded.",
            "Give an .onnx, .pt or .ts file, or a transformers folder.",
            where=path,
        )
    return LoadedCtcModel(
        labels, _blank_column(labels, folder), logits, _wants_normalised_input(folder)
    )


def import_optional_package(name: str, install_hint: str) -> Any:  # noqa: ANN401 - a package that is not ours to type, since it need not be there
    """Return an optional package. Raises EnvironmentFault with what to do where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as fault:
        raise EnvironmentFault(f"{fault.name or name} is not installed.", install_hint) from fault


def _read_labels(folder: Path) -> dict[str, int]:
    vocabulary, lines = folder / "vocab.json", folder / "labels.txt"
    if vocabulary.exists():
        given = _read_json_object(vocabulary)
        if given and all(isinstance(value, dict) for value in given.values()):
            given = next(
                iter(given.values())
            )  # a vocabulary for each language, as MMS has: the first
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
        raise InputError(
            "The model has no vocabulary.",
            "Put its vocab.json or labels.txt beside it.",
            where=folder,
        )
    if not labels:
        raise InputError(
            "The model's vocabulary is empty.",
            "Take the vocab.json that came with the model.",
            where=folder,
        )
    return labels


def _read_vocabulary_text(path: Path) -> str:
    if path.stat().st_size > _MAX_VOCABULARY_BYTES:
        raise InputError(
            "This vocabulary is larger than 16 MB.",
            "Take the one that came with the model.",
            where=path,
        )
    return path.read_text("utf-8", "replace")


def _read_json_object(path: Path) -> dict[str, Any]:
    try:
        tree = json.loads(_read_vocabulary_text(path))
    except (ValueError, RecursionError) as fault:
        raise InputError(
            "This is not JSON.", "Take the file that came with the model.", where=path
        ) from fault
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
    onnxruntime = import_optional_package("onnxruntime", "Run: python -m pip install onnxruntime")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 0
    try:
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    except Exception as fault:  # onnxruntime has no base class of its own for what it raises
        raise InputError(
            f"onnxruntime cannot load this model: {str(fault)[:200]}",
            "Download it again.",
            where=path,
        ) from fault
    name = session.get_inputs()[0].name
    return lambda samples: _frames_by_labels(session.run(None, {name: samples[None]})[0])


def _load_torchscript(path: Path) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    torch = import_optional_package("torch", TORCH_INSTALL_HINT)
    try:
        model = torch.jit.load(str(path), map_location="cpu").eval()
    except RuntimeError as fault:
        raise InputError(
            f"torch cannot load this model: {str(fault)[:200]}", "Download it again.", where=path
        ) from fault

    def logits(samples: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            out = model(torch.from_numpy(samples)[None])
        return _frames_by_labels((out[0] if isinstance(out, tuple) else out).float().numpy())

    return logits


def _load_transformers(folder: Path) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    torch = import_optional_package("torch", TORCH_INSTALL_HINT)
    transformers = import_optional_package(
        "transformers", "Run: python -m pip install transformers"
    )
    try:
        model = transformers.AutoModelForCTC.from_pretrained(
            str(folder), local_files_only=True
        ).eval()
    except (OSError, ValueError) as fault:
        raise InputError(
            f"transformers cannot load this model: {str(fault)[:200]}",
            "Download it again.",
            where=folder,
        ) from fault

    def logits(samples: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            return _frames_by_labels(model(torch.from_numpy(samples)[None]).logits.float().numpy())

    return logits


def _frames_by_labels(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return scores of shape (frames, labels). Raises InputError for a model whose answer has another shape."""
    batch_and_plane = 3
    if scores.ndim == batch_and_plane:
        scores = scores[0]
    if scores.ndim != batch_and_plane - 1:
        raise InputError(
            f"This model answers with {scores.ndim} dimensions.",
            "Give a CTC model: frames by labels.",
        )
    return np.asarray(scores, np.float32)
