"""What is seen and heard: outputs by kind, caption tracks made from the texts as they are, entries of the cache by key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, Response

from pipeline.script import Script
from pipeline.store import Store
from pipeline.studio.answers import FOR_EVER, absent, in_bytes
from pipeline.studio.document import made_of
from pipeline.subtitles import vtt

if TYPE_CHECKING:
    from starlette.requests import Request

    from pipeline.model import Track
    from pipeline.studio.bench import Bench
    from pipeline.studio.desk import Desk
    from pipeline.studio.view import View

THUMB, PREVIEW = "thumb", "preview"
"""Kinds of the store: a slide made small (JPEG), a row said alone (WAV)."""

_KEY = re.compile(r"[0-9a-f]{64}")
_KEPT = {"slide": (THUMB, "image/jpeg"), "preview": (PREVIEW, "audio/wav")}
_MADE = {"film": "video/mp4", "sound": "audio/mp4", "poster": "image/png"}


def medium(request: Request, desk: Desk, kind: str, name: str) -> Response:
    """Return a film, sound or poster (no name), a track by language, or an entry of the cache by key. Raises EpisodeError."""
    if kind == "track":
        return _track(desk, name)
    if kind in _KEPT and _KEY.fullmatch(name):
        entry, type_ = _KEPT[kind]
        body = Store(desk.project.cache).get(entry, name)
        return absent() if body is None else in_bytes(request, body, type_, {"Cache-Control": FOR_EVER})
    if kind in _MADE and not name:
        made = made_of(desk.project, desk.episode)
        path = {"film": made.film, "sound": made.sound, "poster": made.poster}[kind]
        if path is not None:
            return FileResponse(path, headers={"Cache-Control": FOR_EVER}, media_type=_MADE[kind])
    return absent()


def _track(desk: Desk, language: str) -> Response:
    view = desk.look()
    track = track_of(desk, view, language)
    if track is None:
        return absent()
    return Response(vtt.compose(track, style=False), 200, {"Cache-Control": "no-cache"}, "text/vtt; charset=utf-8")


def track_of(desk: Desk, view: View, language: str) -> Track | None:
    """Return the cues of a language as the texts are now, or None where there are none in it."""
    if language == view.reading.settings.language:
        return view.track
    rows = dict(view.reading.seconds).get(language)
    return None if rows is None else _second(desk, view, language, rows, desk.bench)


def _second(desk: Desk, view: View, language: str, rows: tuple[str, ...], bench: Bench) -> Track:
    from pipeline.subtitles.second import second_track
    from pipeline.tracks import second_limits

    reading = view.reading
    script = Script(desk.episode, reading.settings, reading.transcript, (), view.chapters, reading.seconds, reading.corrections)
    return second_track(rows, view.timeline, view.track, second_limits(script, language), bench, language)
