"""The narration in samples: everything at its place, no clicks, bounded memory."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.audio.assembly import FADE_SAMPLES, assemble_narration
from pipeline.errors import InputError, OutputFault
from pipeline.model import PlacedTake, Span
from tests.audio.voices import pcm16, read_wav, voice

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


NO_TAKES: dict[str, NDArray[np.int16]] = {}


def constant(length: int, value: int) -> NDArray[np.int16]:
    """Return a level that makes every misplaced sample show."""
    return np.full(length, value, np.int16)


def test_assemble_narration_places_each_clip_at_its_span(tmp_path: Path) -> None:
    """Inside its faded edges a piece is the take itself; outside there is nothing at all."""
    takes = {"a": constant(5_000, 1_000), "b": constant(48_000, -2_000)}
    pieces = [PlacedTake("b", Span(60_000, 108_000)), PlacedTake("a", Span(700, 5_700))]
    assemble_narration(pieces, takes.__getitem__, 200_000, tmp_path / "n.wav")
    made = read_wav(tmp_path / "n.wav")
    expected = np.zeros(200_000, np.int16)
    expected[700:5_700] = 1_000
    expected[60_000:108_000] = -2_000
    edges = [
        slice(start, start + FADE_SAMPLES)
        for start in (700, 5_700 - FADE_SAMPLES, 60_000, 108_000 - FADE_SAMPLES)
    ]
    for edge in edges:
        assert 0 < np.abs(made[edge]).max() <= np.abs(expected[edge]).max()
        expected[edge] = made[edge] = 0
    assert np.array_equal(made, expected)


@given(
    data=st.data(),
    lengths=st.lists(st.integers(1, 3_000), max_size=6),
    gaps=st.lists(st.integers(0, 3_000), min_size=7, max_size=7),
)
@settings(max_examples=60, deadline=None)
def test_assemble_narration_has_the_requested_length_for_any_layout(
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
    lengths: list[int],
    gaps: list[int],
) -> None:
    """Clips of any length, distance and order: silence stays silent, middles stay unchanged."""
    at, pieces = gaps[-1], []
    takes = {str(number): constant(length, 7_000) for number, length in enumerate(lengths)}
    for number, length in enumerate(lengths):
        pieces.append(PlacedTake(str(number), Span(at, at + length)))
        at += length + gaps[number]
    out = tmp_path_factory.mktemp("n") / "n.wav"
    assemble_narration(data.draw(st.permutations(pieces)), takes.__getitem__, at, out)
    made = read_wav(out)
    assert len(made) == at
    heard = np.zeros(at, bool)
    for piece in pieces:
        heard[piece.span.start : piece.span.end] = True
        if piece.span.length > 2 * FADE_SAMPLES:
            assert set(made[piece.span.start + FADE_SAMPLES : piece.span.end - FADE_SAMPLES]) == {
                7_000
            }
    assert not made[~heard].any()


def test_assemble_narration_fades_edges(tmp_path: Path) -> None:
    """A piece cut in the middle of a loud wave begins and ends without a jump."""
    wave = pcm16(0.9 * np.cos(2 * np.pi * 200 * np.arange(24_000) / 48_000))
    assemble_narration(
        [PlacedTake("a", Span(1_000, 25_000))], {"a": wave}.__getitem__, 30_000, tmp_path / "n.wav"
    )
    steps = np.abs(np.diff(read_wav(tmp_path / "n.wav").astype(int)))
    own = np.abs(np.diff(wave.astype(int))).max()
    assert steps.max() <= own + 1
    assert abs(int(wave[0])) > 20 * own  # it would have clicked


def test_assemble_narration_joins_a_recording_cut_in_two(tmp_path: Path) -> None:
    """Pieces that touch and whose wave goes on are put back together sample by sample."""
    whole = pcm16(voice(2))
    takes = {"a": whole[:40_000], "b": whole[40_000:]}
    assemble_narration(
        [PlacedTake("a", Span(0, 40_000)), PlacedTake("b", Span(40_000, 96_000))],
        takes.__getitem__,
        96_000,
        tmp_path / "n.wav",
    )
    assert np.array_equal(
        read_wav(tmp_path / "n.wav")[FADE_SAMPLES:-FADE_SAMPLES], whole[FADE_SAMPLES:-FADE_SAMPLES]
    )


def test_assemble_narration_fades_clips_that_do_not_continue(tmp_path: Path) -> None:
    """A jump from one take into the next is taken away."""
    takes = {"a": constant(9_600, 20_000), "b": constant(9_600, -20_000)}
    assemble_narration(
        [PlacedTake("a", Span(0, 9_600)), PlacedTake("b", Span(9_600, 19_200))],
        takes.__getitem__,
        19_200,
        tmp_path / "n.wav",
    )
    assert np.abs(np.diff(read_wav(tmp_path / "n.wav").astype(int))).max() < 1_000


def test_assemble_narration_leaves_clips_without_audio_silent(tmp_path: Path) -> None:
    """Rows whose times alone are known leave silence."""
    assemble_narration(
        [PlacedTake(None, Span(0, 48_000))], NO_TAKES.__getitem__, 48_000, tmp_path / "n.wav"
    )
    assert not read_wav(tmp_path / "n.wav").any()


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ([PlacedTake("a", Span(0, 100)), PlacedTake("a", Span(99, 199))], "overlap"),
        (
            [PlacedTake("a", Span(950, 1_050))],
            "to sample 1050, but the episode has only 1000 samples",
        ),
        ([PlacedTake("a", Span(0, 101))], "100 samples long instead of 101"),
    ],
)
def test_assemble_narration_refuses_a_timeline_that_does_not_fit(
    tmp_path: Path, pieces: list[PlacedTake], said: str
) -> None:
    """Overlaps, clips past the end and clips of another length never shift the narration."""
    with pytest.raises(OutputFault, match=said):
        assemble_narration(pieces, {"a": constant(100, 1)}.__getitem__, 1_000, tmp_path / "n.wav")


def test_assemble_narration_refuses_a_day_of_speech(tmp_path: Path) -> None:
    """WAV sizes are 32-bit."""
    with pytest.raises(InputError, match="six hours"):
        assemble_narration([], NO_TAKES.__getitem__, 24 * 3_600 * 48_000, tmp_path / "n.wav")
    assert not (tmp_path / "n.wav").exists()


def test_assemble_narration_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    """Twenty minutes of takes need no more memory than a few of them."""
    take = pcm16(voice(4))
    pieces = [
        PlacedTake("a", Span(at, at + len(take))) for at in range(0, 20 * 60 * 48_000, 5 * 48_000)
    ]
    tracemalloc.start()
    try:
        assemble_narration(pieces, lambda _: take.copy(), 20 * 60 * 48_000, tmp_path / "n.wav")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * take.nbytes
