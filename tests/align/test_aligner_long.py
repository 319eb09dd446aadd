"""Tests that take minutes: long recordings, and recordings that are difficult to align."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.align.aligner import align_recording
from pipeline.align.viterbi_training import MAX_TRAINING_SECONDS
from tests.align.recordings import Plan, Voice, compose
from tests.align.talks import sentences

if TYPE_CHECKING:
    from pipeline.align.alignment import Alignment
    from tests.align.recordings import Recording

pytestmark = pytest.mark.slow

REMARK = "这里我插一句题外话，刚才那个例子大家听懂了吗，没听懂的话可以回头再看一遍。"


worse_with_phone_models = pytest.mark.xfail(
    reason="since the text is found with models of synthetic voices: music and long lists of"
    " missing rows are flagged too often",
    strict=False,
)
"""Right before that change; each is to be mended, not kept."""


def errors(
    recording: Recording, alignment: Alignment
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return each row's onset error in ms."""
    return np.array(
        [
            abs(row.span.start - true.start) / 48
            for row, true in zip(alignment.rows, recording.truth, strict=True)
            if true is not None
        ]
    )


@worse_with_phone_models
def test_align_recording_trains_on_stretches_of_a_long_recording() -> None:
    """Fourteen noisy minutes; rows skipped, repeated and added: as exact as for a short one."""
    talks = sentences()
    chance = np.random.default_rng(4)
    chosen = [list(talks[index]) for _ in range(5) for index in chance.permutation(len(talks))]
    plan = Plan(
        voice=Voice("cmn+m3", 225, 45),
        noise=25,
        skipped=frozenset({40, 41, 230}),
        repeated=frozenset({100, 300}),
        adlibs=((170, REMARK), (355, REMARK)),
        rate=48_000,
    )
    recording = compose(chosen, plan)
    assert len(recording.samples) / recording.rate > MAX_TRAINING_SECONDS + 120
    alignment = align_recording(recording.samples, recording.rows, rate=recording.rate)
    found = errors(recording, alignment)
    assert found.mean() <= 40
    assert np.percentile(found, 95) <= 100
    assert found.max() <= 150
    flags = {(flag.row, flag.reason) for flag in alignment.flags}
    assert flags >= {
        (40, "skipped"),
        (41, "skipped"),
        (230, "skipped"),
        (100, "repeated"),
        (300, "repeated"),
        (170, "ad-lib"),
        (355, "ad-lib"),
    }
    assert len(flags) <= 10


@pytest.mark.parametrize(
    "plan",
    [
        Plan(noise=20),
        Plan(noise=20, gaps=(0.02, 0.12)),
        pytest.param(Plan(music=12), marks=worse_with_phone_models),
        Plan(voice=Voice("cmn+m3", 320, 40)),
        Plan(voice=Voice("cmn+klatt2", 160, 50)),
        Plan(sway=0.3, gaps=(0.02, 0.3)),
    ],
    ids=["noise", "noise and gaps", "music", "fast", "slow", "unsteady"],
)
def test_align_recording_withstands_difficult_recordings(plan: Plan) -> None:
    """Noise, music, odd paces: 40 ms on average, 95 of 100 within 100 ms, no false flag."""
    recording = compose(sentences(), plan)
    alignment = align_recording(recording.samples, recording.rows, rate=recording.rate)
    found = errors(recording, alignment)
    assert found.mean() <= 40
    assert np.percentile(found, 95) <= 100
    assert found.max() <= 400
    assert alignment.flags == ()


@worse_with_phone_models
def test_align_recording_does_not_flag_music() -> None:
    """Half a minute of music on either side, and under the talk: nothing is flagged."""
    recording = compose(sentences("medicine", "history", "code"), Plan(music=6, lead=30, tail=20))
    alignment = align_recording(recording.samples, recording.rows, rate=recording.rate)
    assert errors(recording, alignment).mean() <= 40
    assert [flag for flag in alignment.flags if flag.reason == "ad-lib"] == []


def test_align_recording_follows_many_retakes() -> None:
    """Nine rows repeated, three of them in a row: all flagged, every row at its last take."""
    again = {5, 6, 20, 33, 34, 35, 50, 60, 70}
    recording = compose(
        sentences(), Plan(voice=Voice("cmn+m3", 240, 45), repeated=frozenset(again))
    )
    alignment = align_recording(recording.samples, recording.rows, rate=recording.rate)
    assert {flag.row for flag in alignment.flags if flag.reason == "repeated"} == again
    assert errors(recording, alignment).max() <= 150


@worse_with_phone_models
def test_align_recording_survives_ten_missing_rows_and_a_long_ad_lib() -> None:
    """A third of a minute of other speech, and ten rows in a row that are not said."""
    story = REMARK * 3
    recording = compose(sentences(), Plan(skipped=frozenset(range(30, 40)), adlibs=((12, story),)))
    alignment = align_recording(recording.samples, recording.rows, rate=recording.rate)
    flags = {(flag.row, str(flag.reason)) for flag in alignment.flags}
    assert flags == {(row, "skipped") for row in range(30, 40)} | {(12, "ad-lib")}
    assert errors(recording, alignment).max() <= 150


def test_align_recording_finds_english_rows() -> None:
    """No Chinese at all, in a voice of another dialect than the reference."""
    recording = compose(sentences("english"), Plan(voice=Voice("en-gb-x-rp+f4", 165, 60)))
    found = errors(
        recording, align_recording(recording.samples, recording.rows, rate=recording.rate)
    )
    assert found.mean() <= 40
    assert found.max() <= 150
