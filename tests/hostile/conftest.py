"""Says at the end how many hostile cases were tried, and how many came out right."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count the catalogue's cases."""
    tried = [
        report
        for kind in ("passed", "failed")
        for report in terminalreporter.stats.get(kind, [])
        if "/hostile/" in report.nodeid
    ]
    passed = [report for report in tried if report.passed]
    if tried:
        terminalreporter.write_line(f"hostile cases: {len(tried)} tried, {len(passed)} right")
