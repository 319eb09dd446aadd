"""The timeline of the rows: spoken now, cached, read from a file or estimated."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from pipeline.cache import digest
from pipeline.messages import message
from pipeline.model import Take, Timeline
from pipeline.project import MAX_SUBTITLE_BYTES, read_file
from pipeline.run import StepRun, notices_from_json, notices_to_json
from pipeline.script import file_encoding_notice
from pipeline.timebase import ms_from_samples, samples_from_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.run import BuildContext
    from pipeline.script import Script
    from pipeline.settings.sections import PauseSettings
    from pipeline.timing.duration_estimate import Pace

_NARRATION_KIND = "narration"


@dataclass(frozen=True, slots=True)
class TimelineResult:
    """A timeline, and the voice's facts for the report (None without a voice)."""

    timeline: Timeline
    voice_facts: Mapping[str, Any] | None


def episode_timeline(run: BuildContext, script: Script) -> TimelineResult:
    """Return the timeline of an episode. Raises EpisodeError."""
    from pipeline.timing.timeline_layout import lay_out_takes, lay_out_times

    settings, transcript = script.settings, script.transcript
    fps = settings.picture.fps
    if settings.voice.engine == "recording" and not _wants_estimate(run):
        from pipeline.stages.host_recording import recording_timeline

        return TimelineResult(*recording_timeline(run, script))
    inputs = _speech_inputs(run, script)
    takes, voice_facts = (None, None) if _wants_estimate(run) else _cached_takes(run, inputs)
    if (
        takes is None
        and run.request.with_voice
        and run.request.target not in {"subtitle", "slides"}
    ):
        takes, voice_facts = _narrate_and_record(run, script, inputs)
    if takes is not None:
        return TimelineResult(
            lay_out_takes(
                takes,
                script.spoken_rows,
                transcript,
                script.chapters,
                _pauses_with_stings(run, script),
                fps,
                sentence_end_rows=_thought_end_rows(script),
            ),
            voice_facts,
        )
    run.steps.append(StepRun("timeline", message("stages.step_times_from_text")))
    if transcript.times is not None:
        return TimelineResult(
            lay_out_times(transcript, script.chapters, settings.pauses, fps), None
        )
    return TimelineResult(_estimate_timeline(run, script, fps), None)


def _wants_estimate(run: BuildContext) -> bool:
    """Return whether the request wants estimated times, and not those of a narration."""
    request = run.request
    estimate_requested = (
        request.duration is not None
        or request.pace_reference is not None
        or "subtitles.pace" in request.changes
    )
    return not request.with_voice or (request.target == "subtitle" and estimate_requested)


def _estimate_timeline(run: BuildContext, script: Script, fps: int) -> Timeline:
    from pipeline.timing.duration_estimate import estimate_takes
    from pipeline.timing.length_fitting import fit_to_length
    from pipeline.timing.timeline_layout import lay_out_takes

    settings = script.settings
    reference_pace, pauses = _pace_and_pauses(run, script)
    takes = estimate_takes(
        script.spoken_rows,
        syllables_per_minute=settings.subtitles.pace,
        like_speaker=reference_pace,
    )
    if run.request.duration is None:
        return lay_out_takes(
            takes,
            script.spoken_rows,
            script.transcript,
            script.chapters,
            pauses,
            fps,
            sentence_end_rows=_thought_end_rows(script),
        )
    length = samples_from_seconds(run.request.duration)
    return fit_to_length(
        takes,
        script.spoken_rows,
        script.transcript,
        script.chapters,
        pauses,
        fps,
        length,
        sentence_end_rows=_thought_end_rows(script),
    )


def _pauses_with_stings(run: BuildContext, script: Script) -> PauseSettings:
    """Return the settings' pauses, with time for the intro and the outro around the talk."""
    pauses, music = script.settings.pauses, script.settings.music
    if not (music.intro or music.outro):
        return pauses
    from pipeline.audio.music_mix import sting_lengths
    from pipeline.stages.audio import find_episode_music

    intro, outro = (
        ms_from_samples(length) for length in sting_lengths(find_episode_music(run, script))
    )
    return pauses.model_copy(
        update={"lead_in": max(pauses.lead_in, intro), "tail": max(pauses.tail, outro)}
    )


def _thought_end_rows(script: Script) -> set[int]:
    """Return the rows at which a thought ends, as in the utterances for the voice."""
    from pipeline.speech.utterances import group_into_utterances

    return {
        utterance.rows[-1].row
        for utterance in group_into_utterances(
            script.spoken_rows, script.transcript, script.chapters
        )
        if utterance.ends_thought
    }


def _pace_and_pauses(run: BuildContext, script: Script) -> tuple[Pace | None, PauseSettings]:
    """Return the pace and pauses of the reference subtitles; without them, the settings' own."""
    path, pauses = run.request.pace_reference, _pauses_with_stings(run, script)
    if path is None:
        return None, pauses
    from pipeline.subtitles.formats.subtitle_file import read_cues
    from pipeline.text.normalization.spoken_form import spoken_rows
    from pipeline.text.transcript import transcript_from_cues
    from pipeline.timing.calibration import calibrate_pace, calibrate_pauses

    notice = file_encoding_notice(path)
    run.notices.extend([notice] if notice else [])
    reference = transcript_from_cues(
        read_cues(read_file(path, MAX_SUBTITLE_BYTES), path.name, str(path)), path.stem, str(path)
    )
    rows = spoken_rows(reference.rows, script.settings.pronunciation, script.settings.language)
    times = reference.times or ()
    return calibrate_pace(rows, times), calibrate_pauses(rows, times, pauses)


def _speech_inputs(run: BuildContext, script: Script) -> dict[str, str]:
    directives = [
        dataclasses.asdict(directive)
        for directive in script.transcript.directives
        if directive.kind in {"voice", "pause"}
    ]
    return {
        "rows": digest([dataclasses.asdict(row) for row in script.spoken_rows]),
        "voice": digest(script.settings.voice.model_dump(), script.settings.language, directives),
        "chapters": digest([chapter.row for chapter in script.chapters]),
        "program": run.program_version,
    }


def _cached_takes(
    run: BuildContext, inputs: Mapping[str, str]
) -> tuple[tuple[Take, ...] | None, Mapping[str, Any] | None]:
    """Return the takes of a narration of the same text and settings whose audio is still cached."""
    if run.manifest.stale_reason("speech", inputs, ()):
        return None, None
    facts = run.manifest.facts("speech")
    body = run.store.get(_NARRATION_KIND, facts["key"])
    if body is None:
        return None, None
    takes = TypeAdapter(tuple[Take, ...]).validate_json(body)
    if any(take.audio_key and run.store.get("take", take.audio_key) is None for take in takes):
        return None, None
    run.steps.append(StepRun("speech", ""))
    run.notices.extend(notices_from_json(facts["notices"]))
    return takes, facts["voice"]


def _narrate_and_record(
    run: BuildContext, script: Script, inputs: Mapping[str, str]
) -> tuple[tuple[Take, ...], Mapping[str, Any]]:
    from pipeline.align.tts_clips import aligner_version, tts_clip_aligner
    from pipeline.speech.narrator import narrate
    from pipeline.speech.row_alignment import UtteranceAligner

    run.steps.append(
        StepRun(
            "speech",
            run.manifest.stale_reason("speech", inputs, ())
            or message("stages.step_audio_not_cached"),
        )
    )
    aligner = UtteranceAligner(aligner_version(), tts_clip_aligner(script.spoken_rows))
    narration = narrate(
        script.spoken_rows,
        script.transcript,
        script.chapters,
        script.settings,
        run.store,
        run.observe,
        aligner=aligner,
    )
    voice_facts = {
        "engine": narration.engine_name,
        "name": narration.voice_name,
        "version": narration.engine_version,
    }
    body = TypeAdapter(tuple[Take, ...]).dump_json(narration.takes)
    key = digest(_NARRATION_KIND, body)
    run.store.put(_NARRATION_KIND, key, body)
    notices = notices_to_json(narration.notices)
    facts = {"key": key, "voice": voice_facts, "notices": notices}
    run.manifest.record("speech", inputs, (), facts)
    run.notices.extend(narration.notices)
    return narration.takes, voice_facts
