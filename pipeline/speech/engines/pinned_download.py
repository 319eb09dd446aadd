"""Fetch one file that is known by its address, size and SHA-256: all of it, or nothing.

What has arrived is kept beside the target and continued by the next try or the next run. Stalls,
breaks and busy servers are tried again with the back-off of all clients; other bytes than the
pinned ones are thrown away.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.atomic import require_free_space
from pipeline.backoff import TRANSIENT_STATUSES, BackOff, parse_retry_after
from pipeline.errors import ServiceError, ServiceRefused, environment_fault
from pipeline.lock import hold_lock
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    import aiohttp

    ReportBytes = Callable[[int, int], None]
    """Receives how many bytes of how many have arrived."""

_OK, _PARTIAL, _RANGE_REFUSED = 200, 206, 416
_BLOCK_BYTES = 1 << 18
_MAX_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """A file at an address; `size` in bytes, `digest` its SHA-256 in hex."""

    url: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class DownloadPolicy:
    """How long a silent server is waited for, and how often and when it is asked again (s)."""

    max_tries: int = 6
    first_pause_s: float = 1.0
    silence_s: float = 30.0


class _Broken(Exception):
    """A try failed; the next one goes on where it ended."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


def download_pinned(
    pinned: PinnedFile,
    target: Path,
    report: ReportBytes,
    policy: DownloadPolicy | None = None,
) -> None:
    """Fetch a file to `target`, unless it is there already.

    Raises ServiceError after the last try, ServiceRefused if the server refuses or has another
    file, EnvironmentFault if the disk is full or another process is fetching it.
    """
    part = target.with_name(f"{target.name}.part")
    with hold_lock(target.with_name(f"{target.name}.lock"), target.name):
        if target.is_file() and _digest_of(target) == pinned.digest:
            return
        require_free_space(target.parent, pinned.size)
        try:
            if part.is_file() and part.stat().st_size > pinned.size:
                part.unlink()
            with part.open("ab") as file:
                rest = _fetch(pinned, file, target.name, report, policy or DownloadPolicy())
                asyncio.run(rest)
            if _digest_of(part) != pinned.digest:
                part.unlink()
                raise ServiceRefused(message("speech.download_wrong", file=target.name))
            part.replace(target)
        except OSError as fault:
            raise environment_fault(fault, target) from fault


async def _fetch(
    pinned: PinnedFile, file: BinaryIO, name: str, report: ReportBytes, policy: DownloadPolicy
) -> None:
    """Try until the file has all its bytes."""
    import aiohttp

    back_off = BackOff(policy.first_pause_s)
    timeout = aiohttp.ClientTimeout(
        total=None, sock_connect=policy.silence_s, sock_read=policy.silence_s
    )
    async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
        for attempt in range(policy.max_tries):
            broken = await _try_once(session, pinned, file, name, report)
            if broken is None:
                return
            if attempt + 1 == policy.max_tries:
                problem = message("speech.download_failed", file=name, reason=broken.reason)
                raise ServiceError(problem) from broken
            await asyncio.sleep(back_off.pause(attempt, broken.retry_after))


async def _try_once(
    session: aiohttp.ClientSession,
    pinned: PinnedFile,
    file: BinaryIO,
    name: str,
    report: ReportBytes,
) -> _Broken | None:
    """Fetch what the file lacks; return why it is not whole yet, or None. Raises ServiceRefused."""
    import aiohttp

    have = file.seek(0, io.SEEK_END)
    if have == pinned.size:
        return None
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={have}-"} if have else {})}
    try:
        async with session.get(
            pinned.url, headers=headers, max_redirects=_MAX_REDIRECTS
        ) as response:
            if pinned.url.startswith("https:") and response.url.scheme != "https":
                raise ServiceRefused(message("speech.download_insecure", file=name))
            _check_answer(response, file, name, have)
            await _append_body(response, pinned, file, name, report)
    except aiohttp.TooManyRedirects as fault:
        raise ServiceRefused(message("speech.download_redirects", file=name)) from fault
    except asyncio.TimeoutError:
        return _Broken(message("speech.download_stalled"))
    except aiohttp.ClientError as fault:
        return _Broken(message("speech.download_broke", reason=type(fault).__name__))
    except _Broken as broken:
        return broken
    return None


def _check_answer(response: aiohttp.ClientResponse, file: BinaryIO, name: str, have: int) -> None:
    """Make the file ready for the answer's bytes: it goes on, or begins anew.

    Raises _Broken or ServiceRefused if the answer has none.
    """
    if response.status == _OK:
        file.truncate(0)
    elif response.status == _PARTIAL:
        if _range_start(response) != have:
            file.truncate(0)
            raise _Broken(message("speech.download_wrong_range"))
    else:
        if response.status == _RANGE_REFUSED:
            file.truncate(0)
        _raise_for_status(response, name)


async def _append_body(
    response: aiohttp.ClientResponse,
    pinned: PinnedFile,
    file: BinaryIO,
    name: str,
    report: ReportBytes,
) -> None:
    have = file.seek(0, io.SEEK_END)
    async for block in response.content.iter_chunked(_BLOCK_BYTES):
        have += len(block)
        if have > pinned.size:
            file.truncate(0)
            raise ServiceRefused(message("speech.download_wrong", file=name))
        file.write(block)
        report(have, pinned.size)
    if have < pinned.size:
        raise _Broken(message("speech.download_short"))


def _range_start(response: aiohttp.ClientResponse) -> int | None:
    """Return the first byte of a partial answer by its Content-Range (RFC 9110, 14.4)."""
    unit, _, places = response.headers.get("Content-Range", "").partition(" ")
    first = places.partition("-")[0]
    is_number = unit == "bytes" and first.isascii() and first.isdigit()
    return int(first) if is_number and len(first) < len("9" * 16) else None


def _raise_for_status(response: aiohttp.ClientResponse, file: str) -> None:
    status = response.status
    if status in TRANSIENT_STATUSES or status == _RANGE_REFUSED:
        retry_after = parse_retry_after(response.headers.get("Retry-After"))
        raise _Broken(message("speech.download_status", status=status), retry_after)
    raise ServiceRefused(message("speech.download_refused", file=file, status=status))


def _digest_of(path: Path) -> str:
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            hasher.update(block)
    return hasher.hexdigest()
