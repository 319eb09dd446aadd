"""sherpa-onnx in a worker process: a model is large, and its code cannot be interrupted."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

SherpaModelKind = Literal["vits", "matcha", "kokoro"]


@dataclass(frozen=True, slots=True)
class SherpaModel:
    """A model's files by sherpa-onnx's names ("": it has none), and how many threads it may use."""

    kind: SherpaModelKind
    model: str
    tokens: str
    vocoder: str = ""
    voices: str = ""
    lexicon: str = ""
    data_dir: str = ""
    rule_fsts: str = ""
    threads: int = 2


def count_speakers(model: SherpaModel) -> int:
    """Return how many voices a model has. Raises RuntimeError if it cannot be loaded."""
    return int(_load_model(model).num_speakers)


def speak_all(
    model: SherpaModel, jobs: Sequence[tuple[str, int, float]]
) -> list[tuple[bytes, int]]:
    """Speak each (text, speaker, speed); return samples (16-bit, mono) and their rate in Hz."""
    return [_speak_text(_load_model(model), *job) for job in jobs]


@functools.lru_cache(maxsize=1)
def _load_model(model: SherpaModel) -> Any:  # noqa: ANN401 - an optional package
    """Load a model, once in this process: it takes seconds."""
    import sherpa_onnx

    config = sherpa_onnx.OfflineTtsConfig(
        model=sherpa_onnx.OfflineTtsModelConfig(
            **{model.kind: _model_config(sherpa_onnx, model)},
            num_threads=model.threads,
            provider="cpu",
        ),
        rule_fsts=model.rule_fsts,
        max_num_sentences=1,
    )
    if not config.validate():
        message = f"sherpa-onnx does not take the files of {Path(model.model).parent}"
        raise RuntimeError(message)
    return sherpa_onnx.OfflineTts(config)


def _model_config(sherpa: Any, model: SherpaModel) -> Any:  # noqa: ANN401 - an optional package
    """Return the part of the configuration that is the kind's own."""
    shared = {"tokens": model.tokens, "lexicon": model.lexicon, "data_dir": model.data_dir}
    if model.kind == "matcha":
        return sherpa.OfflineTtsMatchaModelConfig(
            acoustic_model=model.model, vocoder=model.vocoder, **shared
        )
    if model.kind == "kokoro":
        return sherpa.OfflineTtsKokoroModelConfig(model=model.model, voices=model.voices, **shared)
    return sherpa.OfflineTtsVitsModelConfig(model=model.model, **shared)


def _speak_text(engine: Any, text: str, speaker: int, speed: float) -> tuple[bytes, int]:  # noqa: ANN401 - an optional package
    import numpy as np

    audio = engine.generate(text, sid=speaker, speed=speed)
    samples = np.clip(np.asarray(audio.samples, np.float64), -1.0, 1.0)
    return np.rint(samples * 32767).astype("<i2").tobytes(), int(audio.sample_rate)
