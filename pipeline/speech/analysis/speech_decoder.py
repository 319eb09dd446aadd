"""Synthesized speech as an engine returned it, and its samples at the master clock's rate."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.errors import ServiceError
from pipeline.messages import message
from pipeline.timebase import SAMPLE_RATE, samples_from_rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import av
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.speech.analysis.character_times import WordBoundary

SpeechCodec = Literal["mp3", "wav", "flac", "ogg", "s16"]

_MAX_DURATION_S = 1_800
"""Half an hour: no utterance is longer, and a server may be hostile."""


@dataclass(frozen=True, slots=True)
class SynthesisResult:
    """Speech as an engine returned it, mono.

    `audio` is a file of the codec, or for "s16" bare 16-bit little-endian samples at `sample_rate`
    (Hz).
    `word_boundaries` are in time order; they are empty if the engine gives no word times.
    """

    audio: bytes
    codec: SpeechCodec
    sample_rate: int
    word_boundaries: tuple[WordBoundary, ...] = ()


def decode_speech(result: SynthesisResult) -> NDArray[np.int16]:
    """Return the samples of a result, mono at 48 kHz, shape (samples,).

    Raises ServiceError if the bytes are not valid audio or last longer than half an hour.
    """
    import numpy as np

    if result.codec == "s16":
        return resample_to_48k(np.frombuffer(result.audio, "<i2"), result.sample_rate)
    return _decode_file(result.audio, result.codec)


def resample_to_48k(samples: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    """Return samples at `rate` Hz resampled to 48 kHz.

    The length is the exact quotient of the rates, rounded half up.
    """
    import av
    import numpy as np

    if rate == SAMPLE_RATE or not len(samples):
        return samples.astype(np.int16)
    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(samples[np.newaxis, :]), format="s16", layout="mono"
    )
    frame.sample_rate = rate
    expected_length = samples_from_rate(len(samples), rate)
    out = _resample_frames([frame])[:expected_length]
    return np.pad(out, (0, expected_length - len(out)))


def _decode_file(audio: bytes, codec: str) -> NDArray[np.int16]:
    import av

    try:
        with av.open(io.BytesIO(audio), "r", format=codec) as container:
            if not container.streams.audio:
                raise ServiceError(message("speech.no_audio_stream"))
            return _resample_frames(_limit_duration(container.decode(audio=0)))
    except (av.FFmpegError, EOFError) as fault:
        raise ServiceError(message("speech.audio_not_decodable", reason=str(fault))) from fault


def _limit_duration(frames: Iterable[av.AudioFrame]) -> Iterator[av.AudioFrame]:
    """Yield the frames. Raises ServiceError after half an hour of audio."""
    seconds = 0.0
    for frame in frames:
        seconds += frame.samples / max(1, frame.sample_rate)
        if seconds > _MAX_DURATION_S:
            raise ServiceError(message("speech.audio_does_not_end"))
        yield frame


def _resample_frames(frames: Iterable[av.AudioFrame]) -> NDArray[np.int16]:
    import av
    import numpy as np

    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    parts = [part.to_ndarray()[0] for frame in frames for part in resampler.resample(frame)]
    parts += [part.to_ndarray()[0] for part in resampler.resample(None)] if parts else []
    return np.concatenate(parts).astype(np.int16) if parts else np.zeros(0, np.int16)
