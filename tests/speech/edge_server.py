"""A fake of the online service: its protocol, and every way in which it fails.

The real client talks to it (see `pointed`). `plan` decides by a request's number and text how it
fails.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, unescape

import edge_tts.communicate
from aiohttp import WSMsgType, web
from edge_tts.drm import DRM, generate_sec_ms_gec_v2

from tests.speech.edge_faults import Word, answer_for

if TYPE_CHECKING:
    import pytest

_TICKS = 10_000_000
_PROSODY = re.compile(
    r"<voice name='([^']*)'><prosody pitch='([^']*)' rate='([+-]\d+)%' volume='([^']*)'>"
    r"(.*)</prosody></voice></speak>$",
    re.DOTALL,
)
_VOICE = re.compile(
    r"Microsoft Server Speech Text to Speech Voice \((\w+-\w+)(?:-(\w+))?, (\w+Neural)\)"
)

Plan = Callable[[int, str], str]


@dataclass(slots=True)
class Heard:
    """A request that arrived: text, voice, how it was answered, when it began and ended."""

    text: str
    voice: str
    scenario: str
    began: float
    ended: float = 0.0


@dataclass(slots=True)
class EdgeServer:
    """A running fake server.

    `clock` is how far its clock is ahead of ours, in seconds; `breath` says whether it pauses at
    punctuation.
    """

    plan: Plan = lambda _number, _text: "ok"
    clock: float = 0.0
    breath: bool = True
    delay: float = 0.0
    port: int = 0
    requests: list[Heard] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    _most: int = 0
    _open: int = 0
    _shakes: int = 0

    @property
    def url(self) -> str:
        """Return what takes the place of the service's address."""
        return f"ws://127.0.0.1:{self.port}/consumer/speech/synthesize/readaloud/edge/v1?TrustedClientToken=T"

    @property
    def connections(self) -> int:
        """Return how often somebody connected."""
        return self._shakes

    @property
    def most_at_once(self) -> int:
        """Return how many were connected at the same time, at most."""
        return self._most

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Shake hands, or refuse to."""
        number = self._shakes
        self._shakes += 1
        scenario = self.plan(number, "")
        if not self._valid(request):
            self.refused.append(403)
            return web.Response(
                status=403, headers={"Date": formatdate(time.time() + self.clock, usegmt=True)}
            )
        if scenario in {"403", "429", "503"}:
            self.refused.append(int(scenario))
            headers = {
                "Date": formatdate(time.time() + self.clock, usegmt=True),
                "Retry-After": "0",
            }
            return web.Response(status=int(scenario), headers=headers)
        if scenario == "reset":
            self.refused.append(0)
            request.transport.abort()  # type: ignore[union-attr]
            return web.Response()
        self._open += 1
        self._most = max(self._most, self._open)
        try:
            socket = web.WebSocketResponse(compress=True)
            await socket.prepare(request)
            await self._converse(request, socket, number)
            return socket
        finally:
            self._open -= 1

    def _valid(self, request: web.Request) -> bool:
        now = time.time() + self.clock
        wanted = {generate_sec_ms_gec_v2(now + shift) for shift in (-300, 0, 300)}
        query = request.query
        return (
            query.get("Sec-MS-GEC") in wanted
            and query.get("Sec-MS-GEC-Version", "").startswith("2-")
            and bool(re.fullmatch(r"[0-9a-f]{32}", query.get("ConnectionId", "")))
            and request.headers.get("Origin", "").startswith("chrome-extension://")
        )

    async def _converse(
        self, request: web.Request, socket: web.WebSocketResponse, number: int
    ) -> None:
        config = await _message(socket, "speech.config")
        flags = json.loads(config)["context"]["synthesis"]["audio"]["metadataoptions"]
        assert flags == {"sentenceBoundaryEnabled": "false", "wordBoundaryEnabled": "true"}, flags
        match = _PROSODY.search(await _message(socket, "ssml"))
        assert match, "this is not the client's markup"
        text, voice = unescape(match[5]), _short(match[1])
        heard = Heard(text, voice, self.plan(number, text), time.monotonic())
        self.requests.append(heard)
        await asyncio.sleep(self.delay)
        await self._speak(request, socket, heard, int(match[3]))
        heard.ended = time.monotonic()

    async def _speak(
        self, request: web.Request, socket: web.WebSocketResponse, heard: Heard, rate: int
    ) -> None:
        scenario = heard.scenario
        if scenario == "stall at once":
            await asyncio.sleep(60)
        audio, words = answer_for(heard.text, heard.voice, rate, scenario, breath=self.breath)
        await socket.send_str(_text("turn.start", '{"context":{"serviceTag":"t"}}'))
        await socket.send_str(
            _text(
                "response",
                '{"context":{"serviceTag":"t"},"audio":{"type":"inline","streamId":"S"}}',
            )
        )
        if scenario == "unknown message":
            await socket.send_str(_text("surprise", "{}"))
        cut = len(audio) - 1_440 if scenario == "lost end" else len(audio) // 2
        for at in range(0, len(audio), 1_440):
            if at >= cut and await self._broken(request, socket, scenario):
                return
            for word in [word for word in words if at <= word[1] * 6_000 < at + 1_440]:
                await socket.send_str(_text("audio.metadata", _metadata(word)))
            await socket.send_bytes(_audio(audio[at : at + 1_440]))
        for word in [word for word in words if word[1] * 6_000 >= len(audio)]:
            await socket.send_str(_text("audio.metadata", _metadata(word)))
        await socket.send_bytes(_closing())
        await socket.send_str(_text("turn.end", "{}"))
        await socket.close()

    async def _broken(
        self, request: web.Request, socket: web.WebSocketResponse, scenario: str
    ) -> bool:
        """Break off in the middle where that is the scenario."""
        if scenario == "stall":
            await asyncio.sleep(60)
        elif scenario in {"abort", "lost end"}:
            request.transport.abort()  # type: ignore[union-attr]
        elif scenario == "eof":
            request.transport.close()  # type: ignore[union-attr]
        elif scenario.startswith("close "):
            await socket.close(code=int(scenario.split()[1]))
        else:
            return False
        return True


@contextmanager
def running(server: EdgeServer) -> Iterator[EdgeServer]:
    """Run a stand-in in a thread of its own."""
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    done = asyncio.Event()

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/consumer/speech/synthesize/readaloud/edge/v1", server.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", server.port)
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


def pointed(patch: pytest.MonkeyPatch, server: EdgeServer) -> EdgeServer:
    """Make the real client in this process talk to the fake server, its clock correction reset."""
    patch.setattr(edge_tts.communicate, "WSS_URL", server.url)
    patch.setattr(DRM, "clock_skew_seconds", 0.0)
    return server


async def _message(socket: web.WebSocketResponse, path: str) -> str:
    message = await socket.receive(10)
    assert message.type == WSMsgType.TEXT, message
    head, _, body = message.data.partition("\r\n\r\n")
    assert f"Path:{path}" in head.split("\r\n"), head
    return str(body)


def _short(name: str) -> str:
    match = _VOICE.fullmatch(name)
    assert match, name
    return "-".join(part for part in match.groups() if part)


def _text(path: str, body: str) -> str:
    head = "X-RequestId:R\r\nContent-Type:application/json; charset=utf-8"
    return f"{head}\r\nPath:{path}\r\n\r\n{body}"


def _metadata(word: Word) -> str:
    text, start, end = word
    told = {"Text": escape(text), "Length": len(text), "BoundaryType": "WordBoundary"}
    place: dict[str, Any] = {
        "Offset": round(start * _TICKS),
        "Duration": round((end - start) * _TICKS),
        "text": told,
    }
    return json.dumps({"Metadata": [{"Type": "WordBoundary", "Data": place}]}, ensure_ascii=False)


def _audio(body: bytes) -> bytes:
    head = b"X-RequestId:R\r\nContent-Type:audio/mpeg\r\nX-StreamId:S\r\nPath:audio\r\n"
    return len(head).to_bytes(2, "big") + head + body


def _closing() -> bytes:
    """Return the message without type or body with which the service ends the audio."""
    head = b"X-RequestId:R\r\nX-StreamId:S\r\nPath:audio\r\n"
    return len(head).to_bytes(2, "big") + head
