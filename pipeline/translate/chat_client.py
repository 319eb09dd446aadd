"""One question to the server and its answer: retries, back-off, deadlines, bounded sizes. The only place that talks to it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from pipeline.errors import ServiceError, ServiceRefused

if TYPE_CHECKING:
    import aiohttp

    from pipeline.settings.sections import TranslationSettings

MAX_ATTEMPTS = 6
_MAX_REPLY_BYTES = 4_000_000
_MAX_WAIT_S = 60.0
_ERROR_CHARS = 300
_RETRY_STATUSES = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})


class ChatClient:
    """Asks one server for chat completions, through a session that is somebody else's to close."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        settings: TranslationSettings,
        key: str,
        first_wait: float,
    ) -> None:
        """Count the deadline from now; `first_wait` is the first back-off in seconds."""
        self._session = session
        self._settings = settings
        self._key = key
        self._first_wait = first_wait
        self._deadline = asyncio.get_running_loop().time() + settings.deadline
        self._wants_json = True

    async def complete_chat(self, messages: list[dict[str, str]]) -> str:
        """Return the text of the answer, "" where the server answered with something that is none.

        Raises ServiceRefused where it says it never will answer, ServiceError after ATTEMPTS or at the deadline.
        """
        wait = self._first_wait
        problem = ""
        for attempt in range(MAX_ATTEMPTS):
            status, body, after = await self._post(messages)
            if status == 200:  # noqa: PLR2004 - OK
                return _message_content(body)
            problem = (
                f"{_host_of(self._settings.url)} answered {status}"
                if status
                else f"{_host_of(self._settings.url)} {body}"
            )
            if status == 400 and self._wants_json and "response_format" in body:  # noqa: PLR2004 - Bad Request
                self._wants_json = False  # older servers know no such field
                continue
            if status and status not in _RETRY_STATUSES:
                self._raise_refusal(status, body)
            if attempt + 1 < MAX_ATTEMPTS:
                await self._wait(min(_MAX_WAIT_S, max(wait, after)), problem)
                wait *= 2
        raise ServiceError(
            f"{problem}, {MAX_ATTEMPTS} times.",
            "Look at the network and the server, and run again: the rows done are kept.",
        )

    async def _post(self, messages: list[dict[str, str]]) -> tuple[int, str, float]:
        """Return status, body and the seconds the server wants us to wait; status 0 and what happened where there was no answer."""
        import aiohttp

        body: dict[str, Any] = {
            "model": self._settings.model,
            "messages": messages,
            "temperature": self._settings.temperature,
        }
        if self._wants_json:
            body["response_format"] = {"type": "json_object"}
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        timeout = aiohttp.ClientTimeout(
            total=max(0.1, min(self._settings.timeout, self._seconds_left()))
        )
        try:
            async with self._session.post(
                f"{self._settings.url.rstrip('/')}/chat/completions",
                json=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                return (
                    response.status,
                    await _read_bounded(response),
                    _retry_after_seconds(response.headers.get("Retry-After", "")),
                )
        except asyncio.TimeoutError:
            if self._seconds_left() <= 0:
                raise self._deadline_error("it was still working") from None
            return 0, f"did not answer within {self._settings.timeout} s", 0.0
        except aiohttp.ClientConnectorCertificateError as fault:
            raise ServiceRefused(
                f"{_host_of(self._settings.url)} has no valid certificate.",
                "Look at [translate] url.",
            ) from fault
        except (aiohttp.ClientError, OSError) as fault:
            return 0, f"could not be reached ({type(fault).__name__})", 0.0

    async def _wait(self, seconds: float, problem: str) -> None:
        if seconds >= self._seconds_left():
            raise self._deadline_error(problem)
        await asyncio.sleep(seconds)

    def _seconds_left(self) -> float:
        return self._deadline - asyncio.get_running_loop().time()

    def _deadline_error(self, problem: str) -> ServiceError:
        return ServiceError(
            f"The translation took longer than {self._settings.deadline} s; at the end {problem}.",
            "Run again: the rows done are kept. [translate] deadline may be raised.",
        )

    def _raise_refusal(self, status: int, body: str) -> None:
        """Raise ServiceRefused with what to look at; the server's own words are shortened and never hold the key."""
        server_message = " ".join(body.split())[:_ERROR_CHARS]
        if self._key:
            server_message = server_message.replace(self._key, "…")
        todo = {
            401: f"Look at ${self._settings.key_env}.",
            403: f"Look at ${self._settings.key_env}.",
            402: "Look at the account's credit.",
            404: "Look at [translate] url and model.",
        }.get(status, "Look at [translate].")
        raise ServiceRefused(
            f"{_host_of(self._settings.url)} refused with {status}: {server_message}", todo
        )


async def _read_bounded(response: aiohttp.ClientResponse) -> str:
    """Return a body as text, "" where it is larger than any answer."""
    data = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        data += chunk
        if len(data) > _MAX_REPLY_BYTES:
            response.close()
            return ""
    return data.decode("utf-8", "replace")


def _message_content(body: str) -> str:
    """Return the message of a chat completion, "" where this is none."""
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return content if isinstance(content, str) else ""


def _retry_after_seconds(header: str) -> float:
    """Return a Retry-After in seconds (its date form is left to the usual back-off)."""
    return float(header) if header.isdecimal() and len(header) < 6 else 0.0  # noqa: PLR2004 - a day has five digits


def _host_of(url: str) -> str:
    from urllib.parse import urlsplit

    return urlsplit(url).netloc
