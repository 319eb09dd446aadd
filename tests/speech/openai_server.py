"""A stand-in for a speech server of OpenAI's kind, well behaved or not."""

from __future__ import annotations

import asyncio
import io
import json
import threading
import wave
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.speech.tones import RATE, mp3_of, rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FAULTS = (
    "429",
    "500",
    "html",
    "json",
    "empty",
    "cut wav",
    "cut body",
    "no body",
    "stall",
    "reset",
    "garbage",
)
"""Ways to fail that another try may mend."""


@dataclass(slots=True)
class SpeechServer:
    """A running fake server.

    `plan` says by number and text how a request is answered, `form` in which format.

    `speak` makes a WAV of a text in place of the tones.
    """

    plan: Callable[[int, str], str] = lambda _number, _text: "ok"
    form: str = "wav"
    speak: Callable[[str], bytes] | None = None
    port: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    strays: int = 0

    @property
    def url(self) -> str:
        """Return the address that goes into the settings."""
        return f"http://127.0.0.1:{self.port}/v1"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request the way the plan says."""
        asked = await request.json()
        number = len(self.requests)
        self.requests.append(asked)
        self.keys.append(request.headers.get("Authorization", ""))
        way = self.plan(number, asked["input"])
        if self.speak is not None and way == "ok":
            return web.Response(body=self.speak(asked["input"]), content_type="audio/wav")
        body, kind = spoken(
            asked["input"], asked["voice"], round(100 * asked.get("speed", 1.0)) - 100, self.form
        )
        if way == "ok":
            return web.Response(body=body, content_type=kind)
        if way.isdigit():
            told = {"error": {"message": f"the reason\nfor \u202e{way}", "type": "t"}}
            return web.Response(
                status=int(way),
                text=json.dumps(told),
                content_type="application/json",
                headers={"Retry-After": "0"},
            )
        if way == "elsewhere":
            return web.Response(status=307, headers={"Location": f"{self.url}/other"})
        if way in {"reset", "cut body", "stall"}:
            return await self._broken_off(request, body, way)
        wrong = {
            "html": (b"<html>Sign in</html>", "text/html"),
            "json": (b'{"audio": "later"}', "application/json"),
            "empty": (spoken("", "", 0, "empty wav")[0], "audio/wav"),
            "cut wav": (body[: len(body) // 2], kind),
            "no body": (b"", "audio/wav"),
            "garbage": (b"RIFF\xff\xff\xff\xffWAVEfmt " + bytes(range(200)), "audio/wav"),
        }
        return web.Response(body=wrong[way][0], content_type=wrong[way][1])

    async def elsewhere(self, _request: web.Request) -> web.Response:
        """Count who follows when sent elsewhere."""
        self.strays += 1
        return web.Response(status=404)

    async def _broken_off(self, request: web.Request, body: bytes, way: str) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "audio/wav", "Content-Length": str(len(body))}
        )
        if way != "reset":
            await response.prepare(request)
            await response.write(body[: len(body) // 2])
        if way == "stall":
            await asyncio.sleep(60)
        request.transport.abort()  # type: ignore[union-attr]
        return response


def spoken(text: str, voice: str, rate: int, form: str) -> tuple[bytes, str]:
    """Return a text as audio in a format, and its type."""
    if form == "mp3":
        return mp3_of(text, voice, rate)[0], "audio/mpeg"
    samples = rendered(text, voice, rate=rate)[0] if form != "empty wav" else None
    raw = b"" if samples is None else samples.astype("<i2").tobytes()
    if form == "pcm":
        return raw, "audio/pcm"
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(raw)
    body = file.getvalue()
    if form == "streamed wav":  # a server that begins before it knows the length
        body = body[:4] + b"\xff" * 4 + body[8:40] + b"\xff" * 4 + body[44:]
    return body, "audio/wav"


@contextmanager
def answering(server: SpeechServer) -> Iterator[SpeechServer]:
    """Run a stand-in in a thread of its own."""
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    done = asyncio.Event()

    async def serve() -> None:
        app = web.Application()
        app.router.add_post("/v1/audio/speech", server.answer)
        app.router.add_post("/v1/other", server.elsewhere)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        server.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr] # noqa: SLF001 - aiohttp tells a port of its own choice nowhere else
        ready.set()
        await done.wait()
        await runner.cleanup()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()
