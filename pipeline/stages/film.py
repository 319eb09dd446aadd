"""Whether captions lie over slides or over the host's own video."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.build import Run


def host_film(run: Run) -> Path | None:
    """Return the video that is a run's picture, or None where slides are.

    Raises InputError where the voice is no recording, the recording has no picture, or only slides are asked for.
    """
    if run.settings.picture.over != "recording" or run.order.upto not in {"render", "slides"}:
        return None
    if run.order.upto == "slides":
        raise InputError("This episode shows the host's own video and no slides.", 'Say `over = "slides"` under [picture] for slides.')
    if run.settings.voice.engine != "recording" or not run.order.voice:
        what = "The captions can lie over the recording only where the voice is one."
        raise InputError(what, "Add --voice recording:FILE, or show slides.")
    from pipeline.picture.clips import probe
    from pipeline.stages.recording_files import recording_files

    path = recording_files(run).recording
    probe(path, path)
    return path
