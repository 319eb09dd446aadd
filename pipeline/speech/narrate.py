"""An episode narrated: rows to utterances to takes, by the engine that is there."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import ServiceError
from pipeline.speech.choose import Cast, cast, engine_for, understudies
from pipeline.speech.edge import Edge
from pipeline.speech.espeak import Espeak
from pipeline.speech.silence import Silence
from pipeline.speech.utterances import speaks, utterances
from pipeline.speech.voicing import Desk, voiced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Chapter, Observe, SpokenRow, Take, Transcript
    from pipeline.settings import Settings
    from pipeline.speech.aligned import Aligner
    from pipeline.speech.engine import Synthesizer
    from pipeline.speech.utterances import Utterance
    from pipeline.store import Store

_BETTER = "For the better voice, run again where speech.platform.bing.com can be reached, or name another engine (README, Voices)."


@dataclass(frozen=True, slots=True)
class Narration:
    """Takes in row order, by whom, and what it cost: requests made, how many of them were repeats, pieces answered from the cache."""

    engine: str
    voice: str
    version: str
    takes: tuple[Take, ...]
    notices: tuple[str, ...]
    requests: int
    retries: int
    cached: int


def narrate(
    spoken: Sequence[SpokenRow],
    transcript: Transcript,
    chapters: Sequence[Chapter],
    settings: Settings,
    store: Store,
    observe: Observe,
    *,
    aligner: Aligner | None = None,
) -> Narration:
    """Return the narration of an episode: every row in exactly one take, in order.

    A take's audio is in the store (see `takes`); a row with nothing to say gets a short silent time of its own. With the engine `auto`
    the online voice speaks where the service answers, and otherwise the embedded one, the whole episode. Raises ServiceError naming rows
    that could not be voiced, and InputError for a voice that is not there. Engines that tell no word times voice a row at a time, or with
    an `aligner` whole utterances; engines that tell them do not need it.
    """
    groups = utterances(spoken, transcript, chapters)
    silent = tuple(
        f"Row {row.row} has nothing to say ({row.shown[:20]}): it stands silent for a moment." for row in spoken if not speaks(row)
    )
    engine = engine_for(settings.voice.engine, settings, store)
    if isinstance(engine, Silence):
        return Narration(engine.name, engine.voice, engine.version, engine.takes(spoken, settings.voice.rate), silent, 0, 0, 0)
    players = cast(engine, settings.voice.name, transcript.directives)
    try:
        own = None if engine.boundaries else aligner
        return _spoken_by(players, groups, Desk(engine, settings.voice, store, observe, own, _probe(engine, settings)), silent)
    except ServiceError as fault:
        if settings.voice.engine != "auto" or not isinstance(engine, Edge):
            raise
        notice = f"The embedded voice espeak-ng speaks this episode, robotic but whole: {fault.what} {_BETTER}"
    players = understudies(Espeak(settings.language), players.voices)
    return _spoken_by(players, groups, Desk(players.engine, settings.voice, store, observe), (*silent, notice))


def _probe(engine: Synthesizer, settings: Settings) -> Synthesizer | None:
    return engine.hurried() if isinstance(engine, Edge) and settings.voice.engine == "auto" else None


def _spoken_by(players: Cast, groups: Sequence[Utterance], desk: Desk, notices: tuple[str, ...]) -> Narration:
    takes = voiced(desk, [dataclasses.replace(group, voice=players.voices[group.voice]) for group in groups])
    if desk.apart:
        apart = f"Rows {', '.join(desk.apart)} were voiced row by row: spoken in one they could not be told apart."
        notices = (*notices, apart)
    engine = players.engine
    return Narration(engine.name, players.voices[""], engine.version, takes, notices, desk.spent.requests, desk.spent.retries, desk.cached)
