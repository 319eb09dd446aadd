"""Responses of the server: JSON, errors in every language, and byte ranges."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from pipeline.messages import message
from pipeline.studio.localization import localized

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from pipeline.errors import EpisodeError

CACHE_FOREVER = "private, max-age=31536000, immutable"
"""For addresses that change with their content."""

_BYTE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def json_response(payload: Any, status: int = 200) -> Response:  # noqa: ANN401 - any JSON
    """Return a value as JSON that must not be cached."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Response(body, status, {"Cache-Control": "no-store"}, "application/json")


def error_response(reason: str | EpisodeError, status: int, **extra_fields: object) -> Response:
    """Return an error with its sentence in every language."""
    return json_response({"error": localized(reason), **extra_fields}, status)


def not_found_response() -> Response:
    """Return a 404 response."""
    return error_response(message("studio.not_found"), 404)


def bytes_response(
    request: Request, body: bytes, media_type: str, headers: Mapping[str, str]
) -> Response:
    """Return bytes, or the requested range of them."""
    own_headers = {"Accept-Ranges": "bytes", **headers}
    range_match = _BYTE_RANGE.fullmatch(request.headers.get("range", ""))
    if range_match is None or range_match.group() == "bytes=-":
        return Response(body, 200, own_headers, media_type)
    size = len(body)
    if range_match[1]:
        first_byte, last_byte = (
            int(range_match[1]),
            min(int(range_match[2]) if range_match[2] else size - 1, size - 1),
        )
    else:
        first_byte, last_byte = max(0, size - int(range_match[2])), size - 1
    if first_byte > last_byte:
        return Response(b"", 416, own_headers | {"Content-Range": f"bytes */{size}"})
    return Response(
        body[first_byte : last_byte + 1],
        206,
        own_headers | {"Content-Range": f"bytes {first_byte}-{last_byte}/{size}"},
        media_type,
    )
