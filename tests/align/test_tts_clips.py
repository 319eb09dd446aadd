"""Rows of short clips: sure if two methods agree, doubtful if a row is missing, deterministic."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.align.tts_clips import align_tts_clip, tts_clip_aligner
from pipeline.errors import InputError
from pipeline.model import SpokenRow
from tests.align.recordings import Plan, Recording, Voice, compose

ROWS = [
    "血压由心脏的输出量",
    "和血管的阻力共同决定",
    "医生通常会先建议少吃盐",
    "再考虑使用OpenAI的模型",
]
MS = 48


@pytest.fixture(scope="module")
def take() -> Recording:
    """Return eight seconds: four rows with the pauses a voice makes at commas."""
    return compose(
        [ROWS],
        Plan(
            voice=Voice("cmn+f4", 225, 60),
            gaps=(0.12, 0.3),
            lead=0.02,
            tail=0.02,
            rate=48_000,
            seed=3,
        ),
    )


def test_tts_clip_rows_are_found_with_high_confidence(take: Recording) -> None:
    """Every row begins within 60 ms of where it does, ends with its words, and no doubt is told."""
    found = align_tts_clip(take.samples, take.rows)
    for row, true in zip(found, take.truth, strict=True):
        assert true is not None
        assert abs(row.span.start - true.start) <= 60 * MS
        assert abs(row.span.end - true.end) <= 60 * MS
        assert (row.word_times[0].span.start, row.word_times[-1].span.end) == (
            row.span.start,
            row.span.end,
        )
    assert min(row.confidence for row in found) > 0.5


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_tts_clip_without_a_row_has_low_confidence(take: Recording, lost: int) -> None:
    """Speech models leave clauses out: whichever row it is, no confident times are told."""
    true, after = take.truth[lost], take.truth[lost + 1] if lost + 1 < len(ROWS) else None
    assert true is not None
    until = after.start if after else len(take.samples)
    found = align_tts_clip(
        np.concatenate([take.samples[: true.start], take.samples[until:]]), take.rows
    )
    assert min(row.confidence if row.span.length else 0.0 for row in found) < 0.5


def test_tts_clip_aligner_is_independent_of_earlier_clips(take: Recording) -> None:
    """The same result first, after other clips, and alone."""
    others = compose(
        [["今天我们来聊一聊高血压", "每天走三十分钟"]],
        Plan(voice=Voice("cmn+m3", 240, 40), lead=0.02, tail=0.02, rate=48_000),
    )
    later = [SpokenRow(row.row + 4, row.shown, row.spoken, row.tokens) for row in others.rows]
    first, second = tts_clip_aligner([*take.rows, *later]), tts_clip_aligner([*take.rows, *later])
    begun = first(take.samples, take.rows), first(others.samples, later)
    turned = second(others.samples, later), second(take.samples, take.rows)
    assert begun == turned[::-1]
    assert begun[0] == align_tts_clip(take.samples, take.rows)
    assert [row.row for row in begun[1]] == [5, 6]


def test_align_tts_clip_refuses_silence() -> None:
    """Half a second of silence says none of the rows."""
    with pytest.raises(InputError, match="No speech was found"):
        align_tts_clip(np.zeros(24_000, np.int16), compose([ROWS[:2]], Plan()).rows)
