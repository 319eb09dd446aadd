"""A real server in a thread, and the requests of a page."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.project import Project
from pipeline.studio.server.http_server import create_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Answer:
    """A response of the server."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever it said
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(slots=True)
class Client:
    """A page: it has the cookie after `enter` and sends the headers of a browser."""

    address: str
    cookie: str = ""
    id: str = ""

    @property
    def host(self) -> str:
        """Name and port."""
        return urlsplit(self.address).netloc

    @property
    def path(self) -> str:
        """The episode's address."""
        return f"/api/e/{self.id}"

    def request(
        self,
        method: str,
        path: str,
        value: object = None,
        *,
        body: bytes | None = None,
        **headers: str | None,
    ) -> Answer:
        """Send one request; `headers` replace those of our own page (None: left out)."""
        own: dict[str, str | None] = {"Host": self.host, "Cookie": self.cookie or None}
        if method != "GET":
            own |= {"Origin": f"http://{self.host}", "Content-Type": "application/json"}
            body = json.dumps(value if value is not None else {}).encode() if body is None else body
        own |= {name.replace("_", "-"): text for name, text in headers.items()}
        line = http.client.HTTPConnection(self.host, timeout=60)
        try:
            line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, text in own.items():
                if text is not None:
                    line.putheader(name, text)
            if body is not None and "Content-Length" not in own:
                line.putheader("Content-Length", str(len(body)))
            line.endheaders(body)
            answer = line.getresponse()
            return Answer(
                answer.status,
                {name.lower(): text for name, text in answer.getheaders()},
                answer.read(),
            )
        finally:
            line.close()

    def get(self, path: str, **headers: str | None) -> Answer:
        """GET a path."""
        return self.request("GET", path, None, body=None, **headers)

    def enter(self) -> Client:
        """Open the printed address: take the cookie and the episode's id."""
        parts = urlsplit(self.address)
        answer = self.get(f"{parts.path}?{parts.query}")
        assert answer.status == 303, answer
        self.cookie = answer.headers["set-cookie"].split(";")[0]
        self.id = (
            answer.headers["location"].rpartition("/")[2] or self.get("/api/episodes").json[0]["id"]
        )
        return self

    def document(self) -> Any:  # noqa: ANN401 - JSON
        """Return the document."""
        answer = self.get(self.path)
        assert answer.status == 200, answer
        return answer.json

    def edit(self, base: str, **do: object) -> Answer:
        """Send an edit."""
        return self.request("POST", f"{self.path}/edit", {"base": base, "do": do})


class EventListener:
    """Receives an episode's events in a thread."""

    def __init__(self, client: Client) -> None:
        """Connect, and wait for the response."""
        self.heard: list[tuple[str, Any]] = []
        self._line = http.client.HTTPConnection(client.host, timeout=120)
        self._line.request(
            "GET", f"{client.path}/events", headers={"Host": client.host, "Cookie": client.cookie}
        )
        self._answer = self._line.getresponse()
        assert self._answer.status == 200
        assert self._answer.headers["content-type"].startswith("text/event-stream")
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        name = ""
        try:
            for raw in self._answer:
                kind, _, text = raw.decode().strip("\n").partition(": ")
                if kind == "event":
                    name = text
                elif kind == "data":
                    self.heard.append((name, json.loads(text)))
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass  # the connection was closed, here or there
        finally:
            self._answer.close()
            self._line.close()

    def wait(self, *names: str, seconds: float = 90) -> tuple[str, Any]:
        """Return the first event with one of these names, and forget it and all before it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for place, event in enumerate(self.heard):
                if event[0] in names:
                    del self.heard[: place + 1]
                    return event
            time.sleep(0.02)
        message = f"none of {names} was told; told were {[name for name, _ in self.heard]}"
        raise AssertionError(message)

    def close(self) -> None:
        """Disconnect, as a closed page does."""
        if self._line.sock is not None:
            self._line.sock.shutdown(socket.SHUT_RDWR)
        self.thread.join(10)


@contextmanager
def running(folder: Path, transcript: str | None = "bread") -> Iterator[Client]:
    """Run a studio for a project's folder; yields a client. `transcript` is the one named."""
    named = folder / "transcript" / f"{transcript}.txt" if transcript else None
    studio = create_server(Project(folder), named_transcript=named)
    thread = threading.Thread(target=studio.run, daemon=True)
    thread.start()
    try:
        yield Client(studio.address)
    finally:
        studio.stop()
        thread.join(10)
        assert not thread.is_alive()
