"""The narration: takes joined, mastered, written in the formats asked for."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.store import digest, publish, room_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.audio.music_files import MusicFiles
    from pipeline.build import Run
    from pipeline.script import Script
    from pipeline.stages.made import Made

_BYTES_A_SAMPLE = 2
_BYTES_WAV = 4
_BYTES_CODED = 1
"""At most: 192 kbit/s are half a byte a sample."""


@dataclass(frozen=True, slots=True)
class Narration:
    """The narration's file to mux, its digest, and what was measured on it."""

    path: Path
    key: str
    facts: Mapping[str, Any]


def write(made: Made, cover: Path | None) -> Narration:
    """Write the narration where what it is made of has changed. Raises EpisodeError.

    The formats asked for go to the episode's folder. The video's sound is the m4a: where nobody asked for it, it stays in the cache.
    """
    run, settings = made.run, made.script.settings
    folder = made.script.episode.output
    heard = any(piece.audio for piece in made.timeline.pieces)
    files = music_files(run, made.script)
    shown = [folder / f"narration.{ending}" for ending in settings.sound.formats] if heard or files.all else []
    muxed = folder / "narration.m4a"
    if muxed not in shown:
        muxed = run.store.root / "sound" / f"{digest(str(folder.absolute()))[:20]}.m4a"
    outputs = [*shown, *(() if muxed in shown else (muxed,))]
    inputs = {
        "speech": digest([dataclasses.asdict(piece) for piece in made.timeline.pieces], made.timeline.length),
        "sound": digest(settings.sound.model_dump()),
        "music": digest(settings.music.model_dump(), [[path.name, run.ledger.digest_of(path)] for path in files.all]),
        "titles": made.titles_digest(),
        "chapters": made.chapters_digest(),
        "cover": run.ledger.digest_of(cover),
        "program": run.program,
    }
    facts = run.step("sound", inputs, outputs, partial(_make, made, cover, outputs, files))
    run.notices.extend(facts["notices"])
    if muxed not in shown:
        run.files.remove(muxed)
    return Narration(muxed, digest(inputs), {name: value for name, value in facts.items() if name != "notices"})


def music_files(run: Run, script: Script) -> MusicFiles:
    """Return the music the settings name, or none. Raises InputError."""
    from pipeline.audio.music_files import find_music

    return find_music(script.settings.music, (script.episode.assets, run.assets))


def _make(made: Made, cover: Path | None, outputs: list[Path], files: MusicFiles) -> Mapping[str, Any]:
    from pipeline.audio.assemble import assemble
    from pipeline.audio.export import export
    from pipeline.audio.narration import finish
    from pipeline.speech.takes import samples

    run, script = made.run, made.script
    settings = script.settings
    room_for(run.work, 2 * made.timeline.length * _BYTES_A_SAMPLE)
    room_for(outputs[0], sum(made.timeline.length * (_BYTES_WAV if out.suffix == ".wav" else _BYTES_CODED) for out in outputs))
    joined, mastered = run.work / "joined.wav", run.work / "mastered.wav"
    assemble(made.timeline.pieces, partial(samples, run.store), made.timeline.length, joined)
    mixed = finish(joined, mastered, settings.sound, settings.music, files, run.observe)
    loudness = mixed.loudness
    joined.unlink()
    heard = any(piece.audio for piece in made.timeline.pieces) or files.all
    notices = list(mixed.notices) if heard else []
    lowered = 0.0

    def write(path: Path) -> None:
        nonlocal lowered
        softer = export(
            mastered,
            path,
            title=script.title,
            artist=settings.author,
            chapters=made.timeline.chapters,
            cover=cover,
            language=settings.language,
            ceiling=settings.sound.true_peak,
        )
        lowered = max(lowered, softer)

    for out in outputs:
        publish(out, write)
    mastered.unlink()
    return {
        "integrated_lufs": _softer(loudness.integrated_lufs, lowered),
        "true_peak_dbtp": _softer(loudness.true_peak_dbtp, lowered),
        "range_lu": loudness.range_lu,
        "notices": notices,
    }


def _softer(level: float | None, by: float) -> float | None:
    return None if level is None else round(level - by, 2)
