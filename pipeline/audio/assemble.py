"""The narration in samples: every piece at its place, silence between, in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.audio import pcm
from pipeline.errors import InputError, OutputFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.model import Piece

    Samples = NDArray[np.int16]

FADE = 144
"""Samples (3 ms) over which a piece rises from and falls to silence: long enough not to click, too short to soften a consonant."""

_SEAM = 48


def assemble(pieces: Sequence[Piece], load: Callable[[str], Samples], length: int, out: Path) -> None:
    """Write a mono 48 kHz WAV of exactly `length` samples with each piece at its span; at most two pieces are held at a time.

    A piece without audio is silence. Edges next to silence are faded over `FADE` samples; two pieces that touch are left as they are
    where the wave goes on, and faded where it would jump. Raises OutputFault where pieces overlap, leave the file, or their audio is
    not as long as their span; InputError where the file would be longer than WAV can say.
    """
    if length > pcm.LONGEST:
        raise InputError("The episode is longer than six hours.", "Split it into parts.")
    placed = sorted((piece for piece in pieces if piece.audio is not None and piece.span.length), key=lambda piece: piece.span)
    _check(placed, length)
    with pcm.writing(out, 1) as append:
        at = 0
        for piece, parts in _faded(placed, load):
            _silence(append, piece.span.start - at)
            for part in parts:
                append(part)
            at = piece.span.end
        _silence(append, length - at)


def _check(placed: Sequence[Piece], length: int) -> None:
    end = 0
    for piece in placed:
        if piece.span.start < end:
            raise OutputFault(f"Two pieces of speech overlap at sample {piece.span.start}.", "Report this with the transcript.")
        end = piece.span.end
    if end > length:
        raise OutputFault(f"Speech goes on to sample {end} of an episode of {length}.", "Report this with the transcript.")


def _faded(placed: Sequence[Piece], load: Callable[[str], Samples]) -> Iterator[tuple[Piece, Sequence[Samples]]]:
    """Yield each piece and its samples with faded edges, reading one piece ahead to see whether the wave goes on."""
    flows_in = False
    ahead = _loaded(placed[0], load) if placed else None
    for index, piece in enumerate(placed):
        samples = ahead
        assert samples is not None
        following = placed[index + 1] if index + 1 < len(placed) else None
        ahead = _loaded(following, load) if following else None
        flows_out = ahead is not None and following is not None and following.span.start == piece.span.end and _flows(samples, ahead)
        yield piece, _edges(samples, rise=not flows_in, fall=not flows_out)
        flows_in = flows_out


def _loaded(piece: Piece, load: Callable[[str], Samples]) -> Samples:
    assert piece.audio is not None
    samples = load(piece.audio)
    if samples.shape != (piece.span.length,):
        raise OutputFault(
            f"The speech at sample {piece.span.start} is {len(samples)} samples long and has a place of {piece.span.length}.",
            "Run again with --force.",
        )
    return samples


def _flows(left: Samples, right: Samples) -> bool:
    """Tell whether the step from one piece into the next is no larger than the steps the waves take beside it."""
    import numpy as np

    before, after = left[-_SEAM:].astype(np.int32), right[:_SEAM].astype(np.int32)
    steps = np.abs(np.concatenate([np.diff(before), np.diff(after)]))
    return bool(steps.size) and abs(int(after[0]) - int(before[-1])) <= int(steps.max())


def _edges(samples: Samples, *, rise: bool, fall: bool) -> Sequence[Samples]:
    """Return head, middle and tail; the middle is not copied, since it may be an hour."""
    import numpy as np

    width = min(FADE, len(samples) // 2)
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(width) + 0.5) / max(1, width))
    head, middle, tail = samples[:width], samples[width : len(samples) - width], samples[len(samples) - width :]
    return (
        np.round(head * ramp).astype(np.int16) if rise else head,
        middle,
        np.round(tail * ramp[::-1]).astype(np.int16) if fall else tail,
    )


def _silence(append: Callable[[Samples], None], length: int) -> None:
    import numpy as np

    still = np.zeros(min(length, pcm.CHUNK), np.int16)
    for at in range(0, length, pcm.CHUNK):
        append(still[: length - at])
