"""Any server that answers `POST /v1/audio/speech` as OpenAI's does: OpenAI's own, or a local one.

Such a server tells no word times and may speak anything: an answer counts where it is whole, sound audio.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.errors import InputError, ServiceError
from pipeline.speech.attempts import Broken, Busy, Forbidden, Patience, Unreachable, Unwilling, answer_all
from pipeline.speech.decode import samples_from
from pipeline.speech.engine import Speech
from pipeline.speech.wav import check_wav

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    import aiohttp

    from pipeline.speech.engine import Ask, Deliver, Spent
    from pipeline.speech.traffic import Traffic

OFFICIAL = "https://api.openai.com/v1"
_USUAL_MODEL = "gpt-4o-mini-tts"
_NAME = re.compile(r"[A-Za-z0-9](?:[\w.:+-]{0,62}[A-Za-z0-9])?", re.ASCII)
_BUSY = frozenset({408, 409, 429, 500, 502, 503, 504})
_OF_THIS_TEXT = frozenset({400, 413, 422})
_MOST_BYTES = 60_000_000
_LONGEST_REASON = 200
_PCM_RATE = 24_000
"""Bare samples come at this rate (OpenAI's documentation of the format `pcm`)."""


@dataclass(frozen=True, slots=True)
class OpenAI:
    """The engine; `base_url` ends before `/audio/speech`, `key` is empty where the server gets none."""

    base_url: str
    model: str
    traffic: Traffic
    key: str = field(default="", repr=False)
    patience: Patience = field(default_factory=lambda: Patience(first_s=60.0, idle_s=20.0, total_s=180.0))

    @property
    def name(self) -> str:
        """The engine's name in the settings."""
        return "openai"

    @property
    def version(self) -> str:
        """The model and the server."""
        return f"{self.model} at {self.base_url}"

    @property
    def voice(self) -> str:
        """The voice every server of this kind knows."""
        return "alloy"

    @property
    def boundaries(self) -> bool:
        """No times are told."""
        return False

    @property
    def steady(self) -> bool:
        """Such models speak a text another way each time."""
        return False

    def voice_named(self, name: str) -> str:
        """Return a voice's name; only the server knows whether it has it. Raises InputError where it cannot be a name."""
        if _NAME.fullmatch(name) is None:
            raise InputError(f"{name[:60]!r} is not the name of a voice.", "Use one the server has, e.g. alloy.")
        return name

    def speak(self, asks: Sequence[Ask], deliver: Deliver) -> Spent:
        """Answer every ask. Raises ServiceRefused where the server forbids us, ServiceError where it cannot be reached."""
        return answer_all(asks, self.once, deliver, self.traffic, self.patience, f"The speech server {urlsplit(self.base_url).hostname}")

    async def once(self, ask: Ask) -> Speech:
        """Ask once. Raises one of the ways to fail of `attempts`."""
        import aiohttp

        patience = self.patience
        body = {"model": self.model, "voice": ask.voice, "input": ask.text, "response_format": "wav"}
        if ask.rate:
            body["speed"] = (100 + ask.rate) / 100  # type: ignore[assignment] # JSON of several kinds
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        limits = aiohttp.ClientTimeout(total=patience.total_s, sock_connect=patience.connect_s, sock_read=patience.first_s)
        try:
            # a redirect would carry text, and key, to who knows whom
            async with (
                aiohttp.ClientSession(timeout=limits, trust_env=True) as session,
                session.post(f"{self.base_url}/audio/speech", json=body, headers=headers, allow_redirects=False) as answer,
            ):
                if answer.status != 200:  # noqa: PLR2004 - HTTP's OK
                    raise _refusal(answer.status, answer.headers, await _bounded(answer, 10_000))
                return _checked(await _bounded(answer, _MOST_BYTES), answer.headers.get("Content-Type", ""))
        except aiohttp.ClientConnectorError as fault:
            raise Unreachable(f"cannot be reached ({fault.strerror or 'no connection'})") from fault
        except (TimeoutError, asyncio.TimeoutError) as late:
            raise Broken("it stopped answering") from late
        except (aiohttp.ClientError, OSError) as fault:
            raise Broken(f"the connection was lost ({type(fault).__name__})") from fault


def server(base_url: str) -> tuple[str, str]:
    """Return the address to ask and the key to send with it.

    The address is that of the settings, else $OPENAI_BASE_URL, else OpenAI's. The key is $OPENAI_API_KEY, and goes to OpenAI or to the
    server the person has named in $OPENAI_BASE_URL only: settings come with transcripts from strangers, and must not say where a key is
    sent. Raises InputError where the address is none.
    """
    own = os.environ.get("OPENAI_BASE_URL", "").rstrip("/")
    url = base_url.rstrip("/") or own or OFFICIAL
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        raise InputError(f"{url[:100]!r} is not the address of a speech server.", "It looks like http://localhost:8880/v1")
    return url, os.environ.get("OPENAI_API_KEY", "") if url in {OFFICIAL, own} else ""


def engine(base_url: str, model: str, traffic: Traffic) -> OpenAI:
    """Return the engine of the settings. Raises InputError."""
    url, key = server(base_url)
    if url == OFFICIAL and not key:
        raise InputError("OpenAI needs a key.", "Set OPENAI_API_KEY, or name a server that needs none: [voice] base_url.")
    return OpenAI(url, model or _USUAL_MODEL, traffic, key)


async def _bounded(answer: aiohttp.ClientResponse, most: int) -> bytes:
    body = bytearray()
    async for part in answer.content.iter_chunked(65_536):
        body += part
        if len(body) > most:
            raise Broken("the answer does not end")
    return bytes(body)


def _refusal(status: int, headers: Mapping[str, str], body: bytes) -> Exception:
    """Return which way to fail a status is."""
    why = _reason(body)
    if status in _BUSY:
        after = headers.get("Retry-After", "")
        return Busy(f"answered {status}{why}", float(after) if after.isdigit() else None)
    if status in _OF_THIS_TEXT:
        return Unwilling(f"refused this text ({status}{why})")
    todo = "Look at OPENAI_API_KEY." if status in {401, 403} else "Look at [voice] base_url, model and name."
    return Forbidden(f"answered {status}{why}", todo)


def _reason(body: bytes) -> str:
    """Return what the server says about it, as one harmless line."""
    try:
        told = json.loads(body)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return ""
    return ": " + " ".join("".join(char if char.isprintable() else " " for char in str(told)).split())[:_LONGEST_REASON].rstrip(".")


def _checked(body: bytes, kind: str) -> Speech:
    """Return an answer as speech. Raises Broken where it is not whole, sound audio."""
    codec, rate = _codec(body, kind)
    speech = Speech(body, codec, rate)
    try:
        if codec == "wav":
            check_wav(body)
        samples = samples_from(speech)
    except ServiceError as fault:
        raise Broken(fault.what.rstrip(".")) from fault
    if not len(samples):
        raise Broken("the audio is empty")
    return speech


def _codec(body: bytes, kind: str) -> tuple[Literal["mp3", "wav", "flac", "ogg", "s16"], int]:
    """Return what an answer is, by its first bytes: servers give what they have, whatever was asked for."""
    if body[:4] == b"RIFF" and body[8:12] == b"WAVE":
        return "wav", 0
    if body[:4] == b"fLaC":
        return "flac", 0
    if body[:4] == b"OggS":
        return "ogg", 0
    if body[:3] == b"ID3" or (len(body) > 1 and body[0] == 0xFF and body[1] & 0xE6 == 0xE2):  # noqa: PLR2004 - MPEG layer III's sync word
        return "mp3", 0
    bare = re.fullmatch(r"audio/(?:pcm|l16)\b(?:.*\brate=(\d{4,6}))?.*", kind.lower())
    if bare and len(body) % 2 == 0:
        return "s16", int(bare[1] or _PCM_RATE)
    raise Broken(f"what came back is no audio ({kind[:40] or 'no type'})")
