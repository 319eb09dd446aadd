"""ffmpeg's audio filters, run in this process on one channel of 48 kHz float samples."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]


class FilterChain:
    """A chain of filters, each given as (name, options); without any, samples pass unchanged.

    No filter that this package uses delays its input, so output and input line up.
    """

    def __init__(self, *filters: tuple[str, str]) -> None:
        """Build the chain."""
        # PyAV's filters hold no reference to their graph and are invalid once it is collected
        ends: tuple[Any, Any, Any] = _build_filter_graph(filters) if filters else (None, None, None)
        self._graph, self._source, self._sink = ends
        self._position = 0

    def push(self, samples: Samples) -> Samples:
        """Push samples, shape (n,), into the chain and return the samples that come out."""
        import av
        import numpy as np

        if self._source is None:
            return samples
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples[np.newaxis, :]), format="fltp", layout="mono"
        )
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = Fraction(1, SAMPLE_RATE)
        frame.pts = self._position
        self._position += len(samples)
        self._source.push(frame)
        return self._pull_available()

    def flush(self) -> Samples:
        """End the input and return the samples that are left in the chain."""
        import numpy as np

        if self._source is None or not self._position:
            return np.zeros(0, np.float32)
        self._source.push(None)
        return self._pull_available()

    def _pull_available(self) -> Samples:
        import av
        import numpy as np

        parts: list[Samples] = []
        while True:
            try:
                parts.append(self._sink.pull().to_ndarray()[0])
            except (av.BlockingIOError, av.EOFError):  # noqa: PERF203 - no more output
                return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _build_filter_graph(filters: Sequence[tuple[str, str]]) -> tuple[Any, Any, Any]:
    import av.filter

    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=SAMPLE_RATE, format="fltp", layout="mono", time_base=Fraction(1, SAMPLE_RATE)
    )
    tail = source
    for name, options in filters:
        node = graph.add(name, options)
        tail.link_to(node)
        tail = node
    sink = graph.add("abuffersink")
    tail.link_to(sink)
    graph.configure()
    return graph, source, sink
