"""Send one request to the server: retries, back-off, deadlines, size limits."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from pipeline.backoff import TRANSIENT_STATUSES, BackOff, parse_retry_after
from pipeline.errors import ServiceError, ServiceRefused
from pipeline.messages import Message, message

if TYPE_CHECKING:
    import aiohttp

    from pipeline.settings.sections import TranslationSettings

MAX_ATTEMPTS = 6
_MAX_REPLY_BYTES = 4_000_000
_MAX_WAIT_S = 60.0
_ERROR_CHARS = 300
_REFUSALS = {
    401: "translate.refused_key",
    402: "translate.refused_payment",
    403: "translate.refused_key",
    404: "translate.refused_not_found",
}


class ChatClient:
    """Requests chat completions from one server, through a session that the caller closes."""

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
        self._back_off = BackOff(first_wait, _MAX_WAIT_S)
        self._deadline = asyncio.get_running_loop().time() + settings.deadline
        self._wants_json = True

    async def complete_chat(self, messages: list[dict[str, str]]) -> str:
        """Return the text of the answer; "" if the answer is not a chat completion.

        Raises ServiceRefused if the server rejects such requests, ServiceError after MAX_ATTEMPTS
        or at the deadline.
        """
        problem, host = message("translate.still_working"), _host_of(self._settings.url)
        for attempt in range(MAX_ATTEMPTS):
            status, body, retry_after = await self._post(messages)
            if status == 200:  # noqa: PLR2004 - OK
                return _message_content(body)
            problem = (
                body
                if isinstance(body, Message)
                else message("translate.answered_status", host=host, status=status)
            )
            if status == 400 and self._wants_json and "response_format" in body:  # noqa: PLR2004 - Bad Request
                self._wants_json = False  # older servers do not know this field
                continue
            if status and status not in TRANSIENT_STATUSES:
                self._raise_refusal(status, body)
            if attempt + 1 < MAX_ATTEMPTS:
                await self._wait(self._back_off.pause(attempt, retry_after), problem)
        raise ServiceError(message("translate.gave_up", problem=problem, attempts=MAX_ATTEMPTS))

    async def _post(self, messages: list[dict[str, str]]) -> tuple[int, str, float | None]:
        """Return status, body and the seconds that the server wants us to wait.

        Without an answer: status 0, and a message that says what happened instead of the body.
        """
        import aiohttp

        body: dict[str, Any] = {
            "model": self._settings.model,
            "messages": messages,
            "temperature": self._settings.temperature,
        }
        if self._wants_json:
            body["response_format"] = {"type": "json_object"}
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        host = _host_of(self._settings.url)
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
                    parse_retry_after(response.headers.get("Retry-After")),
                )
        except asyncio.TimeoutError:
            if self._seconds_left() <= 0:
                raise self._deadline_error(message("translate.still_working")) from None
            seconds = self._settings.timeout
            return 0, message("translate.no_answer", host=host, seconds=seconds), None
        except aiohttp.ClientConnectorCertificateError as fault:
            raise ServiceRefused(message("translate.no_certificate", host=host)) from fault
        except (aiohttp.ClientError, OSError) as fault:
            kind = type(fault).__name__
            return 0, message("translate.unreachable", host=host, kind=kind), None

    async def _wait(self, seconds: float, problem: Message) -> None:
        if seconds >= self._seconds_left():
            raise self._deadline_error(problem)
        await asyncio.sleep(seconds)

    def _seconds_left(self) -> float:
        return self._deadline - asyncio.get_running_loop().time()

    def _deadline_error(self, problem: Message) -> ServiceError:
        seconds = self._settings.deadline
        return ServiceError(message("translate.deadline", seconds=seconds, problem=problem))

    def _raise_refusal(self, status: int, body: str) -> None:
        """Raise ServiceRefused; the server's own text is shortened and never holds the key."""
        server_message = " ".join(body.split())[:_ERROR_CHARS]
        if self._key:
            server_message = server_message.replace(self._key, "…")
        values = {
            "host": _host_of(self._settings.url),
            "status": status,
            "reply": server_message,
            "variable": self._settings.key_env,
        }
        raise ServiceRefused(Message(_REFUSALS.get(status, "translate.refused"), values))


async def _read_bounded(response: aiohttp.ClientResponse) -> str:
    """Return a body as text; "" if it is larger than any answer."""
    data = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        data += chunk
        if len(data) > _MAX_REPLY_BYTES:
            response.close()
            return ""
    return data.decode("utf-8", "replace")


def _message_content(body: str) -> str:
    """Return the message of a chat completion; "" if the body is none."""
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return content if isinstance(content, str) else ""


def _host_of(url: str) -> str:
    from urllib.parse import urlsplit

    return urlsplit(url).netloc
