"""A speech engine of another package: it hums, one note a character."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from pipeline.errors import InputError
from pipeline.model import Span
from pipeline.speech.engines.base import (
    EngineAbilities,
    EngineSpec,
    EngineStatus,
    RequestStats,
    SynthesisResult,
    VoiceEntry,
    WordBoundary,
)
from pipeline.timebase import SAMPLE_RATE, samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.cache import Store
    from pipeline.settings import Settings
    from pipeline.speech.engines.base import DeliverResult, SynthesisRequest

NOTES_HZ = {"low": 220.0, "high": 440.0}
_NOTE, _REST = samples_from_ms(180), samples_from_ms(20)
_ABILITIES = EngineAbilities(has_word_times=True, is_deterministic=True, voice_list="shipped")


@dataclass(frozen=True, slots=True)
class HumEngine:
    """The engine; its voices are notes."""

    name: ClassVar[str] = "hum"
    version: ClassVar[str] = "1"
    abilities: ClassVar[EngineAbilities] = _ABILITIES
    default_voice: ClassVar[str] = "low"

    def resolve_voice(self, name: str) -> str:
        """Return the name of a note. Raises InputError for others."""
        if name not in NOTES_HZ:
            raise InputError(f"Nobody hums {name!r}.", "Choose low or high.")
        return name

    def speak(self, requests: Sequence[SynthesisRequest], deliver: DeliverResult) -> RequestStats:
        """Hum each text, punctuation as a rest."""
        for index, request in enumerate(requests):
            deliver(index, _hum(request))
        return RequestStats(len(requests))

    def as_probe(self) -> HumEngine:
        """Return the engine itself: it always answers."""
        return self


def _hum(request: SynthesisRequest) -> SynthesisResult:
    time = np.arange(_NOTE) / SAMPLE_RATE
    note = 0.3 * np.sin(2 * np.pi * NOTES_HZ[request.voice] * time) * np.hanning(_NOTE) ** 0.25
    sound = np.concatenate([note, np.zeros(_REST)])
    parts, words, start = [np.zeros(_REST)], [], _REST
    for char in request.text:
        if char.isalnum():
            words.append(WordBoundary(char, Span(start, start + _NOTE)))
        parts.append(sound if char.isalnum() else np.zeros(_NOTE + _REST))
        start += _NOTE + _REST
    samples = np.rint(np.concatenate(parts) * 32767).astype("<i2")
    return SynthesisResult(samples.tobytes(), "s16", SAMPLE_RATE, tuple(words))


def _create(_settings: Settings, _store: Store) -> HumEngine:
    return HumEngine()


def _probe(_settings: Settings, _store: Store) -> EngineStatus:
    return EngineStatus(is_ready=True, detail="hums")


def _list_voices(_language: str) -> list[VoiceEntry]:
    return [VoiceEntry("hum", name, "", "", "shipped") for name in NOTES_HZ]


ENGINE = EngineSpec("hum", "a hum", _ABILITIES, _create, _probe, _list_voices)
