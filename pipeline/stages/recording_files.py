"""The files `[voice]` names around a recording: itself, times somebody has, a model. As a command names them, or inside the assets."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.run import BuildContext

_MODEL_SIDE_FILES = ("vocab.json", "labels.txt", "config.json", "preprocessor_config.json")
_WEIGHT_SUFFIXES = ("_data", ".data")
"""What ONNX puts weights of more than 2 GB into: a file of the model's name with one of these endings."""

_KEY_LABELS = {"file": "recording", "times": "file of times", "aligner_model": "model"}


@dataclass(frozen=True, slots=True)
class RecordingFiles:
    """The recording; the file that has its rows' times, or the model that finds them, where one is named."""

    recording: Path
    times: Path | None
    model: Path | None


def recording_files(run: BuildContext) -> RecordingFiles:
    """Return the files a run's settings name. Raises InputError where one is not there, lies outside the assets, or two contradict."""
    voice = run.settings.voice
    if not voice.file:
        raise InputError(
            'The engine "recording" needs a recording.',
            f'Put `file = "…"` under [voice], a file in {run.episode.assets}.',
        )
    model_name = voice.aligner_model if voice.aligner != "self" else ""
    if voice.times and model_name:
        raise InputError(
            "Both a model and a file of times are named.",
            "Keep one: `aligner_model` or `times` under [voice].",
        )
    if voice.aligner in {"ctc", "qwen3"} and not model_name and not voice.times:
        problem = f"The aligner {voice.aligner} needs a model."
        raise InputError(problem, "Name it: --model PATH, or `aligner_model` under [voice].")
    return RecordingFiles(
        _required_file(run, "file"),
        _required_file(run, "times") if voice.times else None,
        _required_path(run, "aligner_model") if model_name else None,
    )


def named_recording_files(run: BuildContext, *, from_command: bool) -> Iterator[Path]:
    """Yield the files named around a recording, those on the command line or those in the settings, that are there and plain."""
    voice = run.settings.voice
    for key in _KEY_LABELS if voice.engine == "recording" else ():
        if getattr(voice, key) and (f"voice.{key}" in run.request.changes) == from_command:
            for path in _candidate_paths(run, key):
                yield from (
                    model_files(path)
                    if key == "aligner_model"
                    else ([path] if path.is_file() else [])
                )


def model_files(model: Path) -> Iterator[Path]:
    """Yield the files that decide what a model says: those of its folder, or a file with the vocabulary and weights beside it."""
    if model.is_dir():
        yield from sorted(path for path in model.iterdir() if path.is_file())
    elif model.is_file():
        yield model
        side_files = [*_MODEL_SIDE_FILES, *(model.name + ending for ending in _WEIGHT_SUFFIXES)]
        yield from (path for name in side_files if (path := model.with_name(name)).is_file())


def _required_file(run: BuildContext, key: str) -> Path:
    path = _required_path(run, key)
    if not path.is_file():
        raise InputError(f"This {_KEY_LABELS[key]} is not a file.", "Look at the name.", where=path)
    return path


def _required_path(run: BuildContext, key: str) -> Path:
    candidates = _candidate_paths(run, key)
    path = next((path for path in candidates if path.exists()), None)
    if path is None:
        raise InputError(
            f"There is no such {_KEY_LABELS[key]}.", "Look at the name.", where=candidates[0]
        )
    return path


def _candidate_paths(run: BuildContext, key: str) -> list[Path]:
    """Return where a file may be: where the command says, or in the episode's assets, a model also in the channel's."""
    name: str = getattr(run.settings.voice, key)
    if "\0" in name:
        raise InputError(f"There is no such {_KEY_LABELS[key]}.", f"Look at `{key}` under [voice].")
    if f"voice.{key}" in run.request.changes:
        return [Path(name)]
    folders = (
        [run.episode.assets, run.channel_assets] if key == "aligner_model" else [run.episode.assets]
    )
    for folder in folders:
        if not Path(os.path.realpath(folder / name)).is_relative_to(os.path.realpath(folder)):
            raise InputError(
                f"The {_KEY_LABELS[key]} lies outside the episode's assets.",
                f"Put it into {run.episode.assets}.",
                where=name,
            )
    return [folder / name for folder in folders]
