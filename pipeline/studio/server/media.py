"""Media responses: outputs, caption tracks made from the current texts, and cache entries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, Response

from pipeline.cache import Store
from pipeline.studio.server.outputs import output_files
from pipeline.studio.server.responses import CACHE_FOREVER, bytes_response, not_found_response
from pipeline.studio.session import caption_track
from pipeline.studio.worker.background_tasks import PREVIEW_KIND, THUMBNAIL_KIND
from pipeline.subtitles.formats import vtt

if TYPE_CHECKING:
    from starlette.requests import Request

    from pipeline.studio.session import EditSession

_CACHE_KEY = re.compile(r"[0-9a-f]{64}")
_CACHED_KINDS = {"slide": (THUMBNAIL_KIND, "image/jpeg"), "preview": (PREVIEW_KIND, "audio/wav")}
_OUTPUT_TYPES = {"film": "video/mp4", "sound": "audio/mp4", "poster": "image/png"}


def media_response(request: Request, session: EditSession, kind: str, name: str) -> Response:
    """Return an output, a track by language or a cache entry by key. Raises EpisodeError."""
    if kind == "track":
        return _track_response(session, name)
    if kind in _CACHED_KINDS and _CACHE_KEY.fullmatch(name):
        cache_kind, media_type = _CACHED_KINDS[kind]
        body = Store(session.project.cache).get(cache_kind, name)
        return (
            not_found_response()
            if body is None
            else bytes_response(request, body, media_type, {"Cache-Control": CACHE_FOREVER})
        )
    if kind in _OUTPUT_TYPES and not name:
        outputs = output_files(session.project, session.episode)
        path = {"film": outputs.film, "sound": outputs.sound, "poster": outputs.poster}[kind]
        if path is not None:
            return FileResponse(
                path, headers={"Cache-Control": CACHE_FOREVER}, media_type=_OUTPUT_TYPES[kind]
            )
    return not_found_response()


def _track_response(session: EditSession, language: str) -> Response:
    view = session.current_view()
    track = caption_track(session, view, language)
    if track is None:
        return not_found_response()
    return Response(
        vtt.compose(track, style=False),
        200,
        {"Cache-Control": "no-cache"},
        "text/vtt; charset=utf-8",
    )
