"""Answers of the server: JSON, errors in both languages, and bytes with ranges."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from pipeline.studio.said import Said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

FOR_EVER = "private, max-age=31536000, immutable"
"""For addresses that change with what they show."""

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def in_json(value: Any, status: int = 200) -> Response:  # noqa: ANN401 - any JSON
    """Return a value as JSON, not to be kept by anyone."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Response(body, status, {"Cache-Control": "no-store"}, "application/json")


def error(said: Said, status: int, **more: object) -> Response:
    """Return an error with its sentence."""
    return in_json({"error": said.json, **more}, status)


def absent() -> Response:
    """Return the answer for what is not there."""
    return error(Said("没有这个东西。", "There is no such thing."), 404)


def in_bytes(request: Request, body: bytes, kind: str, headers: Mapping[str, str]) -> Response:
    """Return bytes, or the range of them that was asked for."""
    own = {"Accept-Ranges": "bytes", **headers}
    found = _RANGE.fullmatch(request.headers.get("range", ""))
    if found is None or found.group() == "bytes=-":
        return Response(body, 200, own, kind)
    size = len(body)
    if found[1]:
        first, last = int(found[1]), min(int(found[2]) if found[2] else size - 1, size - 1)
    else:
        first, last = max(0, size - int(found[2])), size - 1
    if first > last:
        return Response(b"", 416, own | {"Content-Range": f"bytes */{size}"})
    return Response(body[first : last + 1], 206, own | {"Content-Range": f"bytes {first}-{last}/{size}"}, kind)
