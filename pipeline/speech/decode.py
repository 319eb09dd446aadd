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

    from pipeline.speech.engine import Speech

_LONGEST_S = 1_800


def samples_from(speech: Speech) -> NDArray[np.int16]:
    """Return an answer's samples, mono at 48 kHz. Raises ServiceError where the bytes are not sound audio, or over half an hour of it."""
    import numpy as np

    if speech.codec == "s16":
        return resampled(np.frombuffer(speech.audio, "<i2"), speech.rate)
    return _decoded(speech.audio, speech.codec)


def resampled(samples: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    """Return samples at `rate` Hz as samples at 48 kHz; the length is the exact quotient, rounded half up."""
    import av
    import numpy as np

    if rate == SAMPLE_RATE or not len(samples):
        return samples.astype(np.int16)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[np.newaxis, :]), format="s16", layout="mono")
    frame.sample_rate = rate
    wanted = samples_from_rate(len(samples), rate)
    out = _joined([frame])[:wanted]
    return np.pad(out, (0, wanted - len(out)))


def _decoded(audio: bytes, codec: str) -> NDArray[np.int16]:
    import av

    try:
        with av.open(io.BytesIO(audio), "r", format=codec) as container:
            if not container.streams.audio:
                raise ServiceError("What came back holds no audio.", "Run again.")
            return _joined(_bounded(container.decode(audio=0)))
    except (av.FFmpegError, EOFError) as fault:
        raise ServiceError(f"The audio that came back cannot be decoded ({fault}).", "Run again.") from fault


def _bounded(frames: Iterable[av.AudioFrame]) -> Iterator[av.AudioFrame]:
    """Pass frames on, up to half an hour of them: no utterance is longer, and a server may be hostile."""
    seconds = 0.0
    for frame in frames:
        seconds += frame.samples / max(1, frame.sample_rate)
        if seconds > _LONGEST_S:
            raise ServiceError("The audio that came back does not end.", "Look at the speech server.")
        yield frame


def _joined(frames: Iterable[av.AudioFrame]) -> NDArray[np.int16]:
    import av
    import numpy as np

    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    parts = [part.to_ndarray()[0] for frame in frames for part in resampler.resample(frame)]
    parts += [part.to_ndarray()[0] for part in resampler.resample(None)] if parts else []
    return np.concatenate(parts).astype(np.int16) if parts else np.zeros(0, np.int16)
