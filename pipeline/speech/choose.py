"""Which engine speaks an episode, and by which voices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.speech import openai, sherpa
from pipeline.speech.edge import Edge
from pipeline.speech.espeak import Espeak
from pipeline.speech.names import EDGE
from pipeline.speech.silence import Silence
from pipeline.speech.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.model import Directive
    from pipeline.settings import Settings
    from pipeline.settings.voice import Voice
    from pipeline.speech.engine import Synthesizer
    from pipeline.store import Store


@dataclass(frozen=True, slots=True)
class Cast:
    """An engine and the voice it uses for each name in the episode; the empty name is the episode's own voice."""

    engine: Synthesizer
    voices: dict[str, str]


def engine_for(name: str, settings: Settings, store: Store) -> Synthesizer:
    """Return an engine by its name in the settings. Raises InputError, or EnvironmentFault where a package is missing."""
    manner = settings.voice
    if name in {"edge", "auto"}:
        return Edge(settings.language, traffic(store, at_once=manner.at_once))
    if name == "espeak":
        return Espeak(settings.language)
    if name == "silence":
        return Silence(settings.subtitles.pace)
    if name in {"openai", "sherpa"}:
        _check_only_rate(name, manner)
        if name == "sherpa":
            return sherpa.engine(manner.model)
        return openai.engine(manner.base_url, manner.model, traffic(store, "openai", manner.at_once))
    raise InputError("A recording is not voiced: its rows are aligned to it.", "Give the recording, or choose another engine.")


def traffic(store: Store, service: str = "edge", at_once: int = 3) -> Traffic:
    """Return the traffic with a service; all who use the cache share it."""
    return Traffic(store.root / "traffic" / service, at_once)


def _check_only_rate(name: str, manner: Voice) -> None:
    for setting in ("pitch", "volume"):
        if getattr(manner, setting):
            raise InputError(f"The engine {name} cannot change the voice's {setting}.", f"Take `{setting}` out of [voice].")


def cast(engine: Synthesizer, own: str, directives: Iterable[Directive]) -> Cast:
    """Return an engine with the voices an episode names: `own` in its settings, others by `@voice`. Raises InputError."""
    voices = {"": engine.voice_named(own) if own else engine.voice}
    for directive in directives:
        if directive.kind == "voice":
            try:
                voices[directive.value] = engine.voice_named(directive.value)
            except InputError as fault:
                raise InputError(f"Line {directive.line}: {fault.what}", fault.todo) from fault
    return Cast(engine, voices)


def understudies(engine: Espeak, names: Iterable[str]) -> Cast:
    """Return the embedded voice in place of online voices: women's and men's voices by name, two hosts never alike where it has as many."""
    base = engine.voice
    variants = {"female": iter(_FEMALE), "male": iter(_MALE)}
    return Cast(engine, {name: f"{base}{next(variants[EDGE.get(name) or 'male'], '')}" for name in names})


_FEMALE = ("+f2", "+f4", "+f3", "+f5")
_MALE = ("", "+m3", "+m7", "+m1")
