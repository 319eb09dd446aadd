"""The table of speech engines: built-in ones and those of other packages.

Settings, `--voice`, `episode voices`, `episode doctor` and error messages are derived from it.
Names are known without importing any engine: a command starts 0.15 s faster.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

from pipeline.errors import EnvironmentFault, InputError
from pipeline.extensions import extension_names, load_extension
from pipeline.language import is_chinese
from pipeline.messages import message
from pipeline.text.mark_cuts import SPEAKER_VOICE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.cache import Store
    from pipeline.model import Directive
    from pipeline.settings import Settings
    from pipeline.speech.engines.base import EngineSpec, Gender, SpeechEngine, VoiceEntry

BUILT_IN_ENGINES = {
    "edge": "pipeline.speech.engines.edge:ENGINE",
    "espeak": "pipeline.speech.engines.espeak:ENGINE",
    "kokoro": "pipeline.speech.engines.kokoro:ENGINE",
    "openai": "pipeline.speech.engines.openai:ENGINE",
    "sherpa": "pipeline.speech.engines.sherpa:ENGINE",
    "silence": "pipeline.speech.engines.silence:ENGINE",
}
"""Where the `EngineSpec` of each engine is, by name, as an entry point says it."""

AUTO, RECORDING = "auto", "recording"
"""Names in `[voice] engine` that are no engines: the first of `AUTO_ORDER` that answers, and the
host's own recording, whose rows are aligned to it."""

AUTO_ORDER = ("edge", "kokoro", "espeak")
"""The engines of `auto`: the whole episode is spoken by the first that is installed and answers."""

ENTRY_POINT_GROUP = "episode.engines"

_MAX_VOICES = 16
"""More speakers than an engine has voices, or than this, share them."""


@dataclass(frozen=True, slots=True)
class EngineVoices:
    """An engine and the voice it uses for each name in the episode.

    The empty name is the episode's own voice.
    """

    engine: SpeechEngine
    voices: dict[str, str]


def engine_names() -> tuple[str, ...]:
    """Return the names of all engines, built-in ones first."""
    added = [name for name in extension_names(ENTRY_POINT_GROUP) if name not in BUILT_IN_ENGINES]
    return (*BUILT_IN_ENGINES, *added)


def voice_choices() -> tuple[str, ...]:
    """Return what `[voice] engine` and `--voice` accept."""
    return (AUTO, *engine_names(), RECORDING)


def check_engine_choice(name: str, where: Path | str | None = None) -> None:
    """Raise InputError if `[voice] engine` has no such choice; `where` is the settings file."""
    choices = voice_choices()
    if name in choices:
        return
    suggestions = difflib.get_close_matches(name, choices, n=1)
    key = "speech.unknown_engine_suggestion" if suggestions else "speech.unknown_engine"
    raise InputError(
        message(key, name=name[:60], choices=", ".join(choices), suggestion="".join(suggestions)),
        where=where,
    )


def engine_spec(name: str) -> EngineSpec:
    """Return the table's row for an engine; `auto` gives the first of `AUTO_ORDER`.

    Raises InputError if there is none, EnvironmentFault if an extension fails to load.
    """
    from pipeline.speech.engines.base import EngineSpec

    check_engine_choice(name)
    if name == RECORDING:
        raise InputError(message("speech.recording_is_not_spoken"))
    if name == AUTO:
        name = AUTO_ORDER[0]
    if name not in BUILT_IN_ENGINES:
        spec = load_extension(ENTRY_POINT_GROUP, name)
    else:
        spec = EntryPoint(name, BUILT_IN_ENGINES[name], ENTRY_POINT_GROUP).load()
    if not isinstance(spec, EngineSpec) or spec.name != name:
        raise EnvironmentFault(message("speech.extension_is_no_engine", name=name))
    return spec


def create_engine(name: str, settings: Settings, store: Store) -> SpeechEngine:
    """Return an engine by its name in the settings.

    Raises InputError, or EnvironmentFault if a package is missing.
    """
    spec = engine_spec(name)
    for setting, is_supported in (
        ("pitch", spec.abilities.changes_pitch),
        ("volume", spec.abilities.changes_volume),
    ):
        if getattr(settings.voice, setting) and not (is_supported or spec.abilities.is_silent):
            raise InputError(message("speech.setting_not_supported", engine=name, setting=setting))
    if spec.abilities.needs_model and not settings.voice.model:
        raise InputError(message("speech.engine_needs_model", engine=name))
    return spec.create(settings, store)


def engines_to_try(name: str, settings: Settings, store: Store) -> tuple[str, ...]:
    """Return the engines of `AUTO_ORDER` that are installed, or the engine that is named."""
    if name != AUTO:
        return (name,)
    specs = [engine_spec(each) for each in AUTO_ORDER]
    return tuple(
        spec.name
        for spec in specs
        if spec.is_installed is None or spec.is_installed(settings, store)
    )


def list_voices(engine: str, language: str = "") -> tuple[VoiceEntry, ...]:
    """Return an engine's voices for a language tag (`zh`, `en-US`; "": all), sorted by name.

    An engine that is asked and does not answer returns the voices shipped with the program, whose
    `source` is then "shipped". Raises InputError if the engine has no list of voices.
    """
    spec = engine_spec(engine)
    if spec.list_voices is None:
        listing = [name for name in engine_names() if engine_spec(name).list_voices]
        raise InputError(message("speech.no_voice_list", engine=engine, choices=", ".join(listing)))
    entries = spec.list_voices(language)
    return tuple(sorted(entry for entry in entries if _matches_language(entry, language)))


def engines_listed_by_default() -> tuple[str, ...]:
    """Return the engines listed if none is named: those of `auto` and those of extensions."""
    added = [name for name in engine_names() if name not in BUILT_IN_ENGINES]
    return (*AUTO_ORDER, *(name for name in added if engine_spec(name).list_voices))


def is_shipped_in_place_of_answer(entry: VoiceEntry) -> bool:
    """Return True if an entry is shown because its engine was asked and did not answer."""
    return entry.source == "shipped" and engine_spec(entry.engine).abilities.voice_list == "asked"


def assign_voices(
    engine: SpeechEngine, default_name: str, directives: Iterable[Directive]
) -> EngineVoices:
    """Return an engine with the voices that an episode names.

    `default_name` is `[voice] name`, others come from `@voice` directives. Speakers have different
    voices as far as the engine has as many: the first the episode's own. Raises InputError.
    """
    own = engine.resolve_voice(default_name) if default_name else engine.default_voice
    voices = {"": own}
    for directive in directives:
        if directive.kind == "voice":
            if directive.value.startswith(SPEAKER_VOICE):
                speaker = int(directive.value.removeprefix(SPEAKER_VOICE))
                voices[directive.value] = _voice_of_speaker(engine, own, speaker)
                continue
            try:
                voices[directive.value] = engine.resolve_voice(directive.value)
            except InputError as fault:
                problem = message("speech.line", line=directive.line, problem=fault.problem)
                raise InputError(problem, fault.remedy) from fault
    return EngineVoices(engine, voices)


def assign_stand_in_voices(engine: SpeechEngine, absent: EngineVoices) -> EngineVoices:
    """Return an engine that stands in for another one, with a voice for each of the other's voices.

    Women's voices stand in for women's and men's for men's, and two hosts have different voices as
    far as the engine has as many.
    """
    stand_in, replaced = engine_spec(engine.name), engine_spec(absent.engine.name)
    if stand_in.stand_in_voices is None:
        return EngineVoices(engine, dict.fromkeys(absent.voices, engine.default_voice))
    genders: dict[str, Gender] = {}
    for name, voice in absent.voices.items():
        asked = voice if name.startswith(SPEAKER_VOICE) else name
        genders[name] = replaced.voice_gender(asked) if replaced.voice_gender else ""
    return EngineVoices(engine, dict(stand_in.stand_in_voices(engine, genders)))


def _voice_of_speaker(engine: SpeechEngine, own: str, speaker: int) -> str:
    """Return the voice of the n-th speaker, from 0; women's and men's voices take turns."""
    spec = engine_spec(engine.name)
    if spec.stand_in_voices is None:
        return own
    turns: tuple[Gender, Gender] = ("male", "female")
    if spec.voice_gender is not None and spec.voice_gender(own) == "male":
        turns = ("female", "male")
    genders = {str(number): turns[number % 2] for number in range(_MAX_VOICES)}
    voices = dict.fromkeys((own, *spec.stand_in_voices(engine, genders).values()))
    return [*voices][speaker % len(voices)]


def _matches_language(entry: VoiceEntry, language: str) -> bool:
    if not language or not entry.language:
        return True
    if language == "zh":  # any Chinese: cmn, yue, hak …
        return is_chinese(entry.language)
    return entry.language == language or entry.language.startswith(f"{language}-")
