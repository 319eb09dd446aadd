"""The two pages and what they are made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import FileResponse, HTMLResponse, Response

from pipeline.errors import EpisodeError
from pipeline.script import read_settings
from pipeline.studio.answers import absent
from pipeline.studio.document import stamp

if TYPE_CHECKING:
    from starlette.requests import Request

    from pipeline.studio.desk import Desk

HERE = Path(__file__).parent
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}
_LANGUAGES = ("zh", "en")
_LANGUAGE_COOKIE = "episode_studio_lang"


def templates() -> Environment:
    """Return the templates; what they are given is text and is escaped."""
    return Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)


def page(request: Request, pages: Environment, name: str, /, **values: str) -> Response:
    """Return a page in the language asked for; a choice in the address is remembered."""
    language = language_of(request)
    body = pages.get_template(name).render(lang=language, nonce=request.scope["state"]["nonce"], **values)
    answer = HTMLResponse(body, headers={"Cache-Control": "no-store"})
    if request.query_params.get("lang") in _LANGUAGES:
        answer.set_cookie(_LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="strict", httponly=True)
    return answer


def language_of(request: Request) -> str:
    """Return zh or en: as the address says, as was chosen before, as the browser prefers, else zh."""
    for asked in (request.query_params.get("lang"), request.cookies.get(_LANGUAGE_COOKIE)):
        if asked in _LANGUAGES:
            return str(asked)
    for choice in request.headers.get("accept-language", "").split(",")[:20]:
        code = choice.split(";")[0].strip().lower().partition("-")[0]
        if code in _LANGUAGES:
            return code
    return "zh"


def names_of(desk: Desk) -> tuple[str, str]:
    """Return an episode's name and title, none where its settings are not right; the page shows before its texts are looked at."""
    try:
        return desk.path.stem, read_settings(desk.episode, {}).title
    except EpisodeError:
        return desk.path.stem, ""


def static(request: Request, name: str) -> Response:
    """Return one of the files that came with the studio; nothing of it where the page has it already."""
    folder = HERE / "static"
    known = {path.name: path for path in folder.iterdir() if path.suffix in _TYPES and path.is_file()}
    path = known.get(name)
    if path is None:
        return absent()
    tag = f'"{stamp(path)}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return FileResponse(path, headers={"Cache-Control": "no-cache", "ETag": tag}, media_type=_TYPES[path.suffix])
