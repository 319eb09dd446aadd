"""The online voice: Microsoft Edge's read-aloud service through edge-tts.

The service is not official and fails in many ways, so every answer is checked before it counts: the
service said that the turn ended, the MP3 has complete frames and can be decoded, it is no shorter
than its last word, and no stretch of the text is without speech. `retry` says what is requested
again, and when.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from pipeline.backoff import TRANSIENT_STATUSES, parse_retry_after
from pipeline.errors import EpisodeError, InputError, ServiceError
from pipeline.language import base_language, primary_subtag
from pipeline.messages import message
from pipeline.model import Span
from pipeline.speech.analysis.completeness import describe_missing
from pipeline.speech.analysis.speech_decoder import decode_speech
from pipeline.speech.engines import edge_voices
from pipeline.speech.engines.base import (
    EngineAbilities,
    EngineSpec,
    EngineStatus,
    SynthesisRequest,
    SynthesisResult,
    WordBoundary,
)
from pipeline.speech.engines.rate_limit import RateLimiter, rate_limiter_for
from pipeline.speech.engines.retry import (
    AccessRefused,
    BrokenAnswer,
    RequestFailure,
    RetryPolicy,
    ServiceBusy,
    ServiceUnreachable,
    request_all,
)
from pipeline.timebase import samples_from_ticks

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from pipeline.cache import Store
    from pipeline.settings import Settings
    from pipeline.speech.engines.base import DeliverResult, Gender, RequestStats, SpeechEngine

VOICE_NAME = re.compile(r"[a-z]{2,3}-[A-Z]{2}(?:-[a-z]{2,20})?-[A-Z][A-Za-z]{1,40}Neural")
"""A voice's name goes into the request's markup unescaped: nothing else is accepted."""

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
"""Bytes of an MP3 frame of 24 ms at 24 kHz, 48 kbit/s."""

_FRAME_HEADER = b"\xff\xf3\x64"
"""MPEG-2 layer III without checksum, 48 kbit/s, 24 kHz, no padding."""

_PROBE_TIMEOUT_S = 4.0
_MAX_ANSWER_BYTES = 12_000_000
_MAX_ANSWER_WORDS = 20_000

_ABILITIES = EngineAbilities(
    has_word_times=True,
    is_online=True,
    changes_pitch=True,
    changes_volume=True,
    voice_list="asked",
)


@dataclass(frozen=True, slots=True)
class EdgeEngine:
    """The engine; `language` (BCP 47) chooses the default voice.

    `limiter` is shared by all who use the service at the same time.
    """

    name: ClassVar[str] = "edge"
    abilities: ClassVar[EngineAbilities] = _ABILITIES

    language: str
    limiter: RateLimiter
    retry_policy: RetryPolicy = field(default_factory=RetryPolicy)

    @property
    def version(self) -> str:
        """The format that is requested; the service itself has no version."""
        return "24khz-48kbitrate-mono-mp3"

    @property
    def default_voice(self) -> str:
        """The usual voice of the language. Raises InputError if none is known."""
        codes = (self.language, primary_subtag(self.language), base_language(self.language))
        name = next((_DEFAULT_VOICES[code] for code in codes if code in _DEFAULT_VOICES), None)
        if name is None:
            raise InputError(message("speech.edge_no_default_voice", language=self.language))
        return name

    def resolve_voice(self, name: str) -> str:
        """Return the name of a neural voice. Raises InputError if it is not one."""
        if VOICE_NAME.fullmatch(name) is None:
            raise InputError(message("speech.edge_no_voice", name=name[:60]))
        return name

    def speak(self, requests: Sequence[SynthesisRequest], deliver: DeliverResult) -> RequestStats:
        """Deliver a result or an error for every request.

        Raises ServiceRefused if the service refuses access, ServiceError if it cannot be reached.
        """
        return request_all(
            requests,
            self.request_once,
            deliver,
            self.limiter,
            self.retry_policy,
            _service(),
        )

    def as_probe(self) -> EdgeEngine:
        """Return the engine with one try, and 4 s until the first part of an answer."""
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
        """Request once. Raises one of the failures of `retry`."""
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
        except RequestFailure:
            raise
        except Exception as fault:
            raise _failure_from_exception(fault) from fault
        finally:
            await stream.aclose()
        state = communicate.state
        if state["chunk_audio_bytes"] or not state["cumulative_audio_bytes"]:
            raise BrokenAnswer(message("speech.connection_lost_early"))
        return _verify_answer(request, audio, word_boundaries)

    async def _read_stream(
        self, stream: AsyncGenerator[Any, None]
    ) -> tuple[bytes, list[WordBoundary]]:
        """Read an answer to its end, within the time limits of the policy."""
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
                    raise ServiceUnreachable(
                        message("speech.service_silent", service=_service())
                    ) from late
                raise BrokenAnswer(message("speech.answer_stopped")) from late
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
                raise BrokenAnswer(message("speech.answer_does_not_end"))


def _verify_answer(
    request: SynthesisRequest, audio: bytes, word_boundaries: list[WordBoundary]
) -> SynthesisResult:
    """Return the answer as speech.

    Raises BrokenAnswer if the audio is incomplete or lacks part of the text.
    """
    if len(audio) % _FRAME_BYTES or any(
        audio[at : at + 3] != _FRAME_HEADER for at in range(0, len(audio), _FRAME_BYTES)
    ):
        raise BrokenAnswer(message("speech.incomplete_frames"))
    result = SynthesisResult(audio, "mp3", _MP3_SAMPLE_RATE, tuple(word_boundaries))
    try:
        samples = decode_speech(result)
    except ServiceError as fault:
        raise BrokenAnswer(fault.problem) from fault
    missing = (
        describe_missing(samples, request.text, word_boundaries)
        if word_boundaries
        else message("speech.no_word_times")
    )
    if missing:
        raise BrokenAnswer(missing, result)
    return result


def _failure_from_exception(fault: Exception) -> Exception:
    """Return the failure of `retry` for an exception of edge-tts or aiohttp.

    Any other exception is a defect of this program and is returned as it is.
    """
    import aiohttp
    from edge_tts import exceptions

    if isinstance(fault, aiohttp.ClientResponseError):
        return _failure_from_status(fault.status, fault.headers)
    if isinstance(fault, exceptions.SkewAdjustmentError):
        return _failure_from_status(403, None)
    if isinstance(fault, aiohttp.ClientConnectorDNSError):
        return ServiceUnreachable(message("speech.service_not_found", service=_service()))
    if isinstance(fault, (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError)):
        reason = getattr(fault, "strerror", None) or message("speech.too_slow")
        return ServiceUnreachable(
            message("speech.service_unreachable", service=_service(), reason=reason)
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
    if is_our_bug:
        return fault
    reason = str(fault).rstrip(".") or type(fault).__name__
    return BrokenAnswer(message("speech.connection_failed", reason=reason))


def _failure_from_status(status: int, headers: Mapping[str, str] | None) -> RequestFailure:
    """Return the failure of `retry` for an HTTP status."""
    if status in TRANSIENT_STATUSES:
        return ServiceBusy(
            message("speech.service_status", service=_service(), status=status),
            parse_retry_after((headers or {}).get("Retry-After")),
        )
    return AccessRefused(message("speech.edge_refused", status=status))


def _service() -> str:
    return message("speech.edge_service")


def _create(settings: Settings, store: Store) -> EdgeEngine:
    return EdgeEngine(settings.language, rate_limiter_for(store, "edge", settings.voice.at_once))


def _probe(settings: Settings, store: Store) -> EngineStatus:
    """Ask the service to say hello."""
    engine = _create(settings, store)
    answers: list[SynthesisResult | ServiceError] = []
    try:
        engine.as_probe().speak(
            [SynthesisRequest("你好。", engine.default_voice)],
            lambda _, answer: answers.append(answer),
        )
    except EpisodeError as fault:
        return EngineStatus(
            is_ready=False, detail=fault.problem, remedy=message("speech.edge_away_remedy")
        )
    if isinstance(answers[0], ServiceError):
        return EngineStatus(
            is_ready=False, detail=answers[0].problem, remedy=message("speech.edge_away_remedy")
        )
    return EngineStatus(
        is_ready=True, detail=message("speech.edge_ready", voice=engine.default_voice)
    )


def _stand_in_voices(engine: SpeechEngine, genders: Mapping[str, Gender]) -> dict[str, str]:
    """Return a shipped voice of the default one's language for each name, different at first."""
    own = engine.default_voice
    locale = own[: own.index("-", 3)]
    speaking = [name for name in edge_voices.shipped_voices() if name.rpartition("-")[0] == locale]
    waiting = {
        gender: iter([name for name in speaking if edge_voices.voice_gender(name) == gender])
        for gender in ("female", "male", "")
    }
    return {name: next(waiting[gender], own) for name, gender in genders.items()}


ENGINE = EngineSpec(
    "edge",
    message("speech.edge_label"),
    _ABILITIES,
    _create,
    _probe,
    edge_voices.list_voices,
    edge_voices.voice_gender,
    _stand_in_voices,
)
