"""Finds the point at which a piece of music can restart without losing the beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.audio import pcm

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Curve = NDArray[np.float64]

_HOP_SAMPLES = 480
"""Samples (10 ms) per value of the onset curve; nobody hears that a beat is 10 ms late."""

_WINDOW_HOPS = 600  # values (6 s) that are compared
_MIN_CORRELATION = 0.35  # correlation of onsets below which there is no beat
_CANDIDATE_SHARE = 0.85  # of the best correlation: such points are on a beat too
_MAX_CANDIDATES = 64  # points whose harmony is compared
_HARMONY_SHARE = 0.985  # of the best harmony: the latest point that reaches it is taken
_FFT_SIZE = 8_192
_REFINE_SAMPLES = 960  # samples (20 ms) by which comparing the waves may move the point
_SAME_WAVE_CORRELATION = 0.3  # correlation of waves from which the music repeats itself exactly


def find_loop_point(sound: NDArray[np.int16], crossfade: int) -> tuple[int, bool]:
    """Return the sample at which the piece can restart, and whether its wave continues there.

    `sound` has shape (n, 2) at 48 kHz; `crossfade` is in samples. The onsets of the beginning are
    compared with those after every point of the second half: where they correlate, the beat
    continues. Of those points the latest whose harmony is about the most similar is taken, so that
    the bar continues too. If the music repeats itself exactly, the wave decides the last
    milliseconds. Without a beat the result is `crossfade` samples before the end.
    """
    import numpy as np

    latest_start = max(0, len(sound) - crossfade)
    onset_curve = _onset_curve(sound)
    end_hop = min(len(onset_curve) - _WINDOW_HOPS, latest_start // _HOP_SAMPLES)
    first_hop = len(onset_curve) // 2
    if end_hop <= first_hop:
        return latest_start, False
    similarity = _sliding_correlation(
        onset_curve[first_hop : end_hop + _WINDOW_HOPS], onset_curve[:_WINDOW_HOPS]
    )
    is_local_maximum = (similarity[1:-1] >= similarity[:-2]) & (similarity[1:-1] >= similarity[2:])
    maxima = np.flatnonzero(is_local_maximum) + 1
    if not len(maxima) or similarity[maxima].max() < _MIN_CORRELATION:
        return latest_start, False
    candidates = [
        int(top + first_hop) * _HOP_SAMPLES
        for top in maxima[similarity[maxima] >= _CANDIDATE_SHARE * similarity[maxima].max()]
    ][-_MAX_CANDIDATES:]
    opening_tones = _tone_spectrum(sound, 0)
    harmony = np.array(
        [
            float((opening_tones * _tone_spectrum(sound, candidate)).sum())
            for candidate in candidates
        ]
    )
    return _refine_loop_point(
        sound, candidates[int(np.flatnonzero(harmony >= _HARMONY_SHARE * harmony.max())[-1])]
    )


def _tone_spectrum(sound: NDArray[np.int16], start_sample: int) -> Curve:
    """Return the spectrum of the 6 s after a sample, 0 to 2 kHz, every 85 ms.

    Its mean is 0 and its norm 1.
    """
    import numpy as np

    mono = (
        sound[start_sample : start_sample + _WINDOW_HOPS * _HOP_SAMPLES]
        .astype(np.float64)
        .mean(axis=1)
    )
    mono = np.pad(mono, (0, _WINDOW_HOPS * _HOP_SAMPLES - len(mono)))
    steps = np.lib.stride_tricks.sliding_window_view(mono, _FFT_SIZE)[:: _FFT_SIZE // 2]
    spectrum = np.log1p(
        np.abs(np.fft.rfft(steps * np.hanning(_FFT_SIZE), axis=1))[:, : _FFT_SIZE // 24] / 1_000
    )
    spectrum -= spectrum.mean()
    return np.asarray(spectrum / max(1e-9, float(np.sqrt((spectrum**2).sum()))))


def _onset_curve(sound: NDArray[np.int16]) -> Curve:
    """Return the rise in logarithmic level of each 10 ms over the last, minus the mean."""
    import numpy as np

    parts = []
    for start in range(0, len(sound) // _HOP_SAMPLES * _HOP_SAMPLES, pcm.CHUNK_SAMPLES * 10):
        block = sound[start : start + pcm.CHUNK_SAMPLES * 10]
        block = (
            block[: len(block) // _HOP_SAMPLES * _HOP_SAMPLES]
            .astype(np.float32)
            .mean(axis=1)
            .reshape(-1, _HOP_SAMPLES)
        )
        parts.append(np.sqrt((block**2).mean(axis=1)))
    level = np.log1p(np.concatenate(parts) / 100) if parts else np.zeros(0)
    rise = np.maximum(np.diff(level, prepend=level[:1]), 0).astype(np.float64)
    return rise - rise.mean() if len(rise) else rise


def _sliding_correlation(curve: Curve, pattern: Curve) -> Curve:
    """Return the correlation (-1 to 1) of a pattern with a curve at every offset."""
    import numpy as np

    products = np.correlate(curve, pattern, "valid")
    squares = np.concatenate([[0.0], np.cumsum(curve**2)])
    power = squares[len(pattern) :] - squares[: -len(pattern)]
    return np.asarray(products / np.sqrt(np.maximum(power * (pattern**2).sum(), 1e-12)))


def _refine_loop_point(sound: NDArray[np.int16], candidate: int) -> tuple[int, bool]:
    """Return the point, moved to where the wave of the beginning fits best, and whether it fits."""
    import numpy as np

    width = _WINDOW_HOPS * _HOP_SAMPLES - 2 * _REFINE_SAMPLES
    start = max(0, candidate - _REFINE_SAMPLES)
    search_window = (
        sound[start : start + width + 2 * _REFINE_SAMPLES].astype(np.float64).mean(axis=1)
    )
    opening = sound[:width].astype(np.float64).mean(axis=1)
    if len(search_window) <= width:
        return candidate, False
    size = 1 << (len(search_window) + width).bit_length()
    products = np.fft.irfft(
        np.fft.rfft(search_window, size) * np.conj(np.fft.rfft(opening, size)), size
    )[: len(search_window) - width + 1]
    squares = np.concatenate([[0.0], np.cumsum(search_window**2)])
    power = squares[width:] - squares[:-width]
    similarity = products / np.sqrt(np.maximum(power * (opening**2).sum(), 1e-12))
    best = int(np.argmax(similarity))
    return (start + best, True) if similarity[best] > _SAME_WAVE_CORRELATION else (candidate, False)
