"""The CTC aligner, with a real ONNX model that recognises letters as tones."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.align.aligner import align_recording, load_aligner
from pipeline.align.ctc import CtcAligner
from pipeline.align.ctc_models import LoadedCtcModel, load_ctc_model
from pipeline.align.recording_reader import recording_from_samples
from pipeline.errors import EnvironmentFault, InputError
from tests.align.onnx_file import LABELS, RATE, ROWS, sung, write_model
from tests.align.recordings import spoken_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

pytestmark = pytest.mark.skipif(
    find_spec("onnxruntime") is None, reason="onnxruntime is not installed"
)


@pytest.fixture(scope="module")
def aligner(tmp_path_factory: pytest.TempPathFactory) -> CtcAligner:
    """Return the aligner of the model, loaded from its folder."""
    write_model(folder := tmp_path_factory.mktemp("model"))
    found = load_aligner(folder)
    assert isinstance(found, CtcAligner)
    return found


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_ctc_aligner_finds_rows(aligner: CtcAligner, rate: int) -> None:
    """Chinese in pinyin and English letters, at both rates: every edge is within 60 ms."""
    samples, spans = sung(ROWS, rate=rate)
    found = align_recording(samples, spoken_rows(ROWS), rate=rate, aligner=aligner)
    assert found.flags == ()
    for row, (start, end) in zip(found.rows, spans, strict=True):
        assert row.span.start / 48_000 == pytest.approx(start, abs=0.06)
        assert row.span.end / 48_000 == pytest.approx(end, abs=0.06)
        assert row.time_source == "measured"
        assert row.confidence > 0.5
    assert [ROWS[1][word.shown_start : word.shown_end] for word in found.rows[1].word_times] == [
        "OpenAI",
        "发",
        "布",
        "了",
        "新",
        "模",
        "型",
    ]


def test_ctc_aligner_flags_a_skipped_row_and_added_speech(aligner: CtcAligner) -> None:
    """The other rows keep their places."""
    samples, spans = sung([*ROWS[:2], "这是题外话不在文字里", *ROWS[3:]])
    found = align_recording(samples, spoken_rows(ROWS), rate=RATE, aligner=aligner)
    assert {flag.row for flag in found.flags} == {3}
    for index in (0, 1, 3, 4):
        assert found.rows[index].span.start / 48_000 == pytest.approx(spans[index][0], abs=0.06)
    assert found.rows[2].confidence < 0.5


def test_ctc_aligner_reads_long_recordings_in_pieces(aligner: CtcAligner) -> None:
    """Two minutes, four pieces: rows on either side of a joint are where they are."""
    rows = ROWS * 12
    samples, spans = sung(rows)
    assert len(samples) > 90 * RATE
    found = align_recording(samples, spoken_rows(rows), rate=RATE, aligner=aligner)
    errors = [
        abs(row.span.start / 48_000 - start)
        for row, (start, _) in zip(found.rows, spans, strict=True)
    ]
    assert max(errors) < 0.08


def test_ctc_aligner_refuses_another_text(aligner: CtcAligner) -> None:
    """A recording that says something else is not forced onto the rows."""
    samples, _ = sung(("完全不同的一段话", "讲的是别的事情", "没有一句相同"))
    with pytest.raises(InputError, match="does not match the transcript"):
        align_recording(samples, spoken_rows(ROWS * 4), rate=RATE, aligner=aligner)


def test_ctc_aligner_refuses_a_language_without_labels(aligner: CtcAligner) -> None:
    """None of the characters are labels: the sentence says so instead of a made-up alignment."""
    with pytest.raises(InputError, match="no labels for the characters"):
        align_recording(sung(ROWS)[0], spoken_rows(["12345"]), rate=RATE, aligner=aligner)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=4))
def test_ctc_path_spells_the_text(rows: list[str]) -> None:
    """If emissions spell a text, with repeated letters, each row gets the frames that spell it."""
    labels = {"-": 0, "a": 1, "b": 2}
    spelt: list[int] = []
    edges = []
    for row in rows:
        spelt += [0, 0]
        first = len(spelt)
        for letter in row:
            spelt += [labels[letter], labels[letter], 0]
        edges.append((first, len(spelt) - 1))
    spelt += [0, 0]
    scores = np.full((len(spelt), 3), -6.0, np.float32)
    scores[np.arange(len(spelt)), spelt] = 0

    def logits(samples: NDArray[np.float32]) -> NDArray[np.float32]:
        return scores[: max(1, round(len(samples) / 320))]

    length = len(spelt) * 320
    found = CtcAligner(LoadedCtcModel(labels, 0, logits, normalise=False)).align(
        recording_from_samples(_blips(spelt), RATE),
        spoken_rows([" ".join(row) for row in rows]),
        lambda *_: None,
    )
    assert len(found.rows) == len(rows)
    for time, (first, last) in zip(found.rows, edges, strict=True):
        assert time.span.start / 48_000 * RATE == pytest.approx(first * 320, abs=1000)
        assert time.span.end / 48_000 * RATE == pytest.approx(min(length, last * 320), abs=1000)


def _blips(spelt: Sequence[int]) -> NDArray[np.int16]:
    """Return noise under the letters and silence between, so that edges can be refined."""
    loud = np.repeat(np.array(spelt) > 0, 320)
    noise = np.random.default_rng(0).normal(0, 1, len(loud))
    return np.asarray(np.where(loud, 6000 * noise, 3 * noise), np.int16)


def test_ctc_model_probabilities_add_up_to_one(tmp_path: Path) -> None:
    """What a model says is normalised, whatever it was trained to give."""
    model = load_ctc_model(write_model(tmp_path))
    likelihood = model.log_probabilities(
        np.random.default_rng(2).normal(0, 0.1, RATE).astype(np.float32)
    )
    assert likelihood.shape == ((RATE - 400) // 320 + 1, len(LABELS))
    assert np.exp(likelihood).sum(axis=1) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("model.onnx", b"not a model", "onnxruntime cannot load this model"),
        ("model.bin", b"x", "This is not a model that can be loaded"),
        ("model.pt", b"x", "torch"),
    ],
)
def test_load_aligner_refuses_files_that_are_no_model(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    """A damaged file, another kind, and one whose package is not installed."""
    (tmp_path / "vocab.json").write_text('{"-": 0, "a": 1}')
    (tmp_path / name).write_bytes(content)
    with pytest.raises((InputError, EnvironmentFault), match=sentence):
        load_aligner(tmp_path / name)


def test_load_aligner_refuses_a_missing_model_or_vocabulary(tmp_path: Path) -> None:
    """Nothing there; a model alone."""
    with pytest.raises(InputError, match="There is no model here"):
        load_aligner(tmp_path / "none")
    write_model(tmp_path)
    (tmp_path / "vocab.json").unlink()
    with pytest.raises(InputError, match="no vocabulary"):
        load_aligner(tmp_path / "model.onnx")


def test_load_ctc_model_reads_vocabularies_by_line_and_by_language(tmp_path: Path) -> None:
    """labels.txt has a label a line; MMS nests a vocabulary under each language."""
    write_model(tmp_path)
    (tmp_path / "vocab.json").unlink()
    (tmp_path / "labels.txt").write_text("\n".join(LABELS))
    assert load_ctc_model(tmp_path / "model.onnx").labels == LABELS
    (tmp_path / "vocab.json").write_text('{"cmn": {"<pad>": 0, "a": 1}}')
    assert load_ctc_model(tmp_path).labels == {"<pad>": 0, "a": 1}
