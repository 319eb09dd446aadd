"""The steps of one episode, each run only where what goes in has changed or what came out is gone."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import json
import shutil
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pipeline
from pipeline.errors import OutputFault
from pipeline.ledger import Ledger
from pipeline.lock import held
from pipeline.script import read_settings
from pipeline.store import TEMPORARY_PREFIX, Store, digest, fault_from, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pipeline.model import Observe
    from pipeline.project import Episode, Project
    from pipeline.settings import Settings

Upto = Literal["subtitle", "slides", "narrate", "render"]

_PACKAGES = ("edge-tts", "espeakng-loader", "imageio-ffmpeg", "av", "pillow", "moviepy", "jieba", "srt", "numpy", "uharfbuzz")


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: how far to go, settings changed on the command line, whether to speak, make all again.

    Where no audio tells the time: `duration` in seconds to fit to, or a timed episode to sound `like`.
    """

    upto: Upto
    changes: Mapping[str, Any] = field(default_factory=dict)
    voice: bool = True
    force: bool = False
    duration: float | None = None
    like: Path | None = None


@dataclass(frozen=True, slots=True)
class StepRun:
    """A step and why it ran; an empty reason means that it was up to date."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an order: the files, the report's figures (without its cues), notices for people, which steps ran and why."""

    name: str
    folder: Path
    files: tuple[str, ...]
    report: Mapping[str, Any]
    notices: tuple[str, ...]
    steps: tuple[StepRun, ...]


@dataclass(slots=True)
class Run:
    """One run at work: where it reads and writes, and what it has to tell."""

    episode: Episode
    settings: Settings
    order: Order
    store: Store
    ledger: Ledger
    assets: Path
    work: Path
    observe: Observe
    program: str
    notices: list[str] = field(default_factory=list)
    steps: list[StepRun] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    def step(
        self, name: str, inputs: Mapping[str, str], outputs: Sequence[Path], make: Callable[[], Mapping[str, Any] | None]
    ) -> Mapping[str, Any]:
        """Run a step where it is not up to date; return its facts, made now or recorded then. What it had to tell is told again."""
        why = self.ledger.why(name, inputs, outputs)
        self.steps.append(StepRun(name, why))
        self.files.extend(outputs)
        if why:
            told = len(self.notices)
            facts = dict(make() or {})
            self.ledger.made(name, inputs, outputs, {"facts": facts, "notices": self.notices[told:]})
        else:
            self.notices.extend(self.ledger.facts(name)["notices"])
        kept: Mapping[str, Any] = self.ledger.facts(name)["facts"]
        return kept


def build(project: Project, episode: Episode, order: Order, observe: Observe, store: Store | None = None) -> Outcome:
    """Make what an order asks for, and nothing that is up to date. Raises EpisodeError.

    `store` takes the place of the project's own, below the same folder.
    """
    try:
        return _held(project, episode, order, observe, store or Store(project.cache))
    except OSError as fault:
        raise fault_from(fault, Path(fault.filename) if isinstance(fault.filename, str) else episode.output) from fault
    except BrokenExecutor as fault:
        todo = "Look at the machine's memory and run again: what is made is kept."
        raise OutputFault("A worker process ended in the middle of its work.", todo) from fault


def _held(project: Project, episode: Episode, order: Order, observe: Observe, store: Store) -> Outcome:
    """Build with the episode's lock held: whatever temporary files are found then are of runs that are dead."""
    place = _place(episode)
    with (
        held(project.cache / "locks" / place, f"the episode {episode.name}"),
        _work(project.cache / "work" / f"{TEMPORARY_PREFIX}{place}") as work,
    ):
        store.sweep()
        ledger = ledger_of(project, episode)
        if order.force:
            ledger.forget()
        sweep(episode.output)
        try:
            return _build(
                Run(episode, read_settings(episode, order.changes), order, store, ledger, project.assets, work, observe, program()), project
            )
        finally:
            ledger.save(work)


def ledger_of(project: Project, episode: Episode) -> Ledger:
    """Return the record of what was made of an episode."""
    return Ledger.load(project.cache / "ledgers" / f"{_place(episode)}.json")


def _place(episode: Episode) -> str:
    """Return the name under which the cache knows an episode's output folder."""
    return digest(str(episode.output.absolute()))[:20]


def _build(run: Run, project: Project) -> Outcome:
    whole = f"whole:{run.order.upto}"
    inputs = _everything(run, project)
    before = run.ledger.facts(whole)
    files = [run.episode.output / name for name in before.get("files", ())]
    if files and not run.ledger.why(whole, inputs, files):
        report = _figures(run.episode.output / "report.json")
        return Outcome(run.episode.name, run.episode.output, tuple(before["files"]), report, tuple(before["notices"]), ())
    from pipeline.stages import make_all

    make_all(run)
    names = tuple(path.name for path in run.files)
    for stale in set(before.get("files", ())) - set(names):
        run.ledger.remove(whole, run.episode.output / stale)
    run.ledger.made(whole, inputs, run.files, {"files": names, "notices": run.notices})
    report = _figures(run.episode.output / "report.json")
    return Outcome(run.episode.name, run.episode.output, names, report, tuple(run.notices), tuple(run.steps))


def _everything(run: Run, project: Project) -> dict[str, str]:
    """Return digests of all that can change an episode's outputs, by name."""
    from pipeline.stages.recording_files import looked_at

    episode, look = run.episode, run.ledger.digest_of
    order = dataclasses.asdict(dataclasses.replace(run.order, force=False, like=None))
    by_settings, by_command = ([[path.name, look(path)] for path in looked_at(run, by_command=which)] for which in (False, True))
    inputs = {
        "transcript": look(episode.transcript),
        "settings": look(episode.settings),
        "lexicon": look(episode.lexicon),
        "corrections": look(episode.times),
        "assets": look(episode.assets),
        "channel": digest([[path.name, look(path)] for path in _channel(run, project)]),
        "recording": digest(by_settings) if by_settings else "",
        "command": digest(order, look(run.order.like), by_command),
        "program": run.program,
    }
    return inputs | {f"translation {code}": look(path) for code, path in episode.seconds}


def changed_since(project: Project, episode: Episode, upto: Upto) -> tuple[str, ...] | None:
    """Return which files' texts changed since an episode was made so far; None where it never was, or its files are gone.

    Only looks: nothing is written, and what the command line or another version of this program would change does not count.
    Raises InputError where the settings are wrong.
    """
    ledger = ledger_of(project, episode)
    known = ledger.steps.get(f"whole:{upto}")
    if known is None or not all((episode.output / name).exists() for name in known["outputs"]):
        return None
    run = Run(episode, read_settings(episode, {}), Order(upto), Store(project.cache), ledger, project.assets, Path(), lambda *_: None, "")
    now = _everything(run, project)
    before: dict[str, str] = known["inputs"]
    names = {*before, *now} - {"command", "program"}
    return tuple(sorted(name for name in names if before.get(name, "") != now.get(name, "")))


def _channel(run: Run, project: Project) -> list[Path]:
    """Return what an episode may take from the channel's assets: the files there, and the music its settings name."""
    if not project.assets.is_dir():
        return []
    music = run.settings.music
    named = [project.assets / name for name in (music.file, music.intro, music.outro) if name]
    return [*sorted(path for path in project.assets.iterdir() if path.is_file()), *(path for path in named if path.exists())]


def program() -> str:
    """Return a digest of this program: its own source and the versions of the packages that decide its outputs."""
    root = Path(pipeline.__file__).parent
    sources = [[path.name, path.stat().st_size, path.read_bytes()] for path in sorted(root.rglob("*.py"))]
    return digest(sources, [importlib.metadata.version(name) for name in _PACKAGES])


def _figures(report: Path) -> Mapping[str, Any]:
    figures: dict[str, Any] = json.loads(report.read_text("utf-8"))
    figures.pop("cues", None)
    return figures


@contextmanager
def _work(folder: Path) -> Iterator[Path]:
    """Give an empty folder for intermediate files, gone afterwards; one that a killed run left is emptied."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    except OSError as fault:
        raise fault_from(fault, folder) from fault
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
