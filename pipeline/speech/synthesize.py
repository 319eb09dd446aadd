"""Synthesize utterances: from the cache or by the engine, split into rows, again if it failed."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.errors import ServiceError, ServiceRefused
from pipeline.messages import message
from pipeline.model import RowTime, Span, Take
from pipeline.speech import speech_cache
from pipeline.speech.analysis.speech_decoder import decode_speech
from pipeline.speech.engines.base import RequestStats, request_key
from pipeline.speech.short_takes import find_short_takes
from pipeline.speech.speech_cache import (
    TakeRecord,
    load_speech,
    load_take_record,
    store_speech,
    store_take_record,
)
from pipeline.speech.split_rows import SpeechTextMismatch
from pipeline.speech.synthesis_jobs import create_job, create_row_jobs
from pipeline.speech.take_building import build_take
from pipeline.speech.utterances import has_speakable_text
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.cache import Store
    from pipeline.model import ProgressCallback
    from pipeline.settings.sections import VoiceSettings
    from pipeline.speech.engines.base import SpeechEngine, SynthesisRequest, SynthesisResult
    from pipeline.speech.row_alignment import UtteranceAligner
    from pipeline.speech.synthesis_jobs import SynthesisJob
    from pipeline.speech.utterances import Utterance

_SILENT_ROW_LENGTH = samples_from_ms(600)
_MAX_TRIES = 3
"""How often a row is spoken before it counts as failed."""

_MAX_NAMED_ROWS = 12
JobPosition = tuple[int, int]
"""Index of an utterance, and of a row in it if its rows are spoken one by one."""


@dataclass(slots=True)
class SynthesisContext:
    """One narration at work: what it uses, and what it has cost so far.

    `aligner` separates rows if the engine gives no word times. `probe` is the engine with little
    patience: it gets the first request, so that an absent service is noticed at once. `stale_keys`
    are results in the store that were found wrong, `problems_by_key` the errors of requests, both
    by request key. `split_utterances` are the row ranges that had to be spoken row by row.
    """

    engine: SpeechEngine
    voice_settings: VoiceSettings
    store: Store
    observe: ProgressCallback
    aligner: UtteranceAligner | None = None
    probe: SpeechEngine | None = None
    stats: RequestStats = field(default_factory=RequestStats)
    cached_count: int = 0
    split_utterances: list[str] = field(default_factory=list)
    stale_keys: set[str] = field(default_factory=set)
    problems_by_key: dict[str, ServiceError] = field(default_factory=dict)


def synthesize_utterances(
    context: SynthesisContext, utterances: Sequence[Utterance]
) -> tuple[Take, ...]:
    """Return the takes of utterances, in order.

    Raises ServiceError naming the rows that could not be spoken.
    """
    jobs: dict[JobPosition, SynthesisJob] = {}
    takes_by_position: dict[JobPosition, Take] = {}
    for index, utterance in enumerate(utterances):
        if has_speakable_text(utterance.rows[0]):
            job = create_job(
                utterance.rows,
                utterance.voice,
                context.engine,
                context.voice_settings,
                ends_thought=utterance.ends_thought,
                aligner=context.aligner,
            )
            as_whole = context.engine.abilities.has_word_times or context.aligner is not None
            jobs |= {
                (index, part): part_job
                for part, part_job in enumerate(
                    [job]
                    if as_whole
                    else create_row_jobs(job, context.engine, context.voice_settings)
                )
            }
        else:
            takes_by_position[index, 0] = Take(
                (RowTime(utterance.rows[0].row, Span(0, _SILENT_ROW_LENGTH), "estimated"),),
                _SILENT_ROW_LENGTH,
                None,
            )
    total = sum(len(job.rows) for job in jobs.values())
    records = _synthesize_jobs(context, jobs, total)
    if not context.engine.abilities.is_deterministic:
        _retry_short_takes(context, records)
    for position, (job, record) in records.items():
        rows = tuple(
            dataclasses.replace(time, row=row.row)
            for row, time in zip(job.rows, record.row_times, strict=True)
        )
        takes_by_position[position] = Take(rows, record.length, record.audio_key)
    return tuple(take for _, take in sorted(takes_by_position.items(), key=lambda item: item[0]))


def _synthesize_jobs(
    context: SynthesisContext, jobs: Mapping[JobPosition, SynthesisJob], total: int
) -> dict[JobPosition, tuple[SynthesisJob, TakeRecord]]:
    """Run jobs until each has a record.

    An utterance that cannot be split into its rows is run again a row at a time; a row that comes
    out wrong is run again.
    """
    finished: dict[JobPosition, tuple[SynthesisJob, TakeRecord]] = {}
    tries: dict[str, int] = {}
    pending = dict(jobs)
    while pending:
        cached_records = {
            position: record
            for position, job in pending.items()
            if (record := _load_cached_record(context, job)) is not None
        }
        _request_missing_speech(
            context,
            [job for position, job in pending.items() if position not in cached_records],
            total,
        )
        following: dict[JobPosition, SynthesisJob] = {}
        failed: list[SynthesisJob] = []
        for position, job in pending.items():
            record = cached_records.get(position) or _make_record(context, job)
            if record is None:
                tries[job.key] = tries.get(job.key, 0) + 1
                if (
                    tries[job.key] >= _MAX_TRIES
                    or context.engine.abilities.is_deterministic
                    or _is_refused(context, job)
                ):
                    failed.append(job)
                following[position] = job
            elif record.must_split:
                context.split_utterances.append(f"{job.rows[0].row}–{job.rows[-1].row}")
                following |= {
                    (position[0], index): single
                    for index, single in enumerate(
                        create_row_jobs(job, context.engine, context.voice_settings)
                    )
                }
            else:
                finished[position] = job, record
        if failed:
            raise _synthesis_error(context, failed)
        pending = following
    return finished


def _is_refused(context: SynthesisContext, job: SynthesisJob) -> bool:
    return any(
        isinstance(
            context.problems_by_key.get(request_key(context.engine, request)), ServiceRefused
        )
        for request in job.requests
    )


def _load_cached_record(context: SynthesisContext, job: SynthesisJob) -> TakeRecord | None:
    """Return a job's record if the store has it and its audio."""
    record = load_take_record(context.store, job.key)
    if record is None or (
        not record.must_split
        and context.store.get(speech_cache.TAKE_KIND, record.audio_key) is None
    ):
        return None
    context.cached_count += not record.must_split
    return record


def _request_missing_speech(
    context: SynthesisContext, jobs: Iterable[SynthesisJob], total: int
) -> None:
    """Request the speech that the store lacks or that was found wrong."""
    missing_requests: dict[str, SynthesisRequest] = {}
    for job in jobs:
        for request in job.requests:
            key = request_key(context.engine, request)
            if key in context.stale_keys or load_speech(context.store, key) is None:
                missing_requests[key] = request
            else:
                context.cached_count += 1
    keys, requests = list(missing_requests), list(missing_requests.values())
    done = total - sum(len(request.rows) for request in requests)
    context.observe("voice", max(0, done), total)

    def deliver(index: int, answer: SynthesisResult | ServiceError) -> None:
        nonlocal done
        if isinstance(answer, ServiceError):
            context.problems_by_key[keys[index]] = answer
        else:
            store_speech(context.store, keys[index], answer)
            context.stale_keys.discard(keys[index])
            context.problems_by_key.pop(keys[index], None)
        done += len(requests[index].rows)
        context.observe("voice", max(0, min(done, total)), total)

    if context.probe is not None and requests:
        context.stats += context.probe.speak(requests[:1], deliver)
        context.probe = None
        if keys[0] not in context.problems_by_key:
            del keys[0], requests[0]
    context.stats += context.engine.speak(requests, deliver)


def _make_record(context: SynthesisContext, job: SynthesisJob) -> TakeRecord | None:
    """Return a job's record and store it; None if a single row's speech must be requested again."""
    keys = [request_key(context.engine, request) for request in job.requests]
    try:
        record = _build_record(context, job, keys)
    except (SpeechTextMismatch, ServiceError) as fault:
        if len(job.rows) > 1:
            # a service that failed may succeed the next time: only a real mismatch is stored
            split_record = TakeRecord(must_split=True)
            if isinstance(fault, SpeechTextMismatch):
                store_take_record(context.store, job.key, split_record)
            return split_record
        context.stale_keys.update(keys)
        context.problems_by_key |= {
            key: fault if isinstance(fault, ServiceError) else ServiceError(fault.reason)
            for key in keys
        }
        return None
    store_take_record(context.store, job.key, record)
    return record


def _build_record(context: SynthesisContext, job: SynthesisJob, keys: Sequence[str]) -> TakeRecord:
    speeches = []
    for key in keys:
        if key in context.problems_by_key:
            raise context.problems_by_key[key]
        result = load_speech(context.store, key)
        if result is None:
            raise ServiceError(message("speech.cache_lost_speech"))
        speeches.append((decode_speech(result), result.word_boundaries))
    audio, rows = build_take(job.rows, job.texts, speeches, context.aligner)
    return TakeRecord(speech_cache.store_take_audio(context.store, audio), len(audio), rows)


def _retry_short_takes(
    context: SynthesisContext, records: dict[JobPosition, tuple[SynthesisJob, TakeRecord]]
) -> None:
    """Request takes that are too short for their text once more, and keep the longer result."""
    doubtful = find_short_takes(
        {position: (job.rows, job.voice, record) for position, (job, record) in records.items()}
    )
    jobs = {
        position: records[position][0]
        for position in doubtful
        if not records[position][1].length_checked
    }
    context.stale_keys.update(
        request_key(context.engine, request) for job in jobs.values() for request in job.requests
    )
    _request_missing_speech(context, jobs.values(), sum(len(job.rows) for job in jobs.values()))
    for position, job in jobs.items():
        before = records[position][1]
        try:
            after = _build_record(
                context, job, [request_key(context.engine, request) for request in job.requests]
            )
        except (SpeechTextMismatch, ServiceError):
            after = before
        longer = max(before, after, key=lambda record: record.length)
        records[position] = job, dataclasses.replace(longer, length_checked=True)
        store_take_record(context.store, job.key, records[position][1])


def _synthesis_error(context: SynthesisContext, jobs: Sequence[SynthesisJob]) -> ServiceError:
    numbers = sorted(row.row for job in jobs for row in job.rows)
    shown = ", ".join(map(str, numbers[:_MAX_NAMED_ROWS])) + (
        " …" if len(numbers) > _MAX_NAMED_ROWS else ""
    )
    problems = (
        context.problems_by_key.get(request_key(context.engine, request))
        for job in jobs
        for request in job.requests
    )
    reason = next((problem.problem for problem in problems if problem is not None), "")
    return ServiceError(
        message(
            "speech.rows_failed",
            engine=context.engine.name,
            count=len(numbers),
            rows=shown,
            reason=reason,
        ),
        row=numbers[0],
    )
