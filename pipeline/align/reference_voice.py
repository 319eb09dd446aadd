"""Speaks the same text with espeak-ng, each row alone, so that the time of each row is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline import process
from pipeline.align.features import FRAMES_PER_SECOND, extract_features
from pipeline.align.vad import detect_speech
from pipeline.errors import EnvironmentFault
from pipeline.messages import message
from pipeline.speech.engines import espeak_worker
from pipeline.text.unicode_scripts import has_han

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from pipeline.model import SpokenRow

_WORDS_PER_MINUTE = 240  # the pace of a talk
_PITCH = 50  # the voice's default
_AUDIBLE_LEVEL = 100  # of 32768: below it, the ends of a row are silent
_GAP_SECONDS = 0.1  # s of silence between rows
_ROWS_PER_REQUEST = 100
_START_TIMEOUT_SECONDS, _TIMEOUT_SECONDS_PER_ROW = 60.0, 2.0


class ReferenceSpeech(NamedTuple):
    """Spoken rows: cepstra (frames, 39), speech mask (2 x frames,), frames of each row."""

    cepstra: NDArray[np.float32]
    speech: NDArray[np.bool_]
    row_frames: tuple[tuple[int, int], ...]


def speak_reference(rows: Sequence[SpokenRow]) -> ReferenceSpeech:
    """Return the rows in the reference voice. Raises EnvironmentFault if it does not start."""
    return join_reference(speak_rows(rows))


def speak_rows(rows: Sequence[SpokenRow]) -> Iterator[NDArray[np.int16]]:
    """Yield the audio of each row; empty if a row cannot be spoken.

    A hundred rows are requested at a time, so that an hour need not be in memory at once. Raises
    EnvironmentFault if the voice does not start.
    """
    jobs = [
        (
            row.spoken,
            "cmn" if has_han(row.spoken) else "en-us",
            _WORDS_PER_MINUTE,
            _PITCH,
        )
        for row in rows
    ]
    try:
        with process.worker_pool(1) as worker:
            for first in range(0, len(jobs), _ROWS_PER_REQUEST):
                request = jobs[first : first + _ROWS_PER_REQUEST]
                for answer in worker.submit(espeak_worker.speak_all, request).result(
                    timeout=_START_TIMEOUT_SECONDS + _TIMEOUT_SECONDS_PER_ROW * len(request)
                ):
                    yield (
                        np.zeros(0, np.int16)
                        if isinstance(answer, str)
                        else np.frombuffer(answer[0], "<i2")
                    )
    except (RuntimeError, OSError, TimeoutError) as fault:
        raise EnvironmentFault(message("align.reference_failed", reason=str(fault))) from fault


def join_reference(pieces: Iterable[NDArray[np.int16]], rate: int = 22_000) -> ReferenceSpeech:
    """Return the reference of pieces of speech, one per row, at `rate` Hz.

    espeak-ng's 22,050 Hz counts as 22,000 Hz: the pitch is 0.2 % lower, which makes no difference.
    """
    hop = rate // FRAMES_PER_SECOND
    gap = np.zeros(round(_GAP_SECONDS * FRAMES_PER_SECOND) * hop, np.int16)
    row_frames: list[tuple[int, int]] = []

    def blocks() -> Iterator[NDArray[np.int16]]:
        yield gap
        position = len(gap)
        for piece in pieces:
            loud = np.flatnonzero(np.abs(piece) > _AUDIBLE_LEVEL)
            own = piece[loud[0] : loud[-1] + 1] if len(loud) else piece[:0]
            whole = -(-len(own) // hop) * hop
            row_frames.append((position // hop, (position + whole) // hop))
            position += whole + len(gap)
            yield np.pad(own, (0, whole - len(own) + len(gap)))

    features = extract_features(blocks(), rate)
    return ReferenceSpeech(features.cepstra, detect_speech(features.levels), tuple(row_frames))
