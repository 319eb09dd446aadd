"""Joins speech clips into the narration: each clip at its place, silence between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.audio import pcm
from pipeline.errors import InputError, OutputFault
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.model import PlacedTake

    Samples = NDArray[np.int16]

FADE_SAMPLES = 144
"""Samples (3 ms) of the fade between a clip and silence.

That is long enough to avoid a click and too short to soften a consonant.
"""

_SEAM_SAMPLES = 48  # samples on each side of a seam that show how large the steps of the wave are


def assemble_narration(
    pieces: Sequence[PlacedTake], load: Callable[[str], Samples], length: int, out: Path
) -> None:
    """Write a mono 48 kHz WAV of exactly `length` samples with each clip at its span.

    `load` returns a clip's samples by its audio key; at most two clips are held in memory. A clip
    without audio is silent. Edges next to silence are faded over `FADE_SAMPLES`. Two clips that
    touch are left unchanged if the wave continues from one to the other; otherwise both edges are
    faded.

    Raises OutputFault if clips overlap, lie outside the file, or have audio of another length than
    their span; InputError if the file is too long for WAV.
    """
    if length > pcm.MAX_WAV_SAMPLES:
        raise InputError(message("audio.too_long_for_wav"))
    audible_pieces = sorted(
        (piece for piece in pieces if piece.audio_key is not None and piece.span.length),
        key=lambda piece: piece.span,
    )
    _check_spans(audible_pieces, length)
    with pcm.open_wav_writer(out, 1) as append:
        position = 0
        for piece, parts in _pieces_with_faded_edges(audible_pieces, load):
            _append_silence(append, piece.span.start - position)
            for part in parts:
                append(part)
            position = piece.span.end
        _append_silence(append, length - position)


def _check_spans(audible_pieces: Sequence[PlacedTake], length: int) -> None:
    end = 0
    for piece in audible_pieces:
        if piece.span.start < end:
            raise OutputFault(message("audio.clips_overlap", sample=piece.span.start))
        end = piece.span.end
    if end > length:
        raise OutputFault(message("audio.speech_past_end", end=end, length=length))


def _pieces_with_faded_edges(
    audible_pieces: Sequence[PlacedTake], load: Callable[[str], Samples]
) -> Iterator[tuple[PlacedTake, Sequence[Samples]]]:
    """Yield each clip with its samples, edges faded; reads one clip ahead to compare waves."""
    joins_previous = False
    next_samples = _load_piece(audible_pieces[0], load) if audible_pieces else None
    for index, piece in enumerate(audible_pieces):
        samples = next_samples
        assert samples is not None
        next_piece = audible_pieces[index + 1] if index + 1 < len(audible_pieces) else None
        next_samples = _load_piece(next_piece, load) if next_piece else None
        joins_next = (
            next_samples is not None
            and next_piece is not None
            and next_piece.span.start == piece.span.end
            and _is_continuous(samples, next_samples)
        )
        yield piece, _fade_edges(samples, fade_in=not joins_previous, fade_out=not joins_next)
        joins_previous = joins_next


def _load_piece(piece: PlacedTake, load: Callable[[str], Samples]) -> Samples:
    assert piece.audio_key is not None
    samples = load(piece.audio_key)
    if samples.shape != (piece.span.length,):
        raise OutputFault(
            message(
                "audio.clip_length",
                start=piece.span.start,
                actual=len(samples),
                expected=piece.span.length,
            )
        )
    return samples


def _is_continuous(left: Samples, right: Samples) -> bool:
    """Tell whether the step between two clips is no larger than the largest step beside it."""
    import numpy as np

    before, after = left[-_SEAM_SAMPLES:].astype(np.int32), right[:_SEAM_SAMPLES].astype(np.int32)
    steps = np.abs(np.concatenate([np.diff(before), np.diff(after)]))
    return bool(steps.size) and abs(int(after[0]) - int(before[-1])) <= int(steps.max())


def _fade_edges(samples: Samples, *, fade_in: bool, fade_out: bool) -> Sequence[Samples]:
    """Return head, middle and tail; the middle is not copied, because it may be an hour long."""
    import numpy as np

    width = min(FADE_SAMPLES, len(samples) // 2)
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(width) + 0.5) / max(1, width))
    head, middle, tail = (
        samples[:width],
        samples[width : len(samples) - width],
        samples[len(samples) - width :],
    )
    return (
        np.round(head * ramp).astype(np.int16) if fade_in else head,
        middle,
        np.round(tail * ramp[::-1]).astype(np.int16) if fade_out else tail,
    )


def _append_silence(append: Callable[[Samples], None], length: int) -> None:
    import numpy as np

    zeros = np.zeros(min(length, pcm.CHUNK_SAMPLES), np.int16)
    for position in range(0, length, pcm.CHUNK_SAMPLES):
        append(zeros[: length - position])
