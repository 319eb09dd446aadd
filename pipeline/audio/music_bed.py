"""Music of any length from clips: in order, or one clip repeated, each crossfaded with the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.audio import pcm
from pipeline.audio.decoder import decode_to_wav
from pipeline.audio.loop_detection import find_loop_point
from pipeline.audio.loudness import measure_loudness
from pipeline.audio.stings import audible_range_ms, segment_from_samples
from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.timebase import samples_from_ms, samples_from_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    Stereo = NDArray[np.int16]
    Floats = NDArray[np.float32]

_MAX_CLIP_SECONDS = 2 * 3_600  # seconds of the longest piece of music
_MIN_CLIP_SECONDS = 2  # seconds of the shortest one
_SILENCE_SEARCH_SAMPLES = samples_from_seconds(20)  # at both ends, in which silence is removed
_SILENT_DBFS = -70.0


@dataclass(frozen=True, slots=True)
class MusicClip:
    """A piece of music, shape (n, 2), possibly a memory map, and the factor that sets its level."""

    samples: Stereo
    gain: float


@dataclass(frozen=True, slots=True)
class ClipPlacement:
    """A clip placed on the episode: its samples [0, length) at `start`, all in samples at 48 kHz.

    The clip overlaps its neighbours by `fade_in` and `fade_out` samples. The weights of the two
    sides add up to one in level if the wave continues across the seam (`same_wave`), otherwise in
    power.
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
    """Return the placements that fill `length` samples.

    The clips are played in order, repeatedly. A single clip restarts on its beat. `crossfade` is in
    samples; it is shortened to a quarter of a clip.
    """
    fades = [min(crossfade, len(clip.samples) // 4) for clip in clips]
    restarts = [(len(clip.samples) - fade, False) for clip, fade in zip(clips, fades, strict=True)]
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
    """Return the samples [start_sample, end_sample) of placed clips, shape (n, 2), full scale 1.

    Samples without a clip are silent.
    """
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
    """Return the weight of a fade; with its other side it adds up to one in level or in power."""
    import numpy as np

    sine = np.sin(np.clip(progress, 0, 1) * np.pi / 2)
    return np.asarray(sine**2 if same_wave else sine)


def load_music_clip(path: Path, decoded_path: Path, target_lufs: float) -> MusicClip:
    """Return a file's music, decoded to `decoded_path`, at a loudness in LUFS.

    Raises InputError if the file has no audio, or if it is silent or too short.
    """
    decode_to_wav(path, decoded_path, 2, _MAX_CLIP_SECONDS)
    sound = pcm.memory_map_samples(decoded_path)
    start_sample, end_sample = _audible_samples(sound)
    if end_sample - start_sample < samples_from_seconds(_MIN_CLIP_SECONDS):
        raise InputError(message("audio.music_too_short", seconds=_MIN_CLIP_SECONDS), where=path)
    measured_lufs = measure_loudness(decoded_path).integrated_lufs
    if measured_lufs is None:
        raise InputError(message("audio.music_silent"), where=path)
    return MusicClip(sound[start_sample:end_sample], 10 ** ((target_lufs - measured_lufs) / 20))


def music_clip_from_samples(
    sound: NDArray[np.int16], wav_path: Path, target_lufs: float
) -> MusicClip:
    """Return a short sound, shape (n, 2), at a loudness in LUFS, also written to `wav_path`.

    If it is too short to measure, its power is used.
    """
    with pcm.open_wav_writer(wav_path, 2) as append:
        append(sound)
    measured_lufs = measure_loudness(wav_path).integrated_lufs
    if measured_lufs is None:
        # + 3 dB: both channels have that power
        measured_lufs = max(_SILENT_DBFS, segment_from_samples(sound).dBFS + 3.0)
    return MusicClip(sound, 10 ** ((target_lufs - measured_lufs) / 20))


def _audible_samples(sound: NDArray[np.int16]) -> tuple[int, int]:
    """Return the range [start, end) of samples without the silence at both ends."""
    start_ms, _ = audible_range_ms(segment_from_samples(sound[:_SILENCE_SEARCH_SAMPLES]))
    tail = sound[max(0, len(sound) - _SILENCE_SEARCH_SAMPLES) :]
    _, tail_end_ms = audible_range_ms(segment_from_samples(tail))
    return samples_from_ms(start_ms), len(sound) - len(tail) + min(
        len(tail), samples_from_ms(tail_end_ms)
    )
