"""Music of any length out of pieces of their own length: one after another, or one again and again, each over the end of the last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.audio.loop import loop_point

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Stereo = NDArray[np.int16]
    Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tune:
    """A piece of music, shape (n, 2), perhaps a map of a file, and the factor that brings it to the level of the others."""

    sound: Stereo
    factor: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A tune placed on the episode: samples [0, length) of it from `start` on, over `fade_in` and `fade_out` samples of its neighbours.

    Where the wave goes on over the seam, the two sides add up to one in level, otherwise in power.
    """

    tune: Tune
    start: int
    length: int
    fade_in: int
    fade_out: int
    same_wave: bool


def lay_out(tunes: Sequence[Tune], length: int, crossfade: int) -> tuple[Stretch, ...]:
    """Return the stretches that fill `length` samples: the tunes in order, again and again; one tune alone begins again on its beat."""
    fades = [min(crossfade, len(tune.sound) // 4) for tune in tunes]
    joints = [(len(tune.sound) - fade, False) for tune, fade in zip(tunes, fades, strict=True)]
    if len(tunes) == 1 and len(tunes[0].sound) < length:
        joints = [loop_point(tunes[0].sound, fades[0])]
    placed: list[Stretch] = []
    at, turn = 0, 0
    while tunes and at < length:
        now, before = turn % len(tunes), (turn - 1) % len(tunes)
        whole = len(tunes[now].sound)
        jump, _ = joints[now]
        last = at + whole >= length
        fade_in, same_wave = (fades[before], joints[before][1]) if turn else (0, False)
        placed.append(Stretch(tunes[now], at, whole if last else jump + fades[now], fade_in, 0 if last else fades[now], same_wave))
        at, turn = (length, turn) if last else (at + jump, turn + 1)
    return tuple(placed)


def read(stretches: Sequence[Stretch], first: int, last: int) -> Floats:
    """Return the samples [first, last) of what was laid out, shape (n, 2), full scale 1; silence where nothing lies."""
    import numpy as np

    out = np.zeros((last - first, 2), np.float32)
    for number, one in enumerate(stretches):
        start, end = max(first, one.start), min(last, one.start + one.length)
        if start >= end:
            continue
        part = one.tune.sound[start - one.start : end - one.start].astype(np.float32) * np.float32(one.tune.factor / 32768)
        places = np.arange(start - one.start, end - one.start)
        weight = np.ones(end - start)
        if one.fade_in and places[0] < one.fade_in:
            weight *= _risen(places / one.fade_in, same_wave=one.same_wave)
        if one.fade_out and places[-1] >= one.length - one.fade_out:
            following = stretches[number + 1].same_wave if number + 1 < len(stretches) else False
            weight *= _risen((one.length - places) / one.fade_out, same_wave=following)
        out[start - first : end - first] += part * weight[:, np.newaxis].astype(np.float32)
    return out


def _risen(share: NDArray[np.float64], *, same_wave: bool) -> NDArray[np.float64]:
    """Return how far a fade has come: with its other half it makes one in level (the same wave on both sides) or in power."""
    import numpy as np

    sine = np.sin(np.clip(share, 0, 1) * np.pi / 2)
    return np.asarray(sine**2 if same_wave else sine)
