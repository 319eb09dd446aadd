"""Figures of the aligner.

Recordings composed from the embedded voice, whose row times are known to the sample, found again in
three ways.

The voices that are recorded are variants at other speeds and pitches than the reference of the
comparison (`cmn` at 240 words a minute); which ones, how fast, where the pauses fall and which rows
are in trouble is drawn anew for each seed.

Run: python benchmarks/align.py [--human] [--hour] [--seed N]
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[:1] = [
    str(ROOT),
    str(ROOT / "tests"),
]  # in place of this folder, whose names would hide the tests'

import numpy as np  # noqa: E402 - the paths come first

from benchmarks.human_alignment import print_human_table  # noqa: E402
from pipeline import process  # noqa: E402
from pipeline.align.aligner import align_recording  # noqa: E402
from pipeline.align.dtw import warp_row_times  # noqa: E402
from pipeline.align.features import extract_features  # noqa: E402
from pipeline.align.flat_start import expected_seconds  # noqa: E402
from pipeline.align.initial_guess import guess_row_times  # noqa: E402
from pipeline.align.phones import pronounce_rows  # noqa: E402
from pipeline.align.reference_voice import speak_reference  # noqa: E402
from pipeline.align.vad import detect_speech  # noqa: E402
from pipeline.text.normalization.spoken_form import spoken_rows  # noqa: E402
from pipeline.text.transcript import read_transcript  # noqa: E402
from tests.align.recordings import Plan, Recording, Voice, compose  # noqa: E402
from tests.align.talks import sentences  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.align.alignment import Alignment

_EPISODE = ROOT / "transcript" / "ilya-sutskever.txt"
_REMARKS = (
    "这里我插一句题外话，刚才那个例子大家听懂了吗，没听懂的话可以回头再看一遍。",
    "顺便说一下，下周三晚上八点我会在直播间回答大家的问题，欢迎准时来聊天。",
    "不好意思，刚才外面有一辆卡车开过去，声音有点大，我们接着往下讲。",
)
_VARIANTS = (
    "m1",
    "m2",
    "m3",
    "m4",
    "m6",
    "m7",
    "f1",
    "f4",
    "klatt2",
    "klatt3",
)  # the others breathe, or are no voice of a person
_ENGLISH = ("en-us", "en-029", "en-gb-x-rp", "en-gb-scotland")
_SAMPLES_A_MS = 48
_HOUR_MINUTES = 60
_MOST_SECONDS, _MOST_MEGABYTES = 180, 1536
_OFTEN_WITHIN, _NEIGHBOURS_WITHIN = 100, 150  # ms

Target = Literal["pauses", "running", ""]
_TARGETS: dict[Target, tuple[str, float, float, float]] = {
    "pauses": (
        "rows ending in pauses of 60 ms and more: mean at most 30 ms, all within 100 ms",
        30,
        100,
        100,
    ),
    "running": (
        (
            "rows cut inside sentences or 20 to 120 ms apart: mean at most 40 ms, 95 % in 100 ms, "
            "none off by a row"
        ),
        40,
        95,
        np.inf,
    ),
}
"""Sentence, mean (ms), percentile within 100 ms, worst (ms)."""


class Case(NamedTuple):
    """A kind of recording.

    Its name, how it is made, of which talks, in which voices, held to which figures.
    """

    name: str
    plan: Plan
    talks: Sequence[Sequence[str]]
    voices: tuple[Voice, ...]
    target: Target = "running"


class Score(NamedTuple):
    """The result of one way on one recording.

    Onset errors in ms by row, and the rows nearer to a neighbour's place than to their own.
    """

    errors: dict[int, float]
    off_by_a_row: int


class Trouble(NamedTuple):
    """The rows to flag, and how many were flagged for the right reason.

    Also others that were flagged, and the worst onset in ms next to the rows to flag.
    """

    wanted: int
    told: int
    more: int
    beside: float


def cases(seed: int) -> list[Case]:
    """Return the kinds of recording there are figures for."""
    chance = random.Random(seed)  # noqa: S311 - recordings, no secret
    talks = sentences()
    voices = tuple(
        Voice(f"cmn+{name}", chance.randint(195, 260), chance.randint(30, 70))
        for name in chance.sample(_VARIANTS, 2)
    )
    english = tuple(
        Voice(f"{chance.choice(_ENGLISH)}+{name}", chance.randint(150, 190), chance.randint(30, 70))
        for name in chance.sample(_VARIANTS, 2)
    )
    odd = chance.sample(range(4, sum(map(len, talks)) - 2, 4), 6)
    doubtful = Plan(
        skipped=frozenset(odd[:2]),
        repeated=frozenset(odd[2:4]),
        adlibs=tuple(zip(odd[4:], _REMARKS, strict=False)),
    )
    short = chance.randint(0, len(talks) - 4)
    return [
        Case("rows end in pauses of 60 ms to 1 s", Plan(gaps=(0.06, 1.0)), talks, voices, "pauses"),
        Case("… with noise at 20 dB", Plan(gaps=(0.06, 1.0), noise=20), talks, voices, "pauses"),
        Case("rows 20 to 120 ms apart", Plan(gaps=(0.02, 0.12)), talks, voices),
        Case("rows cut inside sentences", Plan(), talks, voices),
        Case("… a whole episode, mixed", Plan(), episode(chance), voices[:1]),
        Case("… in English", Plan(), sentences("english"), english),
        Case("… with noise at 20 dB", Plan(noise=20), talks, voices),
        Case("… with music at 15 dB", Plan(music=15), talks, voices),
        Case("… with 25 s of silence around", Plan(lead=25, tail=25), talks, voices),
        Case("… in 25 s", Plan(), talks[short : short + 4], voices),
        Case("… in 10 s", Plan(), talks[short : short + 2], voices),
        Case("skipped, repeated, added", doubtful, talks, voices),
        Case(
            "… 20 to 120 ms apart, noise",
            dataclasses.replace(doubtful, gaps=(0.02, 0.12), noise=20),
            talks,
            voices,
        ),
    ]


def episode(chance: random.Random) -> list[list[str]]:
    """Return the first episode as it is said, two to four rows in a breath."""
    transcript = read_transcript(_EPISODE.read_bytes(), _EPISODE.stem, str(_EPISODE))
    texts = [row.spoken for row in spoken_rows(transcript.rows, {})]
    breaths = []
    while texts:
        count = chance.randint(2, 4)
        breaths.append(texts[:count])
        texts = texts[count:]
    return breaths


def main() -> None:
    """Print the table and which figures are met, or with --hour those of an hour."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument(
        "--hour",
        action="store_true",
        help="an hour, its time and its memory, in place of the table",
    )
    asked.add_argument(
        "--seed", type=int, default=1, help="which voices, pauses and troubles are drawn"
    )
    asked.add_argument(
        "--human",
        type=int,
        metavar="COUNT",
        help="people's speech as hosts record it, in place of the table: COUNT seeds from N",
    )
    options = asked.parse_args()
    if options.human:
        print_human_table(range(options.seed, options.seed + options.human), hour=options.hour)
    elif options.hour:
        hour(options.seed)
    else:
        table(options.seed)


def table(seed: int) -> None:
    """Print the figures of each case and way."""
    chosen = cases(seed)
    print(
        "onset errors in ms; voices:",
        *sorted({f"{voice.name}@{voice.pace}" for case in chosen for voice in case.voices}),
    )
    print(
        f"{'':36}{'way':8}{'rows':>5}{'mean':>7}{'median':>8}{'95 %':>7}{'worst':>8}{'in 100':>9}"
        f"{'off by a row':>14}  flagged, others"
    )
    held: dict[Target, list[bool]] = {}
    troubles = []
    for case in chosen:
        scores: dict[str, list[Score]] = {}
        flags = []
        for number, voice in enumerate(case.voices):
            recording = compose(
                case.talks, dataclasses.replace(case.plan, voice=voice, seed=seed * 100 + number)
            )
            found = align_recording(recording.samples, recording.rows, rate=recording.rate)
            for way, starts in {
                **_ways(recording),
                "learnt": [row.span.start for row in found.rows],
            }.items():
                scores.setdefault(way, []).append(_scored(starts, recording))
            flags.append(_judged(found, recording, case.plan, scores["learnt"][-1]))
        troubles += flags
        for place, (way, values) in enumerate(scores.items()):
            told = (
                ", ".join(f"{each.told}/{each.wanted} +{each.more}" for each in flags)
                if way == "learnt"
                else ""
            )
            print(f"{case.name if not place else '':36}{way:8}{_line(values)}  {told}", flush=True)
        if case.target:
            held.setdefault(case.target, []).append(_reached(case.target, scores["learnt"]))
    for target, (sentence, *_) in _TARGETS.items():
        print(
            f"{_met(all(held[target]))} {sentence} ({sum(held[target])} of {len(held[target])} "
            "cases)"
        )
    _print_troubles(troubles)


def _ways(recording: Recording) -> dict[str, list[int]]:
    """Return where each row begins in samples at 48 kHz, found in two ways.

    By pauses and lengths alone, and by comparison with the embedded voice alone.
    """
    heard = extract_features([recording.samples], recording.rate)
    spoken = detect_speech(heard.levels)
    by_pauses = guess_row_times(
        spoken, [expected_seconds(units) for units in pronounce_rows(recording.rows)]
    )
    reference = speak_reference(recording.rows)
    by_voice = warp_row_times(
        heard.cepstra, spoken, reference.cepstra, reference.speech, reference.row_frames
    ) or [(float("inf"), 0)] * len(by_pauses)
    return {
        way: [round(start * 48_000) for start, _ in rows]
        for way, rows in {"pauses": by_pauses, "DTW": by_voice}.items()
    }


def _scored(starts: Sequence[int], recording: Recording) -> Score:
    said = [index for index, true in enumerate(recording.truth) if true is not None]
    true = np.array([span.start for span in recording.truth if span is not None]) / _SAMPLES_A_MS
    found = np.array([starts[index] for index in said]) / _SAMPLES_A_MS
    errors = np.abs(found - true)
    off = np.abs(found[:, None] - true[None, :]).min(axis=1) < errors
    return Score(
        {index + 1: float(error) for index, error in zip(said, errors, strict=True)}, int(off.sum())
    )


def _line(scores: Sequence[Score]) -> str:
    error = np.array([value for score in scores for value in score.errors.values()])
    inside = f"{100 * (error <= _OFTEN_WITHIN).mean():.1f} %"
    figures = (
        f"{len(error):5}{error.mean():7.1f}{np.median(error):8.1f}{np.percentile(error, 95):7.1f}"
        f"{error.max():8.1f}{inside:>9}"
    )
    return f"{figures}{sum(score.off_by_a_row for score in scores):14}"


def _reached(target: Target, scores: Sequence[Score]) -> bool:
    error = np.array([value for score in scores for value in score.errors.values()])
    _, mean, often, worst = _TARGETS[target]
    within = 100 * (error <= _OFTEN_WITHIN).mean()
    return bool(error.mean() <= mean and within >= often and error.max() <= worst) and not any(
        score.off_by_a_row for score in scores
    )


def _judged(found: Alignment, recording: Recording, plan: Plan, score: Score) -> Trouble:
    """Return how the rows to flag fared, and those beside them."""
    wanted = (
        {(row, "skipped") for row in plan.skipped}
        | {(row, "repeated") for row in plan.repeated}
        | {(row, "ad-lib") for row, _ in plan.adlibs}
    )
    wanted = {(row, reason) for row, reason in wanted if row <= len(recording.rows)}
    told = {(flag.row, str(flag.reason)) for flag in found.flags}
    beside = [
        score.errors[near]
        for row, _ in wanted
        for near in (row - 1, row, row + 1)
        if near in score.errors
    ]
    return Trouble(len(wanted), len(wanted & told), len(told - wanted), max(beside, default=0.0))


def _print_troubles(troubles: Sequence[Trouble]) -> None:
    wanted, told, more = (sum(each[place] for each in troubles) for place in range(3))
    print(
        f"{_met(told == wanted)} skipped, repeated and added speech is flagged ({told} of {wanted}"
        f"); other rows flagged: {more}"
    )
    beside = max(each.beside for each in troubles)
    print(
        f"{_met(beside <= _NEIGHBOURS_WITHIN)} the rows beside it stay within {_NEIGHBOURS_WITHIN}"
        f" ms (worst {beside:.0f} ms)"
    )


def _met(reached: bool) -> str:  # noqa: FBT001 - the one thing it says
    return "met:    " if reached else "NOT MET:"


def hour(seed: int) -> None:
    """Print how long an hour takes, how much memory, and how well its rows are found."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hour.npy"
        with process.worker_pool(1) as worker:
            recording, plan = worker.submit(_hour_long, file, seed).result()
        with process.worker_pool(1) as worker:
            found, seconds, busy, memory = worker.submit(_measured, file, recording).result()
        minutes = len(np.load(file, mmap_mode="r")) / recording.rate / 60
    print(f"{minutes:.1f} minutes, {len(recording.rows)} rows, {plan.voice.name}@{plan.voice.pace}")
    score = _scored([row.span.start for row in found.rows], recording)
    trouble = _judged(found, recording, plan, score)
    print(
        f"{'rows':>5}{'mean':>7}{'median':>8}{'95 %':>7}{'worst':>8}{'in 100':>9}"
        f"{'off by a row':>14}"
    )
    print(_line([score]))
    print(f"{_met(_reached('running', [score]))} {_TARGETS['running'][0]}")
    print(
        f"{_met(seconds <= _MOST_SECONDS)} an hour in {_MOST_SECONDS} s ({seconds:.0f} s, "
        f"{busy:.0f} s of a processor)"
    )
    print(
        f"{_met(memory <= _MOST_MEGABYTES)} and in {_MOST_MEGABYTES} MB ({memory:.0f} MB, the "
        "mapped file among them)"
    )
    _print_troubles([trouble])


def _hour_long(file: Path, seed: int) -> tuple[Recording, Plan]:
    """Compose, in a worker, an hour of the first episode and the talks.

    They are shuffled, with noise, skipped and repeated rows and remarks.

    The samples go into `file`; the recording is returned without them.
    """
    chance = random.Random(seed)  # noqa: S311 - a recording, no secret
    talks = [*sentences(), *episode(chance)]
    chosen: list[list[str]] = []
    while sum(len(row) for sentence in chosen for row in sentence) < _HOUR_MINUTES * 60 * 4.35:
        chance.shuffle(talks)
        chosen += talks
    odd = chance.sample(range(20, sum(map(len, chosen)) - 20, 4), 24)
    plan = Plan(
        voice=Voice(f"cmn+{chance.choice(_VARIANTS)}", 230, 50),
        noise=25,
        skipped=frozenset(odd[:8]),
        repeated=frozenset(odd[8:16]),
        adlibs=tuple((row, chance.choice(_REMARKS)) for row in odd[16:]),
        rate=48_000,
        seed=seed,
    )
    recording = compose(chosen, plan)
    np.save(file, recording.samples)
    return dataclasses.replace(recording, samples=recording.samples[:0]), plan


def _measured(file: Path, recording: Recording) -> tuple[Alignment, float, float, float]:
    """Align in a worker of its own.

    Returned with the result: the seconds taken, those of processors, and the peak memory in MB.
    """
    import resource

    began = time.perf_counter()
    found = align_recording(np.load(file, mmap_mode="r"), recording.rows, rate=recording.rate)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return found, time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


if __name__ == "__main__":
    main()
