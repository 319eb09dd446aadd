"""What every way to align is, and the one call that aligns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pipeline import timebase
from pipeline.align.recording import Recording, recorded
from pipeline.align.self_taught import SelfTaught

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.align.recording import Samples
    from pipeline.align.result import Alignment
    from pipeline.model import Observe, SpokenRow


class Aligner(Protocol):
    """Finds the rows of a transcript in a recording; every way to do it, with a model or without, looks like this."""

    @property
    def name(self) -> str:
        """The way's name, for the report."""

    def align(self, recording: Recording, rows: Sequence[SpokenRow], observe: Observe) -> Alignment:
        """Return a time for every row. Raises InputError where the recording does not hold the text."""


def align(
    samples: Samples | Recording,
    rows: Sequence[SpokenRow],
    *,
    rate: int = timebase.SAMPLE_RATE,
    observe: Observe | None = None,
    aligner: Aligner | None = None,
) -> Alignment:
    """Return where each row is heard in a mono recording: an array (a memory map too) of samples at `rate` Hz, or what reads one by pieces.

    `aligner` is the way to do it; without one the recording itself teaches it. Raises InputError where the recording does not hold the
    text, EnvironmentFault where espeak-ng does not start.
    """
    recording = samples if isinstance(samples, Recording) else recorded(samples, rate)
    return (aligner or SelfTaught()).align(recording, rows, observe or _unobserved)


def _unobserved(step: str, done: int, total: int) -> None:
    """Tell nobody."""
    del step, done, total
