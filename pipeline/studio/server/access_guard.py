"""Access control: only the studio's own page, opened with the token, gets an answer.

Every request passes here first. An unknown name in `Host` means that a foreign site has pointed its
name at this machine (DNS rebinding). A request that changes something must come from the studio's
own page and carry JSON, which no form of a foreign site can send.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from pipeline.messages import message
from pipeline.studio.localization import localized

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    AsgiScope = MutableMapping[str, Any]
    AsgiMessage = MutableMapping[str, Any]
    AsgiReceive = Callable[[], Awaitable[AsgiMessage]]
    AsgiSend = Callable[[AsgiMessage], Awaitable[None]]
    AsgiApp = Callable[[AsgiScope, AsgiReceive, AsgiSend], Awaitable[None]]

MAX_BODY_BYTES = 1_000_000
"""Largest request in bytes; an edit is a row of at most 10,000 characters."""

_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class AccessKeys:
    """The token in the printed address, and the cookie it is exchanged for."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32))


class AccessGuard:
    """ASGI middleware that passes permitted requests on and answers the others."""

    def __init__(self, app: AsgiApp, keys: AccessKeys, hosts: frozenset[str], port: int) -> None:
        """Guard an application that is reached under the names `hosts`, each with its port."""
        self._app = app
        self._keys = keys
        self._hosts = hosts
        self._cookie_name = f"episode_studio_{port}"

    async def __call__(self, scope: AsgiScope, receive: AsgiReceive, send: AsgiSend) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        refusal = self._refusal(scope, headers)
        security_headers = {
            **_SECURITY_HEADERS,
            "Content-Security-Policy": _content_security_policy(nonce),
        }
        if refusal is not None:
            await _send_response(send, *refusal, security_headers)
            return
        await self._app(scope, _limit_body(receive), _with_headers(send, security_headers))

    def _refusal(
        self, scope: AsgiScope, headers: dict[str, str]
    ) -> tuple[int, str, dict[str, str]] | None:
        """Return status, sentence and headers of a refusal or redirect, or None."""
        if headers.get("host", "") not in self._hosts:
            return 400, message("studio.wrong_host"), {}
        query_pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        token = dict(query_pairs).get("token")
        if token is not None and scope["method"] == "GET":
            if not secrets.compare_digest(token.encode(), self._keys.token.encode()):
                return 403, message("studio.wrong_token"), {}
            query_without_token = urlencode(
                [(name, value) for name, value in query_pairs if name != "token"]
            )
            cookie = f"{self._cookie_name}={self._keys.cookie}; HttpOnly; SameSite=Strict; Path=/"
            return (
                303,
                "",
                {
                    "Location": _local_path(scope["path"])
                    + (f"?{query_without_token}" if query_without_token else ""),
                    "Set-Cookie": cookie,
                    "Cache-Control": "no-store",
                },
            )
        if not secrets.compare_digest(
            self._cookie_value(headers).encode(), self._keys.cookie.encode()
        ):
            return 403, message("studio.token_needed"), {}
        if scope["method"] in {"GET", "HEAD"}:
            return None
        return _change_refusal(headers)

    def _cookie_value(self, headers: dict[str, str]) -> str:
        try:
            morsel = SimpleCookie(headers.get("cookie", "")).get(self._cookie_name)
        except CookieError:
            return ""
        return morsel.value if morsel else ""


def host_names(host: str, port: int) -> frozenset[str]:
    """Return the names, with the port, that a studio bound to `host` answers to.

    They include the machine's own names where it is open to others.
    """
    import socket

    if host in {"127.0.0.1", "localhost", "::1"}:
        names = list(_LOOPBACK)
    elif host in {"0.0.0.0", "::"}:  # noqa: S104 - chosen by the person who starts the server
        addresses = {
            str(address[4][0]) for address in socket.getaddrinfo(socket.gethostname(), None)
        }
        names = [
            *_LOOPBACK,
            socket.gethostname(),
            *(f"[{address}]" if ":" in address else address for address in addresses),
        ]
    else:
        names = [f"[{host}]" if ":" in host else host]
    return frozenset(f"{name}:{port}" for name in names)


def _change_refusal(headers: dict[str, str]) -> tuple[int, str, dict[str, str]] | None:
    own_origin = f"http://{headers['host']}"
    origin = headers.get("origin")
    if origin != own_origin and not (
        origin is None and headers.get("sec-fetch-site") == "same-origin"
    ):
        return 403, message("studio.foreign_site"), {}
    if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return 403, message("studio.json_needed"), {}
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length[:12]) > MAX_BODY_BYTES:
        return 413, message("studio.too_large"), {}
    return None


def _local_path(path: str) -> str:
    """Return a path that no browser takes for another host's address."""
    return "/" + path.lstrip("/\\") if path.isascii() and path.isprintable() else "/"


def _content_security_policy(nonce: str) -> str:
    return (
        "default-src 'self'; script-src 'self'; "
        f"style-src 'self' 'nonce-{nonce}'; img-src 'self' blob: data:; "
        "media-src 'self' blob: data:; connect-src 'self'; font-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _limit_body(receive: AsgiReceive) -> AsgiReceive:
    """Return a receiver that ends a request whose body exceeds the limit."""
    received_bytes = 0

    async def bounded() -> AsgiMessage:
        nonlocal received_bytes
        event = await receive()
        received_bytes += len(event.get("body", b""))
        return {"type": "http.disconnect"} if received_bytes > MAX_BODY_BYTES else event

    return bounded


def _with_headers(send: AsgiSend, headers: dict[str, str]) -> AsgiSend:
    async def sending(event: AsgiMessage) -> None:
        if event["type"] == "http.response.start":
            event["headers"] = [
                *event["headers"],
                *((name.lower().encode(), value.encode()) for name, value in headers.items()),
            ]
        await send(event)

    return sending


async def _send_response(
    send: AsgiSend,
    status: int,
    sentence: str,
    own_headers: dict[str, str],
    security_headers: dict[str, str],
) -> None:
    body = json.dumps({"error": localized(sentence)}).encode() if sentence else b""
    all_headers = {
        **security_headers,
        **own_headers,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }
    pairs = [
        (name.lower().encode(), value.encode("latin-1")) for name, value in all_headers.items()
    ]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
