"""The two pages, their texts in the reader's language, and their static files."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import FileResponse, HTMLResponse, Response

from pipeline.errors import EpisodeError
from pipeline.messages import ENGLISH, languages, templates
from pipeline.script import read_settings
from pipeline.studio.server.outputs import file_stamp
from pipeline.studio.server.responses import not_found_response

if TYPE_CHECKING:
    from collections.abc import Mapping

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

_DEFAULT_LANGUAGE = "zh"
_LANGUAGE_COOKIE = "episode_studio_lang"
_LANGUAGE_COOKIE_AGE_S = 31_536_000
_MAX_ACCEPTED_LANGUAGES = 20


def load_templates() -> Environment:
    """Return the templates; the values they are given are text and are escaped."""
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
    texts = page_texts(language)
    body = environment.get_template(name).render(
        language=language,
        other_languages=[(code, page_texts(code)) for code in languages() if code != language],
        say=texts.__getitem__,
        label=lambda key: Markup('aria-label="{0}" title="{0}"').format(texts[key]),
        messages_json=messages_json(language),
        nonce=request.scope["state"]["nonce"],
        **values,
    )
    response = HTMLResponse(body, headers={"Cache-Control": "no-store"})
    if request.query_params.get("lang") == language:
        response.set_cookie(
            _LANGUAGE_COOKIE,
            language,
            max_age=_LANGUAGE_COOKIE_AGE_S,
            samesite="strict",
            httponly=True,
        )
    return response


@cache
def page_texts(language: str) -> Mapping[str, str]:
    """Return the page's texts by key; those that a language lacks are in English.

    Values are written `{name}` or `{name:plural,one,many}`; the page fills them in.
    """
    own = templates("page", language)
    return {key: own.get(key, entry)[0] for key, entry in templates("page", ENGLISH).items()}


@cache
def messages_json(language: str) -> Markup:
    """Return the page's texts as JSON to embed in its document."""
    texts = {"language": language, "texts": page_texts(language)}
    body = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
    return Markup(body.replace("<", "\\u003c"))  # noqa: S704 - no tag can begin in it


def requested_language(request: Request) -> str:
    """Return the language of the address, of the last choice, or of the browser.

    Chinese where the catalogue has none of them.
    """
    codes = languages()
    for requested in (request.query_params.get("lang"), request.cookies.get(_LANGUAGE_COOKIE)):
        if requested in codes:
            return str(requested)
    accepted = request.headers.get("accept-language", "").split(",")[:_MAX_ACCEPTED_LANGUAGES]
    for choice in accepted:
        code = choice.split(";")[0].strip().lower().partition("-")[0]
        if code in codes:
            return code
    return _DEFAULT_LANGUAGE


def name_and_title(session: EditSession) -> tuple[str, str]:
    """Return an episode's name and title; the title is "" where its settings are not valid.

    The page is shown before the texts are read.
    """
    try:
        return session.transcript_path.stem, read_settings(session.episode, {}).title
    except EpisodeError:
        return session.transcript_path.stem, ""


def static_response(request: Request, name: str) -> Response:
    """Return a static file of the studio, or 304 where the browser has it already."""
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
