"""Brings the voice to the requested loudness, below the ceiling, without moving any sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.audio import dynamics, pcm
from pipeline.audio.filters import FilterChain
from pipeline.audio.loudness import Loudness, integrated_loudness, measure_loudness
from pipeline.audio.metering import high_pass_filters, measure_levels
from pipeline.errors import InputError
from pipeline.messages import message

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.model import ProgressCallback
    from pipeline.settings.sections import SoundSettings

CODEC_HEADROOM_DB = 0.5
"""dB kept below the ceiling, because AAC and MP3 raise peaks slightly (measured in tests/audio)."""

_TOLERANCE_LU = 0.1  # LU by which a result may miss the target
_NOTICE_THRESHOLD_LU = 0.5  # LU from which the user is told
_MAX_ROUNDS = 4


def master_voice(
    source: Path, out: Path, sound_settings: SoundSettings, observe: ProgressCallback | None = None
) -> Loudness:
    """Master a mono 48 kHz WAV: high-pass, gentle compression, limiting, gain to the set loudness.

    Writes a mono WAV of the same length in samples, none of them moved, and returns its measured
    loudness as heard on both channels. Silence, and audio shorter than 0.4 s, keep their level. The
    result has a notice in that case, and if the target is missed by more than 0.5 LU. Raises
    InputError if the source is not a mono 48 kHz WAV.
    """
    channels, length = pcm.channels_and_length(source)
    if channels != 1:
        raise InputError(message("audio.two_channels"), where=source)
    source_levels = measure_levels(source, sound_settings.high_pass)
    source_lufs = integrated_loudness(source_levels.weighted * 2)
    if source_lufs is None:
        _write_with_gain(source, out, sound_settings.high_pass, None, observe, length)
        return measure_loudness(out).with_notice(message("audio.level_unchanged"))
    compressor_curve = (
        dynamics.compressor_gain(source_levels, source_lufs)
        if sound_settings.compress
        else source_levels.power * 0
    )
    target, ceiling = sound_settings.loudness, sound_settings.true_peak - CODEC_HEADROOM_DB
    for _ in range(_MAX_ROUNDS):
        _write_with_gain(
            source,
            out,
            sound_settings.high_pass,
            dynamics.gain_to_loudness(source_levels, compressor_curve, target, ceiling),
            observe,
            length,
        )
        result = measure_loudness(out)
        overshoot_db = (result.true_peak_dbtp or -99.0) - (
            sound_settings.true_peak - CODEC_HEADROOM_DB / 2
        )
        missing = sound_settings.loudness - (
            result.integrated_lufs
            if result.integrated_lufs is not None
            else sound_settings.loudness
        )
        if overshoot_db <= 0 and abs(missing) <= _TOLERANCE_LU:
            return result
        ceiling -= max(0.0, overshoot_db)
        target += missing
    return (
        result
        if abs(missing) <= _NOTICE_THRESHOLD_LU and overshoot_db <= CODEC_HEADROOM_DB / 2
        else result.with_notice(_missed_target_notice(result, sound_settings))
    )


def _missed_target_notice(result: Loudness, sound_settings: SoundSettings) -> str:
    return message(
        "audio.target_missed",
        actual_lufs=result.integrated_lufs,
        actual_peak=result.true_peak_dbtp,
        target_lufs=sound_settings.loudness,
        target_peak=sound_settings.true_peak,
    )


def _write_with_gain(
    source: Path,
    out: Path,
    high_pass: int,
    gain_curve: NDArray[np.float32] | None,
    observe: ProgressCallback | None,
    length: int,
) -> None:
    high_pass_chain = FilterChain(*high_pass_filters(high_pass))
    gain_factors = None if gain_curve is None else 10 ** (gain_curve / 20)
    position = 0
    with pcm.open_wav_writer(out, 1) as append:

        def append_samples(samples: NDArray[np.float32]) -> None:
            nonlocal position
            if gain_factors is not None and len(samples):
                samples = samples * dynamics.curve_at_samples(
                    gain_factors, position, position + len(samples)
                )
            append(pcm.int16_from_float(samples))
            position += len(samples)
            if observe is not None:
                observe("sound", position, length)

        for chunk in pcm.read_chunks(source):
            append_samples(high_pass_chain.push(pcm.float_from_int16(chunk[:, 0])))
        append_samples(high_pass_chain.flush())
