"""An episode narrated: rows to utterances to takes, by the engine that is there."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import ServiceError
from pipeline.speech.engines.edge import EdgeEngine
from pipeline.speech.engines.espeak import EspeakEngine
from pipeline.speech.engines.registry import (
    EngineVoices,
    assign_fallback_voices,
    assign_voices,
    create_engine,
)
from pipeline.speech.engines.silence import SilentEngine
from pipeline.speech.synthesize import SynthesisContext, synthesize_utterances
from pipeline.speech.utterances import group_into_utterances, has_speakable_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.cache import Store
    from pipeline.model import Chapter, ProgressCallback, SpokenRow, Take, Transcript
    from pipeline.settings import Settings
    from pipeline.speech.engines.base import SpeechEngine
    from pipeline.speech.row_alignment import UtteranceAligner
    from pipeline.speech.utterances import Utterance

_BETTER_VOICE_HINT = "For the better voice, run again where speech.platform.bing.com can be reached, or name another engine (README, Voices)."


@dataclass(frozen=True, slots=True)
class NarrationResult:
    """Takes in row order, by whom, and what it cost: requests made, how many of them were repeats, pieces answered from the cache."""

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

    A take's audio is in the store (see `takes`); a row with nothing to say gets a short silent time of its own. With the engine `auto`
    the online voice speaks where the service answers, and otherwise the embedded one, the whole episode. Raises ServiceError naming rows
    that could not be voiced, and InputError for a voice that is not there. Engines that tell no word times voice a row at a time, or with
    an `aligner` whole utterances; engines that tell them do not need it.
    """
    groups = group_into_utterances(spoken, transcript, chapters)
    silent_row_notices = tuple(
        f"Row {row.row} has nothing to say ({row.shown[:20]}): it stands silent for a moment."
        for row in spoken
        if not has_speakable_text(row)
    )
    engine = create_engine(settings.voice.engine, settings, store)
    if isinstance(engine, SilentEngine):
        return NarrationResult(
            engine.name,
            engine.default_voice,
            engine.version,
            engine.estimate_silent_takes(spoken, settings.voice.rate),
            silent_row_notices,
            0,
            0,
            0,
        )
    engine_voices = assign_voices(engine, settings.voice.name, transcript.directives)
    try:
        needed_aligner = None if engine.has_word_times else aligner
        return _narrate_with(
            engine_voices,
            groups,
            SynthesisContext(
                engine,
                settings.voice,
                store,
                observe,
                needed_aligner,
                _probe_engine(engine, settings),
            ),
            silent_row_notices,
        )
    except ServiceError as fault:
        if settings.voice.engine != "auto" or not isinstance(engine, EdgeEngine):
            raise
        notice = f"The embedded voice espeak-ng speaks this episode, robotic but whole: {fault.problem} {_BETTER_VOICE_HINT}"
    engine_voices = assign_fallback_voices(EspeakEngine(settings.language), engine_voices.voices)
    return _narrate_with(
        engine_voices,
        groups,
        SynthesisContext(engine_voices.engine, settings.voice, store, observe),
        (*silent_row_notices, notice),
    )


def _probe_engine(engine: SpeechEngine, settings: Settings) -> SpeechEngine | None:
    return (
        engine.as_probe()
        if isinstance(engine, EdgeEngine) and settings.voice.engine == "auto"
        else None
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
        split_notice = f"Rows {', '.join(context.split_utterances)} were voiced row by row: spoken in one they could not be told apart."
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
