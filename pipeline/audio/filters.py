"""ffmpeg's audio filters in this process, for one channel of 48 kHz float samples."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]


class Chain:
    """Filters in a row, each given as (name, options); without any, samples come out as they went in.

    None of the filters used in this room delays: what comes out lines up with what went in.
    """

    def __init__(self, *links: tuple[str, str]) -> None:
        """Build the chain."""
        # the graph is kept with its ends: PyAV's filters do not keep it, and without it they point nowhere
        ends: tuple[Any, Any, Any] = _graph(links) if links else (None, None, None)
        self._graph, self._entry, self._exit = ends
        self._at = 0

    def push(self, samples: Samples) -> Samples:
        """Return what comes out when samples, shape (n,), go in."""
        import av
        import numpy as np

        if self._entry is None:
            return samples
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[np.newaxis, :]), format="fltp", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = Fraction(1, SAMPLE_RATE)
        frame.pts = self._at
        self._at += len(samples)
        self._entry.push(frame)
        return self._pulled()

    def end(self) -> Samples:
        """Return what is left in the chain."""
        import numpy as np

        if self._entry is None or not self._at:
            return np.zeros(0, np.float32)
        self._entry.push(None)
        return self._pulled()

    def _pulled(self) -> Samples:
        import av
        import numpy as np

        parts: list[Samples] = []
        while True:
            try:
                parts.append(self._exit.pull().to_ndarray()[0])
            except (av.BlockingIOError, av.EOFError):  # noqa: PERF203 - how PyAV says that there is no more
                return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _graph(links: Sequence[tuple[str, str]]) -> tuple[Any, Any, Any]:
    import av.filter

    graph = av.filter.Graph()
    entry = graph.add_abuffer(sample_rate=SAMPLE_RATE, format="fltp", layout="mono", time_base=Fraction(1, SAMPLE_RATE))
    last = entry
    for name, options in links:
        here = graph.add(name, options)
        last.link_to(here)
        last = here
    exit_ = graph.add("abuffersink")
    last.link_to(exit_)
    graph.configure()
    return graph, entry, exit_
