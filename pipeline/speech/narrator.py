"""Narrate an episode: rows to utterances to takes, by the engine that is available."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import ServiceError
from pipeline.messages import message
from pipeline.speech.engines.registry import (
    EngineVoices,
    assign_stand_in_voices,
    assign_voices,
    create_engine,
    engine_spec,
    engines_to_try,
)
from pipeline.speech.engines.silence import pace_at_rate
from pipeline.speech.synthesize import SynthesisContext, synthesize_utterances
from pipeline.speech.utterances import group_into_utterances, has_speakable_text
from pipeline.timing.duration_estimate import estimate_takes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.cache import Store
    from pipeline.model import Chapter, ProgressCallback, SpokenRow, Take, Transcript
    from pipeline.settings import Settings
    from pipeline.speech.engines.base import SpeechEngine
    from pipeline.speech.row_alignment import UtteranceAligner
    from pipeline.speech.utterances import Utterance

_SHOWN_CHARACTERS = 20
"""How much of a silent row's text a notice shows."""


@dataclass(frozen=True, slots=True)
class NarrationResult:
    """Takes in row order, who spoke them, and what it cost.

    `requests` counts requests made, `retries` how many of them were repeats, `cached_count` pieces
    that the cache had.
    """

    engine_name: str
    voice_name: str
    engine_version: str
    takes: tuple[Take, ...]
    notices: tuple[str, ...]
    requests: int
    retries: int
    cached_count: int


def narrate(
    spoken: Sequence[SpokenRow],
    transcript: Transcript,
    chapters: Sequence[Chapter],
    settings: Settings,
    store: Store,
    observe: ProgressCallback,
    *,
    aligner: UtteranceAligner | None = None,
) -> NarrationResult:
    """Return the narration of an episode: every row in exactly one take, in order.

    A take's audio is in the store (see `speech_cache`); a row with nothing to say gets a short
    silent take of its own. With the engine `auto` the whole episode is spoken by the first
    installed engine of `AUTO_ORDER` that answers. Engines without word times speak a row at a time,
    or with an `aligner` whole utterances. Raises ServiceError naming the rows that could not be
    spoken, and InputError for a voice that does not exist.
    """
    groups = group_into_utterances(spoken, transcript, chapters)
    notices: tuple[str, ...] = tuple(
        message("speech.silent_row", row=row.row, text=row.shown[:_SHOWN_CHARACTERS])
        for row in spoken
        if not has_speakable_text(row)
    )
    voice = settings.voice
    first_name, *stand_in_names = engines_to_try(voice.engine, settings, store)
    engine = create_engine(first_name, settings, store)
    if engine.abilities.is_silent:
        pace = pace_at_rate(settings.subtitles.pace, voice.rate)
        takes = estimate_takes(spoken, syllables_per_minute=pace)
        return NarrationResult(
            engine.name, engine.default_voice, engine.version, takes, notices, 0, 0, 0
        )
    engine_voices = assign_voices(engine, voice.name, transcript.directives)
    context = SynthesisContext(engine, voice, store, observe, _needed_aligner(engine, aligner))
    for stand_in_name in stand_in_names:
        context.probe = context.engine.as_probe()
        try:
            return _narrate_with(engine_voices, groups, context, notices)
        except ServiceError as fault:
            notices = (*notices, _stand_in_notice(stand_in_name, context.engine.name, fault))
        engine = create_engine(stand_in_name, settings, store)
        engine_voices = assign_stand_in_voices(engine, engine_voices)
        context = SynthesisContext(engine, voice, store, observe, _needed_aligner(engine, aligner))
    return _narrate_with(engine_voices, groups, context, notices)


def _needed_aligner(
    engine: SpeechEngine, aligner: UtteranceAligner | None
) -> UtteranceAligner | None:
    return None if engine.abilities.has_word_times else aligner


def _stand_in_notice(stand_in_name: str, absent_name: str, fault: ServiceError) -> str:
    return message(
        "speech.stand_in",
        engine=engine_spec(stand_in_name).label,
        absent=engine_spec(absent_name).label,
        reason=fault.problem,
    )


def _narrate_with(
    engine_voices: EngineVoices,
    groups: Sequence[Utterance],
    context: SynthesisContext,
    notices: tuple[str, ...],
) -> NarrationResult:
    takes = synthesize_utterances(
        context,
        [dataclasses.replace(group, voice=engine_voices.voices[group.voice]) for group in groups],
    )
    if context.split_utterances:
        split_notice = message("speech.split_rows", rows=", ".join(context.split_utterances))
        notices = (*notices, split_notice)
    engine = engine_voices.engine
    return NarrationResult(
        engine.name,
        engine_voices.voices[""],
        engine.version,
        takes,
        notices,
        context.stats.requests,
        context.stats.retries,
        context.cached_count,
    )
