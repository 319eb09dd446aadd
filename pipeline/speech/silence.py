"""No voice at all: times only, estimated from the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import SpokenRow, Token
from pipeline.speech.engine import Heard, Speech, Spent
from pipeline.timebase import SAMPLE_RATE
from pipeline.timing.estimate import USUAL_PACE, estimate_takes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Take
    from pipeline.speech.engine import Ask, Deliver


@dataclass(frozen=True, slots=True)
class Silence:
    """The engine; `pace` in syllables a minute."""

    pace: int = USUAL_PACE

    @property
    def name(self) -> str:
        """The engine's name in the settings."""
        return "silence"

    @property
    def version(self) -> str:
        """The pace is all that decides."""
        return f"{self.pace} syllables a minute"

    @property
    def voice(self) -> str:
        """Nobody's."""
        return "none"

    @property
    def boundaries(self) -> bool:
        """Estimated times are times."""
        return True

    @property
    def steady(self) -> bool:
        """Silence always sounds the same."""
        return True

    def voice_named(self, name: str) -> str:
        """Return the name: every voice is as silent as another."""
        return name

    def speak(self, asks: Sequence[Ask], deliver: Deliver) -> Spent:
        """Answer every ask with silence as long as its text would take, and the times of its words."""
        for index, ask in enumerate(asks):
            pace = max(1, self.pace * (100 + ask.rate) // 100)
            row = SpokenRow(1, ask.text, ask.text, tuple(Token(at, at + 1, at, at + 1) for at in range(len(ask.text))))
            time = estimate_takes([row], pace=pace)[0].rows[0]
            heard = tuple(Heard(ask.text[word.first : word.last], word.span) for word in time.words)
            deliver(index, Speech(bytes(2 * time.span.end), "s16", SAMPLE_RATE, heard))
        return Spent()

    def takes(self, spoken: Sequence[SpokenRow], rate: int) -> tuple[Take, ...]:
        """Return a take without audio for each row; `rate` in percent against the pace."""
        return estimate_takes(spoken, pace=max(1, self.pace * (100 + rate) // 100))
