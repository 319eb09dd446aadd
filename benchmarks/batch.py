"""Forty short episodes with one and with two workers.

What 10,000 episodes a day would take is computed from the figures measured here.

Run: python benchmarks/batch.py [EPISODES]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.batch.runner import EpisodeJob, run_batch
from pipeline.process import worker_pool
from pipeline.run import BuildRequest

if TYPE_CHECKING:
    from pipeline.batch.result import EpisodeResult

TOPICS = ("面包", "茶叶", "地图", "钟表", "火车", "疫苗", "玻璃", "台风")
SETTINGS = '[voice]\nengine = "espeak"\n[picture]\nwidth = 640\nheight = 360\n'
A_DAY = 10_000
MINUTES = 14.0
"""Of a typical episode (the one in transcript/): 280 rows."""

REQUESTS = 69
"""Of a voice for that episode: one an utterance (counted on it)."""

REAL_S = 20.0
"""CPU seconds of that episode at 1080p30, for all steps.

Measured with the embedded voice on a virtual machine with 2 cores.
"""

OUTPUT_MB, CACHE_MB = 32.0, 95.0
"""What it left in output/ and in the cache."""

REQUEST_S = 2.0
AT_ONCE = 3
"""Assumed: the service answers in 2 s.

It bears three requests at once, which is our own setting.
"""


def main(episodes: int) -> None:
    """Measure and print."""
    walls = {}
    for workers in (1, 2):
        folder = Path(tempfile.mkdtemp(prefix="batch-"))
        try:
            jobs = _jobs(folder, episodes)
            walls[workers], results = _timed(jobs, workers)
            assert all(result.state == "made" for result in results), [
                result.failure for result in results
            ]
            idle, again = _timed(jobs, workers)
            assert all(result.state == "current" for result in again)
            each = (
                f"{walls[workers] / episodes:.2f} s an episode; up to date: {idle / episodes:.3f} "
                "s an episode"
            )
            print(f"{workers} worker(s): {walls[workers]:.1f} s for {episodes}, {each}")
        finally:
            shutil.rmtree(folder)
    print(f"speed-up with two workers: {walls[1] / walls[2]:.2f}")
    print(estimate())


def _timed(jobs: list[EpisodeJob], workers: int) -> tuple[float, tuple[EpisodeResult, ...]]:
    began = time.perf_counter()
    results = run_batch(jobs, partial(worker_pool, workers), lambda _glimpses: None)
    return time.perf_counter() - began, results


def _jobs(folder: Path, episodes: int) -> list[EpisodeJob]:
    texts = folder / "transcript"
    texts.mkdir()
    for number in range(episodes):
        topic = TOPICS[number % len(TOPICS)]
        rows = [
            f"第{number + 1}集，今天我们聊{topic}",
            f"{topic}的历史比很多人想的都长",
            "首先看它是怎么做出来的",
            "感谢收看",
        ]
        (texts / f"{number:03}.txt").write_text("\n".join(rows), "utf-8")
        (texts / f"{number:03}.toml").write_text(SETTINGS, "utf-8")
    return [
        EpisodeJob(folder, path, BuildRequest("render")) for path in sorted(texts.glob("*.txt"))
    ]


def estimate() -> str:
    """Return what 10,000 episodes a day of a quarter of an hour take."""
    cores = A_DAY * REAL_S / 86_400
    calls = A_DAY * REQUESTS
    rate = calls / 86_400
    bearable = AT_ONCE / REQUEST_S
    return "\n".join(
        (
            f"{A_DAY:,} episodes a day of {MINUTES:.0f} minutes:",
            (
                f"  cores     {cores:.1f} busy all day; with half as many again for peaks and "
                f"repeats, {cores * 1.5:.0f}"
            ),
            (
                f"  storage   {A_DAY * OUTPUT_MB / 1e6:.2f} TB of outputs a day, "
                f"{A_DAY * CACHE_MB / 1e6:.2f} TB of cache"
            ),
            f"  disk      {A_DAY * (OUTPUT_MB + CACHE_MB) / 86_400:.0f} MB/s written",
            (
                f"  requests  {calls:,} a day to the voice service, {rate:.1f} a second, "
                f"{rate * REQUEST_S:.0f} at once"
            ),
            (
                f"  the first limit is the voice service: {AT_ONCE} at once give {bearable:.1f} "
                "requests a second,"
            ),
            f"  which is {bearable * 86_400 / REQUESTS:,.0f} episodes a day from one address.",
            (
                "  Beyond it: an OpenAI-compatible server of one's own or sherpa-onnx (engine "
                "openai or sherpa), then cores, then storage."
            ),
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
