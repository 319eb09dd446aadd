"""From rows to a timeline: spoken, remembered, brought along or estimated."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from pipeline.build import StepRun
from pipeline.model import Take, Timeline
from pipeline.project import LARGEST_SUBTITLES, read_file
from pipeline.store import digest
from pipeline.timebase import ms_from_samples, samples_from_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.build import Run
    from pipeline.script import Script
    from pipeline.settings.voice import Pauses
    from pipeline.timing.estimate import Pace

_KIND = "narration"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A timeline and what the report says of the voice; `voice` is None where nothing was spoken."""

    timeline: Timeline
    voice: Mapping[str, Any] | None


def timed(run: Run, script: Script) -> Spoken:
    """Return the timeline of an episode. Raises EpisodeError."""
    from pipeline.timing.timeline import laid_out_times, lay_out

    settings, transcript = script.settings, script.transcript
    fps = settings.picture.fps
    if settings.voice.engine == "recording" and not _guessing(run):
        from pipeline.stages.recording import aligned

        return Spoken(*aligned(run, script))
    inputs = _inputs(run, script)
    takes, voice = (None, None) if _guessing(run) else _remembered(run, inputs)
    if takes is None and run.order.voice and run.order.upto not in {"subtitle", "slides"}:
        takes, voice = _narrated(run, script, inputs)
    if takes is not None:
        return Spoken(lay_out(takes, script.spoken, transcript, script.chapters, _pauses(run, script), fps, closed=_closed(script)), voice)
    run.steps.append(StepRun("timeline", "times from the text"))
    if transcript.times is not None:
        return Spoken(laid_out_times(transcript, script.chapters, settings.pauses, fps), None)
    return Spoken(_estimated(run, script, fps), None)


def _guessing(run: Run) -> bool:
    """Tell whether an order says how times are to be estimated, so that those of a narration are not wanted."""
    order = run.order
    asked = order.duration is not None or order.like is not None or "subtitles.pace" in order.changes
    return not order.voice or (order.upto == "subtitle" and asked)


def _estimated(run: Run, script: Script, fps: int) -> Timeline:
    from pipeline.timing.estimate import estimate_takes
    from pipeline.timing.fit import fit
    from pipeline.timing.timeline import lay_out

    settings = script.settings
    like, pauses = _manner(run, script)
    takes = estimate_takes(script.spoken, pace=settings.subtitles.pace, like=like)
    if run.order.duration is None:
        return lay_out(takes, script.spoken, script.transcript, script.chapters, pauses, fps, closed=_closed(script))
    length = samples_from_seconds(run.order.duration)
    return fit(takes, script.spoken, script.transcript, script.chapters, pauses, fps, length, closed=_closed(script))


def _pauses(run: Run, script: Script) -> Pauses:
    """Return the settings' pauses, with room for the intro before the talk and for the outro after it."""
    pauses, music = script.settings.pauses, script.settings.music
    if not (music.intro or music.outro):
        return pauses
    from pipeline.audio.music import sting_lengths
    from pipeline.stages.sound import music_files

    intro, outro = (ms_from_samples(length) for length in sting_lengths(music_files(run, script)))
    return pauses.model_copy(update={"lead_in": max(pauses.lead_in, intro), "tail": max(pauses.tail, outro)})


def _closed(script: Script) -> set[int]:
    """Return the rows with which a thought ends, as the voice is told."""
    from pipeline.speech.utterances import utterances

    return {one.rows[-1].row for one in utterances(script.spoken, script.transcript, script.chapters) if one.closed}


def _manner(run: Run, script: Script) -> tuple[Pace | None, Pauses]:
    """Return the pace and pauses of the timed episode an order wants to sound like; without one, the settings' own."""
    path, pauses = run.order.like, _pauses(run, script)
    if path is None:
        return None, pauses
    from pipeline.subtitles.readers import read
    from pipeline.text.spoken import spoken_rows
    from pipeline.text.transcript import from_cues
    from pipeline.timing.calibrate import calibrate, calibrate_pauses

    old = from_cues(read(read_file(path, LARGEST_SUBTITLES), path.name, str(path)), path.stem, str(path))
    rows = spoken_rows(old.rows, script.settings.pronunciation, script.settings.language)
    times = old.times or ()
    return calibrate(rows, times), calibrate_pauses(rows, times, pauses)


def _inputs(run: Run, script: Script) -> dict[str, str]:
    directives = [dataclasses.asdict(one) for one in script.transcript.directives if one.kind in {"voice", "pause"}]
    return {
        "rows": digest([dataclasses.asdict(row) for row in script.spoken]),
        "voice": digest(script.settings.voice.model_dump(), script.settings.language, directives),
        "chapters": digest([chapter.row for chapter in script.chapters]),
        "program": run.program,
    }


def _remembered(run: Run, inputs: Mapping[str, str]) -> tuple[tuple[Take, ...] | None, Mapping[str, Any] | None]:
    """Return the takes of a narration made of this very text by these very settings, where all its sound is still there."""
    if run.ledger.why("speech", inputs, ()):
        return None, None
    facts = run.ledger.facts("speech")
    body = run.store.get(_KIND, facts["key"])
    if body is None:
        return None, None
    takes = TypeAdapter(tuple[Take, ...]).validate_json(body)
    if any(take.audio and run.store.get("take", take.audio) is None for take in takes):
        return None, None
    run.steps.append(StepRun("speech", ""))
    run.notices.extend(facts["notices"])
    return takes, facts["voice"]


def _narrated(run: Run, script: Script, inputs: Mapping[str, str]) -> tuple[tuple[Take, ...], Mapping[str, Any]]:
    from pipeline.align.takes import take_aligner, version
    from pipeline.speech.aligned import Aligner
    from pipeline.speech.narrate import narrate

    run.steps.append(StepRun("speech", run.ledger.why("speech", inputs, ()) or "its sound is gone from the cache"))
    aligner = Aligner(version(), take_aligner(script.spoken))
    told = narrate(script.spoken, script.transcript, script.chapters, script.settings, run.store, run.observe, aligner=aligner)
    voice = {"engine": told.engine, "name": told.voice, "version": told.version}
    body = TypeAdapter(tuple[Take, ...]).dump_json(told.takes)
    key = digest(_KIND, body)
    run.store.put(_KIND, key, body)
    run.ledger.made("speech", inputs, (), {"key": key, "voice": voice, "notices": list(told.notices)})
    run.notices.extend(told.notices)
    return told.takes, voice
