"""The `episode` command: the only place that prints."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn

from pipeline.cli.interrupt import StopRequested, request_stop


def main() -> NoReturn:
    """Run the command line and exit.

    Exit codes: 0 success, 1 an episode failed, 2 wrong input or usage, 130 or 143 stopped.
    """
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, request_stop)
    try:
        from pipeline.cli.app import app

        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", errors="replace")
        app(prog_name="episode")
    except StopRequested as stop:
        from pipeline.cli.console import terminal_language
        from pipeline.messages import message

        sys.stderr.write(f"{message('cli.stopped').in_language(terminal_language())}\n")
        raise SystemExit(stop.exit_code) from None
    raise SystemExit(0)
