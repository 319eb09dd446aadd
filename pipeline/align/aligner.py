"""Finds the rows of a transcript in a recording, with or without a model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, Protocol

from pipeline import timebase
from pipeline.align.ctc import CtcAligner
from pipeline.align.ctc_models import load_ctc_model
from pipeline.align.flat_start import FlatStartAligner
from pipeline.align.qwen import load_qwen_aligner
from pipeline.align.recording_reader import Recording, recording_from_samples
from pipeline.errors import InputError
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.align.alignment import Alignment
    from pipeline.align.recording_reader import Samples
    from pipeline.model import ProgressCallback, SpokenRow

_MAX_CONFIG_BYTES = 1_000_000
_QWEN_MODEL_TYPE = "qwen3_asr"


def load_aligner(
    path: Path, language: str = "zh", model_kind: Literal["auto", "ctc", "qwen3"] = "auto"
) -> Aligner:
    """Return the aligner of the model at `path`.

    That is a Qwen3-ForcedAligner folder, or any CTC model (see `ctc_models`). `language` is the BCP
    47 code of the talk. With `model_kind` "auto" the kind is detected. Raises InputError if there
    is no such model, EnvironmentFault if its package is not installed.
    """
    if model_kind == "qwen3" or (model_kind == "auto" and _is_qwen_folder(path)):
        return load_qwen_aligner(path, language)
    return CtcAligner(load_ctc_model(path))


def _is_qwen_folder(path: Path) -> bool:
    """Tell whether a folder's configuration is that of a Qwen3 model. Raises InputError."""
    config = path / "config.json"
    if not config.is_file() or config.stat().st_size > _MAX_CONFIG_BYTES:
        return False
    try:
        config_json = json.loads(config.read_text("utf-8", "replace"))
    except (ValueError, RecursionError) as fault:
        raise InputError(message("align.config_not_json"), where=config) from fault
    return isinstance(config_json, dict) and str(config_json.get("model_type", "")).startswith(
        _QWEN_MODEL_TYPE
    )


class Aligner(Protocol):
    """Finds the rows of a transcript in a recording; the interface of every method."""

    @property
    def name(self) -> str:
        """The name of the method, for the report."""

    def align(
        self, recording: Recording, rows: Sequence[SpokenRow], observe: ProgressCallback
    ) -> Alignment:
        """Return a time for every row. Raises InputError if the recording lacks the text."""


def align_recording(
    samples: Samples | Recording,
    rows: Sequence[SpokenRow],
    *,
    rate: int = timebase.SAMPLE_RATE,
    observe: ProgressCallback | None = None,
    aligner: Aligner | None = None,
) -> Alignment:
    """Return the time of each row in a mono recording.

    `samples` is an array or memory map at `rate` Hz, or a `Recording`. Without an `aligner`, phone
    models are trained on the recording itself. Raises InputError if the recording does not contain
    the text, EnvironmentFault if espeak-ng does not start.
    """
    recording = samples if isinstance(samples, Recording) else recording_from_samples(samples, rate)
    return (aligner or FlatStartAligner()).align(recording, rows, observe or _ignore_progress)


def _ignore_progress(step: str, done: int, total: int) -> None:
    """Do nothing."""
    del step, done, total
