"""Music of any length out of pieces of their own length: one after another, or one again and again, each over the end of the last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.audio import pcm
from pipeline.audio.decoder import decode_to_wav
from pipeline.audio.loop_detection import find_loop_point
from pipeline.audio.loudness import measure_loudness
from pipeline.audio.stings import audible_range_ms, segment_from_samples
from pipeline.errors import InputError
from pipeline.timebase import samples_from_ms, samples_from_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Stereo = NDArray[np.int16]
    Floats = NDArray[np.float32]
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class MusicClip:
    """A piece of music, shape (n, 2), perhaps a map of a file, and the factor that brings it to the level of the others."""

    samples: Stereo
    gain: float


@dataclass(frozen=True, slots=True)
class ClipPlacement:
    """A tune placed on the episode: samples [0, length) of it from `start` on, over `fade_in` and `fade_out` samples of its neighbours.

    Where the wave goes on over the seam, the two sides add up to one in level, otherwise in power.
    """

    clip: MusicClip
    start: int
    length: int
    fade_in: int
    fade_out: int
    same_wave: bool


def place_clips(
    clips: Sequence[MusicClip], length: int, crossfade: int
) -> tuple[ClipPlacement, ...]:
    """Return the stretches that fill `length` samples: the tunes in order, again and again; one tune alone begins again on its beat."""
    fades = [min(crossfade, len(tune.samples) // 4) for tune in clips]
    restarts = [(len(tune.samples) - fade, False) for tune, fade in zip(clips, fades, strict=True)]
    if len(clips) == 1 and len(clips[0].samples) < length:
        restarts = [find_loop_point(clips[0].samples, fades[0])]
    placements: list[ClipPlacement] = []
    position, round_number = 0, 0
    while clips and position < length:
        current, previous = round_number % len(clips), (round_number - 1) % len(clips)
        clip_length = len(clips[current].samples)
        restart_at, _ = restarts[current]
        is_last = position + clip_length >= length
        fade_in, same_wave = (
            (fades[previous], restarts[previous][1]) if round_number else (0, False)
        )
        placements.append(
            ClipPlacement(
                clips[current],
                position,
                clip_length if is_last else restart_at + fades[current],
                fade_in,
                0 if is_last else fades[current],
                same_wave,
            )
        )
        position, round_number = (
            (length, round_number) if is_last else (position + restart_at, round_number + 1)
        )
    return tuple(placements)


def render_placements(
    placements: Sequence[ClipPlacement], start_sample: int, end_sample: int
) -> Floats:
    """Return the samples [first, last) of what was laid out, shape (n, 2), full scale 1; silence where nothing lies."""
    import numpy as np

    out = np.zeros((end_sample - start_sample, 2), np.float32)
    for number, placement in enumerate(placements):
        start, end = (
            max(start_sample, placement.start),
            min(end_sample, placement.start + placement.length),
        )
        if start >= end:
            continue
        clip_samples = placement.clip.samples[
            start - placement.start : end - placement.start
        ].astype(np.float32) * np.float32(placement.clip.gain / 32768)
        positions = np.arange(start - placement.start, end - placement.start)
        weight = np.ones(end - start)
        if placement.fade_in and positions[0] < placement.fade_in:
            weight *= _fade_weight(positions / placement.fade_in, same_wave=placement.same_wave)
        if placement.fade_out and positions[-1] >= placement.length - placement.fade_out:
            next_is_same_wave = (
                placements[number + 1].same_wave if number + 1 < len(placements) else False
            )
            weight *= _fade_weight(
                (placement.length - positions) / placement.fade_out, same_wave=next_is_same_wave
            )
        out[start - start_sample : end - start_sample] += clip_samples * weight[
            :, np.newaxis
        ].astype(np.float32)
    return out


def _fade_weight(progress: NDArray[np.float64], *, same_wave: bool) -> NDArray[np.float64]:
    """Return how far a fade has come: with its other half it makes one in level (the same wave on both sides) or in power."""
    import numpy as np

    sine = np.sin(np.clip(progress, 0, 1) * np.pi / 2)
    return np.asarray(sine**2 if same_wave else sine)


_MAX_CLIP_SECONDS = 2 * 3_600  # seconds of a piece of music
_MIN_CLIP_SECONDS = 2  # seconds
_SILENCE_SEARCH_SAMPLES = samples_from_seconds(20)  # at both ends, for silence
_SILENT_DBFS = -70.0


def load_music_clip(path: Path, decoded_path: Path, target_lufs: float) -> MusicClip:
    """Return a file's music, decoded into `work`, as loud as asked (LUFS). Raises InputError where it is no sound, silent or too short."""
    decode_to_wav(path, decoded_path, 2, _MAX_CLIP_SECONDS)
    sound = pcm.memory_map_samples(decoded_path)
    start_sample, end_sample = _audible_samples(sound)
    if end_sample - start_sample < samples_from_seconds(_MIN_CLIP_SECONDS):
        raise InputError(
            f"There are not {_MIN_CLIP_SECONDS} seconds of music in this file.",
            "Choose another.",
            where=path,
        )
    measured_lufs = measure_loudness(decoded_path).integrated_lufs
    if measured_lufs is None:
        raise InputError("This music is silent.", "Choose another file.", where=path)
    return MusicClip(sound[start_sample:end_sample], 10 ** ((target_lufs - measured_lufs) / 20))


def music_clip_from_samples(
    sound: NDArray[np.int16], wav_path: Path, target_lufs: float
) -> MusicClip:
    """Return a short sound, shape (n, 2), as loud as asked (LUFS); one too short for the meter is set by its power."""
    with pcm.open_wav_writer(wav_path, 2) as append:
        append(sound)
    measured_lufs = measure_loudness(wav_path).integrated_lufs
    if measured_lufs is None:
        measured_lufs = max(
            _SILENT_DBFS, segment_from_samples(sound).dBFS + 3.0
        )  # two channels of that power each
    return MusicClip(sound, 10 ** ((target_lufs - measured_lufs) / 20))


def _audible_samples(sound: NDArray[np.int16]) -> tuple[int, int]:
    """Return the samples between the silence before and after a piece."""
    start_ms, _ = audible_range_ms(segment_from_samples(sound[:_SILENCE_SEARCH_SAMPLES]))
    tail = sound[max(0, len(sound) - _SILENCE_SEARCH_SAMPLES) :]
    _, tail_end_ms = audible_range_ms(segment_from_samples(tail))
    return samples_from_ms(start_ms), len(sound) - len(tail) + min(
        len(tail), samples_from_ms(tail_end_ms)
    )
