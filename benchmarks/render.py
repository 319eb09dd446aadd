"""The picture of one episode made in five ways.

Time, processor time, peak memory, size, and how often faster this engine is.

The episode of this repository, timed by its text: 12 slides (eight designed cards, four grainy
photographs), captions burnt in, 1080p30.

a   this engine, nothing in the cache but the slides
b   after one row was edited
c   after every row was moved in time
d   ffmpeg in one pass: stills looped, libass, x264 with the same preset
d2  the same, each still read and converted once
e   moviepy: CompositeVideoClip, one TextClip for each cue; 20 s of it, scaled

Run: python benchmarks/render.py [--quality good] [--only a,b,c] [--hours 1,4] [--seek]. Needs Linux
(/proc) and fonts-noto-cjk for d, e.
"""

from __future__ import annotations

import argparse
import os
import pickle
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:1] = [
    str(ROOT),
    str(ROOT / "tests"),
]  # in place of this folder, whose names would hide the tests'

from benchmarks.render_episode import (  # noqa: E402 - the paths come first
    SLIDES,
    Episode,
    edited,
    moved,
    prepared,
    slides_only,
    stretched,
)
from benchmarks.render_ways import CUT, WAYS  # noqa: E402
from pipeline.picture.encode.x264_encoder import PRESETS  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Cost:
    """What a way took.

    Wall and processor time in s, peak memory of all its processes in MB, size of the video in MB.
    """

    wall: float
    cpu: float
    memory: float
    size: float

    def scaled(self, by: float) -> Cost:
        """Return what a film so many times as long takes; memory stays."""
        return Cost(self.wall * by, self.cpu * by, self.memory, self.size * by)


def main() -> None:
    """Print a line a way, and the ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quality", choices=sorted(PRESETS), default="good")
    parser.add_argument("--only", default="a,b,c,d,d2,e")
    parser.add_argument("--hours", default="1,4")
    parser.add_argument("--seek", action="store_true")
    parser.add_argument("--keep", type=Path, help="a folder the films stay in")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = chosen.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        _compare(folder, chosen)


def _compare(folder: Path, chosen: argparse.Namespace) -> None:
    episode = prepared(folder, chosen.quality)
    states = len(episode.track.cues)
    preset = PRESETS[chosen.quality]
    print(
        f"{episode.seconds:.1f} s, {episode.timeline.frames} frames, {states} cues, {SLIDES} "
        f"slides; x264 {preset.name}, crf {preset.crf}\n"
    )
    print(
        f"{'':<24}{'wall s':>9}{'cpu s':>9}{'peak MB':>9}{'film MB':>9}{'× real':>9}"
        f"{'a is faster':>13}"
    )
    ways: dict[str, tuple[str, Episode]] = {
        "a": ("a  cold", episode),
        "b": ("b  one row edited", edited(episode)),
        "c": ("c  every row moved", moved(episode)),
        "d": ("d  ffmpeg, libass", episode),
        "d2": ("d2 stills read once", episode),
        "e": ("e  moviepy (of 20 s)", episode),
    }
    costs: dict[str, Cost] = {}
    store = slides_only(folder, "cold")
    for way in chosen.only.split(","):
        title, given = ways[way]
        cost = measured(way, given, folder, store)
        costs[way] = cost.scaled(episode.seconds / CUT) if way == "e" else cost
        _line(title, costs[way], given.seconds, costs.get("a"))
    for hours in filter(None, chosen.hours.split(",")):
        long = stretched(episode, float(hours) * 3600 / episode.seconds)
        _line(
            f"   the same in {hours} h",
            measured("a", long, folder, slides_only(folder, f"store-{hours}")),
            long.seconds,
            costs.get("a"),
        )
    if chosen.seek:
        print(f"\nseek in Chromium: {_seeks(folder / 'a.mp4', folder)}")


def _line(title: str, cost: Cost, seconds: float, ours: Cost | None) -> None:
    ratio = f"{cost.wall / ours.wall:>12.1f}×" if ours else ""
    speed = seconds / cost.wall
    print(
        f"{title:<24}{cost.wall:>9.2f}{cost.cpu:>9.2f}{cost.memory:>9.0f}{cost.size:>9.2f}"
        f"{speed:>9.0f}{ratio}",
        flush=True,
    )


def measured(way: str, episode: Episode, folder: Path, store: Path) -> Cost:
    """Run one way in a process of its own and return what it and all its children took."""
    given = folder / "episode.pickle"
    given.write_bytes(pickle.dumps(episode))
    out = folder / f"{way}.mp4"
    out.unlink(missing_ok=True)
    begun = time.perf_counter()
    child = subprocess.Popen(  # noqa: S603 - our own arguments
        [sys.executable, __file__, "--way", way, str(given), str(store), str(out)],
        start_new_session=True,
    )
    watch = _Memory(child.pid)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begun
    watch.stop()
    if status:
        raise SystemExit(f"{way} failed ({status})")
    own = folder / "wall"
    if own.exists():
        wall = float(own.read_text("ascii"))
        own.unlink()
    return Cost(wall, usage.ru_utime + usage.ru_stime, watch.peak, out.stat().st_size / 1e6)


class _Memory(threading.Thread):
    """Watches the memory (proportional set size) of a process and all below it."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._over = threading.Event()
        self.peak = 0.0
        self.start()

    def run(self) -> None:
        while not self._over.wait(0.05):
            self.peak = max(self.peak, sum(map(_resident, _tree(self._pid))))

    def stop(self) -> None:
        self._over.set()
        self.join()


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return
    for child in children:
        yield from _tree(int(child))


def _resident(pid: int) -> float:
    """Return a process's share of memory in MB: pages it shares with others count in part."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1e3 for line in lines if line.startswith("Pss:"))


def _seeks(film: Path, folder: Path) -> str:
    """Return how long twenty seeks take in a headless Chromium."""
    from tests.browser import chromium, file_server, missing_browser

    if missing_browser():
        return missing_browser()
    page = """<!doctype html><video id=v src="a.mp4" muted></video><script>
    async function seek(time) {
      const v = document.getElementById('v'), begun = performance.now();
      const done = new Promise(yes => { v.onseeked = yes; });
      v.currentTime = time; await done; return performance.now() - begun;
    }</script>"""
    (folder / "seek.html").write_text(page, "utf-8")
    with file_server(folder) as address, chromium(folder / "profile") as browser:
        browser.get(f"{address}/seek.html")
        length: Any = browser.execute_async_script(
            "const done = arguments[0], v = document.getElementById('v');"
            "v.readyState ? done(v.duration) : v.onloadedmetadata = () => done(v.duration);"
        )
        chance = random.Random(1)  # noqa: S311 - places to seek to
        places = [chance.uniform(0, length) for _ in range(20)]
        took = [
            browser.execute_async_script("seek(arguments[0]).then(arguments[1])", place) / 1e3
            for place in places
        ]
    return (
        f"median {statistics.median(took):.3f} s, slowest {max(took):.3f} s, of "
        f"{film.stat().st_size / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        name, given, store, out = sys.argv[2:]
        WAYS[name](pickle.loads(Path(given).read_bytes()), Path(store), Path(out))  # noqa: S301 - written above
    else:
        main()
