"""The two pages and what they are made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import FileResponse, HTMLResponse, Response

from pipeline.errors import EpisodeError
from pipeline.script import read_settings
from pipeline.studio.server.outputs import file_stamp
from pipeline.studio.server.responses import not_found_response

if TYPE_CHECKING:
    from starlette.requests import Request

    from pipeline.studio.session import EditSession

STUDIO_FOLDER = Path(__file__).parent.parent

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}

_LANGUAGES = ("zh", "en")
_LANGUAGE_COOKIE = "episode_studio_lang"


def load_templates() -> Environment:
    """Return the templates; what they are given is text and is escaped."""
    return Environment(
        loader=FileSystemLoader(STUDIO_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )


def render_page(
    request: Request, environment: Environment, name: str, /, **values: str
) -> Response:
    """Return a page in the language asked for; a choice in the address is remembered."""
    language = requested_language(request)
    body = environment.get_template(name).render(
        lang=language, nonce=request.scope["state"]["nonce"], **values
    )
    response = HTMLResponse(body, headers={"Cache-Control": "no-store"})
    if request.query_params.get("lang") in _LANGUAGES:
        response.set_cookie(
            _LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="strict", httponly=True
        )
    return response


def requested_language(request: Request) -> str:
    """Return zh or en: as the address says, as was chosen before, as the browser prefers, else zh."""
    for requested in (request.query_params.get("lang"), request.cookies.get(_LANGUAGE_COOKIE)):
        if requested in _LANGUAGES:
            return str(requested)
    for choice in request.headers.get("accept-language", "").split(",")[:20]:
        code = choice.split(";")[0].strip().lower().partition("-")[0]
        if code in _LANGUAGES:
            return code
    return "zh"


def name_and_title(session: EditSession) -> tuple[str, str]:
    """Return an episode's name and title, none where its settings are not right; the page shows before its texts are looked at."""
    try:
        return session.transcript_path.stem, read_settings(session.episode, {}).title
    except EpisodeError:
        return session.transcript_path.stem, ""


def static_response(request: Request, name: str) -> Response:
    """Return one of the files that came with the studio; nothing of it where the page has it already."""
    folder = STUDIO_FOLDER / "static"
    paths_by_name = {
        path.name: path
        for path in folder.iterdir()
        if path.suffix in _MEDIA_TYPES and path.is_file()
    }
    path = paths_by_name.get(name)
    if path is None:
        return not_found_response()
    etag = f'"{file_stamp(path)}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    return FileResponse(
        path,
        headers={"Cache-Control": "no-cache", "ETag": etag},
        media_type=_MEDIA_TYPES[path.suffix],
    )
