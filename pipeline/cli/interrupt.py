"""What an interrupt or a termination signal does to a command."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType

STOPPED_MESSAGE = "Stopped; what was made so far is kept. Run the same command to go on."


class StopRequested(KeyboardInterrupt):
    """Asked to stop; like an interrupt from the keyboard it passes through everything that handles errors."""

    def __init__(self, number: int) -> None:
        """Keep the exit code shells expect: 130 on SIGINT, 143 on SIGTERM."""
        super().__init__()
        self.exit_code = 128 + number


def request_stop(number: int, _frame: FrameType | None) -> NoReturn:
    """Stop once: what follows is the way out, on which everything started is ended and nothing may come between."""
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, signal.SIG_IGN)
    raise StopRequested(number)
