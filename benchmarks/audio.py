"""Figures of the sound and of the container.

Time, processor time and peak memory of each step, by length of episode.

Every step runs in a process of its own, so that its memory is its own.

Run: python benchmarks/audio.py [MINUTES …]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path[:1] = [
    str(ROOT),
    str(ROOT / "tests"),
]  # in place of this folder, whose names would hide the tests'

import numpy as np  # noqa: E402 - the paths come first

from pipeline.audio.assembly import assemble_narration  # noqa: E402
from pipeline.audio.export import export_narration  # noqa: E402
from pipeline.audio.loudness import measure_loudness  # noqa: E402
from pipeline.audio.mastering import master_voice  # noqa: E402
from pipeline.audio.music_files import MusicFiles  # noqa: E402
from pipeline.audio.music_mix import mix_music  # noqa: E402
from pipeline.model import Chapter, ChapterMark, Cue, PlacedTake, Span, Track  # noqa: E402
from pipeline.mux.encoded_video import EncodedVideo  # noqa: E402
from pipeline.mux.mp4 import write_mp4  # noqa: E402
from pipeline.mux.verify import verify_mp4  # noqa: E402
from pipeline.process import worker_pool  # noqa: E402
from pipeline.settings.sections import MusicSettings, SoundSettings  # noqa: E402
from pipeline.timebase import SAMPLE_RATE  # noqa: E402
from tests.audio.tunes import beats  # noqa: E402
from tests.audio.voices import pcm16, voice, write_wav  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MINUTES = (14, 30, 60)
_ROW = 3 * SAMPLE_RATE  # a row of the seed takes three seconds
_FPS = 30
_STATE = 45  # frames between two changes of the picture


def main() -> None:
    """Print a row a step and length."""
    minutes = [int(word) for word in sys.argv[1:]] or _MINUTES
    print(f"{'step':<28}{'minutes':>8}{'wall s':>9}{'cpu s':>8}{'peak MB':>9}{'× real':>9}")
    for length in minutes:
        with tempfile.TemporaryDirectory() as folder:
            with worker_pool(1) as workers:
                workers.submit(_tune, Path(folder)).result()
            for name, step in STEPS.items():
                with worker_pool(1) as workers:
                    wall, cpu, peak, note = workers.submit(
                        _measured, step, Path(folder), length
                    ).result()
                print(
                    f"{name:<28}{length:>8}{wall:>9.2f}{cpu:>8.2f}{peak:>9.0f}"
                    f"{length * 60 / wall:>9.0f}  {note}",
                    flush=True,
                )


def _measured(
    step: Callable[[Path, int], str], folder: Path, minutes: int
) -> tuple[float, float, float, str]:
    import resource

    start, cpu = time.perf_counter(), time.process_time()
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    note = step(folder, minutes)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = time.process_time() - cpu + children.ru_utime - before
    peak = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, children.ru_maxrss) / 1024
    return time.perf_counter() - start, used, peak, note


def _assemble(folder: Path, minutes: int) -> str:
    take = pcm16(voice(2.7))
    length = minutes * 60 * SAMPLE_RATE
    pieces = [
        PlacedTake("take", Span(at, at + len(take))) for at in range(0, length - len(take), _ROW)
    ]
    assemble_narration(pieces, lambda _: take, length, folder / "joined.wav")
    return f"{len(pieces)} rows"


def _master(folder: Path, _: int) -> str:
    found = master_voice(folder / "joined.wav", folder / "voice.wav", SoundSettings())
    return f"{found.integrated_lufs:.2f} LUFS, {found.true_peak_dbtp:.2f} dBTP"


def _measure(folder: Path, _: int) -> str:
    return f"{measure_loudness(folder / 'voice.wav').integrated_lufs:.2f} LUFS"


def _tune(folder: Path) -> None:
    write_wav(folder / "tune.wav", pcm16(beats(97.3, 150)))


def _music(folder: Path, _: int) -> str:
    found = mix_music(
        folder / "voice.wav",
        folder / "mix.wav",
        MusicFiles((folder / "tune.wav",)),
        MusicSettings(),
        SoundSettings(),
    )
    return (
        f"{found.loudness.integrated_lufs:.2f} LUFS, voice {found.voice_over_music_db:.1f} dB "
        "over the music"
    )


class _Export:
    """An export by name, which a worker process can be sent."""

    def __init__(self, source: str, suffix: str) -> None:
        self.source, self.suffix = source, suffix

    def __call__(self, folder: Path, minutes: int) -> str:
        out = folder / f"{self.source}{self.suffix}"
        marks = [ChapterMark(Chapter(1, "一"), 0)]
        export_narration(
            folder / f"{self.source}.wav",
            out,
            title="标题",
            artist="",
            chapters=marks,
            cover=None,
            language="zh",
        )
        return f"{out.stat().st_size * 8 / minutes / 60_000:.0f} kbit/s"


def _film(minutes: int) -> tuple[int, list[Track], list[ChapterMark]]:
    frames = minutes * 60 * _FPS
    length = frames * SAMPLE_RATE // _FPS
    cues = [
        Cue(
            row + 1,
            0,
            "一行字幕",
            ("一行字幕",),
            Span(at, at + _ROW - SAMPLE_RATE // 10),
            "measured",
        )
        for row, at in enumerate(range(0, length - _ROW, _ROW))
    ]
    return (
        frames,
        [Track("zh", tuple(cues)), Track("en", tuple(cues))],
        [ChapterMark(Chapter(1, "一"), 0), ChapterMark(Chapter(9, "二"), length // 2)],
    )


def _mux(folder: Path, minutes: int) -> str:
    from tests.mux.factories import packets

    head, made = packets(90, _FPS)
    frames, tracks, marks = _film(minutes)

    def held() -> Iterator[tuple[bytes, bool]]:
        noise = np.random.default_rng(1).bytes(60_000).replace(b"\0", b"\1")
        for frame in range(frames):
            yield (
                (made[0][0] + noise, True)
                if not frame % 300
                else (made[1][0], False)
                if frame % _STATE
                else (made[1][0] + noise[:9_000], False)
            )

    video = EncodedVideo("h264", head, 128, 72, _FPS, frames, held())
    audio = folder / "voice.m4a"
    write_mp4(
        video,
        audio,
        tracks,
        marks,
        title="标题",
        language="zh",
        poster=None,
        burnt=True,
        out=folder / "film.mp4",
    )
    return f"{frames} packets, {(folder / 'film.mp4').stat().st_size / 1e6:.0f} MB"


def _verify(folder: Path, minutes: int) -> str:
    frames, tracks, marks = _film(minutes)
    samples = frames * SAMPLE_RATE // _FPS
    found = verify_mp4(
        folder / "film.mp4",
        frames=frames,
        fps=_FPS,
        width=128,
        height=72,
        samples=samples,
        tracks=tracks,
        chapters=marks,
        title="标题",
    )
    return f"{found.frames} frames, {found.drift_frames:.3f} apart from the sound"


STEPS: dict[str, Callable[[Path, int], str]] = {
    "assemble": _assemble,
    "master": _master,
    "measure alone": _measure,
    "export m4a": _Export("voice", ".m4a"),
    "export mp3": _Export("voice", ".mp3"),
    "music": _music,
    "export m4a with music": _Export("mix", ".m4a"),
    "mux": _mux,
    "verify": _verify,
}


if __name__ == "__main__":
    main()
