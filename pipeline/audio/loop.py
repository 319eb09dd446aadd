"""Where a piece of music can begin again without losing the beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.audio import pcm

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Curve = NDArray[np.float64]

_HOP = 480
"""Samples (10 ms) to a value of the curve of onsets: finer than a listener hears a beat to be late."""

_WINDOW = 600  # values (6 s) that have to be alike where the music begins again
_SURE = 0.35  # likeness below which there is no beat to keep
_NEARLY = 0.85  # of the best likeness: such places are on a beat too
_MOST = 64  # places whose tones are compared
_AS_GOOD = 0.985  # of the best harmony: the latest place that is as good is taken
_SPECTRUM = 8_192
_FINE = 960  # samples by which the wave itself may move the place
_SAME_WAVE = 0.3


def loop_point(sound: NDArray[np.int16], crossfade: int) -> tuple[int, bool]:
    """Return the sample of a piece, shape (n, 2), over which its own beginning may be laid, and whether its wave goes on there.

    The onsets of the beginning are compared with those from every place in the second half: where they are alike the beat goes on. Of
    those places the one is taken whose tones are the most alike, so that bar and harmony go on too. The wave settles the last ten ms
    where the music repeats itself exactly. Without a beat the place is `crossfade` samples before the end.
    """
    import numpy as np

    latest = max(0, len(sound) - crossfade)
    curve = _onsets(sound)
    last = min(len(curve) - _WINDOW, latest // _HOP)
    first = len(curve) // 2
    if last <= first:
        return latest, False
    alike = _likeness(curve[first : last + _WINDOW], curve[:_WINDOW])
    inner = (alike[1:-1] >= alike[:-2]) & (alike[1:-1] >= alike[2:])
    tops = np.flatnonzero(inner) + 1
    if not len(tops) or alike[tops].max() < _SURE:
        return latest, False
    places = [int(top + first) * _HOP for top in tops[alike[tops] >= _NEARLY * alike[tops].max()]][-_MOST:]
    begins = _tones(sound, 0)
    harmony = np.array([float((begins * _tones(sound, place)).sum()) for place in places])
    return _refined(sound, places[int(np.flatnonzero(harmony >= _AS_GOOD * harmony.max())[-1])])


def _tones(sound: NDArray[np.int16], place: int) -> Curve:
    """Return which tones are heard from a place on, 0 to 2 kHz, in steps of 85 ms, around their mean and of unit length."""
    import numpy as np

    mono = sound[place : place + _WINDOW * _HOP].astype(np.float64).mean(axis=1)
    mono = np.pad(mono, (0, _WINDOW * _HOP - len(mono)))
    steps = np.lib.stride_tricks.sliding_window_view(mono, _SPECTRUM)[:: _SPECTRUM // 2]
    heard = np.log1p(np.abs(np.fft.rfft(steps * np.hanning(_SPECTRUM), axis=1))[:, : _SPECTRUM // 24] / 1_000)
    heard -= heard.mean()
    return np.asarray(heard / max(1e-9, float(np.sqrt((heard**2).sum()))))


def _onsets(sound: NDArray[np.int16]) -> Curve:
    """Return how much louder each 10 ms is than the 10 ms before, in a measure near to hearing, around its mean."""
    import numpy as np

    parts = []
    for start in range(0, len(sound) // _HOP * _HOP, pcm.CHUNK * 10):
        block = sound[start : start + pcm.CHUNK * 10]
        block = block[: len(block) // _HOP * _HOP].astype(np.float32).mean(axis=1).reshape(-1, _HOP)
        parts.append(np.sqrt((block**2).mean(axis=1)))
    level = np.log1p(np.concatenate(parts) / 100) if parts else np.zeros(0)
    rise = np.maximum(np.diff(level, prepend=level[:1]), 0).astype(np.float64)
    return rise - rise.mean() if len(rise) else rise


def _likeness(curve: Curve, pattern: Curve) -> Curve:
    """Return the correlation (-1 to 1) of a pattern with a curve at every place it fits."""
    import numpy as np

    products = np.correlate(curve, pattern, "valid")
    squares = np.concatenate([[0.0], np.cumsum(curve**2)])
    power = squares[len(pattern) :] - squares[: -len(pattern)]
    return np.asarray(products / np.sqrt(np.maximum(power * (pattern**2).sum(), 1e-12)))


def _refined(sound: NDArray[np.int16], place: int) -> tuple[int, bool]:
    """Return the place moved to where the wave of the beginning fits best, if it fits, and whether it does."""
    import numpy as np

    width = _WINDOW * _HOP - 2 * _FINE
    start = max(0, place - _FINE)
    there = sound[start : start + width + 2 * _FINE].astype(np.float64).mean(axis=1)
    here = sound[:width].astype(np.float64).mean(axis=1)
    if len(there) <= width:
        return place, False
    size = 1 << (len(there) + width).bit_length()
    found = np.fft.irfft(np.fft.rfft(there, size) * np.conj(np.fft.rfft(here, size)), size)[: len(there) - width + 1]
    squares = np.concatenate([[0.0], np.cumsum(there**2)])
    power = squares[width:] - squares[:-width]
    alike = found / np.sqrt(np.maximum(power * (here**2).sum(), 1e-12))
    best = int(np.argmax(alike))
    return (start + best, True) if alike[best] > _SAME_WAVE else (place, False)
