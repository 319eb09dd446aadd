"""The back-off of network clients."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.backoff import MAX_PAUSE_S, BackOff, parse_retry_after


@given(st.integers(0, 60))
def test_pause_doubles_within_its_spread_and_is_capped(attempt: int) -> None:
    """±50 % around the first pause times two to the power of the attempt."""
    pause = BackOff(0.5).pause(attempt)
    assert min(0.25 * 2.0**attempt, MAX_PAUSE_S) <= pause <= min(0.75 * 2.0**attempt, MAX_PAUSE_S)


@pytest.mark.parametrize(
    ("retry_after", "pause"), [(0.0, 0.0), (7.0, 7.0), (31_536_000.0, 60.0), (-1.0, 0.0)]
)
def test_pause_is_what_the_server_asks_for(retry_after: float, pause: float) -> None:
    """But never longer than the policy's limit."""
    assert BackOff(4.0, 60.0).pause(3, retry_after) == pause


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("99999", 99_999.0),
        ("999999", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None),
        ("-3", None),
        ("1.5", None),
        ("²", None),
        ("", None),
        (None, None),
    ],
)
def test_parse_retry_after_reads_seconds_only(header: str | None, seconds: float | None) -> None:
    """Dates and nonsense are left to the usual back-off."""
    assert parse_retry_after(header) == seconds
