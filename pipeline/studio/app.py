"""The studio's addresses (JSON over HTTP) and what answers each."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from pipeline.errors import EpisodeError, unforeseen
from pipeline.studio import aside, media, pages
from pipeline.studio.answers import absent, error, in_json
from pipeline.studio.asked import edit_from
from pipeline.studio.desk import ChangedElsewhere
from pipeline.studio.document import chapters, document, made_of, tracks
from pipeline.studio.hub import Hub, framed
from pipeline.studio.jobs import Jobs
from pipeline.studio.said import Refused, Said
from pipeline.studio.side import Side
from pipeline.studio.slides import Slides
from pipeline.studio.watch import watch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from jinja2 import Environment
    from starlette.requests import Request

    from pipeline.studio.desk import Desk, Done
    from pipeline.studio.library import Library


@dataclass(slots=True)
class Studio:
    """A studio at work: its episodes, who listens, what is being rendered. `closing` tells whether the server is about to end."""

    library: Library
    closing: Callable[[], bool]
    hub: Hub = field(default_factory=Hub)
    pages: Environment = field(default_factory=pages.templates)
    side: Side = field(default_factory=Side)
    jobs: Jobs = field(init=False)
    slides: Slides = field(init=False)

    def __post_init__(self) -> None:
        """Give the renders a way to the document."""
        self.jobs = Jobs(self.library, self.hub, self.after_render)
        self.slides = Slides(self.library, self.hub, self.side)

    def end(self) -> None:
        """End the workers that are left, when nothing is answered any more."""
        for pool in (self.jobs.left(), self.side.left()):
            if pool is not None:
                pool.end()

    async def document(self, identity: str, desk: Desk) -> dict[str, Any]:
        """Return an episode's document. Raises EpisodeError where its files are not right."""
        job = self.jobs.of(identity).json
        found = await run_in_threadpool(self._document, identity, desk, job)
        self.slides.wish(identity, desk)
        return found

    def _document(self, identity: str, desk: Desk, job: dict[str, Any]) -> dict[str, Any]:
        with desk.lock:
            view = desk.look()
            return document(desk, identity, view, self.slides.strip(identity, view), job)

    async def after_render(self, identity: str) -> dict[str, Any]:
        """Return an episode's document with the times of the render that has just ended."""
        desk = self.library.desk(identity)
        if desk is None:
            return {}
        await run_in_threadpool(desk.built)
        return await self.document(identity, desk)


def application(studio: Studio) -> Starlette:
    """Return the application that answers for a studio."""

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        studio.jobs.heat()
        watching = asyncio.create_task(watch(studio))
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            await asyncio.gather(studio.jobs.close(), studio.side.close())

    def route(path: str, answer: Callable[[Studio, Request, str, Desk], Awaitable[Response]], method: str = "GET") -> Route:
        async def endpoint(request: Request) -> Response:
            return await _answered(studio, request, answer)

        return Route(path, endpoint, methods=[method])

    async def listing(request: Request) -> Response:
        return pages.page(request, studio.pages, "list.html")

    async def episodes(_: Request) -> Response:
        return in_json(await run_in_threadpool(studio.library.listed))

    async def static(request: Request) -> Response:
        return await run_in_threadpool(pages.static, request, request.path_params["file"])

    app = Starlette(
        routes=[
            Route("/", listing),
            Route("/static/{file}", static),
            Route("/api/episodes", episodes),
            route("/e/{id}", _page),
            route("/api/e/{id}", _document),
            route("/api/e/{id}/events", _events),
            route("/api/e/{id}/edit", _edit, "POST"),
            route("/api/e/{id}/undo", _undo, "POST"),
            route("/api/e/{id}/redo", _redo, "POST"),
            route("/api/e/{id}/render", _render, "POST"),
            route("/api/e/{id}/stop", _stop, "POST"),
            route("/api/e/{id}/voice", _voice, "POST"),
            route("/api/e/{id}/peaks", _peaks),
            route("/media/{id}/{kind}", _medium),
            route("/media/{id}/{kind}/{name}", _medium),
        ],
        lifespan=life,
        exception_handlers={404: lambda *_: absent(), 405: lambda *_: error(Said("不能这样问。", "That cannot be asked so."), 405)},
    )
    app.router.redirect_slashes = False  # an address is right or it is not
    return app


async def _answered(studio: Studio, request: Request, answer: Callable[[Studio, Request, str, Desk], Awaitable[Response]]) -> Response:
    """Return the answer about an episode; whatever goes wrong becomes a sentence."""
    identity = request.path_params["id"]
    try:
        desk = await run_in_threadpool(studio.library.desk, identity)
        return absent() if desk is None else await answer(studio, request, identity, desk)
    except Refused as fault:
        return error(fault.said, 422)
    except EpisodeError as fault:
        return error(Said(str(fault), str(fault)), 422)
    except ClientDisconnect:
        return error(Said("说得太多了。", "That is too much at once."), 413)
    except Exception as fault:  # noqa: BLE001 - a defect is told as one; the page and the other episodes go on
        return error(Said(unforeseen(fault), unforeseen(fault)), 500)


async def _page(studio: Studio, request: Request, identity: str, desk: Desk) -> Response:
    name, title = await run_in_threadpool(pages.names_of, desk)
    return pages.page(request, studio.pages, "episode.html", id=identity, name=name, title=title)


async def _document(studio: Studio, _: Request, identity: str, desk: Desk) -> Response:
    return in_json(await studio.document(identity, desk))


async def _events(studio: Studio, _: Request, identity: str, desk: Desk) -> Response:
    job = studio.jobs.of(identity)
    first = framed("progress", {"step": job.step, "done": job.done, "total": job.total}) if job.state == "running" else ""
    if identity in studio.slides.plans:
        first += framed("slides", await run_in_threadpool(studio.slides.told, identity, desk))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(studio.hub.events(identity, studio.closing, first), headers=headers, media_type="text/event-stream")


async def _edit(studio: Studio, request: Request, identity: str, desk: Desk) -> Response:
    given = await _given(request)
    base, edit = str(given.get("base")), edit_from(given.get("do"))
    if edit.kind == "slide":
        return await _changed(studio, identity, desk, lambda: studio.slides.move(identity, desk, base, edit))
    return await _changed(studio, identity, desk, lambda: run_in_threadpool(desk.edit, base, edit))


async def _undo(studio: Studio, request: Request, identity: str, desk: Desk) -> Response:
    base = str((await _given(request)).get("base"))
    return await _changed(studio, identity, desk, lambda: run_in_threadpool(desk.undo, base))


async def _redo(studio: Studio, request: Request, identity: str, desk: Desk) -> Response:
    base = str((await _given(request)).get("base"))
    return await _changed(studio, identity, desk, lambda: run_in_threadpool(desk.redo, base))


async def _changed(studio: Studio, identity: str, desk: Desk, change: Callable[[], Awaitable[tuple[Done, Said | None]]]) -> Response:
    before = studio.slides.strip(identity, await run_in_threadpool(desk.look)) if identity in studio.slides.plans else []
    try:
        done, notice = await change()
    except ChangedElsewhere:
        said = Said("文件在别处改过了，已重新载入。", "The files were changed elsewhere; here they are as they are now.")
        return error(said, 409, document=await studio.document(identity, desk))
    answer = in_json(await run_in_threadpool(_outcome, studio, identity, desk, done, before) | {"notice": notice.json if notice else None})
    studio.slides.wish(identity, desk)
    return answer


def _outcome(studio: Studio, identity: str, desk: Desk, done: Done, before: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the page has to know of a change."""
    undo, redo = done.labels
    slides = studio.slides.strip(identity, done.view)
    return {
        "version": done.view.reading.texts.version,
        "outdated": desk.outdated(),
        "undo": undo.json if undo else None,
        "redo": redo.json if redo else None,
        "patch": done.patch.json,
        "slides": slides if slides and slides != before else None,
        "chapters": chapters(done.view),
        "notices": list(done.view.notices),
        "tracks": tracks(identity, done.view),
    }


async def _voice(studio: Studio, request: Request, identity: str, desk: Desk) -> Response:
    row = (await _given(request)).get("row")
    if not isinstance(row, int) or isinstance(row, bool) or row < 1:
        raise Refused("没有这一行。", "There is no such row.")
    key, notices = await studio.side.run(aside.say, studio.library.project.root, desk.path, row)
    said = " ".join(notices)
    return in_json({"src": f"/media/{identity}/preview/{key}", "notice": Said(said, said).json if said else None})


async def _peaks(studio: Studio, _: Request, __: str, desk: Desk) -> Response:
    made = await run_in_threadpool(lambda: made_of(desk.project, desk.episode))
    if made.sound is None:
        return absent()
    found = await studio.side.run(aside.peaks, studio.library.project.root, made.sound)
    return in_json({"per_second": aside.PEAKS_A_SECOND, "peaks": found})


async def _render(studio: Studio, _: Request, identity: str, _desk: Desk) -> Response:
    studio.jobs.ask(identity)
    return in_json({}, 202)


async def _stop(studio: Studio, _: Request, identity: str, _desk: Desk) -> Response:
    await studio.jobs.stop(identity)
    return in_json({}, 202)


async def _medium(_: Studio, request: Request, __: str, desk: Desk) -> Response:
    return await run_in_threadpool(media.medium, request, desk, request.path_params["kind"], request.path_params.get("name", ""))


async def _given(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request. Raises Refused."""
    try:
        given = json.loads(await request.body())
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise Refused("这不是 JSON 对象。", "This is no JSON object.")
    return given
