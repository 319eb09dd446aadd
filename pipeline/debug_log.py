"""The debug log: command lines, durations and tracebacks on standard error, through `logging`.

Every module logs under its own name below `pipeline`. Without `start_debug_log` nothing is shown.
"""

from __future__ import annotations

import logging

DEBUG_VARIABLE = "EPISODE_DEBUG"
"""The environment variable that turns the log on; worker processes inherit it."""

_FORMAT = "%(relativeCreated)8d ms  %(name)s: %(message)s"


def start_debug_log() -> None:
    """Show the debug log of this package on standard error. A second call changes nothing."""
    logger = logging.getLogger("pipeline")
    if logger.handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(_FORMAT))
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)


def debug_log_is_on() -> bool:
    """Return whether `start_debug_log` was called in this process."""
    return logging.getLogger("pipeline").isEnabledFor(logging.DEBUG)
