"""Which engine speaks an episode, and by which voices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.speech.engines import openai, sherpa
from pipeline.speech.engines.edge import EdgeEngine
from pipeline.speech.engines.espeak import EspeakEngine
from pipeline.speech.engines.rate_limit import RateLimiter
from pipeline.speech.engines.silence import SilentEngine
from pipeline.speech.engines.voice_catalog import EDGE_VOICES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.cache import Store
    from pipeline.model import Directive
    from pipeline.settings import Settings
    from pipeline.settings.sections import VoiceSettings
    from pipeline.speech.engines.base import SpeechEngine


@dataclass(frozen=True, slots=True)
class EngineVoices:
    """An engine and the voice it uses for each name in the episode; the empty name is the episode's own voice."""

    engine: SpeechEngine
    voices: dict[str, str]


def create_engine(name: str, settings: Settings, store: Store) -> SpeechEngine:
    """Return an engine by its name in the settings. Raises InputError, or EnvironmentFault where a package is missing."""
    voice_settings = settings.voice
    if name in {"edge", "auto"}:
        return EdgeEngine(
            settings.language, rate_limiter_for(store, max_concurrent=voice_settings.at_once)
        )
    if name == "espeak":
        return EspeakEngine(settings.language)
    if name == "silence":
        return SilentEngine(settings.subtitles.pace)
    if name in {"openai", "sherpa"}:
        _reject_pitch_and_volume(name, voice_settings)
        if name == "sherpa":
            return sherpa.create_sherpa_engine(voice_settings.model)
        return openai.create_openai_engine(
            voice_settings.base_url,
            voice_settings.model,
            rate_limiter_for(store, "openai", voice_settings.at_once),
        )
    raise InputError(
        "A recording is not voiced: its rows are aligned to it.",
        "Give the recording, or choose another engine.",
    )


def rate_limiter_for(store: Store, service: str = "edge", max_concurrent: int = 3) -> RateLimiter:
    """Return the traffic with a service; all who use the cache share it."""
    return RateLimiter(store.root / "traffic" / service, max_concurrent)


def _reject_pitch_and_volume(name: str, voice_settings: VoiceSettings) -> None:
    for setting in ("pitch", "volume"):
        if getattr(voice_settings, setting):
            raise InputError(
                f"The engine {name} cannot change the voice's {setting}.",
                f"Take `{setting}` out of [voice].",
            )


def assign_voices(
    engine: SpeechEngine, default_name: str, directives: Iterable[Directive]
) -> EngineVoices:
    """Return an engine with the voices an episode names: `own` in its settings, others by `@voice`. Raises InputError."""
    voices = {"": engine.resolve_voice(default_name) if default_name else engine.default_voice}
    for directive in directives:
        if directive.kind == "voice":
            try:
                voices[directive.value] = engine.resolve_voice(directive.value)
            except InputError as fault:
                raise InputError(f"Line {directive.line}: {fault.problem}", fault.remedy) from fault
    return EngineVoices(engine, voices)


def assign_fallback_voices(engine: EspeakEngine, names: Iterable[str]) -> EngineVoices:
    """Return the embedded voice in place of online voices: women's and men's voices by name, two hosts never alike where it has as many."""
    base_voice = engine.default_voice
    variants = {"female": iter(_FEMALE_VARIANTS), "male": iter(_MALE_VARIANTS)}
    return EngineVoices(
        engine,
        {
            name: f"{base_voice}{next(variants[EDGE_VOICES.get(name) or 'male'], '')}"
            for name in names
        },
    )


_FEMALE_VARIANTS = ("+f2", "+f4", "+f3", "+f5")
_MALE_VARIANTS = ("", "+m3", "+m7", "+m1")
