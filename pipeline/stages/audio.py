"""The narration: takes joined, mastered and written in the requested formats."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.atomic import publish, require_free_space
from pipeline.cache import digest
from pipeline.run import notices_from_json, notices_to_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.audio.music_files import MusicFiles
    from pipeline.run import BuildContext
    from pipeline.script import Script
    from pipeline.stages.context import EpisodeContext

_BYTES_PER_SAMPLE = 2
_WAV_BYTES_PER_SAMPLE = 4
_CODED_BYTES_PER_SAMPLE = 1
"""An upper limit: 192 kbit/s are half a byte per sample."""


@dataclass(frozen=True, slots=True)
class NarrationFile:
    """The narration's file for the MP4, the digest of its inputs, and its measurements."""

    path: Path
    inputs_digest: str
    facts: Mapping[str, Any]


def write_narration(context: EpisodeContext, cover: Path | None) -> NarrationFile:
    """Write the narration if its inputs changed. Raises EpisodeError.

    The requested formats go to the episode's folder. The video uses the M4A, which stays in the
    cache if it was not requested.
    """
    run, settings = context.run, context.script.settings
    folder = context.script.episode.output
    has_voice = any(piece.audio_key for piece in context.timeline.placed_takes)
    music = find_episode_music(run, context.script)
    requested_files = (
        [folder / f"narration.{ending}" for ending in settings.sound.formats]
        if has_voice or music.paths
        else []
    )
    muxed_path = folder / "narration.m4a"
    if muxed_path not in requested_files:
        muxed_path = run.store.root / "sound" / f"{digest(str(folder.absolute()))[:20]}.m4a"
    outputs = [*requested_files, *(() if muxed_path in requested_files else (muxed_path,))]
    inputs = {
        "speech": digest(
            [dataclasses.asdict(piece) for piece in context.timeline.placed_takes],
            context.timeline.length,
        ),
        "sound": digest(settings.sound.model_dump()),
        "music": digest(
            settings.music.model_dump(),
            [[path.name, run.manifest.digest_of(path)] for path in music.paths],
        ),
        "titles": context.titles_digest(),
        "chapters": context.chapters_digest(),
        "cover": run.manifest.digest_of(cover),
        "program": run.program_version,
    }
    facts = run.run_step(
        "sound", inputs, outputs, partial(_render_narration, context, cover, outputs, music)
    )
    run.notices.extend(notices_from_json(facts["notices"]))
    if muxed_path not in requested_files:
        run.files.remove(muxed_path)
    return NarrationFile(
        muxed_path,
        digest(inputs),
        {name: value for name, value in facts.items() if name != "notices"},
    )


def find_episode_music(run: BuildContext, script: Script) -> MusicFiles:
    """Return the music that the settings name. Raises InputError."""
    from pipeline.audio.music_files import find_music_files

    return find_music_files(script.settings.music, (script.episode.assets, run.channel_assets))


def _render_narration(
    context: EpisodeContext, cover: Path | None, outputs: list[Path], music: MusicFiles
) -> Mapping[str, Any]:
    from pipeline.audio.assembly import assemble_narration
    from pipeline.audio.export import export_narration
    from pipeline.audio.final_mix import master_and_mix
    from pipeline.speech.speech_cache import load_take_audio

    run, script = context.run, context.script
    settings = script.settings
    require_free_space(run.work_folder, 2 * context.timeline.length * _BYTES_PER_SAMPLE)
    require_free_space(
        outputs[0],
        sum(
            context.timeline.length
            * (_WAV_BYTES_PER_SAMPLE if out.suffix == ".wav" else _CODED_BYTES_PER_SAMPLE)
            for out in outputs
        ),
    )
    joined, mastered = run.work_folder / "joined.wav", run.work_folder / "mastered.wav"
    assemble_narration(
        context.timeline.placed_takes,
        partial(load_take_audio, run.store),
        context.timeline.length,
        joined,
    )
    mixed = master_and_mix(joined, mastered, settings.sound, settings.music, music, run.observe)
    loudness = mixed.loudness
    joined.unlink()
    is_audible = any(piece.audio_key for piece in context.timeline.placed_takes) or music.paths
    notices = list(mixed.notices) if is_audible else []
    gain_reduction = 0.0

    def export_file(path: Path) -> None:
        nonlocal gain_reduction
        reduction = export_narration(
            mastered,
            path,
            title=script.title,
            artist=settings.author,
            chapters=context.timeline.chapters,
            cover=cover,
            language=settings.language,
            ceiling=settings.sound.true_peak,
        )
        gain_reduction = max(gain_reduction, reduction)

    for out in outputs:
        publish(out, export_file)
    mastered.unlink()
    return {
        "integrated_lufs": _lowered_level(loudness.integrated_lufs, gain_reduction),
        "true_peak_dbtp": _lowered_level(loudness.true_peak_dbtp, gain_reduction),
        "range_lu": loudness.range_lu,
        "notices": notices_to_json(notices),
    }


def _lowered_level(level: float | None, reduction: float) -> float | None:
    return None if level is None else round(level - reduction, 2)
