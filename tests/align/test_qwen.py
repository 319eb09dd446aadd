"""The Qwen aligner: the recording is cut between rows, and a fault in one piece stays there."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.align.aligner import align_recording, load_aligner
from pipeline.align.qwen import QwenAligner, QwenTimer, load_qwen_aligner, split_at_pauses
from pipeline.align.timed_text_to_rows import TimedText
from pipeline.errors import EnvironmentFault, InputError
from pipeline.model import RowTime, Span
from tests.align.recordings import Plan, compose
from tests.align.talks import sentences

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.align.recordings import Recording

LONGEST = 300 * 48_000

PACKAGE = """
from collections import namedtuple
Item = namedtuple("Item", "text start_time end_time")

class Qwen3ForcedAligner:
    @classmethod
    def from_pretrained(cls, path, **kwargs):
        made = cls()
        made.path, made.kwargs = path, kwargs
        if "broken" in path:
            raise OSError("no weights")
        return made

    def align(self, audio, text, language):
        samples, rate = audio
        if language == "German":
            raise RuntimeError("out of memory")
        scale = 1000 if language == "English" else 1
        step = len(samples) / rate / len(text) * scale
        return [[Item(sign, step * at, step * (at + 1)) for at, sign in enumerate(text)]]
"""


@dataclass
class TruthfulTimer:
    """A stand-in for the model: returns the true times of a piece in bins of 80 ms."""

    recording: Recording
    lost: frozenset[int] = frozenset()
    pieces: list[tuple[float, str]] = field(default_factory=list)

    def word_times(self, samples: NDArray[np.float32], text: str) -> list[TimedText]:
        """Return the rows of `text`, with their seconds from the piece's first sample."""
        whole = self.recording.samples.astype(np.float32) / 32768
        head = samples[:400]
        offset = (
            next(
                at
                for at in np.flatnonzero(whole == head[0])
                if np.array_equal(whole[at : at + 400], head)
            )
            / self.recording.rate
        )
        self.pieces.append((len(samples) / self.recording.rate, text))
        if len(self.pieces) in self.lost:
            return [TimedText("完全别的话", 0.0, 1.0)]
        found = []
        for row, true in zip(self.recording.rows, self.recording.truth, strict=True):
            if true is not None and row.spoken in text.split("\n"):
                start, end = (
                    round((edge / 48_000 - offset) / 0.08) * 0.08 for edge in (true.start, true.end)
                )
                found.append(TimedText(row.spoken, start, end))
        return found


@pytest.fixture(scope="module")
def recording() -> Recording:
    """Return a minute of speech with a skipped row."""
    return compose(sentences("medicine", "history"), Plan(skipped=frozenset({5}), seed=9))


SHORT = 30 * 48_000  # pieces of half a minute, so that a minute makes several


def test_qwen_aligner_times_rows_piece_by_piece(recording: Recording) -> None:
    """Rows have the model's times (80 ms bins), pieces are short, the skipped row stays flagged."""
    timer = TruthfulTimer(recording)
    found = align_recording(
        recording.samples, recording.rows, rate=recording.rate, aligner=QwenAligner(timer, SHORT)
    )
    assert len(timer.pieces) >= 2
    assert max(length for length, _ in timer.pieces) <= 31
    assert [(flag.row, flag.reason) for flag in found.flags] == [(5, "skipped")]
    assert "".join(text for _, text in timer.pieces).split() == [
        row.spoken for row in recording.rows if row.row != 5
    ]
    errors = [
        abs(row.span.start - true.start) / 48
        for row, true in zip(found.rows, recording.truth, strict=True)
        if true
    ]
    assert max(errors) <= 41
    assert found.method == "Qwen3-ForcedAligner"


def test_qwen_aligner_keeps_rough_times_of_a_lost_piece(recording: Recording) -> None:
    """Words of another text are not forced onto the rows; a note says so."""
    found = align_recording(
        recording.samples,
        recording.rows,
        rate=recording.rate,
        aligner=QwenAligner(TruthfulTimer(recording, frozenset({2})), SHORT),
    )
    errors = [
        abs(row.span.start - true.start) / 48
        for row, true in zip(found.rows, recording.truth, strict=True)
        if true
    ]
    assert max(errors) <= 150
    assert "could not time 1 of" in found.notes[0]


def test_load_qwen_aligner_uses_its_package_offline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words come in seconds whether the package returns seconds or milliseconds."""
    _install(tmp_path / "packages", monkeypatch)
    model = tmp_path / "model"
    model.mkdir()
    (model / "config.json").write_text('{"model_type": "qwen3_asr"}')
    found = load_aligner(model, "en-GB")
    assert isinstance(found, QwenAligner)
    assert isinstance(found.timer, QwenTimer)
    assert found.timer.language == "English"
    assert found.timer.model.path == str(model)
    assert found.timer.model.kwargs["local_files_only"] is True
    silence = np.zeros(32_000, np.float32)
    assert found.timer.word_times(silence, "abcd")[3] == TimedText("d", 1.5, 2.0)
    assert QwenTimer(found.timer.model, "Chinese").word_times(silence, "好的")[0] == TimedText(
        "好", 0.0, 1.0
    )
    with pytest.raises(EnvironmentFault, match="out of memory"):
        QwenTimer(found.timer.model, "German").word_times(silence, "gut")


def test_load_qwen_aligner_reports_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder without a model, a model without its package, and a package that cannot load it."""
    with pytest.raises(InputError, match="no Qwen3-ForcedAligner here"):
        load_qwen_aligner(tmp_path)
    model = tmp_path / "broken"
    model.mkdir()
    (model / "config.json").write_text('{"model_type": "qwen3_asr"}')
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(EnvironmentFault, match="torch is not installed"):
        load_aligner(model)
    monkeypatch.delitem(sys.modules, "torch")
    _install(tmp_path / "packages", monkeypatch)
    with pytest.raises(InputError, match="no weights"):
        load_aligner(model)


def _install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a stand-in for the packages where Python looks first."""
    for name, code in {"qwen_asr": PACKAGE, "torch": "float32 = 'float32'\n"}.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(code)
        monkeypatch.setitem(sys.modules, name, None)  # so that the stand-in is forgotten afterwards
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(folder))


@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(100, 40_000)), min_size=1, max_size=60)
)
def test_split_at_pauses_keeps_every_row_and_the_limit(rows: list[tuple[int, int]]) -> None:
    """For any pauses and lengths (ms): rows in order, none lost, no piece too long."""
    at, times = 0, []
    for number, (pause, length) in enumerate(rows, 1):
        at += pause * 48
        times.append(RowTime(number, Span(at, at + length * 48), "measured"))
        at += length * 48
    parts = list(split_at_pauses(times, at))
    assert [row for first, last, _, _ in parts for row in range(first, last)] == list(
        range(len(times))
    )
    for first, last, start, end in parts:
        assert end - start <= LONGEST
        assert start <= times[first].span.start
        assert end >= times[last - 1].span.end
