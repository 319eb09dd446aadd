"""Mixes music under the voice: placed, levelled, ducked and faded. The voice is not changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.audio import pcm
from pipeline.audio.dynamics import curve_at_samples
from pipeline.audio.loudness import Loudness, integrated_loudness, measure_loudness
from pipeline.audio.metering import BLOCK_SAMPLES, Levels, measure_levels
from pipeline.audio.music_bed import (
    ClipPlacement,
    load_music_clip,
    music_clip_from_samples,
    place_clips,
    render_placements,
)
from pipeline.audio.stings import load_sting, shorten_sting
from pipeline.audio.voice_presence import (
    SPEAKING_PRESENCE,
    music_limiter_gain,
    speaking_range_ms,
    voice_presence,
)
from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.timebase import samples_from_ms, samples_from_seconds, seconds_from_samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.audio.music_files import MusicFiles
    from pipeline.model import ProgressCallback
    from pipeline.settings.sections import MusicSettings, SoundSettings

    Curve = NDArray[np.float32]

_CEILING_MARGIN_DB = 0.1  # dB kept below the ceiling
_INTERSAMPLE_FACTOR = 1.12  # 1 dB by which peaks between the samples of music may be higher
_OUTRO_DELAY_MS = 200  # ms between the last word and the outro
_STING_TOLERANCE_MS = 500  # ms that may be cut from a sting without a notice
_MIN_OUTRO_MS = 500  # ms of the shortest outro that is played


@dataclass(frozen=True, slots=True)
class MixResult:
    """The measured loudness of voice and music together, and notices for the user.

    `voice_over_music_db` is the level of the voice above the music during speech; None if either is
    missing.
    """

    loudness: Loudness
    voice_over_music_db: float | None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _MusicLayer:
    """Music from the sample `start` on, with a gain factor per millisecond of the episode."""

    placements: tuple[ClipPlacement, ...]
    start: int
    gain: Curve

    def render(self, start_sample: int, end_sample: int) -> NDArray[np.float32]:
        """Return its samples in [start_sample, end_sample) of the episode, shape (n, 2)."""
        import numpy as np

        end = self.start + max(placement.start + placement.length for placement in self.placements)
        if start_sample >= end or end_sample <= self.start:
            return np.zeros((end_sample - start_sample, 2), np.float32)
        return (
            render_placements(self.placements, start_sample - self.start, end_sample - self.start)
            * curve_at_samples(self.gain, start_sample, end_sample)[:, np.newaxis]
        )


def sting_lengths(files: MusicFiles) -> tuple[int, int]:
    """Return the lengths of intro and outro in samples; the talk should leave that much room.

    Raises InputError.
    """
    intro, outro = (
        len(load_sting(path)) if path is not None else 0 for path in (files.intro, files.outro)
    )
    return intro, outro


def mix_music(
    voice: Path,
    out: Path,
    files: MusicFiles,
    music_settings: MusicSettings,
    sound_settings: SoundSettings,
    observe: ProgressCallback | None = None,
) -> MixResult:
    """Write the mastered voice (48 kHz, mono) with its music as a stereo WAV of the same length.

    The bed fills the episode, except for the stings. Bed and stings are lowered before speech and
    raised in pauses. If the mix would exceed the ceiling only the music is lowered: without it, the
    exact samples of the voice remain. Raises InputError if a file has no audio or is silent.
    """
    channels, length = pcm.channels_and_length(voice)
    if channels != 1:
        raise InputError(message("audio.two_channels"), where=voice)
    voice_levels = measure_levels(voice)
    voice_lufs = integrated_loudness(voice_levels.weighted * 2)
    presence_curve = voice_presence(
        voice_levels, sound_settings.loudness if voice_lufs is None else voice_lufs
    )
    with TemporaryDirectory(prefix="episode-music-", dir=out.parent) as folder:
        layers, notices = _music_layers(
            files, music_settings, sound_settings.loudness, presence_curve, length, Path(folder)
        )
        voice_over_music_db = _write_mix(
            voice,
            out,
            layers,
            (voice_levels, presence_curve),
            sound_settings.true_peak - _CEILING_MARGIN_DB,
            observe,
        )
    return MixResult(measure_loudness(out), voice_over_music_db, notices)


def _music_layers(
    files: MusicFiles,
    music_settings: MusicSettings,
    loudness: float,
    presence_curve: Curve,
    length: int,
    folder: Path,
) -> tuple[list[_MusicLayer], tuple[str, ...]]:
    """Return the placed bed and stings, and a notice for each sting without enough room."""
    voice_start, voice_end = (samples_from_ms(ms) for ms in speaking_range_ms(presence_curve))
    crossfade, tolerance = (
        samples_from_seconds(music_settings.crossfade),
        samples_from_ms(_STING_TOLERANCE_MS),
    )
    intro, outro = (
        load_sting(path) if path is not None else None for path in (files.intro, files.outro)
    )
    notices = []
    bed_start, bed_end = 0, length
    stings: list[tuple[int, NDArray[np.int16]]] = []
    if intro is not None:
        stings.append((0, shorten_sting(intro, length)))
        bed_start = max(0, len(intro) - crossfade)
        if voice_end and voice_start + tolerance < len(intro):
            notices.append(
                _sting_cut_notice(message("audio.intro"), len(intro), voice_start, "pauses.lead_in")
            )
    if outro is not None:
        sting_start = max(
            voice_end + samples_from_ms(_OUTRO_DELAY_MS) if voice_end else 0, length - len(outro)
        )
        if length - sting_start + tolerance < len(outro):
            notices.append(
                _sting_cut_notice(
                    message("audio.outro"), len(outro), max(0, length - voice_end), "pauses.tail"
                )
            )
        if length - sting_start >= samples_from_ms(_MIN_OUTRO_MS):
            stings.append((sting_start, shorten_sting(outro, length - sting_start)))
            bed_end = min(length, sting_start + crossfade)
    layers = []
    if files.bed and bed_end > bed_start:
        clips = [
            load_music_clip(path, folder / f"{number}.wav", loudness + music_settings.level)
            for number, path in enumerate(files.bed)
        ]
        fade_in = music_settings.crossfade if intro is not None else music_settings.fade_in
        fade_out = music_settings.crossfade if bed_end < length else music_settings.fade_out
        fade_curve = _fade_curve(len(presence_curve), (bed_start, bed_end), (fade_in, fade_out))
        layers.append(
            _MusicLayer(
                place_clips(clips, bed_end - bed_start, crossfade),
                bed_start,
                fade_curve * _duck_factor(presence_curve, music_settings.duck),
            )
        )
    # during speech a sting is no louder than the bed would be
    depth = music_settings.duck + max(0.0, music_settings.sting_level - music_settings.level)
    for number, (sting_start, samples) in enumerate(stings):
        sting_clip = music_clip_from_samples(
            samples, folder / f"sting-{number}.wav", loudness + music_settings.sting_level
        )
        layers.append(
            _MusicLayer(
                (ClipPlacement(sting_clip, 0, len(samples), 0, 0, same_wave=False),),
                sting_start,
                _duck_factor(presence_curve, depth),
            )
        )
    return layers, tuple(notices)


def _duck_factor(presence_curve: Curve, depth_db: float) -> Curve:
    """Return the factor per millisecond that lowers music by `depth_db` under the voice."""
    import numpy as np

    return np.asarray(10 ** (presence_curve * np.float32(-depth_db / 20)), np.float32)


def _sting_cut_notice(sting: str, sting_samples: int, free_samples: int, setting: str) -> str:
    return message(
        "audio.sting_cut",
        sting=sting,
        sting_seconds=seconds_from_samples(sting_samples),
        free_seconds=seconds_from_samples(free_samples),
        setting=setting,
        milliseconds=-(-sting_samples // samples_from_ms(1)),
    )


def _fade_curve(block_count: int, span: tuple[int, int], seconds: tuple[float, float]) -> Curve:
    """Return a factor per millisecond: 1 inside a span of samples, 0 outside.

    It rises and falls inside the span, over (rise, fall) `seconds`.
    """
    import numpy as np

    middles = ((np.arange(block_count) + 0.5) * BLOCK_SAMPLES).astype(np.float32)
    rise, fall = (max(1, samples_from_seconds(duration)) for duration in seconds)
    progress = np.minimum((middles - span[0]) / rise, (span[1] - middles) / fall)
    return np.asarray(np.sin(np.clip(progress, 0, 1) * np.pi / 2))


def _write_mix(
    voice: Path,
    out: Path,
    layers: Sequence[_MusicLayer],
    levels_and_presence: tuple[Levels, Curve],
    ceiling: float,
    observe: ProgressCallback | None,
) -> float | None:
    """Write the mix and return the level of the voice above the music in dB, or None."""
    import numpy as np

    voice_levels, presence_curve = levels_and_presence
    block_count = len(presence_curve)
    peaks = np.zeros(block_count, np.float32)
    for position, samples in _music_blocks(layers, block_count * BLOCK_SAMPLES):
        louder_channel = np.maximum(np.abs(samples[:, 0]), np.abs(samples[:, 1]))
        peaks[position // BLOCK_SAMPLES : (position + len(samples)) // BLOCK_SAMPLES] = (
            louder_channel.reshape(-1, BLOCK_SAMPLES).max(axis=1)
        )
    limiter_factors = 10 ** (
        music_limiter_gain(voice_levels, peaks * _INTERSAMPLE_FACTOR, ceiling) / 20
    )
    voice_energy = music_energy = 0.0
    position = 0
    with pcm.open_wav_writer(out, 2) as append:
        for chunk in pcm.read_chunks(voice):
            voice_samples = pcm.float_from_int16(chunk)
            music_samples = sum(
                (layer.render(position, position + len(chunk)) for layer in layers),
                np.zeros((len(chunk), 2), np.float32),
            )
            music_samples *= curve_at_samples(limiter_factors, position, position + len(chunk))[
                :, np.newaxis
            ]
            append(pcm.int16_from_float(voice_samples + music_samples))
            speaking = np.repeat(
                presence_curve[
                    position // BLOCK_SAMPLES : -(-(position + len(chunk)) // BLOCK_SAMPLES)
                ]
                >= SPEAKING_PRESENCE,
                BLOCK_SAMPLES,
            )[: len(chunk)]
            voice_energy += float((voice_samples[speaking] ** 2).sum())
            music_energy += float((music_samples[speaking] ** 2).sum()) / 2
            position += len(chunk)
            if observe is not None:
                observe("music", position, block_count * BLOCK_SAMPLES)
    return (
        float(10 * np.log10(voice_energy / music_energy)) if voice_energy and music_energy else None
    )


def _music_blocks(
    layers: Sequence[_MusicLayer], length: int
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yield (first sample, samples of the music) in whole blocks."""
    import numpy as np

    for start_sample in range(0, length, pcm.CHUNK_SAMPLES):
        end_sample = min(length, start_sample + pcm.CHUNK_SAMPLES)
        yield (
            start_sample,
            sum(
                (layer.render(start_sample, end_sample) for layer in layers),
                np.zeros((end_sample - start_sample, 2), np.float32),
            ),
        )
