"""The aligner that a path stands for: whichever model lies there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from pipeline.align.ctc import CtcAligner
from pipeline.align.emissions import load_emissions
from pipeline.align.qwen import load_qwen
from pipeline.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.align.aligner import Aligner

_LARGEST = 1_000_000
_QWEN = "qwen3_asr"


def load_aligner(path: Path, language: str = "zh", kind: Literal["auto", "ctc", "qwen3"] = "auto") -> Aligner:
    """Return the aligner of the model at `path`: a Qwen3-ForcedAligner folder, or any CTC model (see `emissions`).

    `language` is the talk's BCP 47 code; `kind` spares looking at what lies there. Raises InputError where no such model is there,
    EnvironmentFault where its package is missing.
    """
    if kind == "qwen3" or (kind == "auto" and _is_qwen(path)):
        return load_qwen(path, language)
    return CtcAligner(load_emissions(path))


def _is_qwen(path: Path) -> bool:
    """Tell whether a folder's configuration is that of a Qwen3 model. Raises InputError where it is no JSON."""
    config = path / "config.json"
    if not config.is_file() or config.stat().st_size > _LARGEST:
        return False
    try:
        tree = json.loads(config.read_text("utf-8", "replace"))
    except (ValueError, RecursionError) as fault:
        raise InputError("This is not JSON.", "Download the model again.", where=config) from fault
    return isinstance(tree, dict) and str(tree.get("model_type", "")).startswith(_QWEN)
