"""One open episode: its current texts and times, its edits, and the undo history."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.build import changed_inputs
from pipeline.cache import Store
from pipeline.errors import EpisodeError, InputError
from pipeline.manifest import manifest_for
from pipeline.messages import message
from pipeline.script import Script, read_script
from pipeline.stages.snapshot import Snapshot, last_timeline, load_snapshot
from pipeline.studio.editing.edit_history import EditStep, UndoHistory
from pipeline.studio.editing.sources import parse_source
from pipeline.studio.editing.text_edits import apply_edit
from pipeline.studio.localization import EditRefused, refusal_for
from pipeline.studio.source_files import publish_source_files, read_source_files
from pipeline.studio.view.episode_view import (
    DetectedChapters,
    EpisodeView,
    build_view,
    has_explicit_chapters,
)
from pipeline.studio.view.row_view import patch_between
from pipeline.text.encoding import ENCODING_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipeline.messages import Message
    from pipeline.model import Track
    from pipeline.project import Episode, Project
    from pipeline.studio.editing.commands import EditCommand
    from pipeline.studio.editing.sources import EpisodeSource
    from pipeline.studio.view.episode_view import EpisodeView
    from pipeline.studio.view.row_break_cache import RowBreakCache
    from pipeline.studio.view.row_view import RowPatch


class VersionConflict(Exception):
    """An edit was based on texts that are not on disk (any more)."""


@dataclass(frozen=True, slots=True)
class EditResult:
    """The result of an edit: the changed rows, the new view, and the labels of undo and redo."""

    patch: RowPatch
    view: EpisodeView
    undo_labels: tuple[Message | None, Message | None]


@dataclass(slots=True)
class EditSession:
    """An open episode. Every method may be called from any thread."""

    project: Project
    transcript_path: Path
    segmenter: RowBreakCache
    history: UndoHistory = field(default_factory=UndoHistory)
    lock: threading.RLock = field(default_factory=threading.RLock)
    missing_glyphs: frozenset[str] = frozenset()
    _changed_externally: bool = False
    _snapshot: Snapshot | None = None
    _detected_chapters: DetectedChapters | None = None
    _view: EpisodeView | None = None

    @property
    def episode(self) -> Episode:
        """The episode's files as they are now. Raises InputError."""
        return self.project.episode(self.transcript_path)

    @property
    def version(self) -> str:
        """The version of the texts that were read last."""
        return self._view.source.files.version if self._view else ""

    def current_view(self) -> EpisodeView:
        """Return the view of the episode's current files. Raises InputError, EnvironmentFault."""
        with self.lock:
            texts = read_source_files(self.episode)
            if self._view is None or self._view.source.files != texts:
                previous_source = self._view.source if self._view else None
                self._changed_externally = self._changed_externally or previous_source is not None
                self.history.clear()
                self._update_view(parse_source(texts, previous_source))
            assert self._view is not None
            return self._view

    def take_external_change(self) -> bool:
        """Return once whether the files were changed elsewhere.

        It does not matter which caller noticed the change first. Raises InputError,
        EnvironmentFault.
        """
        with self.lock:
            self.current_view()
            changed, self._changed_externally = self._changed_externally, False
            return changed

    def reload_build_times(self) -> None:
        """Use the times of a build that has just ended."""
        with self.lock:
            self._snapshot = None
            if self._view is not None:
                self._update_view(self._view.source)

    def accept_detected(
        self, detected: DetectedChapters, missing_glyphs: frozenset[str]
    ) -> RowPatch | None:
        """Use what was detected in the background; return the changes of the rows, or None."""
        with self.lock:
            view = self._view
            detected_chapters = (
                self._detected_chapters
                if view is None
                or has_explicit_chapters(view.source)
                or detected.row_texts != view.source.row_texts
                else detected
            )
            if view is None or (detected_chapters, missing_glyphs) == (
                self._detected_chapters,
                self.missing_glyphs,
            ):
                return None
            self._detected_chapters, self.missing_glyphs = detected_chapters, missing_glyphs
            self._update_view(view.source)
            patch = patch_between(view.rows, self._view.rows if self._view else [])
            return patch if patch.drop or patch.rows else None

    def edit(self, base: str, edit: EditCommand) -> tuple[EditResult, Message | None]:
        """Edit the texts that have version `base`; return the result and a notice or None.

        Raises VersionConflict, EditRefused, EnvironmentFault.
        """
        return self.change(base, lambda view: apply_edit(view.source, edit, view.timeline))

    def change(
        self, base: str, transform: Callable[[EpisodeView], tuple[EpisodeSource, Message]]
    ) -> tuple[EditResult, Message | None]:
        """Change the texts that have version `base` by a function. Raises as `edit` does."""
        with self.lock:
            view = self._view_at_version(base)
            new_source, description = transform(view)
            if new_source.files == view.source.files:
                return self._edit_result(view), None
            self._show_and_publish(view, new_source)
            self.history.record(EditStep(description, view.source.files, new_source.files))
            return self._edit_result(view), _encoding_notice(view.source, new_source)

    def undo(self, base: str) -> tuple[EditResult, Message | None]:
        """Restore the exact bytes from before the last edit. Raises as `edit` does."""
        return self._step_history(
            base, self.history.applied, self.history.reverted, message("studio.nothing_to_undo")
        ), None

    def redo(self, base: str) -> tuple[EditResult, Message | None]:
        """Apply again what was undone last. Raises as `edit` does."""
        return self._step_history(
            base, self.history.reverted, self.history.applied, message("studio.nothing_to_redo")
        ), None

    def _step_history(
        self,
        base: str,
        from_steps: list[EditStep],
        to_steps: list[EditStep],
        nothing_message: Message,
    ) -> EditResult:
        with self.lock:
            view = self._view_at_version(base)
            if not from_steps:
                raise EditRefused(nothing_message)
            step = from_steps[-1]
            self._show_and_publish(
                view,
                parse_source(
                    step.files_before if from_steps is self.history.applied else step.files_after,
                    view.source,
                ),
            )
            to_steps.append(from_steps.pop())
            return self._edit_result(view)

    def _edit_result(self, previous_view: EpisodeView) -> EditResult:
        assert self._view is not None
        return EditResult(
            patch_between(previous_view.rows, self._view.rows), self._view, self.undo_labels()
        )

    def _view_at_version(self, base: str) -> EpisodeView:
        view = self.current_view()
        if view.source.files.version != base:
            raise VersionConflict
        return view

    def _show_and_publish(self, view: EpisodeView, new_source: EpisodeSource) -> None:
        """Show a source and then write it, so that what cannot be shown is not written."""
        try:
            self._update_view(new_source)
        except InputError as fault:
            raise refusal_for(fault) from fault
        try:
            publish_source_files(self.episode, view.source.files, new_source.files)
        except EpisodeError:
            self._view = view
            raise

    def _update_view(self, source: EpisodeSource) -> None:
        snapshot, detected = self._timing_sources(source)
        self._view = build_view(
            source, snapshot, detected, self.segmenter, self.missing_glyphs, self._view
        )

    def _timing_sources(self, source: EpisodeSource) -> tuple[Snapshot, DetectedChapters]:
        """Return the timeline to transfer times from, and the chapters.

        They are those of the last build, or estimated once where there was none.
        """
        if (
            self._snapshot is None
            or self._detected_chapters is None
            or self._snapshot.timeline.fps != source.settings.picture.fps
        ):
            episode = self.episode
            snapshot = load_snapshot(manifest_for(self.project, episode), Store(self.project.cache))
            if (
                snapshot is None
                or self._detected_chapters is None
                or snapshot.timeline.fps != source.settings.picture.fps
            ):
                script = read_script(episode, source.settings, self.segmenter, all_rows=True)
                self._detected_chapters = DetectedChapters(
                    tuple(row.text for row in script.transcript.rows), script.chapters
                )
                snapshot = last_timeline(self.project, script)
            self._snapshot = snapshot
        return self._snapshot, self._detected_chapters

    def build_report(self) -> Mapping[str, Any]:
        """Return the report of the last build, or an empty mapping."""
        with suppress(OSError, ValueError):
            report_json: dict[str, Any] = json.loads(
                (self.episode.output / "report.json").read_text("utf-8")
            )
            report_json.pop("cues", None)
            return report_json
        return {}

    def is_outdated(self) -> bool:
        """Tell whether the video is older than the texts."""
        return changed_inputs(self.project, self.episode, "render") != ()

    def undo_labels(self) -> tuple[Message | None, Message | None]:
        """Return the labels of undo and redo, each None where there is nothing to do."""
        applied, reverted = self.history.applied, self.history.reverted
        return (applied[-1].description if applied else None), (
            reverted[-1].description if reverted else None
        )


def _encoding_notice(before: EpisodeSource, after: EpisodeSource) -> Message | None:
    """Return a notice where a transcript's encoding could not hold its new text."""
    old_encoding, new_encoding = before.transcript.encoding, after.transcript.encoding
    if old_encoding == new_encoding:
        return None
    return message("studio.encoding_changed", encoding=ENCODING_NAMES[old_encoding])


def caption_track(session: EditSession, view: EpisodeView, language: str) -> Track | None:
    """Return the cues of a language for the current texts, or None where it has none."""
    if language == view.source.settings.language:
        return view.track
    rows = dict(view.source.translations).get(language)
    return (
        None
        if rows is None
        else _translation_track(session, view, language, rows, session.segmenter)
    )


def _translation_track(
    session: EditSession,
    view: EpisodeView,
    language: str,
    rows: tuple[str, ...],
    segmenter: RowBreakCache,
) -> Track:
    from pipeline.language_tracks import translation_limits
    from pipeline.subtitles.translation_track import build_translation_track

    source = view.source
    script = Script(
        session.episode,
        source.settings,
        source.transcript,
        (),
        view.chapters,
        source.translations,
        source.corrections,
    )
    return build_translation_track(
        rows, view.timeline, view.track, translation_limits(script, language), segmenter, language
    )
