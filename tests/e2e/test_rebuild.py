"""Which steps each kind of change runs again, and which it does not."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pipeline.build import build
from pipeline.cache import Store
from pipeline.project import Project
from pipeline.run import BuildRequest
from tests.audio.voices import RATE, pcm16, write_wav
from tests.crash.six_rows import TEXT, six_rows
from tests.slide_samples import encoded, picture
from tests.small_project import episode

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.run import BuildResult

TOML = "transcript/bread.toml"
ALL = ("speech", "subtitles", "poster", "upload", "sound", "video")


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a project, and what it causes.

    `steps` are the steps that run; `made` counts the new cache entries by kind (others: none).
    """

    apply: Callable[[Path], object]
    steps: tuple[str, ...]
    made: dict[str, int | range] = field(default_factory=dict)


def write(name: str, text: str) -> Callable[[Path], object]:
    """Return a change that writes a file."""
    return lambda folder: (folder / name).write_text(text, "utf-8")


def swap(name: str, old: str, new: str) -> Callable[[Path], object]:
    """Return a change that replaces a text in a file, in which it must be."""

    def apply(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    return apply


def setting(section: str, line: str) -> Callable[[Path], object]:
    """Return a change of a setting in a section of its own."""
    return lambda folder: (folder / TOML).write_text(
        (folder / TOML).read_text("utf-8") + f"[{section}]\n{line}\n", "utf-8"
    )


def tune(name: str, pitch: int) -> Callable[[Path], object]:
    """Return a change that puts four seconds of a tone there."""
    return lambda folder: write_wav(
        folder / name, pcm16(0.3 * np.sin(2 * np.pi * pitch * np.arange(4 * RATE) / RATE))
    )


def slide(name: str) -> Callable[[Path], object]:
    """Return a change that puts a green picture there."""
    return lambda folder: (folder / name).write_bytes(encoded(picture((20, 120, 60))))


SOME = range(1, 4)
MANY = range(4, 40)

CHANGES = {
    "nothing": Change(lambda _: None, ()),
    "a file is only touched": Change(lambda folder: (folder / TEXT).touch(), ()),
    "the English of a row": Change(
        swap("transcript/bread.en.txt", "we talk", "we speak"), ("subtitles", "video")
    ),
    "no English any more": Change(
        lambda folder: (folder / "transcript/bread.en.txt").unlink(), ("subtitles", "video")
    ),
    "how loud": Change(setting("sound", "loudness = -16.0"), ("sound", "video")),
    "music": Change(tune("assets/bread/music.wav", 220), ("sound", "video")),
    "other music": Change(tune("assets/music.wav", 330), ("sound", "video")),
    "a row's time corrected": Change(
        write("transcript/bread.times.toml", "[[row]]\nrow = 2\nstart = 3.1\nend = 5.0\n"),
        ("subtitles", "video"),
        {"segment": range(2)},
    ),
    "a slide of one's own": Change(
        slide("assets/bread/01.png"),
        ("video",),
        {
            "slides-read": 1,
            "slide": range(1, 4),
            "segment": range(1, 9),
            "above": range(9),
            "still": range(9),
        },
    ),
    "a note among the assets": Change(write("assets/bread/notes.md", "to do"), ()),
    "another format of the narration": Change(
        setting("sound", 'formats = ["m4a", "mp3"]'), ("sound", "video")
    ),
    "how long a pause is": Change(
        setting("pauses", "chapter = 900"), ("subtitles", "sound", "video"), {"segment": range(2)}
    ),
    "one row": Change(
        swap(TEXT, "天然酵母", "自然发酵"),
        ("speech", "subtitles", "sound", "video"),
        {
            "speech": SOME,
            "take": SOME,
            "cut": SOME,
            "narration": 1,
            "segment": SOME,
            "above": range(3),
            "card": range(2),
            "slide": range(2),
        },
    ),
    "how a word is spoken": Change(
        setting("pronunciation", 'sourdough = "天然发酵的"'),
        ("speech", "subtitles", "upload", "sound", "video"),
        {"speech": SOME, "take": SOME, "cut": SOME, "narration": 1, "segment": range(2)},
    ),
    "how fast all is spoken": Change(
        swap(TOML, 'engine = "espeak"', 'engine = "espeak"\nrate = 10'),
        ("speech", "subtitles", "sound", "video"),
        {
            "speech": range(2, 9),
            "take": range(2, 9),
            "cut": range(2, 9),
            "narration": 1,
            "segment": range(3),
        },
    ),
    "the accent colour": Change(
        setting("style", 'accent = "#3cb4f0"'),
        ("poster", "upload", "sound", "video"),
        {"card": range(9), "slide": range(9), "segment": MANY, "above": range(9)},
    ),
    "how large the picture is": Change(
        swap(TOML, "width = 320", "width = 480"),
        ("subtitles", "poster", "upload", "sound", "video"),
        {
            "card": range(9),
            "slide": range(9),
            "segment": MANY,
            "above": range(9),
            "still": range(9),
        },
    ),
    "what is burnt in": Change(
        swap(TOML, "height = 240", 'height = 240\nburn = "none"'),
        ("poster", "upload", "video"),
        {
            "card": range(9),
            "slide": range(9),
            "segment": range(1, 20),
            "above": range(9),
            "still": range(9),
        },
    ),
    "a chapter's title": Change(
        swap(TOML, "历史", "由来"),
        ("subtitles", "upload", "sound", "video"),
        {"card": range(1, 9), "slide": range(1, 9), "segment": range(1, 9), "above": range(1, 9)},
    ),
    "the description": Change(
        swap(TOML, 'title = "天然酵母面包"', 'title = "天然酵母面包"\ndescription = "新的"'),
        ("poster", "upload", "sound", "video"),
    ),
    "an output is gone": Change(
        lambda folder: (folder / "output/bread/poster.png").unlink(), ("poster",)
    ),
    "an output was edited": Change(write("output/bread/bread.zh.srt", "mine"), ("subtitles",)),
    "the video is gone": Change(
        lambda folder: (folder / "output/bread/bread.mp4").unlink(), ("video",)
    ),
}


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a project rendered once, and a copy of it to start again from."""
    folder = six_rows(tmp_path_factory.mktemp("changes") / "p")
    (folder / "assets/bread").mkdir(parents=True)
    tune("assets/music.wav", 440)(folder)
    with (folder / TOML).open("a") as settings:
        settings.write('[music]\nfile = "music.wav"\n')
    rendered(folder)
    return folder, Path(shutil.copytree(folder, folder.with_name("copy")))


@pytest.fixture
def project(kept: tuple[Path, Path]) -> Path:
    """Return the rendered project as the first run left it."""
    folder, copy = kept
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)
    return folder


def rendered(folder: Path, **order: Any) -> BuildResult:  # noqa: ANN401 - an order's own
    """Render the episode in this process."""
    project = Project(folder)
    return build(
        project, project.episode(folder / TEXT), BuildRequest("render", **order), lambda *_: None
    )


def entries(folder: Path) -> Counter[str]:
    """Return how many entries of each kind the cache holds."""
    return Counter(kind for kind, *_ in Store(folder / ".cache").entries())


def ran(outcome: BuildResult) -> tuple[str, ...]:
    """Return the steps that ran, in order."""
    return tuple(step.name for step in outcome.steps if step.why)


QUICK = {"nothing", "the English of a row", "how loud", "one row", "an output is gone"}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in CHANGES],
)
def test_build_runs_only_the_steps_that_depend_on_a_change(project: Path, name: str) -> None:
    """Steps, requests and encoded segments are those of the table; a second build runs nothing."""
    change = CHANGES[name]
    before = entries(project)
    change.apply(project)
    outcome = rendered(project)
    assert ran(outcome) == change.steps
    new = {kind: count for kind, count in (entries(project) - before).items() if count}
    odd = {
        kind: count for kind, count in new.items() if not _meant(count, change.made.get(kind, 0))
    }
    assert odd == {}
    assert {
        kind for kind, count in change.made.items() if not _meant(new.get(kind, 0), count)
    } == set()
    assert ran(rendered(project)) == ()
    assert {path.name for path in (project / "output/bread").iterdir()} == set(outcome.files)


def _meant(count: int, wanted: int | range) -> bool:
    return count in wanted if isinstance(wanted, range) else count == wanted


def test_build_without_a_change_touches_no_file(project: Path) -> None:
    """Outputs and cache entries keep their inode and time."""

    def looks() -> dict[str, tuple[int, int]]:
        files = (
            path
            for path in project.rglob("*")
            if path.is_file() and path.parent.name not in {"locks", "ledgers"}
        )
        return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}

    rendered(project)
    before = looks()
    outcome = rendered(project)
    assert outcome.steps == ()
    assert looks() == before


def test_force_runs_every_step_and_gives_the_same_bytes(project: Path) -> None:
    """Every step was "never made"; the outputs are equal to those before."""
    before = {path.name: path.read_bytes() for path in (project / "output/bread").iterdir()}
    outcome = rendered(project, force=True)
    assert ran(outcome) == ALL
    assert {path.name: path.read_bytes() for path in (project / "output/bread").iterdir()} == before


def test_explain_shows_why_each_step_ran(project: Path) -> None:
    """The reasons are in the table for people and in the JSON."""
    swap("transcript/bread.en.txt", "we talk", "we speak")(project)
    ran_again = episode("render", TEXT, "--explain", "--json", cwd=project)
    steps = {step["name"]: step["why"] for step in ran_again.json["steps"]}
    assert (steps["subtitles"], steps["video"], steps["speech"], steps["sound"]) == (
        "changed: text",
        "changed: tracks",
        "",
        "",
    )
    assert "changed: tracks" in ran_again.err
    assert "up to date" in ran_again.err
    assert "up to date" in episode("render", TEXT, "--explain", cwd=project).err
