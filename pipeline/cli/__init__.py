"""The `episode` command: the only place that prints."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType

SAID_ON_A_STOP = "Stopped; what was made so far is kept. Run the same command to go on."


class Stop(KeyboardInterrupt):
    """Asked to stop; like an interrupt from the keyboard it passes through everything that handles errors."""

    def __init__(self, number: int) -> None:
        """Keep the exit code shells expect: 130 on SIGINT, 143 on SIGTERM."""
        super().__init__()
        self.exit_code = 128 + number


def main() -> NoReturn:
    """Run the command line and exit: 0 all well, 1 some episode failed, 2 wrong input or usage, 130 or 143 stopped."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        from pipeline.cli.app import app

        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", errors="replace")
        app(prog_name="episode")
    except Stop as stop:
        sys.stderr.write(f"{SAID_ON_A_STOP}\n")
        raise SystemExit(stop.exit_code) from None
    raise SystemExit(0)


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    """Stop once: what follows is the way out, on which everything started is ended and nothing may come between."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    raise Stop(number)
