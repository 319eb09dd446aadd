"""Speech as it was given, made into samples of the master clock."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pipeline.errors import ServiceError
from pipeline.timebase import SAMPLE_RATE, samples_from_rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import av
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.speech.engines.base import SynthesisResult

_MAX_DURATION_S = 1_800


def decode_speech(result: SynthesisResult) -> NDArray[np.int16]:
    """Return an answer's samples, mono at 48 kHz. Raises ServiceError where the bytes are not sound audio, or over half an hour of it."""
    import numpy as np

    if result.codec == "s16":
        return resample_to_48k(np.frombuffer(result.audio, "<i2"), result.sample_rate)
    return _decode_file(result.audio, result.codec)


def resample_to_48k(samples: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    """Return samples at `rate` Hz as samples at 48 kHz; the length is the exact quotient, rounded half up."""
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
                raise ServiceError("What came back holds no audio.", "Run again.")
            return _resample_frames(_limit_duration(container.decode(audio=0)))
    except (av.FFmpegError, EOFError) as fault:
        raise ServiceError(
            f"The audio that came back cannot be decoded ({fault}).", "Run again."
        ) from fault


def _limit_duration(frames: Iterable[av.AudioFrame]) -> Iterator[av.AudioFrame]:
    """Pass frames on, up to half an hour of them: no utterance is longer, and a server may be hostile."""
    seconds = 0.0
    for frame in frames:
        seconds += frame.samples / max(1, frame.sample_rate)
        if seconds > _MAX_DURATION_S:
            raise ServiceError(
                "The audio that came back does not end.", "Look at the speech server."
            )
        yield frame


def _resample_frames(frames: Iterable[av.AudioFrame]) -> NDArray[np.int16]:
    import av
    import numpy as np

    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    parts = [part.to_ndarray()[0] for frame in frames for part in resampler.resample(frame)]
    parts += [part.to_ndarray()[0] for part in resampler.resample(None)] if parts else []
    return np.concatenate(parts).astype(np.int16) if parts else np.zeros(0, np.int16)
