"""A real local server for chat completions that behaves well or badly, as a test scripts it."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    Entries = list[dict[str, Any]]
    Behave = Callable[[web.Request, "Asked"], Awaitable[web.StreamResponse]]


@dataclass
class Asked:
    """One request as it came in: headers, body, and the rows it asks for."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        """The JSON of the user's message."""
        user: dict[str, Any] = json.loads(self.body["messages"][1]["content"])
        return user

    @property
    def entries(self) -> Entries:
        """A valid answer to a request.

        It has each requested row, the echo of its source, and a translation that names it.
        """
        return [
            {"id": row["id"], "source": row["source"], "text": f"Row {row['id']} in English."}
            for row in self.data["rows"]
        ]


@dataclass
class Server:
    """What the test sees: where the server is and what it was asked."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)


def completion(content: object) -> dict[str, Any]:
    """Return a chat completion whose message is this text, or these entries as JSON."""
    text = (
        content if isinstance(content, str) else json.dumps({"rows": content}, ensure_ascii=False)
    )
    return {
        "choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]
    }


def chat(content: object) -> web.Response:
    """Return a completion as a response."""
    return web.json_response(completion(content))


def answers(*contents: Callable[[Asked], object]) -> Behave:
    """Return a behaviour: each answer in turn, then right answers for ever."""
    left = list(contents)

    async def behave(_: web.Request, asked: Asked) -> web.StreamResponse:
        content = left.pop(0)(asked) if left else asked.entries
        return content if isinstance(content, web.StreamResponse) else chat(content)

    return behave


@contextmanager
def serving(behave: Behave) -> Iterator[Server]:
    """Serve on a free port of this machine, from a thread of its own, until the block ends."""
    server = Server()
    ready = threading.Event()
    loop = asyncio.new_event_loop()

    async def handle(request: web.Request) -> web.StreamResponse:
        asked = Asked(request.path, dict(request.headers), await request.json())
        server.asked.append(asked)
        return await behave(request, asked)

    async def start() -> web.AppRunner:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/{any:.*}", handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        return runner

    def run() -> None:
        asyncio.set_event_loop(loop)
        runner = loop.run_until_complete(start())
        ready.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(30)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
