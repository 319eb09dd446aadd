"""Rows are found in people's speech as hosts record it: with slips, chatter and remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.align.aligner import align_recording
from tests.align.human_scenes import HUMAN_SPEECH, RATE, compose_scene

if TYPE_CHECKING:
    from pipeline.align.alignment import Alignment
    from tests.align.human_scenes import Scene

pytestmark = pytest.mark.skipif(not HUMAN_SPEECH.is_dir(), reason="no recordings of people here")
MS = 48


def aligned(name: str, seed: int) -> tuple[Scene, Alignment]:
    """Return a scene and its alignment."""
    scene = compose_scene(name, seed)
    return scene, align_recording(scene.samples, scene.rows, rate=RATE)


def unflagged_errors(scene: Scene, alignment: Alignment) -> list[float]:
    """Return the onset errors in ms of rows without a flag."""
    flagged = {flag.row for flag in alignment.flags}
    return [
        abs(row.span.start - true.start) / MS
        for row, true in zip(alignment.rows, scene.truth, strict=True)
        if true is not None and row.row not in flagged
    ]


def test_align_recording_tells_false_starts_of_a_person() -> None:
    """A row that breaks off and begins again: no crash, the whole reading counts, both are told."""
    scene, alignment = aligned("false starts", 1)
    told = {(flag.row, flag.reason) for flag in alignment.flags}
    assert told >= {(trouble.row, trouble.kind) for trouble in scene.troubles}
    assert len(told) <= len(scene.troubles) + 1
    assert max(unflagged_errors(scene, alignment)) <= 150


def test_align_recording_tells_a_row_said_after_the_next_one() -> None:
    """Of two swapped rows one is in its place, the other is told with the time it is said at."""
    scene, alignment = aligned("two rows swapped", 1)
    (moved,) = [flag for flag in alignment.flags if flag.reason == "moved"]
    assert moved.row - scene.troubles[0].row in {0, 1}
    assert moved.extra_speech is not None
    true = scene.truth[moved.row - 1]
    assert true is not None
    assert abs(moved.extra_speech.end - true.end) <= 500 * MS
    assert max(unflagged_errors(scene, alignment)) <= 150


@pytest.mark.slow
@pytest.mark.parametrize("name", ["chatter before", "chatter after, another speaker"])
def test_align_recording_finds_the_text_beside_two_minutes_of_chatter(name: str) -> None:
    """The rows are right, and the chatter is told with its time."""
    scene, alignment = aligned(name, 1)
    errors = unflagged_errors(scene, alignment)
    assert np.percentile(errors, 95) <= 100
    (trouble,) = scene.troubles
    told = [flag.extra_speech for flag in alignment.flags if flag.row == trouble.row]
    assert told[0] is not None
    assert abs(told[0].start - trouble.span.start) <= 1000 * MS
    assert abs(told[0].end - trouble.span.end) <= 1000 * MS
