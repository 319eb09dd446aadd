"""The routes of the studio (JSON over HTTP) and their handlers."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from pipeline.errors import EpisodeError, defect_message
from pipeline.messages import message
from pipeline.studio.editing.commands import parse_edit
from pipeline.studio.localization import EditRefused, localized, localized_paragraph
from pipeline.studio.server import media, pages
from pipeline.studio.server.document import chapters_json, tracks_json
from pipeline.studio.server.events import format_event
from pipeline.studio.server.file_watch import watch_files
from pipeline.studio.server.outputs import output_files
from pipeline.studio.server.responses import error_response, json_response, not_found_response
from pipeline.studio.session import VersionConflict
from pipeline.studio.worker import background_tasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request

    from pipeline.messages import Message
    from pipeline.studio.server.state import Studio
    from pipeline.studio.session import EditResult, EditSession


def create_app(studio: Studio) -> Starlette:
    """Return the application of a studio."""

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        studio.render_queue.start_worker()
        watching = asyncio.create_task(watch_files(studio))
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            await asyncio.gather(studio.render_queue.close(), studio.worker.close())

    def episode_route(
        path: str,
        answer: Callable[[Studio, Request, str, EditSession], Awaitable[Response]],
        method: str = "GET",
    ) -> Route:
        async def endpoint(request: Request) -> Response:
            return await _respond(studio, request, answer)

        return Route(path, endpoint, methods=[method])

    async def listing(request: Request) -> Response:
        return pages.render_page(request, studio.templates, "list.html")

    async def episodes(_: Request) -> Response:
        return json_response(await run_in_threadpool(studio.library.episode_statuses))

    async def static(request: Request) -> Response:
        return await run_in_threadpool(pages.static_response, request, request.path_params["file"])

    app = Starlette(
        routes=[
            Route("/", listing),
            Route("/static/{file}", static),
            Route("/api/episodes", episodes),
            episode_route("/e/{id}", _get_page),
            episode_route("/api/e/{id}", _get_document),
            episode_route("/api/e/{id}/events", _get_events),
            episode_route("/api/e/{id}/edit", _post_edit, "POST"),
            episode_route("/api/e/{id}/undo", _post_undo, "POST"),
            episode_route("/api/e/{id}/redo", _post_redo, "POST"),
            episode_route("/api/e/{id}/render", _post_render, "POST"),
            episode_route("/api/e/{id}/stop", _post_stop, "POST"),
            episode_route("/api/e/{id}/voice", _post_voice, "POST"),
            episode_route("/api/e/{id}/peaks", _get_peaks),
            episode_route("/media/{id}/{kind}", _get_media),
            episode_route("/media/{id}/{kind}/{name}", _get_media),
        ],
        lifespan=life,
        exception_handlers={
            404: lambda *_: not_found_response(),
            405: lambda *_: error_response(message("studio.method_not_allowed"), 405),
        },
    )
    app.router.redirect_slashes = False  # a wrong address is a 404
    return app


async def _respond(
    studio: Studio,
    request: Request,
    handler: Callable[[Studio, Request, str, EditSession], Awaitable[Response]],
) -> Response:
    """Return the response about an episode; every error becomes a sentence."""
    identity = request.path_params["id"]
    try:
        session = await run_in_threadpool(studio.library.session_of, identity)
        return (
            not_found_response()
            if session is None
            else await handler(studio, request, identity, session)
        )
    except EpisodeError as fault:
        return error_response(fault, 422)
    except ClientDisconnect:
        return error_response(message("studio.too_large"), 413)
    except Exception as fault:  # noqa: BLE001 - a defect becomes a sentence; the page and other episodes continue
        return error_response(defect_message(fault), 500)


async def _get_page(
    studio: Studio, request: Request, identity: str, session: EditSession
) -> Response:
    name, title = await run_in_threadpool(pages.name_and_title, session)
    return pages.render_page(
        request, studio.templates, "episode.html", id=identity, name=name, title=title
    )


async def _get_document(
    studio: Studio, _: Request, identity: str, session: EditSession
) -> Response:
    return json_response(await studio.build_document(identity, session))


async def _get_events(studio: Studio, _: Request, identity: str, session: EditSession) -> Response:
    job = studio.render_queue.status(identity)
    opening_events = (
        format_event("progress", {"step": job.step, "done": job.done, "total": job.total})
        if job.state == "running"
        else ""
    )
    if identity in studio.slide_planner.plans:
        opening_events += format_event(
            "slides", await run_in_threadpool(studio.slide_planner.slides_event, identity, session)
        )
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        studio.events.stream(identity, studio.is_closing, opening_events),
        headers=headers,
        media_type="text/event-stream",
    )


async def _post_edit(
    studio: Studio, request: Request, identity: str, session: EditSession
) -> Response:
    body = await _json_body(request)
    base, edit = str(body.get("base")), parse_edit(body.get("do"))
    if edit.kind == "slide":
        return await _apply_change(
            studio,
            identity,
            session,
            lambda: studio.slide_planner.move(identity, session, base, edit),
        )
    return await _apply_change(
        studio, identity, session, lambda: run_in_threadpool(session.edit, base, edit)
    )


async def _post_undo(
    studio: Studio, request: Request, identity: str, session: EditSession
) -> Response:
    base = str((await _json_body(request)).get("base"))
    return await _apply_change(
        studio, identity, session, lambda: run_in_threadpool(session.undo, base)
    )


async def _post_redo(
    studio: Studio, request: Request, identity: str, session: EditSession
) -> Response:
    base = str((await _json_body(request)).get("base"))
    return await _apply_change(
        studio, identity, session, lambda: run_in_threadpool(session.redo, base)
    )


async def _apply_change(
    studio: Studio,
    identity: str,
    session: EditSession,
    change: Callable[[], Awaitable[tuple[EditResult, Message | None]]],
) -> Response:
    strip_before = (
        studio.slide_planner.strip_json(identity, await run_in_threadpool(session.current_view))
        if identity in studio.slide_planner.plans
        else []
    )
    try:
        result, notice = await change()
    except VersionConflict:
        return error_response(
            message("studio.changed_elsewhere"),
            409,
            document=await studio.build_document(identity, session),
        )
    response = json_response(
        await run_in_threadpool(_change_json, studio, identity, session, result, strip_before)
        | {"notice": localized(notice) if notice else None}
    )
    studio.slide_planner.request_plan(identity, session)
    return response


def _change_json(
    studio: Studio,
    identity: str,
    session: EditSession,
    result: EditResult,
    strip_before: list[dict[str, Any]],
) -> dict[str, Any]:
    """Return what a page needs to know about a change."""
    undo, redo = result.undo_labels
    strip_now = studio.slide_planner.strip_json(identity, result.view)
    return {
        "version": result.view.source.files.version,
        "outdated": session.is_outdated(),
        "undo": localized(undo) if undo else None,
        "redo": localized(redo) if redo else None,
        "patch": result.patch.json,
        "slides": strip_now if strip_now and strip_now != strip_before else None,
        "chapters": chapters_json(result.view),
        "notices": [localized(notice) for notice in result.view.notices],
        "tracks": tracks_json(identity, result.view),
    }


async def _post_voice(
    studio: Studio, request: Request, identity: str, session: EditSession
) -> Response:
    row = (await _json_body(request)).get("row")
    if not isinstance(row, int) or isinstance(row, bool) or row < 1:
        raise EditRefused(message("studio.row_missing", row=row))
    key, notices = await studio.worker.run(
        background_tasks.voice_row, studio.library.project.root, session.transcript_path, row
    )
    return json_response(
        {
            "src": f"/media/{identity}/preview/{key}",
            "notice": localized_paragraph(notices) or None,
        }
    )


async def _get_peaks(studio: Studio, _: Request, __: str, session: EditSession) -> Response:
    outputs = await run_in_threadpool(lambda: output_files(session.project, session.episode))
    if outputs.sound is None:
        return not_found_response()
    levels = await studio.worker.run(
        background_tasks.measure_peaks, studio.library.project.root, outputs.sound
    )
    return json_response({"per_second": background_tasks.PEAKS_PER_SECOND, "peaks": levels})


async def _post_render(
    studio: Studio, _: Request, identity: str, _session: EditSession
) -> Response:
    studio.render_queue.enqueue(identity)
    return json_response({}, 202)


async def _post_stop(studio: Studio, _: Request, identity: str, _session: EditSession) -> Response:
    await studio.render_queue.stop(identity)
    return json_response({}, 202)


async def _get_media(_: Studio, request: Request, __: str, session: EditSession) -> Response:
    return await run_in_threadpool(
        media.media_response,
        request,
        session,
        request.path_params["kind"],
        request.path_params.get("name", ""),
    )


async def _json_body(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request. Raises EditRefused."""
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise EditRefused(message("studio.not_an_object"))
    return body
