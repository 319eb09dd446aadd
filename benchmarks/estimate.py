"""How well row lengths are estimated, against the embedded voice.

The reference model of three numbers, and ours.

Two ways: as they are, with one common factor for the voice's speed (nothing else is learnt); and
calibrated, as `--like` does, on every other row of one talk, tried on the rows left out and on rows
of other talks (medicine, cooking, history, code, sport, money, stars). The embedded voice is
steadier than a person and quicker with English; neither model's constants were fitted to it.

    python benchmarks/estimate.py
"""

from __future__ import annotations

import re
import statistics
from pathlib import Path

import numpy as np

from pipeline.model import Row, Span, SpokenRow
from pipeline.settings import parse_settings
from pipeline.speech.engines.espeak_worker import library_version, speak_all
from pipeline.text.normalization.spoken_form import spoken_rows
from pipeline.text.syllables import latin_syllables
from pipeline.timing.calibration import calibrate_pace
from pipeline.timing.duration_estimate import Pace, row_seconds

ROOT = Path(__file__).parents[1]
SPEED, PITCH = 240, 50
THRESHOLD = 0.01
"""Of the peak: what is quieter at the ends of a row is silence."""

REFERENCE = (0.205, 0.215, 0.109)
"""Seconds a syllable, an inner punctuation mark, a row."""

Timed = list[tuple[SpokenRow, float]]


def main() -> None:
    """Voice the rows, estimate them, print the errors."""
    talk = voiced(ROOT / "transcript" / "ilya-sutskever.txt")
    others = voiced(ROOT / "benchmarks" / "estimate_rows.txt")
    print(
        f"espeak-ng {library_version()}, cmn, {SPEED} words a minute; mean absolute error in % of "
        "a row's length"
    )
    print(f"{'':34}{'reference':>10}{'ours':>8}")
    for name, rows in (("seed", talk), ("other talks", others)):
        ours = [row_seconds(row.spoken, Pace()) for row, _ in rows]
        reference = [float(shares(row) @ np.array(REFERENCE)) for row, _ in rows]
        line(
            f"{name}, {len(rows)} rows, one factor",
            scaled_error(reference, rows),
            scaled_error(ours, rows),
        )
    learnt, left_out = talk[::2], talk[1::2]
    weights = refitted(learnt)
    pace = calibrate_pace(
        [row for row, _ in learnt], [Span(0, round(seconds * 48_000)) for _, seconds in learnt]
    )
    for name, rows in (
        ("seed, rows left out, calibrated", left_out),
        ("other talks, calibrated on the seed", others),
    ):
        reference = [float(shares(row) @ weights) for row, _ in rows]
        line(
            name,
            error(reference, rows),
            error([row_seconds(row.spoken, pace) for row, _ in rows], rows),
        )


def voiced(path: Path) -> Timed:
    """Return the rows of a talk with the seconds in which the embedded voice sounds."""
    settings = path.with_suffix(".toml")
    lexicon = (
        parse_settings(settings.read_text("utf-8"), settings.name).pronunciation
        if settings.exists()
        else {}
    )
    rows = spoken_rows(
        [
            Row(number, number, text)
            for number, text in enumerate(path.read_text("utf-8").splitlines(), 1)
        ],
        lexicon,
    )
    found = []
    for row, answer in zip(
        rows, speak_all([(row.spoken, "cmn", SPEED, PITCH) for row in rows]), strict=True
    ):
        if isinstance(answer, str):
            raise SystemExit(answer)
        samples, rate, _ = answer
        level = np.abs(np.frombuffer(samples, np.int16).astype(float))
        heard = np.flatnonzero(level > THRESHOLD * level.max())
        found.append((row, float(heard[-1] - heard[0]) / rate))
    return found


def shares(row: SpokenRow) -> np.ndarray:
    """Return the syllables, inner marks and 1 of the reference model.

    Every syllable counts one there.
    """
    han = len(re.findall(r"[\u4e00-\u9fff]", row.spoken))
    latin = sum(latin_syllables(word) for word in re.findall(r"[A-Za-z']+", row.spoken))
    return np.array([han + latin, len(re.findall(r"[，。、：；？！](?=.)", row.spoken)), 1.0])


def refitted(rows: Timed) -> np.ndarray:
    """Return the reference model's three numbers as least squares of relative errors give them."""
    seconds = np.array([each for _, each in rows])
    table = np.array([shares(row) for row, _ in rows]) / seconds[:, None]
    return np.asarray(np.linalg.lstsq(table, np.ones(len(rows)), rcond=None)[0])


def scaled_error(estimates: list[float], rows: Timed) -> float:
    """Return the error with the one factor that the voice's speed explains."""
    factor = statistics.median(
        seconds / estimate for (_, seconds), estimate in zip(rows, estimates, strict=True)
    )
    return error([factor * estimate for estimate in estimates], rows)


def error(estimates: list[float], rows: Timed) -> float:
    """Return the mean absolute error in percent of each row's seconds."""
    return 100 * statistics.fmean(
        abs(estimate / seconds - 1) for (_, seconds), estimate in zip(rows, estimates, strict=True)
    )


def line(name: str, reference: float, ours: float) -> None:
    """Print one row of the table."""
    print(f"{name:36}{reference:8.2f}{ours:8.2f}")


if __name__ == "__main__":
    main()
