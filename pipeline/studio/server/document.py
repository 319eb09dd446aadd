"""The JSON document of an episode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pipeline.cache import digest
from pipeline.language import language_name
from pipeline.manifest import manifest_for
from pipeline.messages import message_from_json
from pipeline.run import BuildTarget
from pipeline.studio.localization import localized
from pipeline.studio.server.outputs import file_stamp, media_address, output_files
from pipeline.timebase import ms_from_samples, samples_from_frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.studio.editing.slide_changes import SlideChange
    from pipeline.studio.session import EditSession
    from pipeline.studio.view.episode_view import EpisodeView


def episode_document(
    session: EditSession,
    identity: str,
    view: EpisodeView,
    slides_json: list[dict[str, Any]],
    job_json: dict[str, Any],
) -> dict[str, Any]:
    """Return the document of an episode; `slides_json` and `job_json` are parts of it."""
    source, timeline = view.source, view.timeline
    report, outputs = session.build_report(), output_files(session.project, session.episode)
    undo, redo = session.undo_labels()
    return {
        "id": identity,
        "name": source.files.name,
        "title": source.settings.title or source.files.name,
        "language": source.settings.language,
        "second": source.translation_code,
        "fps": timeline.fps,
        "frames": timeline.frames,
        "length_ms": ms_from_samples(timeline.length),
        "version": source.files.version,
        "film": media_address(identity, "film", outputs.film),
        "poster": media_address(identity, "poster", outputs.poster),
        "sound": media_address(identity, "sound", outputs.sound),
        "peaks": f"/api/e/{identity}/peaks?v={file_stamp(outputs.sound)}"
        if outputs.sound
        else None,
        "outdated": session.is_outdated(),
        "burnt": report.get("video", {}).get("burnt", []),
        "tracks": tracks_json(identity, view),
        "rows": view.rows,
        "slides": slides_json,
        "chapters": chapters_json(view),
        "notices": [localized(notice) for notice in _notices(session, view, report)],
        "undo": localized(undo) if undo else None,
        "redo": localized(redo) if redo else None,
        "job": job_json,
    }


def _notices(session: EditSession, view: EpisodeView, report: Mapping[str, Any]) -> list[str]:
    """Return the notices of the texts as they are now, then those of the last build.

    A report holds English text; the manifest has the same notices as messages.
    """
    manifest = manifest_for(session.project, session.episode)
    messages = {
        str(notice): notice
        for target in get_args(BuildTarget)
        for notice in map(message_from_json, manifest.facts(f"whole:{target}").get("notices", ()))
    }
    return [
        *view.notices,
        *(
            messages.get(notice, notice)
            for notice in report.get("notices", ())
            if notice not in view.notices
        ),
    ]


def chapters_json(view: EpisodeView) -> list[dict[str, Any]]:
    """Return the chapters with their start times in ms."""
    return [
        {
            "row": mark.chapter.row,
            "title": mark.chapter.title,
            "ms": ms_from_samples(mark.start_sample),
        }
        for mark in view.timeline.chapters
    ]


def tracks_json(identity: str, view: EpisodeView) -> list[dict[str, str]]:
    """Return the caption tracks; each address changes with the track's content."""
    source = view.source
    spans = [[time.span.start, time.span.end] for time in view.timeline.rows]
    version = digest(source.files.version, spans)[:16]
    codes = [source.settings.language, *(code for code, _ in source.translations)]
    return [
        {
            "language": code,
            "label": language_name(code),
            "src": f"/media/{identity}/track/{code}?v={version}",
        }
        for code in codes
    ]


def slide_strip_json(
    changes: tuple[SlideChange, ...], identity: str, thumbnail_keys: dict[str, str], fps: int
) -> list[dict[str, Any]]:
    """Return the strip of slides; `thumbnail_keys` are cache keys by slide key."""
    return [
        {
            "index": index,
            "row": change.row,
            "frame": change.frame,
            "ms": ms_from_samples(samples_from_frame(change.frame, fps)),
            "name": change.name,
            "kind": change.kind,
            "movable": change.origin != "text",
            "thumb": f"/media/{identity}/slide/{thumbnail_keys[change.key]}"
            if change.key in thumbnail_keys
            else None,
        }
        for index, change in enumerate(changes)
    ]
