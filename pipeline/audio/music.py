"""Music under the voice: laid out, levelled, ducked, faded; the voice itself passes untouched, to the sample."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.audio import pcm
from pipeline.audio.bed import Stretch, lay_out, read
from pipeline.audio.duck import SPEAKING, heard_spans, presence, room
from pipeline.audio.gain import at_samples
from pipeline.audio.levels import BLOCK, Levels, levels
from pipeline.audio.loudness import Loudness, integrated, measure
from pipeline.audio.stings import fitted, sting
from pipeline.audio.tunes import as_tune, load_tune
from pipeline.errors import InputError
from pipeline.timebase import samples_from_ms, samples_from_seconds, seconds_from_samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.audio.music_files import MusicFiles
    from pipeline.model import Observe
    from pipeline.settings.sound import Music, Sound

    Curve = NDArray[np.float32]

_MARGIN = 0.1  # dB under the ceiling
_BETWEEN = 1.12  # how much higher music may be between its samples than at them (1 dB)
_BREATH = 200  # ms between the last word and the outro
_SLACK = 500  # ms of a sting that nobody misses
_LEAST = 500  # ms of an outro worth beginning


@dataclass(frozen=True, slots=True)
class Mixed:
    """What was measured on voice and music together, and what to tell the person.

    `over_music` is by how many dB the voice is over the music while it speaks; None where one of them is missing.
    """

    loudness: Loudness
    over_music: float | None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Layer:
    """Music from the sample `start` on, with its gain at every millisecond of the episode."""

    stretches: tuple[Stretch, ...]
    start: int
    gain: Curve

    def read(self, first: int, last: int) -> NDArray[np.float32]:
        """Return what is heard of it in [first, last), shape (n, 2)."""
        import numpy as np

        end = self.start + max(one.start + one.length for one in self.stretches)
        if first >= end or last <= self.start:
            return np.zeros((last - first, 2), np.float32)
        return read(self.stretches, first - self.start, last - self.start) * at_samples(self.gain, first, last)[:, np.newaxis]


def sting_lengths(files: MusicFiles) -> tuple[int, int]:
    """Return how many samples the intro and the outro last: the silence they want before and after the talk. Raises InputError."""
    intro, outro = (len(sting(path)) if path is not None else 0 for path in (files.intro, files.outro))
    return intro, outro


def lay_music(voice: Path, out: Path, files: MusicFiles, music: Music, sound: Sound, observe: Observe | None = None) -> Mixed:
    """Write the mastered voice (48 kHz, one channel) with its music as a stereo WAV of exactly as many samples.

    The bed fills the episode, or what the stings leave of it; it and the stings go down before speech and come up in pauses. Where
    voice and music together would be over the ceiling, the music gives way, never the voice: take the music away, and the very
    samples of the voice remain. Raises InputError where a file is no sound, or silent.
    """
    channels, length = pcm.shape(voice)
    if channels != 1:
        raise InputError("The voice has two channels.", "Decode it to one.", where=voice)
    seen = levels(voice)
    spoken = integrated(seen.weighted * 2)
    present = presence(seen, sound.loudness if spoken is None else spoken)
    with TemporaryDirectory(prefix="episode-music-", dir=out.parent) as folder:
        layers, notices = _layers(files, music, sound.loudness, present, length, Path(folder))
        over = _write(voice, out, layers, (seen, present), sound.true_peak - _MARGIN, observe)
    return Mixed(measure(out), over, notices)


def _layers(
    files: MusicFiles, music: Music, loudness: float, present: Curve, length: int, folder: Path
) -> tuple[list[_Layer], tuple[str, ...]]:
    """Return bed and stings at their places, and what there was no room for."""
    begins, ends = (samples_from_ms(ms) for ms in heard_spans(present))
    crossfade, slack = samples_from_seconds(music.crossfade), samples_from_ms(_SLACK)
    intro, outro = (sting(path) if path is not None else None for path in (files.intro, files.outro))
    notices = []
    first, last = 0, length
    stings: list[tuple[int, NDArray[np.int16]]] = []
    if intro is not None:
        stings.append((0, fitted(intro, length)))
        first = max(0, len(intro) - crossfade)
        if ends and begins + slack < len(intro):
            notices.append(_crowded("intro", len(intro), begins, "pauses.lead_in"))
    if outro is not None:
        at = max(ends + samples_from_ms(_BREATH) if ends else 0, length - len(outro))
        if length - at + slack < len(outro):
            notices.append(_crowded("outro", len(outro), max(0, length - ends), "pauses.tail"))
        if length - at >= samples_from_ms(_LEAST):
            stings.append((at, fitted(outro, length - at)))
            last = min(length, at + crossfade)
    layers = []
    if files.bed and last > first:
        tunes = [load_tune(path, folder / f"{number}.wav", loudness + music.level) for number, path in enumerate(files.bed)]
        fade_in = music.crossfade if intro is not None else music.fade_in
        fade_out = music.crossfade if last < length else music.fade_out
        faded = _faded(len(present), (first, last), (fade_in, fade_out))
        layers.append(_Layer(lay_out(tunes, last - first, crossfade), first, faded * _ducked(present, music.duck)))
    # under speech a sting is no louder than the bed would be
    depth = music.duck + max(0.0, music.sting_level - music.level)
    for number, (at, samples) in enumerate(stings):
        tune = as_tune(samples, folder / f"sting-{number}.wav", loudness + music.sting_level)
        layers.append(_Layer((Stretch(tune, 0, len(samples), 0, 0, same_wave=False),), at, _ducked(present, depth)))
    return layers, tuple(notices)


def _ducked(present: Curve, depth: float) -> Curve:
    """Return the factor that takes music down by `depth` dB where the voice is present."""
    import numpy as np

    return np.asarray(10 ** (present * np.float32(-depth / 20)), np.float32)


def _crowded(which: str, needed: int, there: int, key: str) -> str:
    return (
        f"The {which} is {seconds_from_samples(needed):.1f} s long, and the talk leaves it {seconds_from_samples(there):.1f} s:"
        f" it is lowered or cut there. Set `{key}` to {-(-needed // samples_from_ms(1))}."
    )


def _faded(blocks: int, span: tuple[int, int], seconds: tuple[float, float]) -> Curve:
    """Return 1 inside a span of samples, risen to and fallen from over so many seconds, 0 outside; a value a millisecond."""
    import numpy as np

    middles = ((np.arange(blocks) + 0.5) * BLOCK).astype(np.float32)
    rise, fall = (max(1, samples_from_seconds(one)) for one in seconds)
    share = np.minimum((middles - span[0]) / rise, (span[1] - middles) / fall)
    return np.asarray(np.sin(np.clip(share, 0, 1) * np.pi / 2))


def _write(
    voice: Path,
    out: Path,
    layers: Sequence[_Layer],
    heard: tuple[Levels, Curve],
    ceiling: float,
    observe: Observe | None,
) -> float | None:
    """Write the mix and return by how many dB the voice is over the music while it speaks."""
    import numpy as np

    seen, present = heard
    blocks = len(present)
    peaks = np.zeros(blocks, np.float32)
    for at, samples in _blocks(layers, blocks * BLOCK):
        higher = np.maximum(np.abs(samples[:, 0]), np.abs(samples[:, 1]))
        peaks[at // BLOCK : (at + len(samples)) // BLOCK] = higher.reshape(-1, BLOCK).max(axis=1)
    gain = 10 ** (room(seen, peaks * _BETWEEN, ceiling) / 20)
    of_voice = of_music = 0.0
    at = 0
    with pcm.writing(out, 2) as append:
        for chunk in pcm.chunks(voice):
            spoken = pcm.as_float(chunk)
            played = sum((layer.read(at, at + len(chunk)) for layer in layers), np.zeros((len(chunk), 2), np.float32))
            played *= at_samples(gain, at, at + len(chunk))[:, np.newaxis]
            append(pcm.as_int(spoken + played))
            speaking = np.repeat(present[at // BLOCK : -(-(at + len(chunk)) // BLOCK)] >= SPEAKING, BLOCK)[: len(chunk)]
            of_voice += float((spoken[speaking] ** 2).sum())
            of_music += float((played[speaking] ** 2).sum()) / 2
            at += len(chunk)
            if observe is not None:
                observe("music", at, blocks * BLOCK)
    return float(10 * np.log10(of_voice / of_music)) if of_voice and of_music else None


def _blocks(layers: Sequence[_Layer], length: int) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yield (first sample, the music from there) in whole blocks."""
    import numpy as np

    for at in range(0, length, pcm.CHUNK):
        last = min(length, at + pcm.CHUNK)
        yield at, sum((layer.read(at, last) for layer in layers), np.zeros((last - at, 2), np.float32))
