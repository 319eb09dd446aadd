"""A pinned file from a server that stalls, cuts, lies, refuses and redirects."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from pipeline.errors import EpisodeError, ServiceError, ServiceRefused
from pipeline.speech.engines.pinned_download import DownloadPolicy, PinnedFile, download_pinned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BODY = bytes(range(256)) * 400
DIGEST = hashlib.sha256(BODY).hexdigest()
QUICK = DownloadPolicy(max_tries=4, first_pause_s=0.01, silence_s=0.4)


class FileServer:
    """Answers requests by a list of ways, the last one for ever; remembers the ranges asked for."""

    def __init__(self, *ways: str) -> None:
        """Keep the ways."""
        self.ways = ways
        self.ranges: list[str] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        if request.path == "/moved":
            return await self.send(request, "ok")
        way = self.ways[min(len(self.ranges), len(self.ways) - 1)]
        self.ranges.append(request.headers.get("Range", ""))
        if way.isdigit():
            return web.Response(status=int(way))
        if way == "redirect":
            raise web.HTTPFound("/moved")
        if way == "circle":
            raise web.HTTPFound("/file")
        return await self.send(request, way)

    async def send(self, request: web.Request, way: str) -> web.StreamResponse:
        """Send the body the way the list says."""
        wanted = request.headers.get("Range", "")
        start = int(wanted[len("bytes=") : -1]) if wanted and way != "no ranges" else 0
        body = BODY[start:]
        if way == "lie":
            body = b"x" * len(body)
        if way == "longer":
            body += b"more"
        response = web.StreamResponse(status=206 if start else 200)
        if start:
            begin = 7 if way == "wrong range" else start
            response.headers["Content-Range"] = f"bytes {begin}-{len(BODY) - 1}/{len(BODY)}"
        if way != "short":
            response.content_length = len(body)
        await response.prepare(request)
        if way in {"cut", "stall", "short"}:
            await response.write(body[: len(body) // 2])
            if way == "stall":
                await asyncio.sleep(2)
            if way == "cut" and request.transport is not None:
                request.transport.abort()
            return response
        await response.write(body)
        return response


@contextmanager
def serving(*ways: str) -> Iterator[FileServer]:
    """Run a server in a thread."""
    server = FileServer(*ways)
    loop = asyncio.new_event_loop()
    started = threading.Event()
    runners: list[web.AppRunner] = []

    async def start() -> None:
        app = web.Application()
        app.router.add_get("/{name}", server.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        runners.append(runner)
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/file"
        started.set()

    def run() -> None:
        loop.run_until_complete(start())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(runners[0].cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def fetch(server: FileServer, folder: Path) -> Path:
    """Fetch the file from a server."""
    target = folder / "model.onnx"
    pinned = PinnedFile(server.url, len(BODY), DIGEST)
    download_pinned(pinned, target, lambda _done, _total: None, QUICK)
    return target


@pytest.mark.parametrize(
    "ways",
    [
        ("ok",),
        ("redirect",),
        ("cut", "ok"),
        ("stall", "ok"),
        ("short", "short", "ok"),
        ("503", "429", "ok"),
        ("cut", "no ranges"),
        ("cut", "wrong range", "ok"),
        ("cut", "416", "ok"),
        ("cut", "503", "ok"),
    ],
)
def test_download_ends_with_the_whole_file(tmp_path: Path, ways: tuple[str, ...]) -> None:
    """Whatever went wrong before; nothing else is left but the lock."""
    with serving(*ways) as server:
        assert fetch(server, tmp_path).read_bytes() == BODY
    assert {path.name for path in tmp_path.iterdir()} == {"model.onnx", "model.onnx.lock"}
    if ways[:2] == ("cut", "503"):
        assert server.ranges[1] == server.ranges[2] != ""


def test_download_goes_on_where_it_ended(tmp_path: Path) -> None:
    """In the next try, and in the next run."""
    with serving("stall", "stall", "stall", "stall", "ok") as server:
        with pytest.raises(ServiceError, match="silent"):
            fetch(server, tmp_path)
        assert not (tmp_path / "model.onnx").exists()
        fetch(server, tmp_path)
    starts = [int(asked[len("bytes=") : -1]) if asked else 0 for asked in server.ranges]
    assert starts == sorted(set(starts))
    assert starts[-1] > len(BODY) // 2


@pytest.mark.parametrize(
    ("way", "kind"),
    [
        ("lie", ServiceRefused),
        ("longer", ServiceRefused),
        ("404", ServiceRefused),
        ("403", ServiceRefused),
        ("circle", ServiceRefused),
        ("500", ServiceError),
    ],
)
def test_download_never_leaves_a_wrong_file(
    tmp_path: Path, way: str, kind: type[EpisodeError]
) -> None:
    """Other bytes, more bytes, a refusal: one sentence, and the next run begins anew."""
    with serving(way) as server, pytest.raises(kind, match=r"model\.onnx"):
        fetch(server, tmp_path)
    assert not (tmp_path / "model.onnx").exists()
    with serving("ok") as server:
        assert fetch(server, tmp_path).read_bytes() == BODY


def test_download_asks_for_nothing_that_is_there(tmp_path: Path) -> None:
    """A damaged file is replaced, a whole one is left alone."""
    (tmp_path / "model.onnx").write_bytes(BODY[:-1] + b"?")
    with serving("ok") as server:
        fetch(server, tmp_path)
        fetch(server, tmp_path)
    assert len(server.ranges) == 1
