"""The narration: takes joined, mastered, written in the formats asked for."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.store import digest, publish

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.stages.made import Made


@dataclass(frozen=True, slots=True)
class Narration:
    """The narration's file to mux, its digest, and what was measured on it."""

    path: Path
    key: str
    facts: Mapping[str, Any]


def write(made: Made, cover: Path | None) -> Narration:
    """Write the narration where what it is made of has changed. Raises EpisodeError."""
    run, settings = made.run, made.script.settings
    folder = made.script.episode.output
    spoken = any(piece.audio for piece in made.timeline.pieces)
    outputs = [folder / f"narration.{ending}" for ending in settings.sound.formats] if spoken else []
    kept = run.store.root / "sound" / f"{digest(str(folder.absolute()))[:20]}.m4a"
    if "m4a" in settings.sound.formats and spoken:
        kept = folder / "narration.m4a"
    inputs = {
        "speech": digest([dataclasses.asdict(piece) for piece in made.timeline.pieces], made.timeline.length),
        "sound": digest(settings.sound.model_dump()),
        "titles": made.titles_digest(),
        "chapters": made.chapters_digest(),
        "cover": run.ledger.digest_of(cover),
        "program": run.program,
    }
    facts = run.step("sound", inputs, outputs or [kept], partial(_make, made, cover, outputs or [kept]))
    if not outputs:
        run.files.remove(kept)
    return Narration(kept, digest(inputs), facts)


def _make(made: Made, cover: Path | None, outputs: list[Path]) -> Mapping[str, Any]:
    from pipeline.audio.assemble import assemble
    from pipeline.audio.export import export
    from pipeline.audio.master import master
    from pipeline.speech.takes import samples

    run, script = made.run, made.script
    joined, mastered = run.work / "joined.wav", run.work / "mastered.wav"
    assemble(made.timeline.pieces, partial(samples, run.store), made.timeline.length, joined)
    loudness = master(joined, mastered, script.settings.sound, run.observe)
    joined.unlink()
    if loudness.notice and any(piece.audio for piece in made.timeline.pieces):
        run.notices.append(loudness.notice)
    lowered = 0.0

    def write(path: Path) -> None:
        nonlocal lowered
        softer = export(
            mastered,
            path,
            title=script.title,
            artist=script.settings.author,
            chapters=made.timeline.chapters,
            cover=cover,
            language=script.settings.language,
            ceiling=script.settings.sound.true_peak,
        )
        lowered = max(lowered, softer)

    for out in outputs:
        publish(out, write)
    mastered.unlink()
    return {
        "integrated_lufs": _softer(loudness.integrated_lufs, lowered),
        "true_peak_dbtp": _softer(loudness.true_peak_dbtp, lowered),
        "range_lu": loudness.range_lu,
    }


def _softer(level: float | None, by: float) -> float | None:
    return None if level is None else round(level - by, 2)
