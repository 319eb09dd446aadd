"""Utterances voiced: from the cache where it has them, else by the engine; cut back to rows; voiced again where something is wrong."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.errors import ServiceError, ServiceRefused
from pipeline.model import RowTime, Span, Take
from pipeline.speech import takes
from pipeline.speech.cut import Misfit
from pipeline.speech.decode import samples_from
from pipeline.speech.engine import Spent, ask_key
from pipeline.speech.jobs import job_for, singles
from pipeline.speech.outliers import suspects
from pipeline.speech.records import Cut, keep_cut, keep_speech, kept_cut, kept_speech
from pipeline.speech.shape import shaped
from pipeline.speech.utterances import speaks
from pipeline.timebase import samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.model import Observe
    from pipeline.settings.voice import Voice
    from pipeline.speech.aligned import Aligner
    from pipeline.speech.engine import Ask, Speech, Synthesizer
    from pipeline.speech.jobs import Job
    from pipeline.speech.utterances import Utterance
    from pipeline.store import Store

_SILENT_ROW = samples_from_ms(600)
_STUBBORN = 3
"""How often a row is voiced until what is wrong with it is believed."""

_NAMED_ROWS = 12

Place = tuple[int, int]
"""An utterance's number, and a row's number in it where its rows are voiced one by one."""


@dataclass(slots=True)
class Desk:
    """One narration at work: what it uses, and what it has spent.

    `aligner` tells rows apart where the engine tells no times. `probe` is the engine with little patience: it is asked first, so that a
    service that is away is known at once. `stale` are answers in the store that were found wrong, `problems` what went wrong with an ask,
    both by key.
    """

    engine: Synthesizer
    manner: Voice
    store: Store
    observe: Observe
    aligner: Aligner | None = None
    probe: Synthesizer | None = None
    spent: Spent = field(default_factory=Spent)
    cached: int = 0
    apart: list[str] = field(default_factory=list)
    stale: set[str] = field(default_factory=set)
    problems: dict[str, ServiceError] = field(default_factory=dict)


def voiced(desk: Desk, utterances: Sequence[Utterance]) -> tuple[Take, ...]:
    """Return the takes of utterances, in order. Raises ServiceError naming the rows that could not be voiced."""
    units: dict[Place, Job] = {}
    made: dict[Place, Take] = {}
    for index, utterance in enumerate(utterances):
        if speaks(utterance.rows[0]):
            job = job_for(utterance.rows, utterance.voice, desk.engine, desk.manner, closed=utterance.closed, aligner=desk.aligner)
            whole = desk.engine.boundaries or desk.aligner is not None
            units |= {(index, place): one for place, one in enumerate([job] if whole else singles(job, desk.engine, desk.manner))}
        else:
            made[index, 0] = Take((RowTime(utterance.rows[0].row, Span(0, _SILENT_ROW), "estimated"),), _SILENT_ROW, None)
    total = sum(len(job.rows) for job in units.values())
    cuts = _all_cut(desk, units, total)
    if not desk.engine.steady:
        _reconsidered(desk, cuts)
    for place, (job, cut) in cuts.items():
        rows = tuple(dataclasses.replace(time, row=row.row) for row, time in zip(job.rows, cut.rows, strict=True))
        made[place] = Take(rows, cut.samples, cut.audio)
    return tuple(take for _, take in sorted(made.items(), key=lambda item: item[0]))


def _all_cut(desk: Desk, units: Mapping[Place, Job], total: int) -> dict[Place, tuple[Job, Cut]]:
    """Voice and cut jobs; what does not fit as a whole goes again a row at a time, and a row that comes out wrong goes again."""
    done: dict[Place, tuple[Job, Cut]] = {}
    tries: dict[str, int] = {}
    left = dict(units)
    while left:
        known = {place: cut for place, job in left.items() if (cut := _known(desk, job)) is not None}
        _ask(desk, [job for place, job in left.items() if place not in known], total)
        following: dict[Place, Job] = {}
        failed: list[Job] = []
        for place, job in left.items():
            cut = known.get(place) or _cut(desk, job)
            if cut is None:
                tries[job.key] = tries.get(job.key, 0) + 1
                if tries[job.key] >= _STUBBORN or desk.engine.steady or _refused(desk, job):
                    failed.append(job)
                following[place] = job
            elif cut.apart:
                desk.apart.append(f"{job.rows[0].row}–{job.rows[-1].row}")
                following |= {(place[0], index): single for index, single in enumerate(singles(job, desk.engine, desk.manner))}
            else:
                done[place] = job, cut
        if failed:
            raise _failure(desk, failed)
        left = following
    return done


def _refused(desk: Desk, job: Job) -> bool:
    return any(isinstance(desk.problems.get(ask_key(desk.engine, ask)), ServiceRefused) for ask in job.asks)


def _known(desk: Desk, job: Job) -> Cut | None:
    """Return what the store knows about a job, if all of it is still there and sound."""
    cut = kept_cut(desk.store, job.key)
    if cut is None or (not cut.apart and desk.store.get(takes.KIND, cut.audio) is None):
        return None
    desk.cached += not cut.apart
    return cut


def _ask(desk: Desk, jobs: Iterable[Job], total: int) -> None:
    """Get the speech that is missing, or was found wrong, into the store."""
    wanted: dict[str, Ask] = {}
    for job in jobs:
        for ask in job.asks:
            key = ask_key(desk.engine, ask)
            if key in desk.stale or kept_speech(desk.store, key) is None:
                wanted[key] = ask
            else:
                desk.cached += 1
    keys, asks = list(wanted), list(wanted.values())
    done = total - sum(len(ask.rows) for ask in asks)
    desk.observe("voice", max(0, done), total)

    def deliver(index: int, answer: Speech | ServiceError) -> None:
        nonlocal done
        if isinstance(answer, ServiceError):
            desk.problems[keys[index]] = answer
        else:
            keep_speech(desk.store, keys[index], answer)
            desk.stale.discard(keys[index])
            desk.problems.pop(keys[index], None)
        done += len(asks[index].rows)
        desk.observe("voice", max(0, min(done, total)), total)

    if desk.probe is not None and asks:
        desk.spent += desk.probe.speak(asks[:1], deliver)
        desk.probe = None
        if keys[0] not in desk.problems:
            del keys[0], asks[0]
    desk.spent += desk.engine.speak(asks, deliver)


def _cut(desk: Desk, job: Job) -> Cut | None:
    """Return what a job's speech becomes, kept in the store; None where a single row's speech is wrong and must be asked for anew."""
    keys = [ask_key(desk.engine, ask) for ask in job.asks]
    try:
        cut = _shaped(desk, job, keys)
    except (Misfit, ServiceError) as fault:
        if len(job.rows) > 1:
            # a service that failed may do better the next time: only a real misfit is remembered
            apart = Cut(apart=True)
            if isinstance(fault, Misfit):
                keep_cut(desk.store, job.key, apart)
            return apart
        desk.stale.update(keys)
        desk.problems |= {key: fault if isinstance(fault, ServiceError) else ServiceError(str(fault)) for key in keys}
        return None
    keep_cut(desk.store, job.key, cut)
    return cut


def _shaped(desk: Desk, job: Job, keys: Sequence[str]) -> Cut:
    speeches = []
    for key in keys:
        if key in desk.problems:
            raise desk.problems[key]
        speech = kept_speech(desk.store, key)
        if speech is None:
            raise ServiceError("the cache lost an answer")
        speeches.append((samples_from(speech), speech.heard))
    audio, rows = shaped(job.rows, job.texts, speeches, desk.aligner)
    return Cut(takes.keep(desk.store, audio), len(audio), rows)


def _reconsidered(desk: Desk, cuts: dict[Place, tuple[Job, Cut]]) -> None:
    """Voice again, once, what is too short for its text against the rest; the longer of the two stays."""
    doubtful = suspects({place: (job.rows, job.voice, cut) for place, (job, cut) in cuts.items()})
    jobs = {place: cuts[place][0] for place in doubtful if not cuts[place][1].settled}
    desk.stale.update(ask_key(desk.engine, ask) for job in jobs.values() for ask in job.asks)
    _ask(desk, jobs.values(), sum(len(job.rows) for job in jobs.values()))
    for place, job in jobs.items():
        before = cuts[place][1]
        try:
            after = _shaped(desk, job, [ask_key(desk.engine, ask) for ask in job.asks])
        except (Misfit, ServiceError):
            after = before
        better = max(before, after, key=lambda cut: cut.samples)
        cuts[place] = job, dataclasses.replace(better, settled=True)
        keep_cut(desk.store, job.key, cuts[place][1])


def _failure(desk: Desk, jobs: Sequence[Job]) -> ServiceError:
    numbers = sorted(row.row for job in jobs for row in job.rows)
    shown = ", ".join(map(str, numbers[:_NAMED_ROWS])) + (" …" if len(numbers) > _NAMED_ROWS else "")
    problems = (desk.problems.get(ask_key(desk.engine, ask)) for job in jobs for ask in job.asks)
    why = next((problem.what for problem in problems if problem is not None), "")
    what = f"{desk.engine.name} could not voice row{'s' if len(numbers) > 1 else ''} {shown}: {why.rstrip('.')}."
    return ServiceError(what, "Run again (what is voiced is kept), or change the row or the voice.", row=numbers[0])
