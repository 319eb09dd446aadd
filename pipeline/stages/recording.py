"""The host's own recording: decoded, every row found in it, laid out as it was spoken."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from pipeline.build import StepRun
from pipeline.errors import InputError
from pipeline.model import RowTime
from pipeline.store import digest
from pipeline.timing.timeline import around_recording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.build import Run
    from pipeline.model import Timeline
    from pipeline.script import Script

_KIND = "alignment"


def aligned(run: Run, script: Script) -> tuple[Timeline, Mapping[str, Any]]:
    """Return the timeline of the recording the settings name, and what the report says of it. Raises InputError, EnvironmentFault."""
    path = _file(run, script)
    inputs = {
        "rows": digest([dataclasses.asdict(row) for row in script.spoken]),
        "recording": run.ledger.digest_of(path),
        "program": run.program,
    }
    why = run.ledger.why("alignment", inputs, ())
    facts = run.ledger.facts("alignment")
    body = None if why else run.store.get(_KIND, facts["key"])
    if body is None or not run.store.path("take", facts["audio"]).exists():
        run.steps.append(StepRun("alignment", why or "its times or its sound are gone from the cache"))
        body, facts = _align(run, script, path)
        run.ledger.made("alignment", inputs, (), facts)
    else:
        run.steps.append(StepRun("alignment", ""))
    run.notices.extend(facts["notices"])
    rows = TypeAdapter(tuple[RowTime, ...]).validate_json(body)
    timeline = around_recording(rows, facts["audio"], facts["samples"], script.chapters, script.settings.picture.fps)
    return timeline, {"engine": "recording", "name": path.name, "version": facts["method"], "flagged_rows": facts["flags"]}


def _align(run: Run, script: Script, path: Path) -> tuple[bytes, dict[str, Any]]:
    from pipeline.align import align
    from pipeline.audio import pcm
    from pipeline.audio.decode import decode_to
    from pipeline.speech.takes import keep

    sound = run.work / "recording.wav"
    length = decode_to(path, sound)
    samples = pcm.mapped(sound)
    found = align(samples, script.spoken, observe=run.observe)
    audio = keep(run.store, samples)
    sound.unlink()
    body = TypeAdapter(tuple[RowTime, ...]).dump_json(found.rows)
    key = digest(_KIND, body)
    run.store.put(_KIND, key, body)
    flags = [{"row": flag.row, "reason": flag.reason} for flag in found.flags]
    notices = [*found.notes, *(f"Row {flag['row']}: {_SAID[str(flag['reason'])]}." for flag in flags)]
    return body, {"key": key, "audio": audio, "samples": length, "method": found.method, "flags": flags, "notices": notices}


_SAID = {
    "skipped": "it is not heard in the recording",
    "repeated": "it is said more than once in the recording",
    "ad-lib": "something that is not in the text is said beside it",
    "unsure": "its time is uncertain; have a look",
    "silent": "it has nothing that can be said",
}


def _file(run: Run, script: Script) -> Path:
    """Return the recording: as the command names it, or inside the episode's assets as the settings do."""
    name = script.settings.voice.file
    if not name:
        raise InputError('The engine "recording" needs a recording.', f'Put `file = "…"` under [voice], a file in {script.episode.assets}.')
    path = Path(name)
    if "voice.file" not in run.order.changes:
        path = script.episode.assets / name
        if not path.resolve().is_relative_to(script.episode.assets.resolve()):
            raise InputError("The recording lies outside the episode's assets.", f"Put it into {script.episode.assets}.", where=name)
    if not path.is_file():
        raise InputError("There is no such recording.", "Look at the name.", where=path)
    return path
