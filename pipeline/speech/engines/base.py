"""What every speech engine is: it takes texts and hands back speech, one answer for each text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from pipeline.cache import digest
from pipeline.errors import ServiceError

if TYPE_CHECKING:
    from pipeline.model import Span


@dataclass(frozen=True, slots=True)
class SynthesisRequest:
    """One request: a text to voice. `rate` and `volume` in percent, `pitch` in Hz, against the voice's own.

    `rows` are the transcript rows the text comes from; they are for sentences to people and not part of the key.
    """

    text: str
    voice: str
    rate: int = 0
    pitch: int = 0
    volume: int = 0
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WordBoundary:
    """A stretch of the text with the time it is heard, in samples at 48 kHz from the answer's first sample."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class SynthesisResult:
    """An answer as the engine gave it. `audio` is mono: a file of the codec, or bare 16-bit little-endian samples at `rate` Hz.

    `heard` is in time order, and empty where the engine tells no times.
    """

    audio: bytes
    codec: Literal["mp3", "wav", "flac", "ogg", "s16"]
    sample_rate: int
    word_boundaries: tuple[WordBoundary, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestStats:
    """What a round of asks cost: requests made (first ones and repeats), and how many of them were repeats."""

    requests: int = 0
    retries: int = 0

    def __add__(self, other: RequestStats) -> RequestStats:
        """Return both together."""
        return RequestStats(self.requests + other.requests, self.retries + other.retries)


DeliverResult = Callable[[int, SynthesisResult | ServiceError], None]
"""Receives the answer to ask number `i` as soon as it is there, in any order, from the thread that called `speak`."""


class SpeechEngine(Protocol):
    """An engine. Equal asks to an equal name and version may be answered from the cache."""

    @property
    def name(self) -> str:
        """The engine's name in the settings."""

    @property
    def version(self) -> str:
        """Whatever besides the ask decides how the speech sounds: library version, model, server."""

    @property
    def default_voice(self) -> str:
        """The voice used where nothing else is said."""

    @property
    def has_word_times(self) -> bool:
        """Whether answers tell when each word is heard."""

    @property
    def is_deterministic(self) -> bool:
        """Whether an equal ask always sounds the same, so that asking again is of no use."""

    def resolve_voice(self, name: str) -> str:
        """Return the voice meant by a name from the settings or a directive. Raises InputError where there is none."""

    def speak(self, requests: Sequence[SynthesisRequest], deliver: DeliverResult) -> RequestStats:
        """Answer every ask, each with speech or a ServiceError. Raises ServiceRefused or ServiceError where going on is useless."""


def request_key(engine: SpeechEngine, request: SynthesisRequest) -> str:
    """Return the cache key of an ask's answer."""
    return digest(
        "speech 1",
        engine.name,
        engine.version,
        request.voice,
        request.rate,
        request.pitch,
        request.volume,
        request.text,
    )
