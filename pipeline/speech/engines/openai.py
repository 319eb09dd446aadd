"""Any server that answers `POST /v1/audio/speech` as OpenAI's does: OpenAI's own, or a local one.

Such a server gives no word times and may return anything: an answer counts if it is complete, valid
audio.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from pipeline.backoff import TRANSIENT_STATUSES, parse_retry_after
from pipeline.errors import InputError, ServiceError
from pipeline.messages import message
from pipeline.speech.analysis.speech_decoder import SpeechCodec, decode_speech
from pipeline.speech.engines.base import (
    EngineAbilities,
    EngineSpec,
    EngineStatus,
    SynthesisResult,
    VoiceEntry,
)
from pipeline.speech.engines.rate_limit import RateLimiter, rate_limiter_for
from pipeline.speech.engines.retry import (
    AccessRefused,
    BrokenAnswer,
    RequestFailure,
    RetryPolicy,
    ServiceBusy,
    ServiceUnreachable,
    TextRefused,
    request_all,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import aiohttp

    from pipeline.cache import Store
    from pipeline.settings import Settings
    from pipeline.speech.engines.base import (
        DeliverResult,
        Gender,
        RequestStats,
        SpeechEngine,
        SynthesisRequest,
    )

OFFICIAL_URL = "https://api.openai.com/v1"
_DEFAULT_MODEL = "gpt-4o-mini-tts"
_VOICE_NAME = re.compile(r"[A-Za-z0-9](?:[\w.:+-]{0,62}[A-Za-z0-9])?", re.ASCII)
_TEXT_REFUSED_STATUSES = frozenset({400, 413, 422})
_MAX_ANSWER_BYTES = 60_000_000
_PROBE_TIMEOUT_S = 4.0
_MAX_ERROR_BYTES = 10_000
_MAX_REASON_CHARACTERS = 200
_PCM_SAMPLE_RATE = 24_000
"""Rate of bare samples in Hz (OpenAI's documentation of the format `pcm`)."""

_SHIPPED_VOICES = (
    "alloy",
    "ash",
    "ballad",
    "coral",
    "echo",
    "fable",
    "nova",
    "onyx",
    "sage",
    "shimmer",
    "verse",
)
"""The voices of OpenAI's own speech models; compatible servers have others."""

_ABILITIES = EngineAbilities(is_online=True, voice_list="shipped")


@dataclass(frozen=True, slots=True)
class OpenAIEngine:
    """The engine; `base_url` ends before `/audio/speech`, `api_key` is "" if none is sent."""

    name: ClassVar[str] = "openai"
    abilities: ClassVar[EngineAbilities] = _ABILITIES
    default_voice: ClassVar[str] = "alloy"  # every server of this kind knows it

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
    def version(self) -> str:
        """The model and the server."""
        return f"{self.model} at {self.base_url}"

    def resolve_voice(self, name: str) -> str:
        """Return a voice's name; only the server knows whether it has the voice.

        Raises InputError if it cannot be a name.
        """
        if _VOICE_NAME.fullmatch(name) is None:
            raise InputError(message("speech.openai_no_voice", name=name[:60]))
        return name

    def speak(self, requests: Sequence[SynthesisRequest], deliver: DeliverResult) -> RequestStats:
        """Deliver a result or an error for every request.

        Raises ServiceRefused if the server refuses access, ServiceError if it cannot be reached.
        """
        return request_all(
            requests,
            self.request_once,
            deliver,
            self.limiter,
            self.retry_policy,
            self._service(),
        )

    def as_probe(self) -> OpenAIEngine:
        """Return the engine with one try, and 4 s until it is connected."""
        policy = replace(self.retry_policy, max_tries=1, connect_timeout_s=_PROBE_TIMEOUT_S)
        return replace(self, retry_policy=policy)

    async def request_once(self, request: SynthesisRequest) -> SynthesisResult:
        """Request once. Raises one of the failures of `retry`."""
        import aiohttp

        policy = self.retry_policy
        body: dict[str, Any] = {
            "model": self.model,
            "voice": request.voice,
            "input": request.text,
            "response_format": "wav",
        }
        if request.rate:
            body["speed"] = (100 + request.rate) / 100
        headers = {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
        timeouts = aiohttp.ClientTimeout(
            total=policy.total_timeout_s,
            sock_connect=policy.connect_timeout_s,
            sock_read=policy.first_message_timeout_s,
        )
        try:
            # a redirect could carry the text and the key to a stranger
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
                    body_start = await _read_limited(answer, _MAX_ERROR_BYTES)
                    raise self._failure_from_status(answer.status, answer.headers, body_start)
                return _verify_answer(
                    await _read_limited(answer, _MAX_ANSWER_BYTES),
                    answer.headers.get("Content-Type", ""),
                )
        except aiohttp.ClientConnectorError as fault:
            reason = fault.strerror or message("speech.no_connection")
            raise ServiceUnreachable(
                message("speech.service_unreachable", service=self._service(), reason=reason)
            ) from fault
        except (TimeoutError, asyncio.TimeoutError) as late:
            raise BrokenAnswer(message("speech.answer_stopped")) from late
        except (aiohttp.ClientError, OSError) as fault:
            reason = type(fault).__name__
            raise BrokenAnswer(message("speech.connection_failed", reason=reason)) from fault

    def _service(self) -> str:
        return message("speech.openai_service", host=urlsplit(self.base_url).hostname)

    def _failure_from_status(
        self, status: int, headers: Mapping[str, str], body: bytes
    ) -> RequestFailure:
        """Return the failure of `retry` for an HTTP status."""
        reason = _server_message(body)
        key = "speech.service_status_reason" if reason else "speech.service_status"
        problem = message(key, service=self._service(), status=status, reason=reason)
        if status in TRANSIENT_STATUSES:
            return ServiceBusy(problem, parse_retry_after(headers.get("Retry-After")))
        if status in _TEXT_REFUSED_STATUSES:
            return TextRefused(problem)
        is_key_refused = status in {401, 403}
        remedy = "speech.openai_check_key" if is_key_refused else "speech.openai_check_settings"
        return AccessRefused(problem, message(remedy))


def resolve_server(base_url: str) -> tuple[str, str]:
    """Return the server's address and the key to send to it.

    The address is that of the settings, else $OPENAI_BASE_URL, else OpenAI's. The key is
    $OPENAI_API_KEY. It is sent only to OpenAI or to the server in $OPENAI_BASE_URL: settings come
    with transcripts from strangers, and must not decide where a key is sent. Raises InputError if
    the address is not valid.
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
        raise InputError(message("speech.openai_bad_address", url=url[:100]))
    return url, os.environ.get("OPENAI_API_KEY", "") if url in {
        OFFICIAL_URL,
        environment_url,
    } else ""


def create_openai_engine(base_url: str, model: str, limiter: RateLimiter) -> OpenAIEngine:
    """Return the engine for `[voice] base_url` and `model`. Raises InputError without a key."""
    url, api_key = resolve_server(base_url)
    if url == OFFICIAL_URL and not api_key:
        raise InputError(message("speech.openai_needs_key"))
    return OpenAIEngine(url, model or _DEFAULT_MODEL, limiter, api_key)


async def _read_limited(answer: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    body = bytearray()
    async for part in answer.content.iter_chunked(65_536):
        body += part
        if len(body) > max_bytes:
            raise BrokenAnswer(message("speech.answer_does_not_end"))
    return bytes(body)


def _server_message(body: bytes) -> str:
    """Return the server's error message as one printable line; "" if there is none."""
    try:
        text = json.loads(body)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return ""
    printable = "".join(char if char.isprintable() else " " for char in str(text))
    return " ".join(printable.split())[:_MAX_REASON_CHARACTERS].rstrip(".")


def _verify_answer(body: bytes, content_type: str) -> SynthesisResult:
    """Return an answer as speech. Raises BrokenAnswer if it is not complete, valid audio."""
    codec, rate = _detect_codec(body, content_type)
    result = SynthesisResult(body, codec, rate)
    try:
        if codec == "wav":
            check_wav_complete(body)
        samples = decode_speech(result)
    except ServiceError as fault:
        raise BrokenAnswer(fault.problem) from fault
    if not len(samples):
        raise BrokenAnswer(message("speech.audio_empty"))
    return result


def _detect_codec(body: bytes, content_type: str) -> tuple[SpeechCodec, int]:
    """Return the codec of an answer by its first bytes, and the rate of bare samples in Hz.

    Servers return the format they have, whatever was requested. Raises BrokenAnswer for others.
    """
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
    raise BrokenAnswer(
        message(
            "speech.answer_is_no_audio", content_type=content_type[:40] or message("speech.no_type")
        )
    )


_RIFF_HEADER_BYTES, _CHUNK_HEADER_BYTES = 12, 8
_UNKNOWN_SIZES = frozenset({0, 0xFFFFFFFF})
"""Sizes written by a server that starts to answer before it knows the length."""


def check_wav_complete(body: bytes) -> None:
    """Raise ServiceError if a WAV file holds less audio than its header says, or none."""
    offset = _RIFF_HEADER_BYTES
    while offset + _CHUNK_HEADER_BYTES <= len(body):
        size = int.from_bytes(body[offset + 4 : offset + 8], "little")
        available = len(body) - offset - _CHUNK_HEADER_BYTES
        if body[offset : offset + 4] == b"data":
            if available == 0 or (
                size not in _UNKNOWN_SIZES and size < 0xFFFF0000 and size > available  # noqa: PLR2004 - ffmpeg writes a little less for "unknown"
            ):
                raise ServiceError(message("speech.audio_cut_short"))
            return
        offset += _CHUNK_HEADER_BYTES + size + size % 2
    raise ServiceError(message("speech.audio_cut_short"))


def _create(settings: Settings, store: Store) -> OpenAIEngine:
    voice = settings.voice
    limiter = rate_limiter_for(store, "openai", voice.at_once)
    return create_openai_engine(voice.base_url, voice.model, limiter)


def _probe(settings: Settings, store: Store) -> EngineStatus:
    """Check that there is an address and a key. Nothing is sent: servers charge for speech."""
    try:
        engine = _create(settings, store)
    except InputError as fault:
        return EngineStatus(is_ready=False, detail=fault.problem, remedy=fault.remedy)
    return EngineStatus(is_ready=True, detail=message("speech.openai_ready", url=engine.base_url))


def _list_voices(_language: str) -> list[VoiceEntry]:
    return [VoiceEntry("openai", name, "", "", "shipped") for name in _SHIPPED_VOICES]


def _stand_in_voices(engine: SpeechEngine, genders: Mapping[str, Gender]) -> dict[str, str]:
    """Return a shipped voice for each name; compatible servers know these names too."""
    names = dict.fromkeys((engine.default_voice, *_SHIPPED_VOICES))
    return dict(zip(genders, itertools.cycle(names), strict=False))


ENGINE = EngineSpec(
    "openai",
    message("speech.openai_label"),
    _ABILITIES,
    _create,
    _probe,
    _list_voices,
    stand_in_voices=_stand_in_voices,
)
