"""The host's own recording: decoded, aligned with the rows, laid out as it was spoken."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from pipeline.cache import digest
from pipeline.messages import message, message_from_json, message_to_json
from pipeline.model import RowTime, Span
from pipeline.run import StepRun, notices_from_json, notices_to_json
from pipeline.stages.recording_files import RecordingLookup, model_files, recording_files
from pipeline.timebase import SAMPLE_RATE, ms_from_samples
from pipeline.timing.timeline_layout import lay_out_recording

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.align.alignment import Alignment
    from pipeline.model import Timeline
    from pipeline.run import BuildContext
    from pipeline.script import Script
    from pipeline.stages.recording_files import RecordingFiles

_ALIGNMENT_KIND = "alignment"
_LONG_SILENCE_SECONDS = 3.0


def recording_timeline(run: BuildContext, script: Script) -> tuple[Timeline, Mapping[str, Any]]:
    """Return the timeline of the recording that the settings name, and its facts for the report.

    Raises InputError, EnvironmentFault.
    """
    files, digest_of = recording_files(RecordingLookup.for_run(run)), run.manifest.digest_of
    inputs = {
        "rows": digest([dataclasses.asdict(row) for row in script.spoken_rows]),
        "recording": digest_of(files.recording),
        "times": digest(files.times.name, digest_of(files.times)) if files.times else "",
        "aligner": digest(script.settings.voice.aligner, script.settings.language),
        "model": digest([[path.name, digest_of(path)] for path in model_files(files.model)])
        if files.model
        else "",
        "program": run.program_version,
        "cut": digest(script.settings.voice.cut_retakes, script.settings.sound.clean),
    }
    reason = run.manifest.stale_reason("alignment", inputs, ())
    facts = run.manifest.facts("alignment")
    body = None if reason else run.store.get(_ALIGNMENT_KIND, facts["key"])
    if body is None or not run.store.entry_path("take", facts["audio"]).exists():
        run.steps.append(StepRun("alignment", reason or message("stages.step_audio_not_cached")))
        body, facts = _align_and_record(run, script, files)
        run.manifest.record("alignment", inputs, (), facts)
    else:
        run.steps.append(StepRun("alignment", ""))
    run.notices.extend(notices_from_json(facts["notices"]))
    rows = TypeAdapter(tuple[RowTime, ...]).validate_json(body)
    timeline = lay_out_recording(
        rows, facts["audio"], facts["samples"], script.chapters, script.settings.picture.fps
    )
    voice_facts = {
        "engine": "recording",
        "name": files.recording.name,
        "version": message_from_json(facts["method"]),
        "flagged_rows": facts["flags"],
        "beside_text": facts["beside_text"],
    }
    return timeline, voice_facts


def _align_and_record(
    run: BuildContext, script: Script, files: RecordingFiles
) -> tuple[bytes, dict[str, Any]]:
    import numpy as np

    from pipeline.align.retake_cuts import cut_retakes, kept_samples
    from pipeline.audio import pcm
    from pipeline.audio.clean_speech import clean_speech
    from pipeline.audio.decoder import decode_to_wav
    from pipeline.script import file_encoding_notice
    from pipeline.speech.speech_cache import store_take_audio

    # first, so that a wrong model is reported before an hour of audio is decoded
    align_samples = _row_aligner(run, script, files)
    decoded_path = run.work_folder / "recording.wav"
    length = decode_to_wav(files.recording, decoded_path)
    samples: NDArray[np.int16] = pcm.memory_map_samples(decoded_path)
    alignment = align_samples(samples)
    beside_text = _beside_text(alignment)
    if script.settings.sound.clean:
        samples = clean_speech(samples)
    if script.settings.voice.cut_retakes:
        cut = cut_retakes(alignment, length)
        alignment = cut.alignment
        if cut.removed:
            seconds = sum(span.length for span in cut.removed) / SAMPLE_RATE
            note = message("stages.retakes_cut", count=len(cut.removed), seconds=seconds)
            alignment = dataclasses.replace(alignment, notes=(*alignment.notes, note))
            samples = np.concatenate(list(kept_samples(samples, cut.kept)))
            length = len(samples)
    notice = file_encoding_notice(files.times) if files.times else None
    audio = store_take_audio(run.store, samples)
    decoded_path.unlink()
    body = TypeAdapter(tuple[RowTime, ...]).dump_json(alignment.rows)
    key = digest(_ALIGNMENT_KIND, body)
    run.store.put(_ALIGNMENT_KIND, key, body)
    flags = [
        {
            "row": flag.row,
            "reason": flag.reason,
            "heard": flag.extra_speech and [flag.extra_speech.start, flag.extra_speech.end],
        }
        for flag in alignment.flags
    ]
    return body, {
        "key": key,
        "audio": audio,
        "samples": length,
        "beside_text": beside_text,
        "method": message_to_json(alignment.method),
        "flags": flags,
        "notices": notices_to_json((*([notice] if notice else ()), *alignment.notes)),
    }


def _beside_text(alignment: Alignment) -> list[dict[str, Any]]:
    """Return what the recording has beside the text, in order, with times in ms of the recording.

    That is rows left out, read twice or moved, remarks, and silences (row 0) of 3 s and more
    between the first row and the last one.
    """
    starts = {row.row: row.span.start for row in alignment.rows}
    found = [
        (flag.extra_speech or Span(starts[flag.row], starts[flag.row]), flag.row, str(flag.reason))
        for flag in alignment.flags
        if flag.reason in {"skipped", "repeated", "moved", "ad-lib"}
    ]
    spans = [row.span for row in alignment.rows if row.span.length]
    spans += [flag.extra_speech for flag in alignment.flags if flag.extra_speech]
    end = min((span.start for span in spans), default=0)
    for span in sorted(spans, key=lambda each: each.start):
        if span.start - end >= _LONG_SILENCE_SECONDS * SAMPLE_RATE:
            found.append((Span(end, span.start), 0, "silence"))
        end = max(end, span.end)
    return [
        {"row": row, "what": what, "ms": [ms_from_samples(span.start), ms_from_samples(span.end)]}
        for span, row, what in sorted(found, key=lambda entry: entry[0].start)
    ]


def _row_aligner(
    run: BuildContext, script: Script, files: RecordingFiles
) -> Callable[[NDArray[np.int16]], Alignment]:
    """Return the function that finds the rows in samples: from known times, a model, or neither."""
    from pipeline.align.aligner import align_recording, load_aligner
    from pipeline.align.timing_import import import_timings

    if files.times is not None:
        data, path = _read_times_file(files.times), files.times
        return lambda samples: import_timings(
            data, path.name, script.spoken_rows, len(samples), str(path)
        )
    aligner_kind = script.settings.voice.aligner
    aligner = (
        load_aligner(
            files.model,
            script.settings.language,
            "auto" if aligner_kind == "self" else aligner_kind,
        )
        if files.model
        else None
    )
    return lambda samples: align_recording(
        samples, script.spoken_rows, observe=run.observe, aligner=aligner
    )


def _read_times_file(path: Path) -> bytes:
    """Return a file's bytes, at most one more than is allowed: then its size is refused."""
    from pipeline.align.timing_import import MAX_TIMING_FILE_BYTES

    with path.open("rb") as file:
        return file.read(MAX_TIMING_FILE_BYTES + 1)
