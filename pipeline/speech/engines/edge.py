"""The online voice: Microsoft Edge's read-aloud service through edge-tts, which is not official and breaks in many ways.

Every answer is checked before it counts: the service said that the turn ended, the MP3 has whole frames and decodes, it is no shorter
than its last word, and no stretch of the text is without speech. What is not right is asked for again; see `attempts` for when.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError, ServiceError
from pipeline.model import Span
from pipeline.speech.completeness import describe_missing
from pipeline.speech.engines.base import SynthesisResult, WordBoundary
from pipeline.speech.engines.retry import (
    AccessRefused,
    BrokenAnswer,
    RetryPolicy,
    ServiceBusy,
    ServiceUnreachable,
    request_all,
)
from pipeline.speech.speech_decoder import decode_speech
from pipeline.timebase import samples_from_ticks

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from pipeline.speech.engines.base import DeliverResult, RequestStats, SynthesisRequest
    from pipeline.speech.engines.rate_limit import RateLimiter

VOICE_NAME = re.compile(r"[a-z]{2,3}-[A-Z]{2}(?:-[a-z]{2,20})?-[A-Z][A-Za-z]{1,40}Neural")
"""A voice's name goes into the request's markup as it is: nothing else is let through."""

_DEFAULT_VOICES = {
    "zh": "zh-CN-YunxiNeural",
    "zh-TW": "zh-TW-YunJheNeural",
    "zh-HK": "zh-HK-WanLungNeural",
    "yue": "zh-HK-WanLungNeural",
    "en": "en-US-AndrewMultilingualNeural",
    "de": "de-DE-ConradNeural",
    "es": "es-ES-AlvaroNeural",
    "fr": "fr-FR-HenriNeural",
    "it": "it-IT-DiegoNeural",
    "ja": "ja-JP-KeitaNeural",
    "ko": "ko-KR-InJoonNeural",
    "pt": "pt-BR-AntonioNeural",
    "ru": "ru-RU-DmitryNeural",
}

_MP3_SAMPLE_RATE = 24_000
_FRAME_BYTES = 144
"""Bytes of an MP3 frame at 24 kHz, 48 kbit/s: 24 ms."""

_FRAME_HEADER = b"\xff\xf3\x64"
"""MPEG-2 layer III without checksum, 48 kbit/s, 24 kHz, no padding."""

_PROBE_TIMEOUT_S = 4.0
_MAX_ANSWER_BYTES = 12_000_000
_MAX_ANSWER_WORDS = 20_000
_BUSY_STATUSES = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class EdgeEngine:
    """The engine; `language` chooses the voice where none is named, `traffic` is shared by all who ask at the same time."""

    language: str
    limiter: RateLimiter
    retry_policy: RetryPolicy = field(default_factory=RetryPolicy)

    @property
    def name(self) -> str:
        """The engine's name in the settings."""
        return "edge"

    @property
    def version(self) -> str:
        """The service has one version, today's; the number is ours and changes when what we ask of it does."""
        return "24khz-48kbitrate-mono-mp3"

    @property
    def default_voice(self) -> str:
        """The language's voice. Raises InputError where we know none."""
        name = _DEFAULT_VOICES.get(self.language) or _DEFAULT_VOICES.get(
            self.language.split("-")[0]
        )
        if name is None:
            raise InputError(
                f"There is no usual voice for the language {self.language!r}.",
                'Name one: [voice] name = "…" (episode voices --engine edge).',
            )
        return name

    @property
    def has_word_times(self) -> bool:
        """Word boundaries carry times."""
        return True

    @property
    def is_deterministic(self) -> bool:
        """The service varies, and fails."""
        return False

    def resolve_voice(self, name: str) -> str:
        """Return the name of a neural voice. Raises InputError where it is not one."""
        if VOICE_NAME.fullmatch(name) is None:
            raise InputError(
                f"{name[:60]!r} is not the name of an edge voice.",
                "They look like zh-CN-YunxiNeural: episode voices --engine edge",
            )
        return name

    def speak(self, requests: Sequence[SynthesisRequest], deliver: DeliverResult) -> RequestStats:
        """Answer every ask. Raises ServiceRefused where the service forbids us, ServiceError where it cannot be reached."""
        return request_all(
            requests,
            self.request_once,
            deliver,
            self.limiter,
            self.retry_policy,
            "The speech service",
        )

    def as_probe(self) -> EdgeEngine:
        """Return the engine with the patience of a probe: one try, four seconds until the first sign of an answer."""
        return replace(
            self,
            retry_policy=replace(
                self.retry_policy,
                max_tries=1,
                first_message_timeout_s=_PROBE_TIMEOUT_S,
                connect_timeout_s=_PROBE_TIMEOUT_S,
            ),
        )

    async def request_once(self, request: SynthesisRequest) -> SynthesisResult:
        """Ask once. Raises one of the ways to fail of `attempts`."""
        import edge_tts

        communicate = edge_tts.Communicate(
            request.text,
            request.voice,
            rate=f"{request.rate:+d}%",
            volume=f"{request.volume:+d}%",
            pitch=f"{request.pitch:+d}Hz",
            boundary="WordBoundary",
            connect_timeout=round(self.retry_policy.connect_timeout_s),
        )
        stream = communicate.stream()
        try:
            audio, word_boundaries = await self._read_stream(stream)
        except (BrokenAnswer, ServiceUnreachable):
            raise
        except Exception as fault:
            raise _failure_from_exception(fault) from fault
        finally:
            await stream.aclose()
        state = communicate.state
        if state["chunk_audio_bytes"] or not state["cumulative_audio_bytes"]:
            raise BrokenAnswer("the connection was lost before the end")
        return _verify_answer(request, audio, word_boundaries)

    async def _read_stream(
        self, stream: AsyncGenerator[Any, None]
    ) -> tuple[bytes, list[WordBoundary]]:
        """Read an answer to its end, within the patience for each message and for all of it."""
        audio = bytearray()
        word_boundaries: list[WordBoundary] = []
        deadline = time.monotonic() + self.retry_policy.total_timeout_s
        wait = self.retry_policy.first_message_timeout_s
        while True:
            try:
                item = await asyncio.wait_for(anext(stream), min(wait, deadline - time.monotonic()))
            except StopAsyncIteration:
                return bytes(audio), word_boundaries
            except (TimeoutError, asyncio.TimeoutError) as late:
                if not audio and not word_boundaries:
                    raise ServiceUnreachable("does not answer") from late
                raise BrokenAnswer("it stopped in the middle") from late
            wait = self.retry_policy.idle_timeout_s
            if item["type"] == "audio":
                audio += item["data"]
            else:
                start = samples_from_ticks(max(0, int(item["offset"])))
                word_boundaries.append(
                    WordBoundary(
                        str(item["text"]),
                        Span(start, start + samples_from_ticks(max(0, int(item["duration"])))),
                    )
                )
            if len(audio) > _MAX_ANSWER_BYTES or len(word_boundaries) > _MAX_ANSWER_WORDS:
                raise BrokenAnswer("the answer does not end")


def _verify_answer(
    request: SynthesisRequest, audio: bytes, word_boundaries: list[WordBoundary]
) -> SynthesisResult:
    """Return the answer as speech. Raises Broken where the audio is not whole, or lacks part of the text."""
    if len(audio) % _FRAME_BYTES or any(
        audio[at : at + 3] != _FRAME_HEADER for at in range(0, len(audio), _FRAME_BYTES)
    ):
        raise BrokenAnswer("the audio does not consist of whole frames")
    result = SynthesisResult(audio, "mp3", _MP3_SAMPLE_RATE, tuple(word_boundaries))
    try:
        samples = decode_speech(result)
    except ServiceError as fault:
        raise BrokenAnswer(fault.problem.rstrip(".")) from fault
    missing = (
        describe_missing(samples, request.text, word_boundaries)
        if word_boundaries
        else "there are no word times"
    )
    if missing:
        raise BrokenAnswer(missing, result)
    return result


def _failure_from_exception(fault: Exception) -> Exception:
    """Return which way to fail an exception of edge-tts or aiohttp is; one that is neither is an error of ours and stays what it is."""
    import aiohttp
    from edge_tts import exceptions

    if isinstance(fault, aiohttp.ClientResponseError):
        return _failure_from_status(fault.status, fault.headers)
    if isinstance(fault, exceptions.SkewAdjustmentError):
        return _failure_from_status(403, None)
    if isinstance(fault, aiohttp.ClientConnectorDNSError):
        return ServiceUnreachable("cannot be found: there is no network, or no name service")
    if isinstance(fault, (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError)):
        return ServiceUnreachable(
            f"cannot be reached ({getattr(fault, 'strerror', None) or 'too slow'})"
        )
    is_our_bug = not isinstance(
        fault,
        (
            exceptions.EdgeTTSException,
            aiohttp.ClientError,
            OSError,
            ValueError,
            KeyError,
            TypeError,
        ),
    )
    return fault if is_our_bug else BrokenAnswer(str(fault).rstrip(".") or type(fault).__name__)


def _failure_from_status(status: int, headers: Mapping[str, str] | None) -> Exception:
    """Return which way to fail an HTTP status is."""
    if status in _BUSY_STATUSES:
        retry_after = (headers or {}).get("Retry-After", "")
        return ServiceBusy(
            f"answered {status}", float(retry_after) if retry_after.isdigit() else None
        )
    return AccessRefused(
        f"answered {status}",
        "Upgrade it (python -m pip install -U edge-tts) and check this computer's clock.",
    )
