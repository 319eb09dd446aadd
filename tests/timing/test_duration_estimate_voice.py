"""The estimate against the embedded voice: closer than the reference model, also calibrated."""

from __future__ import annotations

import re
import statistics
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.model import Row, Span, SpokenRow
from pipeline.speech.analysis.energy import energy_profile
from pipeline.speech.analysis.speech_decoder import decode_speech
from pipeline.speech.engines.base import SynthesisRequest, SynthesisResult
from pipeline.speech.engines.espeak import EspeakEngine
from pipeline.text.normalization.spoken_form import spoken_rows
from pipeline.text.syllables import latin_syllables
from pipeline.timing.calibration import calibrate_pace
from pipeline.timing.duration_estimate import Pace, row_seconds

if TYPE_CHECKING:
    from pipeline.errors import ServiceError

ROOT = Path(__file__).parents[2]

Voiced = tuple[list[SpokenRow], list[Span]]


@pytest.fixture(scope="module")
def voiced() -> dict[str, Voiced]:
    """Return rows of the first episode and other talks with the spans of the embedded voice."""
    texts = {
        "seed": (ROOT / "transcript" / "ilya-sutskever.txt").read_text("utf-8").splitlines()[::2],
        "other": (ROOT / "benchmarks" / "estimate_rows.txt").read_text("utf-8").splitlines(),
    }
    return {
        name: _voiced(
            spoken_rows([Row(number, number, text) for number, text in enumerate(rows, 1)], {})
        )
        for name, rows in texts.items()
    }


def _voiced(rows: tuple[SpokenRow, ...]) -> Voiced:
    engine = EspeakEngine()
    answers: dict[int, SynthesisResult | ServiceError] = {}
    engine.speak(
        [SynthesisRequest(row.spoken, engine.default_voice) for row in rows], answers.__setitem__
    )
    heard = []
    for index in range(len(rows)):
        answer = answers[index]
        assert isinstance(answer, SynthesisResult)
        sound = energy_profile(decode_speech(answer))
        assert sound is not None
        heard.append(sound.audible_span)
    return list(rows), heard


def error(estimates: list[float], times: list[Span]) -> float:
    """Return the mean absolute error as a share, with one factor for the speed of the voice."""
    seconds = [time.length / 48_000 for time in times]
    factor = statistics.median(
        second / estimate for second, estimate in zip(seconds, estimates, strict=True)
    )
    return statistics.fmean(
        abs(factor * estimate / second - 1)
        for second, estimate in zip(seconds, estimates, strict=True)
    )


def reference(spoken: str) -> float:
    """Return the reference model's seconds: 0.205 a syllable, 0.215 an inner mark, 0.109 a row."""
    count = len(re.findall(r"[\u4e00-\u9fff]", spoken)) + sum(
        latin_syllables(word) for word in re.findall(r"[A-Za-z']+", spoken)
    )
    return 0.205 * count + 0.215 * len(re.findall(r"[，。、：；？！](?=.)", spoken)) + 0.109


def test_estimate_beats_the_reference_model(voiced: dict[str, Voiced]) -> None:
    """On the first episode and on other talks, with only the speed of the voice fitted."""
    for rows, times in voiced.values():
        ours = error([row_seconds(row.spoken, Pace()) for row in rows], times)
        assert ours < error([reference(row.spoken) for row in rows], times)
        assert ours < 0.085


def test_calibrated_estimate_beats_the_default(voiced: dict[str, Voiced]) -> None:
    """Calibrated with half of the rows, the others and other talks come out within 6.5 %."""
    rows, times = voiced["seed"]
    pace = calibrate_pace(rows[::2], times[::2])
    for others, heard in ((rows[1::2], times[1::2]), voiced["other"]):
        seconds = [time.length / 48_000 for time in heard]
        assert (
            statistics.fmean(
                abs(row_seconds(row.spoken, pace) / each - 1)
                for row, each in zip(others, seconds, strict=True)
            )
            < 0.065
        )
