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
from pipeline.speech.attempts import Broken, Busy, Forbidden, Patience, Unreachable, answer_all
from pipeline.speech.complete import lacking
from pipeline.speech.decode import samples_from
from pipeline.speech.engine import Heard, Speech
from pipeline.timebase import samples_from_ticks

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from pipeline.speech.engine import Ask, Deliver, Spent
    from pipeline.speech.traffic import Traffic

NAME = re.compile(r"[a-z]{2,3}-[A-Z]{2}(?:-[a-z]{2,20})?-[A-Z][A-Za-z]{1,40}Neural")
"""A voice's name goes into the request's markup as it is: nothing else is let through."""

_DEFAULTS = {
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
_RATE = 24_000
_FRAME = 144
"""Bytes of an MP3 frame at 24 kHz, 48 kbit/s: 24 ms."""

_FRAME_HEAD = b"\xff\xf3\x64"
"""MPEG-2 layer III without checksum, 48 kbit/s, 24 kHz, no padding."""

_PROBE_S = 4.0
_MOST_BYTES = 12_000_000
_MOST_WORDS = 20_000
_BUSY = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Edge:
    """The engine; `language` chooses the voice where none is named, `traffic` is shared by all who ask at the same time."""

    language: str
    traffic: Traffic
    patience: Patience = field(default_factory=Patience)

    @property
    def name(self) -> str:
        """The engine's name in the settings."""
        return "edge"

    @property
    def version(self) -> str:
        """The service has one version, today's; the number is ours and changes when what we ask of it does."""
        return "24khz-48kbitrate-mono-mp3"

    @property
    def voice(self) -> str:
        """The language's voice. Raises InputError where we know none."""
        name = _DEFAULTS.get(self.language) or _DEFAULTS.get(self.language.split("-")[0])
        if name is None:
            raise InputError(
                f"There is no usual voice for the language {self.language!r}.",
                'Name one: [voice] name = "…" (episode voices --engine edge).',
            )
        return name

    @property
    def boundaries(self) -> bool:
        """Word boundaries carry times."""
        return True

    @property
    def steady(self) -> bool:
        """The service varies, and fails."""
        return False

    def voice_named(self, name: str) -> str:
        """Return the name of a neural voice. Raises InputError where it is not one."""
        if NAME.fullmatch(name) is None:
            raise InputError(
                f"{name[:60]!r} is not the name of an edge voice.", "They look like zh-CN-YunxiNeural: episode voices --engine edge"
            )
        return name

    def speak(self, asks: Sequence[Ask], deliver: Deliver) -> Spent:
        """Answer every ask. Raises ServiceRefused where the service forbids us, ServiceError where it cannot be reached."""
        return answer_all(asks, self.once, deliver, self.traffic, self.patience, "The speech service")

    def hurried(self) -> Edge:
        """Return the engine with the patience of a probe: one try, four seconds until the first sign of an answer."""
        return replace(self, patience=replace(self.patience, tries=1, first_s=_PROBE_S, connect_s=_PROBE_S))

    async def once(self, ask: Ask) -> Speech:
        """Ask once. Raises one of the ways to fail of `attempts`."""
        import edge_tts

        communicate = edge_tts.Communicate(
            ask.text,
            ask.voice,
            rate=f"{ask.rate:+d}%",
            volume=f"{ask.volume:+d}%",
            pitch=f"{ask.pitch:+d}Hz",
            boundary="WordBoundary",
            connect_timeout=round(self.patience.connect_s),
        )
        stream = communicate.stream()
        try:
            audio, heard = await self._collected(stream)
        except (Broken, Unreachable):
            raise
        except Exception as fault:
            raise _named(fault) from fault
        finally:
            await stream.aclose()
        state = communicate.state
        if state["chunk_audio_bytes"] or not state["cumulative_audio_bytes"]:
            raise Broken("the connection was lost before the end")
        return _checked(ask, audio, heard)

    async def _collected(self, stream: AsyncGenerator[Any, None]) -> tuple[bytes, list[Heard]]:
        """Read an answer to its end, within the patience for each message and for all of it."""
        audio = bytearray()
        heard: list[Heard] = []
        ends = time.monotonic() + self.patience.total_s
        wait = self.patience.first_s
        while True:
            try:
                item = await asyncio.wait_for(anext(stream), min(wait, ends - time.monotonic()))
            except StopAsyncIteration:
                return bytes(audio), heard
            except (TimeoutError, asyncio.TimeoutError) as late:
                if not audio and not heard:
                    raise Unreachable("does not answer") from late
                raise Broken("it stopped in the middle") from late
            wait = self.patience.idle_s
            if item["type"] == "audio":
                audio += item["data"]
            else:
                start = samples_from_ticks(max(0, int(item["offset"])))
                heard.append(Heard(str(item["text"]), Span(start, start + samples_from_ticks(max(0, int(item["duration"]))))))
            if len(audio) > _MOST_BYTES or len(heard) > _MOST_WORDS:
                raise Broken("the answer does not end")


def _checked(ask: Ask, audio: bytes, heard: list[Heard]) -> Speech:
    """Return the answer as speech. Raises Broken where the audio is not whole, or lacks part of the text."""
    if len(audio) % _FRAME or any(audio[at : at + 3] != _FRAME_HEAD for at in range(0, len(audio), _FRAME)):
        raise Broken("the audio does not consist of whole frames")
    speech = Speech(audio, "mp3", _RATE, tuple(heard))
    try:
        samples = samples_from(speech)
    except ServiceError as fault:
        raise Broken(fault.what.rstrip(".")) from fault
    missing = lacking(samples, ask.text, heard) if heard else "there are no word times"
    if missing:
        raise Broken(missing, speech)
    return speech


def _named(fault: Exception) -> Exception:
    """Return which way to fail an exception of edge-tts or aiohttp is; one that is neither is an error of ours and stays what it is."""
    import aiohttp
    from edge_tts import exceptions

    if isinstance(fault, aiohttp.ClientResponseError):
        return _status(fault.status, fault.headers)
    if isinstance(fault, exceptions.SkewAdjustmentError):
        return _status(403, None)
    if isinstance(fault, aiohttp.ClientConnectorDNSError):
        return Unreachable("cannot be found: there is no network, or no name service")
    if isinstance(fault, (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError)):
        return Unreachable(f"cannot be reached ({getattr(fault, 'strerror', None) or 'too slow'})")
    ours = not isinstance(fault, (exceptions.EdgeTTSException, aiohttp.ClientError, OSError, ValueError, KeyError, TypeError))
    return fault if ours else Broken(str(fault).rstrip(".") or type(fault).__name__)


def _status(status: int, headers: Mapping[str, str] | None) -> Exception:
    """Return which way to fail an HTTP status is."""
    if status in _BUSY:
        after = (headers or {}).get("Retry-After", "")
        return Busy(f"answered {status}", float(after) if after.isdigit() else None)
    return Forbidden(f"answered {status}", "Upgrade it (python -m pip install -U edge-tts) and check this computer's clock.")
