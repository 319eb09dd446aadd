"""The master: whatever the voice was, it ends at the loudness asked for, below the ceiling, sample for sample in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.audio import gain, pcm
from pipeline.audio.filters import Chain
from pipeline.audio.levels import high_pass_links, levels
from pipeline.audio.loudness import Loudness, integrated, measure
from pipeline.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.model import Observe
    from pipeline.settings.sound import Sound

HEADROOM = 0.5
"""dB kept below the ceiling, because AAC and MP3 give back peaks a little higher than they were given (measured: tests/audio)."""

_TOLERANCE = 0.1
_MISS = 0.5
_ROUNDS = 4


def master(source: Path, out: Path, sound: Sound, observe: Observe | None = None) -> Loudness:
    """Level a mono 48 kHz WAV: high-pass, gentle compression, limiting, and the gain that ends at the loudness in the settings.

    Writes a mono WAV of exactly as many samples, none of them moved, and returns what was measured on it afterwards (as heard on both
    channels). Silence, and sound too short to measure (0.4 s), keep their level and say so in the notice; so does a miss of more than
    half an LU. Raises InputError where the source is not such a WAV.
    """
    channels, length = pcm.shape(source)
    if channels != 1:
        raise InputError("The voice to be levelled has two channels.", "Decode it to one.", where=source)
    seen = levels(source, sound.high_pass)
    start = integrated(seen.weighted * 2)
    if start is None:
        _render(source, out, sound.high_pass, None, observe, length)
        return measure(out).noted("The narration is silent or shorter than 0.4 s: its level was left as it is.")
    shape = gain.compression(seen, start) if sound.compress else seen.power * 0
    aim, ceiling = sound.loudness, sound.true_peak - HEADROOM
    for _ in range(_ROUNDS):
        _render(source, out, sound.high_pass, gain.to_loudness(seen, shape, aim, ceiling), observe, length)
        result = measure(out)
        over = (result.true_peak_dbtp or -99.0) - (sound.true_peak - HEADROOM / 2)
        missing = sound.loudness - (result.integrated_lufs if result.integrated_lufs is not None else sound.loudness)
        if over <= 0 and abs(missing) <= _TOLERANCE:
            return result
        ceiling -= max(0.0, over)
        aim += missing
    return result if abs(missing) <= _MISS and over <= HEADROOM / 2 else result.noted(_miss(result, sound))


def _miss(result: Loudness, sound: Sound) -> str:
    return (
        f"The narration measures {result.integrated_lufs:.1f} LUFS with peaks of {result.true_peak_dbtp:.1f} dBTP instead of"
        f" {sound.loudness:.1f} and {sound.true_peak:.1f}: this sound cannot be that loud below that peak."
    )


def _render(source: Path, out: Path, high_pass: int, curve: NDArray[np.float32] | None, observe: Observe | None, length: int) -> None:
    shaped = Chain(*high_pass_links(high_pass))
    amount = None if curve is None else 10 ** (curve / 20)
    at = 0
    with pcm.writing(out, 1) as append:

        def finish(samples: NDArray[np.float32]) -> None:
            nonlocal at
            if amount is not None and len(samples):
                samples = samples * gain.at_samples(amount, at, at + len(samples))
            append(pcm.as_int(samples))
            at += len(samples)
            if observe is not None:
                observe("sound", at, length)

        for chunk in pcm.chunks(source):
            finish(shaped.push(pcm.as_float(chunk[:, 0])))
        finish(shaped.end())
