"""Many episodes, several workers, one voice service: what it sees of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.crash.six_rows import wrapped
from tests.small_project import ROWS, episode
from tests.speech.edge_server import EdgeServer, running

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = '[voice]\nengine = "edge"\nat_once = 2\n'


def talks(folder: Path, count: int) -> Path:
    """Write small episodes that the online voice is to speak, each with texts of its own."""
    texts = folder / "transcript"
    texts.mkdir()
    for number in range(count):
        rows = [f"第{number + 1}讲，{row}" for row in ROWS[number : number + 3]]
        (texts / f"talk{number}.txt").write_text("\n".join(rows), "utf-8")
        (texts / f"talk{number}.toml").write_text(SETTINGS, "utf-8")
    return folder


def test_episodes_of_a_batch_share_the_request_limit(tmp_path: Path) -> None:
    """Three workers, and never more than two requests at once; the second batch asks nothing."""
    with running(EdgeServer(delay=0.1)) as server:
        surrounding = wrapped({"EDGE_URL": server.url})
        command = ("batch", "--only", "narrate", "--jobs", "3", "--json", "--quiet")
        first = episode(*command, cwd=talks(tmp_path, 4), **surrounding)
        assert (first.code, first.json["made"]) == (0, 4), first.out + first.err
        asked = len(server.requests)
        assert asked >= 4
        assert server.most_at_once <= 2
        assert episode(*command, cwd=tmp_path, **surrounding).json["current"] == 4
        assert len(server.requests) == asked


def test_rate_limit_of_one_episode_slows_all(tmp_path: Path) -> None:
    """The service is busy at first: all episodes end right, and while it rests nobody asks."""
    with running(EdgeServer(plan=lambda number, _: "429" if number < 3 else "ok")) as server:
        ran = episode(
            "batch",
            "--only",
            "narrate",
            "--jobs",
            "2",
            "--json",
            "--quiet",
            cwd=talks(tmp_path, 3),
            **wrapped({"EDGE_URL": server.url}),
        )
        assert (ran.code, ran.json["made"]) == (0, 3), ran.out + ran.err
        assert server.refused.count(429) == 3
        assert server.most_at_once <= 2
