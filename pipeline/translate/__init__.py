"""Machine translation of a transcript's rows, through any OpenAI-compatible server.

The rows go out in batches; every row asked for must come back with its number and its own text echoed, so that an answer that has
slipped by a row is seen and asked for again. What comes back is rows; whoever called writes them to a file, once, and never over one
that is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipeline.model import Observe
    from pipeline.settings.translate import Translate

    Keep = Callable[[Mapping[int, str]], None]

MOST_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Translation:
    """The rows, in order ("" for those in `missing`); `missing` are the row numbers no usable answer came for; notices for the person."""

    rows: tuple[str, ...]
    missing: tuple[int, ...]
    notices: tuple[str, ...]


def translate_rows(
    rows: Sequence[str],
    existing: Mapping[int, str],
    settings: Translate,
    key: str,
    observe: Observe,
    *,
    language: str = "en",
    source: str = "zh",
    title: str = "",
    keep: Keep | None = None,
    first_wait: float = 1.0,
) -> Translation:
    """Return the rows in `language`; those that `existing` has (by row number, from 1) are kept and not asked for.

    `keep` receives each batch of new rows as it comes in, so that a run that is ended goes on from there. `first_wait` is the first
    back-off in seconds; each further one is twice as long. Raises InputError where the settings name no server or send a key in the
    clear, ServiceRefused where the server will not answer such requests, ServiceError where it cannot be reached or the deadline is
    over. A row with no usable answer after several attempts is listed in `missing`.
    """
    import asyncio

    import aiohttp

    from pipeline.translate.client import Client
    from pipeline.translate.rounds import translated
    from pipeline.translate.wording import Job

    near = _is_near(_checked_host(settings, key))
    if len(rows) > MOST_ROWS:
        raise InputError(f"There are {len(rows):,} rows; at most {MOST_ROWS:,} are translated.", "Split the text into episodes.")
    job = Job(tuple(rows), language, source, title, tuple(sorted(settings.glossary.items())))

    async def run() -> Translation:
        # one connection: requests follow each other, so that each can show the server what the rows before it became
        async with aiohttp.ClientSession(trust_env=not near, connector=aiohttp.TCPConnector(limit=1)) as session:
            client = Client(session, settings, key, first_wait)
            return await translated(job, existing, settings, client, observe, keep)

    return asyncio.run(run())


def key_from(settings: Translate, environ: Mapping[str, str]) -> str:
    """Return the key the environment holds for these settings; "" where there is none (a server of one's own may want none)."""
    return environ.get(settings.key_env, "").strip()


def _checked_host(settings: Translate, key: str) -> str:
    """Return the server's host. Raises InputError where there is none or the key would not be safe on the way."""
    if not settings.url or not settings.model:
        raise InputError("No translation server is set.", 'Give [translate] a url and a model, e.g. url = "https://api.openai.com/v1".')
    try:
        parts = urlsplit(settings.url)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError as fault:
        raise InputError(f"[translate] url cannot be {settings.url!r}: {fault}.", "Mend the address.") from fault
    if key and parts.scheme == "http" and not _is_near(host):
        raise InputError(f"The key would travel to {host} unencrypted.", "Use an https address in [translate] url.")
    if not key.isascii() or not key.isprintable():
        raise InputError(f"${settings.key_env} holds characters no key has.", "Set it again.")
    return host


def _is_near(host: str) -> bool:
    """Tell whether a host is this machine or on its own network."""
    from ipaddress import ip_address

    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".localhost", ".lan", ".internal"))
