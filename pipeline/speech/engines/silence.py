"""No voice at all: silence, with times estimated from the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pipeline.messages import message
from pipeline.model import SpokenRow, Token
from pipeline.speech.engines.base import (
    EngineAbilities,
    EngineSpec,
    EngineStatus,
    RequestStats,
    SynthesisResult,
    WordBoundary,
)
from pipeline.timebase import SAMPLE_RATE
from pipeline.timing.duration_estimate import USUAL_SYLLABLES_PER_MINUTE, estimate_takes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.cache import Store
    from pipeline.settings import Settings
    from pipeline.speech.engines.base import DeliverResult, SynthesisRequest

_ABILITIES = EngineAbilities(
    has_word_times=True,
    is_deterministic=True,
    is_silent=True,
)


@dataclass(frozen=True, slots=True)
class SilentEngine:
    """The engine; `pace` is in syllables a minute."""

    name: ClassVar[str] = "silence"
    abilities: ClassVar[EngineAbilities] = _ABILITIES
    default_voice: ClassVar[str] = "none"

    pace: int = USUAL_SYLLABLES_PER_MINUTE

    @property
    def version(self) -> str:
        """The pace decides everything."""
        return f"{self.pace} syllables a minute"

    def resolve_voice(self, name: str) -> str:
        """Return the name: all voices are equally silent."""
        return name

    def speak(self, requests: Sequence[SynthesisRequest], deliver: DeliverResult) -> RequestStats:
        """Deliver silence as long as each text would take, with the times of its words."""
        for index, request in enumerate(requests):
            tokens = tuple(Token(at, at + 1, at, at + 1) for at in range(len(request.text)))
            row = SpokenRow(1, request.text, request.text, tokens)
            pace = pace_at_rate(self.pace, request.rate)
            row_time = estimate_takes([row], syllables_per_minute=pace)[0].rows[0]
            word_boundaries = tuple(
                WordBoundary(request.text[word.shown_start : word.shown_end], word.span)
                for word in row_time.word_times
            )
            silence = bytes(2 * row_time.span.end)
            deliver(index, SynthesisResult(silence, "s16", SAMPLE_RATE, word_boundaries))
        return RequestStats()

    def as_probe(self) -> SilentEngine:
        """Return the engine itself: it always answers."""
        return self


def pace_at_rate(pace: int, rate: int) -> int:
    """Return a pace in syllables a minute changed by `rate` percent; at least 1."""
    return max(1, pace * (100 + rate) // 100)


def _create(settings: Settings, _store: Store) -> SilentEngine:
    return SilentEngine(settings.subtitles.pace)


def _probe(_settings: Settings, _store: Store) -> EngineStatus:
    return EngineStatus(is_ready=True, detail=message("speech.silence_ready"))


ENGINE = EngineSpec("silence", message("speech.silence_label"), _ABILITIES, _create, _probe)
