"""The history of edits: the files before and after each one, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.messages import Message
    from pipeline.studio.editing.sources import SourceFiles

_MAX_BYTES = 64_000_000
_MAX_STEPS = 1_000


@dataclass(frozen=True, slots=True)
class EditStep:
    """One edit."""

    description: Message
    files_before: SourceFiles
    files_after: SourceFiles


@dataclass(slots=True)
class UndoHistory:
    """Edits that were applied, oldest first, and edits that were undone and can be redone."""

    applied: list[EditStep] = field(default_factory=list)
    reverted: list[EditStep] = field(default_factory=list)

    def record(self, step: EditStep) -> None:
        """Add an edit; discard undone edits, and the oldest ones where a limit is exceeded."""
        self.reverted.clear()
        self.applied.append(step)
        while len(self.applied) > 1 and (
            len(self.applied) > _MAX_STEPS or sum(map(_step_bytes, self.applied)) > _MAX_BYTES
        ):
            self.applied.pop(0)

    def clear(self) -> None:
        """Discard all edits, because the files were changed elsewhere."""
        self.applied.clear()
        self.reverted.clear()


def _step_bytes(step: EditStep) -> int:
    """Return the bytes that a step adds to memory; unchanged files are shared."""
    files_before, files_after = step.files_before, step.files_after
    new_translations = [
        body for code, body in files_after.seconds if (code, body) not in files_before.seconds
    ]
    new_transcript = (
        () if files_after.transcript == files_before.transcript else (files_after.transcript,)
    )
    return sum(
        map(
            len,
            (
                *new_transcript,
                *new_translations,
                files_after.times or b"",
                files_after.settings or b"",
            ),
        )
    )
