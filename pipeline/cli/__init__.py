"""The `episode` command: the only place that prints."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from pipeline.errors import Interrupted

if TYPE_CHECKING:
    from types import FrameType

_STOPPED = 128 + signal.SIGTERM


class _Terminated(Interrupted):
    """Stopped by the system; shells expect 143 then."""

    exit_code = _STOPPED


def main() -> NoReturn:
    """Run the command line and exit: 0 all well, 1 some episode failed, 2 wrong input or usage, 130 or 143 stopped."""
    from pipeline.cli.app import app

    signal.signal(signal.SIGTERM, _terminate)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app(prog_name="episode")
    raise SystemExit(0)


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise _Terminated("Stopped; what was made so far is kept.", "Run the same command to go on.")
