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

RATE = 16_000
"""Samples a second every one of these models hears."""

_LARGEST_VOCABULARY = 16 * 1024 * 1024
_BLANKS = ("<blank>", "<pad>", "[PAD]", "<b>", "-", "_")
TORCH = "Run: python -m pip install torch --index-url https://download.pytorch.org/whl/cpu"


class Emissions(Protocol):
    """A CTC model: its labels, which of them is the blank, and what it hears."""

    @property
    def labels(self) -> Mapping[str, int]:
        """The column of each label."""

    @property
    def blank(self) -> int:
        """The blank's column."""

    def heard(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return natural log probabilities, shape (frames, labels), of mono samples at 16 kHz and full scale 1."""


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded model; `logits` maps samples to unnormalised scores (frames, labels)."""

    labels: Mapping[str, int]
    blank: int
    logits: Callable[[NDArray[np.float32]], NDArray[np.float32]]
    normalise: bool

    def heard(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return natural log probabilities (see `Emissions`)."""
        if self.normalise:
            samples = (samples - samples.mean()) / np.sqrt(samples.var() + 1e-7)
        scores = self.logits(np.asarray(samples, np.float32))
        top = scores.max(axis=1, keepdims=True)
        return np.asarray(scores - top - np.log(np.exp(scores - top).sum(axis=1, keepdims=True)), np.float32)


def load_emissions(path: Path) -> Model:
    """Return the model at `path`: an `.onnx` file, a TorchScript `.pt` or `.ts` file, or a folder that transformers or ONNX saved.

    `vocab.json` (label to column) or `labels.txt` (a label a line) lies beside the file, or in the folder. Raises InputError where the
    path is not such a model, EnvironmentFault where the package that runs it is not installed.
    """
    if not path.exists():
        raise InputError("There is no model here.", "Give the file or folder of a CTC model that you downloaded.", where=path)
    folder = path if path.is_dir() else path.parent
    onnx = path if path.suffix == ".onnx" else folder / "model.onnx"
    labels = _labels(folder)
    if path.is_dir() and not onnx.exists():
        logits = _transformers(path)
    elif onnx.exists() and (path.is_dir() or path == onnx):
        logits = _onnx(onnx)
    elif path.suffix in {".pt", ".ts"}:
        logits = _torchscript(path)
    else:
        raise InputError("This is no model that can be loaded.", "Give an .onnx, .pt or .ts file, or a transformers folder.", where=path)
    return Model(labels, _blank(labels, folder), logits, _normalised(folder))


def package(name: str, todo: str) -> Any:  # noqa: ANN401 - a package that is not ours to type, since it need not be there
    """Return an optional package. Raises EnvironmentFault with what to do where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as fault:
        raise EnvironmentFault(f"{fault.name or name} is not installed.", todo) from fault


def _labels(folder: Path) -> dict[str, int]:
    vocabulary, lines = folder / "vocab.json", folder / "labels.txt"
    if vocabulary.exists():
        given = _json(vocabulary)
        if given and all(isinstance(value, dict) for value in given.values()):
            given = next(iter(given.values()))  # a vocabulary for each language, as MMS has: the first
        labels = {str(label): value for label, value in given.items() if isinstance(value, int) and value >= 0}
    elif lines.exists():
        labels = {label: column for column, label in enumerate(_text(lines).splitlines())}
    else:
        raise InputError("The model has no vocabulary.", "Put its vocab.json or labels.txt beside it.", where=folder)
    if not labels:
        raise InputError("The model's vocabulary is empty.", "Take the vocab.json that came with the model.", where=folder)
    return labels


def _text(path: Path) -> str:
    if path.stat().st_size > _LARGEST_VOCABULARY:
        raise InputError("This vocabulary is larger than 16 MB.", "Take the one that came with the model.", where=path)
    return path.read_text("utf-8", "replace")


def _json(path: Path) -> dict[str, Any]:
    try:
        tree = json.loads(_text(path))
    except (ValueError, RecursionError) as fault:
        raise InputError("This is not JSON.", "Take the file that came with the model.", where=path) from fault
    return tree if isinstance(tree, dict) else {}


def _blank(labels: Mapping[str, int], folder: Path) -> int:
    config = folder / "config.json"
    if config.exists() and isinstance(column := _json(config).get("pad_token_id"), int):
        return column
    return next((labels[name] for name in _BLANKS if name in labels), 0)


def _normalised(folder: Path) -> bool:
    config = folder / "preprocessor_config.json"
    return bool(_json(config).get("do_normalize", False)) if config.exists() else False


def _onnx(path: Path) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    onnxruntime = package("onnxruntime", "Run: python -m pip install onnxruntime")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 0
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as fault:  # onnxruntime has no base class of its own for what it raises
        raise InputError(f"onnxruntime cannot load this model: {str(fault)[:200]}", "Download it again.", where=path) from fault
    name = session.get_inputs()[0].name
    return lambda samples: _plane(session.run(None, {name: samples[None]})[0])


def _torchscript(path: Path) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    torch = package("torch", TORCH)
    try:
        model = torch.jit.load(str(path), map_location="cpu").eval()
    except RuntimeError as fault:
        raise InputError(f"torch cannot load this model: {str(fault)[:200]}", "Download it again.", where=path) from fault

    def logits(samples: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            out = model(torch.from_numpy(samples)[None])
        return _plane((out[0] if isinstance(out, tuple) else out).float().numpy())

    return logits


def _transformers(folder: Path) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    torch = package("torch", TORCH)
    transformers = package("transformers", "Run: python -m pip install transformers")
    try:
        model = transformers.AutoModelForCTC.from_pretrained(str(folder), local_files_only=True).eval()
    except (OSError, ValueError) as fault:
        raise InputError(f"transformers cannot load this model: {str(fault)[:200]}", "Download it again.", where=folder) from fault

    def logits(samples: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            return _plane(model(torch.from_numpy(samples)[None]).logits.float().numpy())

    return logits


def _plane(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return scores of shape (frames, labels). Raises InputError for a model whose answer has another shape."""
    batch_and_plane = 3
    if scores.ndim == batch_and_plane:
        scores = scores[0]
    if scores.ndim != batch_and_plane - 1:
        raise InputError(f"This model answers with {scores.ndim} dimensions.", "Give a CTC model: frames by labels.")
    return np.asarray(scores, np.float32)
