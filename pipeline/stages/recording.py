"""The host's own recording: decoded, every row found in it, laid out as it was spoken."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from pipeline.build import StepRun
from pipeline.model import RowTime
from pipeline.stages.recording_files import parts_of, recording_files
from pipeline.store import digest
from pipeline.timing.timeline import around_recording

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.align import Alignment
    from pipeline.build import Run
    from pipeline.model import Timeline
    from pipeline.script import Script
    from pipeline.stages.recording_files import RecordingFiles

_KIND = "alignment"


def aligned(run: Run, script: Script) -> tuple[Timeline, Mapping[str, Any]]:
    """Return the timeline of the recording the settings name, and what the report says of it. Raises InputError, EnvironmentFault."""
    files, look = recording_files(run), run.ledger.digest_of
    inputs = {
        "rows": digest([dataclasses.asdict(row) for row in script.spoken]),
        "recording": look(files.recording),
        "times": digest(files.times.name, look(files.times)) if files.times else "",
        "aligner": digest(script.settings.voice.aligner, script.settings.language),
        "model": digest([[path.name, look(path)] for path in parts_of(files.model)]) if files.model else "",
        "program": run.program,
    }
    why = run.ledger.why("alignment", inputs, ())
    facts = run.ledger.facts("alignment")
    body = None if why else run.store.get(_KIND, facts["key"])
    if body is None or not run.store.path("take", facts["audio"]).exists():
        run.steps.append(StepRun("alignment", why or "its times or its sound are gone from the cache"))
        body, facts = _align(run, script, files)
        run.ledger.made("alignment", inputs, (), facts)
    else:
        run.steps.append(StepRun("alignment", ""))
    run.notices.extend(facts["notices"])
    rows = TypeAdapter(tuple[RowTime, ...]).validate_json(body)
    timeline = around_recording(rows, facts["audio"], facts["samples"], script.chapters, script.settings.picture.fps)
    voice = {"engine": "recording", "name": files.recording.name, "version": facts["method"], "flagged_rows": facts["flags"]}
    return timeline, voice


def _align(run: Run, script: Script, files: RecordingFiles) -> tuple[bytes, dict[str, Any]]:
    from pipeline.audio import pcm
    from pipeline.audio.decode import decode_to
    from pipeline.speech.takes import keep

    find = _way(run, script, files)  # first, so that a wrong model is said before an hour is decoded
    sound = run.work / "recording.wav"
    length = decode_to(files.recording, sound)
    samples = pcm.mapped(sound)
    found = find(samples)
    audio = keep(run.store, samples)
    sound.unlink()
    body = TypeAdapter(tuple[RowTime, ...]).dump_json(found.rows)
    key = digest(_KIND, body)
    run.store.put(_KIND, key, body)
    flags = [{"row": one.row, "reason": one.reason, "heard": one.span and [one.span.start, one.span.end]} for one in found.flags]
    return body, {"key": key, "audio": audio, "samples": length, "method": found.method, "flags": flags, "notices": list(found.notes)}


def _way(run: Run, script: Script, files: RecordingFiles) -> Callable[[NDArray[np.int16]], Alignment]:
    """Return what finds the rows in samples: the times somebody has, a model, or the recording itself."""
    from pipeline.align import align, imported, load_aligner

    if files.times is not None:
        data, path = _bytes(files.times), files.times
        return lambda samples: imported(data, path.name, script.spoken, len(samples), str(path))
    kind = script.settings.voice.aligner
    aligner = load_aligner(files.model, script.settings.language, "auto" if kind == "self" else kind) if files.model else None
    return lambda samples: align(samples, script.spoken, observe=run.observe, aligner=aligner)


def _bytes(path: Path) -> bytes:
    """Return a file's bytes, no more than are read of such a file and one: then it is refused for its size."""
    from pipeline.align.imported import LARGEST

    with path.open("rb") as file:
        return file.read(LARGEST + 1)
