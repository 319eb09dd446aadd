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
from pipeline.speech.engines.base import SynthesisResult
from pipeline.speech.engines.retry import (
    AccessRefused,
    BrokenAnswer,
    RetryPolicy,
    ServiceBusy,
    ServiceUnreachable,
    TextRefused,
    request_all,
)
from pipeline.speech.speech_decoder import decode_speech

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    import aiohttp

    from pipeline.speech.engines.base import DeliverResult, RequestStats, SynthesisRequest
    from pipeline.speech.engines.rate_limit import RateLimiter

OFFICIAL_URL = "https://api.openai.com/v1"
_DEFAULT_MODEL = "gpt-4o-mini-tts"
_VOICE_NAME = re.compile(r"[A-Za-z0-9](?:[\w.:+-]{0,62}[A-Za-z0-9])?", re.ASCII)
_BUSY_STATUSES = frozenset({408, 409, 429, 500, 502, 503, 504})
_TEXT_REFUSED_STATUSES = frozenset({400, 413, 422})
_MAX_ANSWER_BYTES = 60_000_000
_MAX_REASON_CHARACTERS = 200
_PCM_SAMPLE_RATE = 24_000
"""Bare samples come at this rate (OpenAI's documentation of the format `pcm`)."""


@dataclass(frozen=True, slots=True)
class OpenAIEngine:
    """The engine; `base_url` ends before `/audio/speech`, `key` is empty where the server gets none."""

    base_url: str
    model: str
    limiter: RateLimiter
    api_key: str = field(default="", repr=False)
    retry_policy: RetryPolicy = field(
        default_factory=lambda: RetryPolicy(
            first_message_timeout_s=60.0, idle_timeout_s=20.0, total_timeout_s=180.0
        )
    )

    @property
    def name(self) -> str:
        """The engine's name in the settings."""
        return "openai"

    @property
    def version(self) -> str:
        """The model and the server."""
        return f"{self.model} at {self.base_url}"

    @property
    def default_voice(self) -> str:
        """The voice every server of this kind knows."""
        return "alloy"

    @property
    def has_word_times(self) -> bool:
        """No times are told."""
        return False

    @property
    def is_deterministic(self) -> bool:
        """Such models speak a text another way each time."""
        return False

    def resolve_voice(self, name: str) -> str:
        """Return a voice's name; only the server knows whether it has it. Raises InputError where it cannot be a name."""
        if _VOICE_NAME.fullmatch(name) is None:
            raise InputError(
                f"{name[:60]!r} is not the name of a voice.", "Use one the server has, e.g. alloy."
            )
        return name

    def speak(self, requests: Sequence[SynthesisRequest], deliver: DeliverResult) -> RequestStats:
        """Answer every ask. Raises ServiceRefused where the server forbids us, ServiceError where it cannot be reached."""
        return request_all(
            requests,
            self.request_once,
            deliver,
            self.limiter,
            self.retry_policy,
            f"The speech server {urlsplit(self.base_url).hostname}",
        )

    async def request_once(self, request: SynthesisRequest) -> SynthesisResult:
        """Ask once. Raises one of the ways to fail of `attempts`."""
        import aiohttp

        policy = self.retry_policy
        body = {
            "model": self.model,
            "voice": request.voice,
            "input": request.text,
            "response_format": "wav",
        }
        if request.rate:
            body["speed"] = (100 + request.rate) / 100  # type: ignore[assignment] # JSON of several kinds
        headers = {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
        timeouts = aiohttp.ClientTimeout(
            total=policy.total_timeout_s,
            sock_connect=policy.connect_timeout_s,
            sock_read=policy.first_message_timeout_s,
        )
        try:
            # a redirect would carry text, and key, to who knows whom
            async with (
                aiohttp.ClientSession(timeout=timeouts, trust_env=True) as session,
                session.post(
                    f"{self.base_url}/audio/speech",
                    json=body,
                    headers=headers,
                    allow_redirects=False,
                ) as answer,
            ):
                if answer.status != 200:  # noqa: PLR2004 - HTTP's OK
                    raise _failure_from_status(
                        answer.status, answer.headers, await _read_limited(answer, 10_000)
                    )
                return _verify_answer(
                    await _read_limited(answer, _MAX_ANSWER_BYTES),
                    answer.headers.get("Content-Type", ""),
                )
        except aiohttp.ClientConnectorError as fault:
            raise ServiceUnreachable(
                f"cannot be reached ({fault.strerror or 'no connection'})"
            ) from fault
        except (TimeoutError, asyncio.TimeoutError) as late:
            raise BrokenAnswer("it stopped answering") from late
        except (aiohttp.ClientError, OSError) as fault:
            raise BrokenAnswer(f"the connection was lost ({type(fault).__name__})") from fault


def resolve_server(base_url: str) -> tuple[str, str]:
    """Return the address to ask and the key to send with it.

    The address is that of the settings, else $OPENAI_BASE_URL, else OpenAI's. The key is $OPENAI_API_KEY, and goes to OpenAI or to the
    server the person has named in $OPENAI_BASE_URL only: settings come with transcripts from strangers, and must not say where a key is
    sent. Raises InputError where the address is none.
    """
    environment_url = os.environ.get("OPENAI_BASE_URL", "").rstrip("/")
    url = base_url.rstrip("/") or environment_url or OFFICIAL_URL
    parts = urlsplit(url)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
    ):
        raise InputError(
            f"{url[:100]!r} is not the address of a speech server.",
            "It looks like http://localhost:8880/v1",
        )
    return url, os.environ.get("OPENAI_API_KEY", "") if url in {
        OFFICIAL_URL,
        environment_url,
    } else ""


def create_openai_engine(base_url: str, model: str, limiter: RateLimiter) -> OpenAIEngine:
    """Return the engine of the settings. Raises InputError."""
    url, api_key = resolve_server(base_url)
    if url == OFFICIAL_URL and not api_key:
        raise InputError(
            "OpenAI needs a key.",
            "Set OPENAI_API_KEY, or name a server that needs none: [voice] base_url.",
        )
    return OpenAIEngine(url, model or _DEFAULT_MODEL, limiter, api_key)


async def _read_limited(answer: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    body = bytearray()
    async for part in answer.content.iter_chunked(65_536):
        body += part
        if len(body) > max_bytes:
            raise BrokenAnswer("the answer does not end")
    return bytes(body)


def _failure_from_status(status: int, headers: Mapping[str, str], body: bytes) -> Exception:
    """Return which way to fail a status is."""
    reason = _server_message(body)
    if status in _BUSY_STATUSES:
        retry_after = headers.get("Retry-After", "")
        return ServiceBusy(
            f"answered {status}{reason}", float(retry_after) if retry_after.isdigit() else None
        )
    if status in _TEXT_REFUSED_STATUSES:
        return TextRefused(f"refused this text ({status}{reason})")
    todo = (
        "Look at OPENAI_API_KEY."
        if status in {401, 403}
        else "Look at [voice] base_url, model and name."
    )
    return AccessRefused(f"answered {status}{reason}", todo)


def _server_message(body: bytes) -> str:
    """Return what the server says about it, as one harmless line."""
    try:
        message = json.loads(body)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return ""
    return ": " + " ".join(
        "".join(char if char.isprintable() else " " for char in str(message)).split()
    )[:_MAX_REASON_CHARACTERS].rstrip(".")


def _verify_answer(body: bytes, content_type: str) -> SynthesisResult:
    """Return an answer as speech. Raises Broken where it is not whole, sound audio."""
    codec, rate = _detect_codec(body, content_type)
    result = SynthesisResult(body, codec, rate)
    try:
        if codec == "wav":
            check_wav_complete(body)
        samples = decode_speech(result)
    except ServiceError as fault:
        raise BrokenAnswer(fault.problem.rstrip(".")) from fault
    if not len(samples):
        raise BrokenAnswer("the audio is empty")
    return result


def _detect_codec(
    body: bytes, content_type: str
) -> tuple[Literal["mp3", "wav", "flac", "ogg", "s16"], int]:
    """Return what an answer is, by its first bytes: servers give what they have, whatever was asked for."""
    if body[:4] == b"RIFF" and body[8:12] == b"WAVE":
        return "wav", 0
    if body[:4] == b"fLaC":
        return "flac", 0
    if body[:4] == b"OggS":
        return "ogg", 0
    if body[:3] == b"ID3" or (len(body) > 1 and body[0] == 0xFF and body[1] & 0xE6 == 0xE2):  # noqa: PLR2004 - MPEG layer III's sync word
        return "mp3", 0
    pcm_match = re.fullmatch(r"audio/(?:pcm|l16)\b(?:.*\brate=(\d{4,6}))?.*", content_type.lower())
    if pcm_match and len(body) % 2 == 0:
        return "s16", int(pcm_match[1] or _PCM_SAMPLE_RATE)
    raise BrokenAnswer(f"what came back is no audio ({content_type[:40] or 'no type'})")


_RIFF_HEADER_BYTES, _CHUNK_HEADER_BYTES = 12, 8
_UNKNOWN_SIZES = frozenset({0, 0xFFFFFFFF})
"""Sizes a server writes that begins to answer before it knows how much there will be."""


def check_wav_complete(body: bytes) -> None:
    """Raise ServiceError where a WAV file holds less sound than its header says, or none."""
    offset = _RIFF_HEADER_BYTES
    while offset + _CHUNK_HEADER_BYTES <= len(body):
        size = int.from_bytes(body[offset + 4 : offset + 8], "little")
        available = len(body) - offset - _CHUNK_HEADER_BYTES
        if body[offset : offset + 4] == b"data":
            if available == 0 or (
                size not in _UNKNOWN_SIZES and size < 0xFFFF0000 and size > available  # noqa: PLR2004 - ffmpeg's "unknown" is a little less
            ):
                raise ServiceError("The audio was cut short.", "Run again.")
            return
        offset += _CHUNK_HEADER_BYTES + size + size % 2
    raise ServiceError("The audio was cut short.", "Run again.")
