"""Back-off of all network clients: which failures may pass, and how long to wait before a retry.

Speech engines and the translation client use the same policy, so that a busy service sees the same
behaviour from all of them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

TRANSIENT_STATUSES = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
"""HTTP statuses after which the same request may succeed later.

RFC 9110 (408, 409, 500–504), RFC 8470 (425), RFC 6585 (429); 520–524 are Cloudflare's, 529 is
Anthropic's "overloaded".
"""

MAX_PAUSE_S = 120.0
"""Nobody waits longer than this before a retry, whatever a server or a file says."""

_MAX_RETRY_AFTER_DIGITS = 5
"""A day in seconds has five digits; a longer figure is an error of the server."""


@dataclass(frozen=True, slots=True)
class BackOff:
    """Exponential back-off: the pause doubles with each retry, and is spread by ±50 %.

    The spread keeps requests that failed together from coming back together. Times are in seconds.
    """

    first_pause_s: float
    max_pause_s: float = MAX_PAUSE_S

    def pause(self, attempt: int, retry_after: float | None = None) -> float:
        """Return the pause in seconds after attempt number `attempt` (from 0) has failed.

        `retry_after` is the pause the server asked for; it replaces the computed one.
        """
        if retry_after is not None:
            return min(max(0.0, retry_after), self.max_pause_s)
        jitter = random.uniform(0.5, 1.5)  # noqa: S311 - no secret
        return min(self.first_pause_s * 2.0**attempt * jitter, self.max_pause_s)


def parse_retry_after(header: str | None) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110, 10.2.3).

    None if there is no header, or if it holds a date: the usual back-off is used then.
    """
    text = (header or "").strip()
    if not (text.isascii() and text.isdigit()) or len(text) > _MAX_RETRY_AFTER_DIGITS:
        return None
    return float(text)
