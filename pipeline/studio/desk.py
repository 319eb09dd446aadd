"""One episode open in the studio: its texts and times as they are now, every edit of them, and what can be undone."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.build import Order, Run, changed_since, ledger_of
from pipeline.errors import EpisodeError, InputError
from pipeline.script import read_script
from pipeline.stages.speech import timed
from pipeline.stages.told import Told, last
from pipeline.store import Store
from pipeline.studio.edits import edited
from pipeline.studio.files import publish_texts, texts_of
from pipeline.studio.history import History, Step
from pipeline.studio.reading import read
from pipeline.studio.rows import patch_between
from pipeline.studio.said import Refused, Said, refused
from pipeline.studio.view import Found, View, chapters_are_set, view_of
from pipeline.text.encoding import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipeline.project import Episode, Project
    from pipeline.studio.asked import Edit
    from pipeline.studio.bench import Bench
    from pipeline.studio.reading import Reading
    from pipeline.studio.rows import Patch


class ChangedElsewhere(Exception):
    """An edit was made of texts that are not the ones on disk (any more)."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an edit came to: the rows that changed, the view after it, and what undo and redo would do."""

    patch: Patch
    view: View
    labels: tuple[Said | None, Said | None]


@dataclass(slots=True)
class Desk:
    """The episode at work; every method may be called from any thread."""

    project: Project
    path: Path
    bench: Bench
    program: str
    history: History = field(default_factory=History)
    lock: threading.RLock = field(default_factory=threading.RLock)
    lacking: frozenset[str] = frozenset()
    _elsewhere: bool = False
    _told: Told | None = None
    _found: Found | None = None
    _view: View | None = None

    @property
    def episode(self) -> Episode:
        """The episode's files as they are now. Raises InputError."""
        return self.project.episode(self.path)

    @property
    def version(self) -> str:
        """The version of the texts last looked at."""
        return self._view.reading.texts.version if self._view else ""

    def look(self) -> View:
        """Return the episode as its files say it now. Raises InputError, EnvironmentFault."""
        with self.lock:
            texts = texts_of(self.episode)
            if self._view is None or self._view.reading.texts != texts:
                before = self._view.reading if self._view else None
                self._elsewhere = self._elsewhere or before is not None
                self.history.clear()
                self._show(read(texts, before))
            assert self._view is not None
            return self._view

    def was_changed(self) -> bool:
        """Tell, once, whether the files were changed by somebody else, whoever looked first. Raises InputError, EnvironmentFault."""
        with self.lock:
            self.look()
            changed, self._elsewhere = self._elsewhere, False
            return changed

    def built(self) -> None:
        """Take over the times of a build that has just ended."""
        with self.lock:
            self._told = None
            if self._view is not None:
                self._show(self._view.reading)

    def found(self, found: Found, lacking: frozenset[str]) -> Patch | None:
        """Take over what was found out about the texts meanwhile; return what that changes in the rows, if anything."""
        with self.lock:
            view = self._view
            chapters = self._found if view is None or chapters_are_set(view.reading) or found.rows != view.reading.rows else found
            if view is None or (chapters, lacking) == (self._found, self.lacking):
                return None
            self._found, self.lacking = chapters, lacking
            self._show(view.reading)
            patch = patch_between(view.rows, self._view.rows if self._view else [])
            return patch if patch.drop or patch.rows else None

    def edit(self, base: str, edit: Edit) -> tuple[Done, Said | None]:
        """Make an edit of the texts with version `base`; return what has to be said of it, too.

        Raises ChangedElsewhere, Refused, EnvironmentFault.
        """
        return self.change(base, lambda view: edited(view.reading, edit, view.timeline))

    def change(self, base: str, make: Callable[[View], tuple[Reading, Said]]) -> tuple[Done, Said | None]:
        """Change the texts with version `base` by a function. Raises as `edit` does."""
        with self.lock:
            view = self._same(base)
            after, label = make(view)
            if after.texts == view.reading.texts:
                return self._done(view), None
            self._put(view, after)
            self.history.add(Step(label, view.reading.texts, after.texts))
            return self._done(view), _recoded(view.reading, after)

    def undo(self, base: str) -> tuple[Done, Said | None]:
        """Put back the very bytes from before the last edit. Raises as `edit` does."""
        return self._travel(base, self.history.done, self.history.undone, _NO_UNDO), None

    def redo(self, base: str) -> tuple[Done, Said | None]:
        """Make again what was undone. Raises as `edit` does."""
        return self._travel(base, self.history.undone, self.history.done, _NO_REDO), None

    def _travel(self, base: str, source: list[Step], target: list[Step], none: Said) -> Done:
        with self.lock:
            view = self._same(base)
            if not source:
                raise Refused(*none)
            step = source[-1]
            self._put(view, read(step.before if source is self.history.done else step.after, view.reading))
            target.append(source.pop())
            return self._done(view)

    def _done(self, before: View) -> Done:
        assert self._view is not None
        return Done(patch_between(before.rows, self._view.rows), self._view, self.labels())

    def _same(self, base: str) -> View:
        view = self.look()
        if view.reading.texts.version != base:
            raise ChangedElsewhere
        return view

    def _put(self, view: View, after: Reading) -> None:
        """Show a reading and write it, in this order: what cannot be shown is not written."""
        try:
            self._show(after)
        except InputError as fault:
            raise refused(fault) from fault
        try:
            publish_texts(self.episode, view.reading.texts, after.texts)
        except EpisodeError:
            self._view = view
            raise

    def _show(self, reading: Reading) -> None:
        told, found = self._sources(reading)
        self._view = view_of(reading, told, found, self.bench, self.lacking, self._view)

    def _sources(self, reading: Reading) -> tuple[Told, Found]:
        """Return the times everything is carried from, and the chapters: of the last build, else estimated once."""
        if self._told is None or self._found is None or self._told.timeline.fps != reading.settings.picture.fps:
            ledger, store, episode = ledger_of(self.project, self.episode), Store(self.project.cache), self.episode
            built = last(ledger, store)
            if built is None or self._found is None or built.timeline.fps != reading.settings.picture.fps:
                script = read_script(episode, reading.settings, self.bench)
                self._found = Found(tuple(row.text for row in script.transcript.rows), script.chapters)
                if built is None or built.timeline.fps != reading.settings.picture.fps:
                    order = Order("subtitle", voice=reading.settings.voice.engine != "recording")
                    run = Run(episode, reading.settings, order, store, ledger, self.project.assets, self.path.parent, _unseen, self.program)
                    built = Told(self._found.rows, timed(run, script).timeline, {})
            self._told = built
        return self._told, self._found

    def report(self) -> Mapping[str, Any]:
        """Return the figures of the last build, or nothing."""
        with suppress(OSError, ValueError):
            found: dict[str, Any] = json.loads((self.episode.output / "report.json").read_text("utf-8"))
            found.pop("cues", None)
            return found
        return {}

    def outdated(self) -> bool:
        """Tell whether the film is older than the texts."""
        return changed_since(self.project, self.episode, "render") != ()

    def labels(self) -> tuple[Said | None, Said | None]:
        """Return what an undo and a redo would do."""
        done, undone = self.history.done, self.history.undone
        return (done[-1].label if done else None), (undone[-1].label if undone else None)


_NO_UNDO = Said("没有可以撤销的。", "There is nothing to undo.")
_NO_REDO = Said("没有可以重做的。", "There is nothing to redo.")


def _recoded(before: Reading, after: Reading) -> Said | None:
    """Return what has to be said where a transcript's encoding could not hold its new text."""
    old, new = before.transcript.encoding, after.transcript.encoding
    if old == new:
        return None
    return Said(
        f"文稿原来的编码（{NAMES[old]}）存不下这些字，已存为 UTF-8。",
        f"{NAMES[old]} cannot hold these characters: the transcript is UTF-8 now.",
    )


def _unseen(step: str, done: int, total: int) -> None:
    """Let progress pass unseen."""
