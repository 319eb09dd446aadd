"""What is new on a card eases in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.cache import Store
from pipeline.picture.motion.motion_plan import MotionOptions, plan_motion
from pipeline.picture.motion.movement_renderer import ease_out
from pipeline.picture.scene import SlideTransition
from pipeline.settings import Settings, with_changes
from tests.slide_samples import small

if TYPE_CHECKING:
    from pathlib import Path


def planned(changes: dict[str, object], store: Store) -> tuple[SlideTransition, ...]:
    """Return the movements of two cards of two seconds each."""
    given = with_changes(small(), changes)
    options = MotionOptions(given.transition, given.motion, (320, 240), "fit", (0, 0, 0))
    _, movements = plan_motion(((0, "a"), (60, "b")), 120, 30, {}, options, store)
    assert all((move.first_frame, move.frames) == (60, 8) for move in movements)
    return tuple(move.movement for move in movements if isinstance(move.movement, SlideTransition))


def test_cards_ease_in_unless_turned_off(tmp_path: Path) -> None:
    """A card eases in for eight frames; `motion.cards = "none"` turns it off."""
    store = Store(tmp_path)
    assert Settings().motion.cards == "ease"
    assert planned({}, store) == (SlideTransition("ease", "a", "b"),)
    assert planned({"motion.cards": "none"}, store) == ()


def test_ease_out_ends_at_rest() -> None:
    """It rises from 0 to 1 and slows down."""
    steps = np.diff([ease_out(part / 8) for part in range(9)])
    assert (ease_out(0), ease_out(1)) == (0, 1)
    assert (np.diff(steps) < 0).all()
