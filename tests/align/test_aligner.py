"""Rows are found in recordings composed from the embedded voice, whose true times are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.align.aligner import align_recording
from pipeline.align.recording_reader import Recording as Readable
from pipeline.align.tts_clips import align_tts_clip
from pipeline.errors import InputError
from tests.align.recordings import Plan, Recording, Voice, compose, spoken_rows
from tests.align.talks import sentences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.align.alignment import Alignment

MS = 48


def onset_errors(recording: Recording, alignment: Alignment) -> NDArray[np.float64]:
    """Return how far (ms) each row that is truly said begins from where it does."""
    return np.array(
        [
            abs(row.span.start - true.start) / MS
            for row, true in zip(alignment.rows, recording.truth, strict=True)
            if true is not None
        ]
    )


def test_align_recording_finds_rows_between_pauses_within_100_ms() -> None:
    """Chinese, English, numbers; pauses of 60 ms to 1 s: 30 ms on average, at most 100 ms."""
    recording = compose(
        sentences("medicine", "code"), Plan(voice=Voice("cmn+m3", 240, 40), gaps=(0.06, 1.0))
    )
    errors = onset_errors(
        recording, align_recording(recording.samples, recording.rows, rate=recording.rate)
    )
    assert errors.mean() <= 30
    assert errors.max() <= 100


def test_align_recording_finds_rows_without_pauses() -> None:
    """No pause between rows of a sentence: 40 ms on average, 95 of 100 within 100 ms."""
    recording = compose(sentences("history", "mixed"), Plan(voice=Voice("cmn+klatt2", 220, 60)))
    alignment = align_recording(recording.samples, recording.rows, rate=recording.rate)
    errors = onset_errors(recording, alignment)
    assert errors.mean() <= 40
    assert np.percentile(errors, 95) <= 100
    assert errors.max() <= 500


def assert_in_order(alignment: Alignment, recording: Recording) -> None:
    """Assert that rows are complete and in order, with words inside rows inside the audio."""
    assert [row.row for row in alignment.rows] == [row.row for row in recording.rows]
    at = 0
    for row in alignment.rows:
        assert (
            at
            <= row.span.start
            <= row.span.end
            <= len(recording.samples) * 48_000 // recording.rate
        )
        edges = [edge for word in row.word_times for edge in (word.span.start, word.span.end)]
        assert edges == sorted(edges)
        assert not edges or (edges[0] == row.span.start and edges[-1] == row.span.end)
        at = row.span.end


@pytest.mark.parametrize("gaps", [None, (0.02, 0.12)])
def test_align_recording_flags_skipped_repeated_and_added_speech(
    gaps: tuple[float, float] | None,
) -> None:
    """All other rows stay within 150 ms."""
    remark = "对了，这个地方我想再多说一句，记得给我点赞。"
    plan = Plan(
        gaps=gaps, skipped=frozenset({8}), repeated=frozenset({20}), adlibs=((30, remark),), seed=5
    )
    recording = compose(sentences("cooking", "history", "code"), plan)
    alignment = align_recording(recording.samples, recording.rows, rate=recording.rate)
    assert {(flag.row, flag.reason) for flag in alignment.flags} == {
        (8, "skipped"),
        (20, "repeated"),
        (30, "ad-lib"),
    }
    assert onset_errors(recording, alignment).max() <= 150
    assert {row.row for row in alignment.rows if row.confidence < 0.5} == {8, 20, 30}
    assert_in_order(alignment, recording)
    remark_heard = next(flag.extra_speech for flag in alignment.flags if flag.reason == "ad-lib")
    assert remark_heard is not None
    assert abs(remark_heard.start - recording.extra[1].start) <= 600 * MS
    assert abs(remark_heard.end - recording.extra[1].end) <= 600 * MS


def test_align_tts_clip_finds_the_rows_of_a_clip() -> None:
    """Four seconds, too little to train on: every row within 100 ms, for any voice and rate."""
    for voice, rate in ((Voice("cmn+m3", 250, 40), 48_000), (Voice("cmn+f4", 200, 65), 16_000)):
        recording = compose(
            [["这一步千万不能着急", "把OpenAI的模型倒进去", "再盖上盖子炖一小时"]],
            Plan(voice=voice, lead=0.05, tail=0.05, rate=rate),
        )
        rows = align_tts_clip(recording.samples, recording.rows, rate=rate)
        errors = [
            abs(row.span.start - true.start) / MS
            for row, true in zip(rows, recording.truth, strict=True)
            if true
        ]
        assert max(errors) <= 100
        assert len(errors) == 3


def test_align_tts_clip_gives_a_single_row_all_speech() -> None:
    """One row, silence on both sides: it begins and ends with the sound."""
    recording = compose([["今天我们来聊一聊高血压"]], Plan(lead=2.0, tail=3.0))
    (row,) = align_recording(recording.samples, recording.rows, rate=recording.rate).rows
    true = recording.truth[0]
    assert true is not None
    assert abs(row.span.start - true.start) <= 40 * MS
    assert abs(row.span.end - true.end) <= 40 * MS


def test_align_recording_gives_silent_rows_no_time() -> None:
    """Rows of marks and pictures stand where they are, empty; their neighbours are heard."""
    rows = [
        ["今天我们来聊一聊高血压", "这个被称为沉默杀手的慢性病"],
        ["全世界大约有十三亿人受到影响", "但其中将近一半的人"],
    ]
    recording = compose(rows, Plan())
    texts = ["！！", rows[0][0], "😀", rows[0][1], "——", "……", *rows[1], "🎉"]
    alignment = align_recording(recording.samples, spoken_rows(texts), rate=recording.rate)
    assert [(flag.row, flag.reason) for flag in alignment.flags if flag.reason == "silent"] == [
        (n, "silent") for n in (1, 3, 5, 6, 9)
    ]
    assert [row.span.length for row in alignment.rows if row.row in {1, 3, 5, 6, 9}] == [0] * 5
    spoken = [alignment.rows[index] for index in (1, 3, 6, 7)]
    for row, true in zip(spoken, recording.truth, strict=True):
        assert true is not None
        assert abs(row.span.start - true.start) <= 100 * MS


@pytest.mark.parametrize("samples", [np.zeros(160_000, np.int16), np.zeros(0, np.int16)])
def test_align_recording_refuses_silence(samples: NDArray[np.int16]) -> None:
    """A recording in which nothing is said, and an empty one, get a sentence."""
    with pytest.raises(InputError, match="No speech was found"):
        align_recording(samples, spoken_rows(["你好", "再见"]), rate=16_000)


def test_align_recording_refuses_another_recording() -> None:
    """A minute of a different talk: the sentence says it is the wrong one."""
    recording = compose(sentences("history", "medicine"), Plan(seed=4))
    with pytest.raises(InputError, match="does not match the transcript"):
        align_recording(
            recording.samples,
            spoken_rows(row for sentence in sentences("code", "mixed") for row in sentence),
            rate=recording.rate,
        )


def test_align_recording_by_pieces_gives_the_same_result() -> None:
    """Reproducible, and independent of how samples are given; progress only rises."""
    recording = compose(sentences("cooking")[:3], Plan())
    told: list[tuple[str, int, int]] = []
    whole = align_recording(
        recording.samples,
        recording.rows,
        rate=recording.rate,
        observe=lambda *step: told.append(step),
    )

    def read(first: int, last: int) -> NDArray[np.float32]:
        return recording.samples[first:last] * np.float32(1 / 32768)

    readable = Readable(recording.rate, len(recording.samples), read)
    assert align_recording(readable, recording.rows) == whole
    steps = [(done, total) for step, done, total in told if step == "align"]
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1]
    assert_in_order(whole, recording)
