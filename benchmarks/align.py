"""Figures of the aligner: recordings composed from the embedded voice, whose row times are known to the sample, found again in three ways.

The voices that are recorded are variants at other speeds and pitches than the reference of the comparison (`cmn` at 240 words a minute).
Run: python benchmarks/align.py [--hour]
"""

from __future__ import annotations

import dataclasses
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[:1] = [str(ROOT), str(ROOT / "tests")]  # in place of this folder, whose names would hide the tests'

import numpy as np  # noqa: E402 - the paths come first
from align.recordings import Plan, Recording, Voice, compose  # noqa: E402
from align.talks import sentences  # noqa: E402

from pipeline import process  # noqa: E402
from pipeline.align import Alignment, align  # noqa: E402
from pipeline.align.dtw import warped  # noqa: E402
from pipeline.align.embedded import embedded  # noqa: E402
from pipeline.align.features import hear  # noqa: E402
from pipeline.align.pauses import guessed, speaking  # noqa: E402
from pipeline.align.phones import pronounced  # noqa: E402
from pipeline.align.self_taught import expected_seconds  # noqa: E402
from pipeline.text.spoken import spoken_rows  # noqa: E402
from pipeline.text.transcript import read_transcript  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

_SEED = ROOT / "transcript" / "ilya-sutskever.txt"
_REMARK = "这里我插一句题外话，刚才那个例子大家听懂了吗，没听懂的话可以回头再看一遍。"
_VOICES = (Voice("cmn+m3", 250, 40), Voice("cmn+f4", 210, 62), Voice("cmn+klatt2", 230, 50))
_ENGLISH = (Voice("en-us+m3", 180, 40), Voice("en-gb-x-rp+f4", 165, 60))
_SAMPLES_A_MS = 48
_HOUR_MINUTES = 60


class Case(NamedTuple):
    """A kind of recording: its name, how it is made, of which talks, in which voices."""

    name: str
    plan: Plan
    talks: Sequence[Sequence[str]]
    voices: tuple[Voice, ...] = _VOICES


def cases() -> list[Case]:
    """Return the kinds of recording there are figures for."""
    talks = sentences()
    doubtful = Plan(skipped=frozenset({20, 45}), repeated=frozenset({10, 60}), adlibs=((30, _REMARK),))
    return [
        Case("rows end in pauses of 60 ms to 1 s", Plan(gaps=(0.06, 1.0)), talks),
        Case("rows 20 to 120 ms apart", Plan(gaps=(0.02, 0.12)), talks),
        Case("rows cut inside sentences", Plan(), talks),
        Case("… in English", Plan(), sentences("english"), _ENGLISH),
        Case("… with noise at 20 dB", Plan(noise=20), talks),
        Case("… with music at 15 dB", Plan(music=15), talks),
        Case("… with 25 s of silence around", Plan(lead=25, tail=25), talks),
        Case("… in 25 s", Plan(), talks[4:8]),
        Case("… in 10 s", Plan(), talks[4:6]),
        Case("skipped, repeated, added", doubtful, talks),
        Case("… 20 to 120 ms apart, noise", dataclasses.replace(doubtful, gaps=(0.02, 0.12), noise=20), talks),
    ]


def main() -> None:
    """Print the table, or with --hour the figures of an hour."""
    if "--hour" in sys.argv[1:]:
        hour()
        return
    print("onset errors in ms; embedded voice, variants:", ", ".join(f"{voice.name} {voice.pace} wpm" for voice in (*_VOICES, *_ENGLISH)))
    print(f"{'':36}{'way':10}{'rows':>5}{'mean':>7}{'median':>8}{'95 %':>7}{'worst':>8}{'in 100':>8}  flags")
    for case in cases():
        errors: dict[str, list[float]] = {}
        flags = []
        for number, voice in enumerate(case.voices):
            recording = compose(case.talks, dataclasses.replace(case.plan, voice=voice, seed=number + 1))
            found = align(recording.samples, recording.rows, rate=recording.rate)
            flags.append(_judged(found, recording, case.plan))
            for way, starts in {**_ways(recording), "learnt": [row.span.start for row in found.rows]}.items():
                errors.setdefault(way, []).extend(_errors(starts, recording))
        for place, (way, values) in enumerate(errors.items()):
            print(f"{case.name if not place else '':36}{way:10}{_line(values)}  {', '.join(flags) if way == 'learnt' else ''}", flush=True)


def _ways(recording: Recording) -> dict[str, list[int]]:
    """Return where each row begins (samples at 48 kHz) by pauses and lengths alone, and by comparison with the embedded voice alone."""
    heard = hear([recording.samples], recording.rate)
    spoken = speaking(heard.level)
    by_pauses = guessed(spoken, [expected_seconds(units) for units in pronounced(recording.rows)])
    reference = embedded(recording.rows)
    by_voice = warped(heard.cepstra, spoken, reference.cepstra, reference.spoken, reference.edges) or [(float("inf"), 0)] * len(by_pauses)
    return {way: [round(start * 48_000) for start, _ in rows] for way, rows in {"pauses": by_pauses, "DTW": by_voice}.items()}


def _errors(starts: Sequence[int], recording: Recording) -> list[float]:
    return [abs(start - true.start) / _SAMPLES_A_MS for start, true in zip(starts, recording.truth, strict=True) if true is not None]


def _line(values: Sequence[float]) -> str:
    error = np.array(values)
    inside = f"{100 * (error <= 100).mean():.1f} %"  # noqa: PLR2004 - the ms of the heading
    return f"{len(error):5}{error.mean():7.1f}{np.median(error):8.1f}{np.percentile(error, 95):7.1f}{error.max():8.1f}{inside:>8}"


def _judged(found: Alignment, recording: Recording, plan: Plan) -> str:
    """Return how many of the rows to flag were flagged for the right reason, and how many others were flagged."""
    wanted = (
        {(row, "skipped") for row in plan.skipped}
        | {(row, "repeated") for row in plan.repeated}
        | {(row, "ad-lib") for row, _ in plan.adlibs}
    )
    wanted = {(row, reason) for row, reason in wanted if row <= len(recording.rows)}
    told = {(flag.row, str(flag.reason)) for flag in found.flags}
    return f"{len(wanted & told)}/{len(wanted)} +{len(told - wanted)}"


def hour() -> None:
    """Print how long an hour takes, how much memory, and how well its rows are found."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hour.npy"
        with process.pool(1) as worker:
            recording, plan = worker.submit(_hour_long, file).result()
        with process.pool(1) as worker:
            found, seconds, memory = worker.submit(_measured, file, recording).result()
        minutes = len(np.load(file, mmap_mode="r")) / recording.rate / 60
    print(f"{minutes:.1f} minutes, {len(recording.rows)} rows: {seconds:.0f} s, {memory:.0f} MB at most, the mapped file among them")
    print(_line(_errors([row.span.start for row in found.rows], recording)), " flags", _judged(found, recording, plan))


def _hour_long(file: Path) -> tuple[Recording, Plan]:
    """In a worker: compose an hour of the first episode and the talks, shuffled, with noise, skipped and repeated rows and remarks.

    The samples go into `file`; the recording is returned without them.
    """
    chance = random.Random(1)  # noqa: S311 - a recording, no secret
    transcript = read_transcript(_SEED.read_bytes(), _SEED.stem, str(_SEED))
    texts = [row.spoken for row in spoken_rows(transcript.rows, {})]
    talks = sentences()
    while texts:
        count = chance.randint(2, 4)
        talks.append(texts[:count])
        texts = texts[count:]
    chosen: list[list[str]] = []
    while sum(len(row) for sentence in chosen for row in sentence) < _HOUR_MINUTES * 60 * 4.35:
        chance.shuffle(talks)
        chosen += talks
    count = sum(map(len, chosen))
    odd = chance.sample(range(20, count - 20), 24)
    plan = Plan(
        noise=25,
        skipped=frozenset(odd[:8]),
        repeated=frozenset(odd[8:16]),
        adlibs=tuple((row, _REMARK) for row in odd[16:]),
        rate=48_000,
    )
    recording = compose(chosen, plan)
    np.save(file, recording.samples)
    return dataclasses.replace(recording, samples=recording.samples[:0]), plan


def _measured(file: Path, recording: Recording) -> tuple[Alignment, float, float]:
    """In a worker of its own: align; return with it the seconds taken and the most memory held, in MB."""
    import resource

    began = time.perf_counter()
    found = align(np.load(file, mmap_mode="r"), recording.rows, rate=recording.rate)
    return found, time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
