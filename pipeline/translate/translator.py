"""Translate the rows of a transcript through an OpenAI-compatible server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.errors import InputError

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
    """Return the rows in `language`; those that `existing` has (by row number, from 1) are kept and not asked for.

    `keep` receives each batch of new rows as it comes in, so that a run that is ended goes on from there. `first_wait` is the first
    back-off in seconds; each further one is twice as long. Raises InputError where the settings name no server or send a key in the
    clear, ServiceRefused where the server will not answer such requests, ServiceError where it cannot be reached or the deadline is
    over. A row with no usable answer after several attempts is listed in `missing`.
    """
    import asyncio

    import aiohttp

    from pipeline.translate.batching import translate_in_batches
    from pipeline.translate.chat_client import ChatClient
    from pipeline.translate.types import TranslationJob

    is_local = _is_local_host(_server_host(settings, api_key))
    if len(rows) > MAX_ROWS:
        raise InputError(
            f"There are {len(rows):,} rows; at most {MAX_ROWS:,} are translated.",
            "Split the text into episodes.",
        )
    job = TranslationJob(
        tuple(rows), language, source, title, tuple(sorted(settings.glossary.items()))
    )

    async def run() -> TranslatedRows:
        # one connection: requests follow each other, so that each can show the server what the rows before it became
        async with aiohttp.ClientSession(
            trust_env=not is_local, connector=aiohttp.TCPConnector(limit=1)
        ) as session:
            client = ChatClient(session, settings, api_key, first_wait)
            return await translate_in_batches(job, existing, settings, client, observe, keep_rows)

    return asyncio.run(run())


def api_key_from(settings: TranslationSettings, environ: Mapping[str, str]) -> str:
    """Return the key the environment holds for these settings; "" where there is none (a server of one's own may want none)."""
    return environ.get(settings.key_env, "").strip()


def _server_host(settings: TranslationSettings, api_key: str) -> str:
    """Return the server's host. Raises InputError where there is none or the key would not be safe on the way."""
    if not settings.url or not settings.model:
        raise InputError(
            "No translation server is set.",
            'Give [translate] a url and a model, e.g. url = "https://api.openai.com/v1".',
        )
    try:
        parts = urlsplit(settings.url)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError as fault:
        raise InputError(
            f"[translate] url cannot be {settings.url!r}: {fault}.", "Mend the address."
        ) from fault
    if api_key and parts.scheme == "http" and not _is_local_host(host):
        raise InputError(
            f"The key would travel to {host} unencrypted.",
            "Use an https address in [translate] url.",
        )
    if not api_key.isascii() or not api_key.isprintable():
        raise InputError(f"${settings.key_env} holds characters no key has.", "Set it again.")
    return host


def _is_local_host(host: str) -> bool:
    """Tell whether a host is this machine or on its own network."""
    from ipaddress import ip_address

    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".localhost", ".lan", ".internal"))
