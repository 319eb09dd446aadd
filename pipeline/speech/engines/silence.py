"""No voice at all: times only, estimated from the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import SpokenRow, Token
from pipeline.speech.engines.base import RequestStats, SynthesisResult, WordBoundary
from pipeline.timebase import SAMPLE_RATE
from pipeline.timing.duration_estimate import USUAL_SYLLABLES_PER_MINUTE, estimate_takes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Take
    from pipeline.speech.engines.base import DeliverResult, SynthesisRequest


@dataclass(frozen=True, slots=True)
class SilentEngine:
    """The engine; `pace` in syllables a minute."""

    pace: int = USUAL_SYLLABLES_PER_MINUTE

    @property
    def name(self) -> str:
        """The engine's name in the settings."""
        return "silence"

    @property
    def version(self) -> str:
        """The pace is all that decides."""
        return f"{self.pace} syllables a minute"

    @property
    def default_voice(self) -> str:
        """Nobody's."""
        return "none"

    @property
    def has_word_times(self) -> bool:
        """Estimated times are times."""
        return True

    @property
    def is_deterministic(self) -> bool:
        """Silence always sounds the same."""
        return True

    def resolve_voice(self, name: str) -> str:
        """Return the name: every voice is as silent as another."""
        return name

    def speak(self, requests: Sequence[SynthesisRequest], deliver: DeliverResult) -> RequestStats:
        """Answer every ask with silence as long as its text would take, and the times of its words."""
        for index, ask in enumerate(requests):
            pace = max(1, self.pace * (100 + ask.rate) // 100)
            row = SpokenRow(
                1,
                ask.text,
                ask.text,
                tuple(Token(at, at + 1, at, at + 1) for at in range(len(ask.text))),
            )
            time = estimate_takes([row], syllables_per_minute=pace)[0].rows[0]
            word_boundaries = tuple(
                WordBoundary(ask.text[word.shown_start : word.shown_end], word.span)
                for word in time.word_times
            )
            deliver(
                index,
                SynthesisResult(bytes(2 * time.span.end), "s16", SAMPLE_RATE, word_boundaries),
            )
        return RequestStats()

    def estimate_silent_takes(self, rows: Sequence[SpokenRow], rate: int) -> tuple[Take, ...]:
        """Return a take without audio for each row; `rate` in percent against the pace."""
        return estimate_takes(rows, syllables_per_minute=max(1, self.pace * (100 + rate) // 100))
