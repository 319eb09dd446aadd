"""The files that `[voice]` names around a recording: the recording, known times, a model."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from typing_extensions import Self

    from pipeline.messages import Message
    from pipeline.run import BuildContext
    from pipeline.settings.sections import VoiceSettings

_MODEL_SIDE_FILES = ("vocab.json", "labels.txt", "config.json", "preprocessor_config.json")
_WEIGHT_SUFFIXES = ("_data", ".data")
"""ONNX puts weights of more than 2 GB into a file with the model's name and such a suffix."""

_KEYS = ("file", "times", "aligner_model")


@dataclass(frozen=True, slots=True)
class RecordingFiles:
    """The recording, and the file with its rows' times or the model that finds them."""

    recording: Path
    times: Path | None
    model: Path | None


@dataclass(frozen=True, slots=True)
class RecordingLookup:
    """Where the files that `[voice]` names are looked for.

    `command_changes` are the settings given on the command line, by dotted name: such a path is
    taken as it is. Others are relative to the episode's assets, models also to the channel's.
    """

    voice: VoiceSettings
    assets: Path
    channel_assets: Path
    command_changes: Collection[str] = ()

    @classmethod
    def for_run(cls, run: BuildContext) -> Self:
        """Return where the files of a run are looked for."""
        assets, changes = run.episode.assets, run.request.changes
        return cls(run.settings.voice, assets, run.channel_assets, changes)

    def candidates(self, key: str) -> list[Path]:
        """Return the paths a file may have. Raises InputError if it lies outside the assets."""
        name: str = getattr(self.voice, key)
        if "\0" in name:
            raise InputError(
                message("stages.no_such_recording_file", kind=_label(key), setting=key)
            )
        if f"voice.{key}" in self.command_changes:
            return [Path(name)]
        folders = [self.assets, *([self.channel_assets] if key == "aligner_model" else [])]
        for folder in folders:
            if not Path(os.path.realpath(folder / name)).is_relative_to(os.path.realpath(folder)):
                problem = message("stages.outside_assets", kind=_label(key), folder=self.assets)
                raise InputError(problem, where=name)
        return [folder / name for folder in folders]


def recording_files(lookup: RecordingLookup) -> RecordingFiles:
    """Return the files that the settings name.

    Raises InputError if one is missing, lies outside the assets, or two contradict each other.
    """
    voice = lookup.voice
    if not voice.file:
        raise InputError(message("stages.no_recording", folder=lookup.assets))
    model_name = voice.aligner_model if voice.aligner != "self" else ""
    if voice.times and model_name:
        raise InputError(message("stages.model_and_times"))
    if voice.aligner in {"ctc", "qwen3"} and not model_name and not voice.times:
        raise InputError(message("stages.aligner_needs_model", aligner=voice.aligner))
    return RecordingFiles(
        _required_file(lookup, "file"),
        _required_file(lookup, "times") if voice.times else None,
        _required_path(lookup, "aligner_model") if model_name else None,
    )


def named_recording_files(lookup: RecordingLookup, *, from_command: bool) -> Iterator[Path]:
    """Yield the existing files named on the command line, or those named in the settings."""
    for key in _KEYS if lookup.voice.engine == "recording" else ():
        in_command = f"voice.{key}" in lookup.command_changes
        if getattr(lookup.voice, key) and in_command == from_command:
            for path in lookup.candidates(key):
                if key == "aligner_model":
                    yield from model_files(path)
                elif path.is_file():
                    yield path


def model_files(model: Path) -> Iterator[Path]:
    """Yield the files that decide a model's results: its folder's, or a file and its side files."""
    if model.is_dir():
        yield from sorted(path for path in model.iterdir() if path.is_file())
    elif model.is_file():
        yield model
        side_files = [*_MODEL_SIDE_FILES, *(model.name + suffix for suffix in _WEIGHT_SUFFIXES)]
        yield from (path for name in side_files if (path := model.with_name(name)).is_file())


def _required_file(lookup: RecordingLookup, key: str) -> Path:
    path = _required_path(lookup, key)
    if not path.is_file():
        raise InputError(message("stages.recording_not_a_file", kind=_label(key)), where=path)
    return path


def _required_path(lookup: RecordingLookup, key: str) -> Path:
    candidates = lookup.candidates(key)
    path = next((path for path in candidates if path.exists()), None)
    if path is None:
        problem = message("stages.no_such_recording_file", kind=_label(key), setting=key)
        raise InputError(problem, where=candidates[0])
    return path


def _label(key: str) -> Message:
    labels = {
        "file": message("stages.label_recording"),
        "times": message("stages.label_times"),
        "aligner_model": message("stages.label_model"),
    }
    return labels[key]
