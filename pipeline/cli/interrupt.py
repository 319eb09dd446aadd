"""What an interrupt or a termination signal does to a command."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType


class StopRequested(KeyboardInterrupt):
    """A request to stop; like an interrupt from the keyboard, no handler of errors catches it."""

    def __init__(self, number: int) -> None:
        """Keep the exit code that shells expect: 130 for SIGINT, 143 for SIGTERM."""
        super().__init__()
        self.exit_code = 128 + number


def request_stop(number: int, _frame: FrameType | None) -> NoReturn:
    """Raise StopRequested, and ignore further signals: the cleanup must not be interrupted."""
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, signal.SIG_IGN)
    raise StopRequested(number)
