"""The same text in the embedded voice: every row voiced alone, so that where each begins is known without asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline import process
from pipeline.align.features import FRAMES_PER_SECOND, hear
from pipeline.align.pauses import speaking
from pipeline.errors import EnvironmentFault
from pipeline.speech import espeak_worker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipeline.model import SpokenRow

_SPEED, _PITCH = 240, 50  # words a minute: the pace of a talk (FACTS); the voice's own pitch
_HEARD = 100  # of 32768: what lies under it at a row's ends is silence
_GAP_SECONDS = 0.1
_START_SECONDS, _SECONDS_A_ROW = 60.0, 2.0


class Reference(NamedTuple):
    """Speech of rows: cepstra (frames, 39), whether either half of a frame is speech (2 x frames,), each row's frames [first, last)."""

    cepstra: NDArray[np.float32]
    spoken: NDArray[np.bool_]
    edges: tuple[tuple[int, int], ...]


def embedded(rows: Sequence[SpokenRow]) -> Reference:
    """Return the rows in the embedded voice. Raises EnvironmentFault where it does not start."""
    jobs = [(row.spoken, "cmn" if any("\u3400" <= sign <= "\u9fff" for sign in row.spoken) else "en-us", _SPEED, _PITCH) for row in rows]
    try:
        with process.pool(1) as worker:
            spoken = worker.submit(espeak_worker.speak_all, jobs).result(timeout=_START_SECONDS + _SECONDS_A_ROW * len(jobs))
    except (RuntimeError, OSError, TimeoutError) as fault:
        todo = "Run: python -m pip install --force-reinstall espeakng-loader"
        raise EnvironmentFault(f"The embedded voice does not start: {fault}.", todo) from fault
    return joined([np.zeros(0, np.int16) if isinstance(answer, str) else np.frombuffer(answer[0], "<i2") for answer in spoken])


def joined(pieces: Sequence[NDArray[np.int16]], rate: int = 22_000) -> Reference:
    """Return the reference that pieces of speech make, one a row (empty for a row that is not voiced), at `rate` Hz.

    espeak-ng's 22,050 Hz counts as 22,000: a pitch 0.2 % lower, which no comparison hears.
    """
    hop = rate // FRAMES_PER_SECOND
    gap = np.zeros(round(_GAP_SECONDS * FRAMES_PER_SECOND) * hop, np.int16)
    parts, edges, at = [gap], [], len(gap)
    for piece in pieces:
        loud = np.flatnonzero(np.abs(piece) > _HEARD)
        own = piece[loud[0] : loud[-1] + 1] if len(loud) else piece[:0]
        whole = np.pad(own, (0, -len(own) % hop))
        edges.append((at // hop, (at + len(whole)) // hop))
        parts += [whole, gap]
        at += len(whole) + len(gap)
    heard = hear([np.concatenate(parts)], rate)
    return Reference(heard.cepstra, speaking(heard.level), tuple(edges))
