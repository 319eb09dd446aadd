"""The Kokoro model in a worker process: it is large, and espeak-ng's state is global."""

from __future__ import annotations

import functools
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.speech.engines.kokoro_phonemes import Pronunciation, pronounce, symbol_numbers
from pipeline.speech.engines.kokoro_weights import read_weights, with_durations

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.model import PinyinReading
    from pipeline.speech.engines.english_phonemes import Dialect
    from pipeline.text.word_segmenter import Segmenter

SAMPLES_PER_FRAME = 600
MODEL_RATE = 24_000
_EDGE_SYMBOL = 0
"""Stands at both ends of what is spoken."""

_FADE_SAMPLES = 120
"""5 ms: the model begins and ends in silence, but not always at zero."""

NeuralSpeech = tuple[bytes, tuple[tuple[int, ...], ...]]
"""Samples (32-bit float, mono, 24 kHz), and the frames of each symbol for each piece, the edge
symbols too."""


def pronounce_all(
    texts: Sequence[tuple[str, Dialect, tuple[PinyinReading, ...]]],
) -> list[Pronunciation]:
    """Return how each (text, dialect of English, the author's readings) is spoken."""
    return [pronounce(text, dialect, _segmenter(), readings) for text, dialect, readings in texts]


def speak_pieces(
    weights: Sequence[str], threads: int, pieces: Sequence[str], voice: str, speed: float
) -> NeuralSpeech:
    """Speak pieces of symbols one after the other.

    `weights` are the paths of the model's file or parts, `voice` is a name or several joined by +.
    Raises WrongWeights or OSError, and whatever onnxruntime raises.
    """
    import numpy as np

    session = _session(tuple(weights), threads)
    numbers = symbol_numbers()
    styles = voice_styles(voice)
    audio, frames = [], []
    for piece in pieces:
        symbols = [numbers[symbol] for symbol in piece]
        samples, durations = session.run(
            None,
            {
                "tokens": np.array([[_EDGE_SYMBOL, *symbols, _EDGE_SYMBOL]], np.int64),
                "style": styles[len(symbols) - 1][np.newaxis, :],
                "speed": np.full(1, speed, np.float32),
            },
        )
        counts = tuple(int(count) for count in np.asarray(durations).ravel())
        audio.append(_fade_edges(np.asarray(samples, np.float32).ravel()))
        frames.append(counts)
    return np.concatenate(audio).astype("<f4").tobytes(), tuple(frames)


def voice_styles(voice: str) -> NDArray[np.float32]:
    """Return the styles of a voice, shape (510, 256), or the mean of several joined by +."""
    import numpy as np

    folder = files("pipeline.speech").joinpath("data", "kokoro", "voices")
    tables = []
    for name in voice.split("+"):
        with folder.joinpath(f"{name}.npy").open("rb") as file:
            tables.append(np.load(file, allow_pickle=False).astype(np.float32))
    mean: NDArray[np.float32] = np.mean(tables, axis=0, dtype=np.float32)
    return mean


def _fade_edges(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    count = min(_FADE_SAMPLES, len(samples) // 2)
    ramp = np.linspace(0.0, 1.0, count, endpoint=False, dtype=np.float32)
    faded = samples.copy()
    faded[:count] *= ramp
    faded[len(faded) - count :] *= ramp[::-1]
    return faded


@functools.lru_cache(maxsize=1)
def _segmenter() -> Segmenter:
    from pipeline.text.word_segmenter import Segmenter

    return Segmenter()


@functools.lru_cache(maxsize=1)
def _session(weights: tuple[str, ...], threads: int) -> Any:  # noqa: ANN401 - an optional package
    """Load the model, once in this process: it takes a second."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    model = with_durations(read_weights([Path(path) for path in weights]))
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
