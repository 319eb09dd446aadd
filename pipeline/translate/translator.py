"""Translate the rows of a transcript through an OpenAI-compatible server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.errors import InputError
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import ProgressCallback
    from pipeline.settings.sections import TranslationSettings
    from pipeline.translate.types import KeepRows, TranslatedRows

MAX_ROWS = 50_000


def translate_rows(
    rows: Sequence[str],
    existing: Mapping[int, str],
    settings: TranslationSettings,
    api_key: str,
    observe: ProgressCallback,
    *,
    language: str = "en",
    source: str = "zh",
    title: str = "",
    keep_rows: KeepRows | None = None,
    first_wait: float = 1.0,
) -> TranslatedRows:
    """Return the rows in `language`; those of `existing` (by row number, from 1) are kept.

    `keep_rows` receives each batch of new rows, so that a run that was stopped can continue.
    `first_wait` is the first back-off in seconds; each further one is twice as long. A row without
    a valid answer after several attempts is listed in `missing`. Raises InputError if the settings
    name no server or would send the key unencrypted, ServiceRefused if the server rejects such
    requests, ServiceError if it cannot be reached or the deadline is over.
    """
    import asyncio

    import aiohttp

    from pipeline.translate.batching import translate_in_batches
    from pipeline.translate.chat_client import ChatClient
    from pipeline.translate.types import TranslationJob

    is_local = _is_local_host(_server_host(settings, api_key))
    if len(rows) > MAX_ROWS:
        raise InputError(message("translate.too_many_rows", rows=len(rows), limit=MAX_ROWS))
    job = TranslationJob(
        tuple(rows), language, source, title, tuple(sorted(settings.glossary.items()))
    )

    async def run() -> TranslatedRows:
        # one connection: each request shows the server the translations before it
        async with aiohttp.ClientSession(
            trust_env=not is_local, connector=aiohttp.TCPConnector(limit=1)
        ) as session:
            client = ChatClient(session, settings, api_key, first_wait)
            return await translate_in_batches(job, existing, settings, client, observe, keep_rows)

    return asyncio.run(run())


def api_key_from(settings: TranslationSettings, environ: Mapping[str, str]) -> str:
    """Return the key for these settings from the environment, or "" if there is none."""
    return environ.get(settings.key_env, "").strip()


def _server_host(settings: TranslationSettings, api_key: str) -> str:
    """Return the server's host. Raises InputError if there is none or the key would not be safe."""
    if not settings.url or not settings.model:
        raise InputError(message("translate.no_server"))
    try:
        parts = urlsplit(settings.url)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError as fault:
        problem = message("translate.bad_url", url=repr(settings.url), reason=str(fault))
        raise InputError(problem) from fault
    if api_key and parts.scheme == "http" and not _is_local_host(host):
        raise InputError(message("translate.key_in_the_clear", host=host))
    if not api_key.isascii() or not api_key.isprintable():
        raise InputError(message("translate.bad_key", variable=settings.key_env))
    return host


def _is_local_host(host: str) -> bool:
    """Return whether a host is this machine or in its own network."""
    from ipaddress import ip_address

    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".localhost", ".lan", ".internal"))
