"""The aligner on people's speech with what real recordings have: `benchmarks/align.py --human`.

The scenes are composed in `tests/align/human_scenes.py` from `../shared/data/human`; other speakers
are made by moving pitch and formants and changing the pace.
"""

from __future__ import annotations

import resource
import time
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline import process
from pipeline.align.aligner import align_recording
from pipeline.errors import EpisodeError
from tests.align.human_scenes import RATE, SCENES, compose_scene

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.align.alignment import Alignment
    from tests.align.human_scenes import Scene, Trouble

_SAMPLES_A_MS = 48
_OFTEN_MS, _WRONG_MS = 100, 150
_BINS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_BAR_WIDTH = 40
_HOUR = "an hour"
_TARGETS = {
    "chatter": 95.0,
    "19 speakers": 97.0,
    "babble": 92.0,
    "noise": 96.0,
    "English": 97.0,
    "Chinese and English": 96.0,
}
"""Share of rows (%) within 100 ms that a scene shall reach, by the beginning of its name."""


class RowResult(NamedTuple):
    """A row that is said: onset error in ms, confidence, whether flagged, and near a trouble."""

    error: float
    confidence: float
    flagged: bool
    near_trouble: bool


class SceneResult(NamedTuple):
    """The rows of a scene, troubles told and in all, seconds of a processor, and MB at the peak."""

    rows: list[RowResult]
    told: int
    troubles: int
    seconds: float
    megabytes: float


def print_human_table(seeds: Sequence[int], *, hour: bool = False) -> None:
    """Print the figures of each scene over the seeds, the calibration, and what is met."""
    print(
        f"{'':34}{'rows':>5}{'mean':>7}{'95 %':>7}{'worst':>8}{'in 100':>9}{'wrong':>7}"
        f"{'untold':>8}{'false':>7}{'told':>8}{'s':>6}{'MB':>6}"
    )
    every: list[RowResult] = []
    for name in SCENES:
        if (name == _HOUR) != hour:
            continue
        results = []
        for seed in seeds:
            with process.worker_pool(1) as worker:
                try:
                    results.append(worker.submit(measure_scene, name, seed).result())
                except EpisodeError as fault:
                    print(f"{name:34}seed {seed}: {fault}")
        if results:
            print(_scene_line(name, results), flush=True)
            every += [row for result in results for row in result.rows]
    _print_calibration(every)
    _print_trust(every)


def measure_scene(name: str, seed: int) -> SceneResult:
    """Align one scene; in a process of its own, whose memory is then the aligner's."""
    scene = compose_scene(name, seed)
    began = time.process_time()
    alignment = align_recording(scene.samples, scene.rows, rate=RATE)
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = sum(_is_told(alignment, trouble) for trouble in scene.troubles)
    return SceneResult(
        _row_results(scene, alignment),
        told,
        len(scene.troubles),
        time.process_time() - began,
        used.ru_maxrss / 1024,
    )


def _row_results(scene: Scene, alignment: Alignment) -> list[RowResult]:
    flagged = {flag.row for flag in alignment.flags}
    near = {trouble.row + step for trouble in scene.troubles for step in (-1, 0, 1)}
    return [
        RowResult(
            abs(row.span.start - true.start) / _SAMPLES_A_MS,
            row.confidence,
            row.row in flagged,
            row.row in near,
        )
        for row, true in zip(alignment.rows, scene.truth, strict=True)
        if true is not None
    ]


def _is_told(alignment: Alignment, trouble: Trouble) -> bool:
    """Return whether a flag says the trouble; of two swapped rows either may be called moved."""
    rows = {trouble.row, trouble.row + 1} if trouble.kind == "moved" else {trouble.row}
    return any(flag.row in rows and flag.reason == trouble.kind for flag in alignment.flags)


def _scene_line(name: str, results: Sequence[SceneResult]) -> str:
    rows = [row for result in results for row in result.rows]
    errors = np.array([row.error for row in rows])
    wrong = [row for row in rows if row.error > _WRONG_MS]
    untold = sum(not row.flagged for row in wrong)
    false = sum(row.flagged and not row.near_trouble for row in rows if row.error <= _WRONG_MS)
    within = 100 * float((errors <= _OFTEN_MS).mean())
    told = f"{sum(each.told for each in results)}/{sum(each.troubles for each in results)}"
    target = next((share for start, share in _TARGETS.items() if name.startswith(start)), None)
    verdict = "" if target is None else f"  {_met(within >= target)} {target:.0f} %"
    return (
        f"{name:34}{len(rows):5}{errors.mean():7.1f}{np.percentile(errors, 95):7.1f}"
        f"{errors.max():8.0f}{within:8.1f}%{len(wrong):7}{untold:8}{false:7}{told:>8}"
        f"{max(each.seconds for each in results):6.0f}"
        f"{max(each.megabytes for each in results):6.0f}{verdict}"
    )


def _print_calibration(rows: Sequence[RowResult]) -> None:
    """Print, for each tenth of confidence, the share of rows within 150 ms as a bar."""
    print(f"confidence   rows  within {_WRONG_MS} ms")
    confidences = np.array([row.confidence for row in rows])
    right = np.array([row.error <= _WRONG_MS for row in rows])
    for low, high in pairwise(_BINS):
        inside = (confidences >= low) & ((confidences < high) | (high == _BINS[-1]))
        if inside.any():
            share = float(right[inside].mean())
            bar = "#" * round(share * _BAR_WIDTH)
            print(f"{low:.1f} – {high:.1f} {inside.sum():8}  {100 * share:5.1f} % {bar}")


def _print_trust(rows: Sequence[RowResult]) -> None:
    wrong = [row for row in rows if row.error > _WRONG_MS]
    told = sum(row.flagged for row in wrong)
    unflagged = [row for row in rows if not row.flagged]
    right = sum(row.error <= _WRONG_MS for row in unflagged)
    plain = [row for row in rows if not row.near_trouble and row.error <= _WRONG_MS]
    false = sum(row.flagged for row in plain)
    print(
        f"{_met(told >= 0.95 * len(wrong))} rows off by more than {_WRONG_MS} ms are flagged "
        f"({told} of {len(wrong)}; 95 %)"
    )
    print(
        f"{_met(right >= 0.995 * len(unflagged))} rows without a flag are within {_WRONG_MS} ms "
        f"({right} of {len(unflagged)}; 99.5 %)"
    )
    print(
        f"{_met(false <= 0.01 * len(plain))} right rows beside no trouble are not flagged "
        f"({false} of {len(plain)} are; 1 %)"
    )


def _met(reached: bool) -> str:  # noqa: FBT001 - the one thing it says
    return "met:" if reached else "NOT MET:"
