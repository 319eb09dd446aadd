"""Which engine speaks an episode, and by which voices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.speech.edge import Edge
from pipeline.speech.espeak import Espeak
from pipeline.speech.names import EDGE
from pipeline.speech.silence import Silence
from pipeline.speech.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.model import Directive
    from pipeline.settings import Settings
    from pipeline.speech.engine import Synthesizer
    from pipeline.store import Store


@dataclass(frozen=True, slots=True)
class Cast:
    """An engine and the voice it uses for each name in the episode; the empty name is the episode's own voice."""

    engine: Synthesizer
    voices: dict[str, str]


def engine_for(name: str, settings: Settings, store: Store) -> Synthesizer:
    """Return an engine by its name in the settings. Raises InputError where it cannot speak."""
    if name in {"edge", "auto"}:
        return Edge(settings.language, traffic(store))
    if name == "espeak":
        return Espeak(settings.language)
    if name == "silence":
        return Silence(settings.subtitles.pace)
    if name == "recording":
        raise InputError("A recording is not voiced: its rows are aligned to it.", "Give the recording, or choose another engine.")
    raise InputError(f"There is no engine named {name!r}.", "Choose auto, edge, espeak, openai, sherpa or silence.")


def traffic(store: Store) -> Traffic:
    """Return the traffic with the online voice; all who use the cache share it."""
    return Traffic(store.root / "edge")


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
