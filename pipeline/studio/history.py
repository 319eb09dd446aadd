"""What was done, and can be undone: the texts before and after each edit, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.studio.reading import Texts
    from pipeline.studio.said import Said

_MOST_BYTES = 64_000_000
_MOST_STEPS = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """One edit."""

    label: Said
    before: Texts
    after: Texts


@dataclass(slots=True)
class History:
    """Edits done, oldest first, and edits undone, to be done again."""

    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)

    def add(self, step: Step) -> None:
        """Note an edit; what was undone is gone with it, and the oldest edits where they hold too much."""
        self.undone.clear()
        self.done.append(step)
        while len(self.done) > 1 and (len(self.done) > _MOST_STEPS or sum(map(_size, self.done)) > _MOST_BYTES):
            self.done.pop(0)

    def clear(self) -> None:
        """Forget all: the files were changed by somebody else."""
        self.done.clear()
        self.undone.clear()


def _size(step: Step) -> int:
    """Return the bytes a step holds on to: what it did not change is shared with the step before."""
    old, new = step.before, step.after
    seconds = [body for code, body in new.seconds if (code, body) not in old.seconds]
    transcript = () if new.transcript == old.transcript else (new.transcript,)
    return sum(map(len, (*transcript, *seconds, new.times or b"", new.settings or b"")))
