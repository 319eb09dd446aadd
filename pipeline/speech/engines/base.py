"""What a speech engine is, and how to add one.

An engine takes texts and returns speech, one result for each text. To add an engine:

1. Write one module beside this one, `engines/NAME.py`, with a class that fulfils `SpeechEngine`.
   `silence` is the shortest example, `espeak` a local engine, `edge` an online one.
2. Give its `version` everything besides the request that changes the sound: library, model, server.
   Cached speech is found by engine name, version and request.
3. State what it can do in an `EngineAbilities`. No other module asks which engine it is: abilities
   decide.
4. An online engine asks through `retry.request_all` and a `rate_limit.RateLimiter`, checks each
   answer before it counts, and imports its client lazily. A local engine with global state or an
   uninterruptible library runs in a worker process (`espeak_worker`).
5. Write a `probe` that returns an `EngineStatus`: is it installed, or does it answer, and if not,
   the sentence that says what to do.
6. Bind `ENGINE = EngineSpec(...)` at the end of the module, and add one line to
   `BUILT_IN_ENGINES` in `registry`. Settings, `--voice`, `episode voices`, `episode doctor` and
   error messages follow.
7. Put the sentences into `pipeline/messages/*/speech.toml`, and the engine into the fixture of
   `tests/speech/test_engines.py`, which checks the promises below.

A package of its own does the same, and names its `EngineSpec` in the entry point group
`episode.engines` in place of step 6 (see tests/extension_package).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from pipeline.cache import digest
from pipeline.errors import ServiceError
from pipeline.speech.analysis.character_times import WordBoundary
from pipeline.speech.analysis.speech_decoder import SynthesisResult

if TYPE_CHECKING:
    from pipeline.cache import Store
    from pipeline.model import PinyinReading
    from pipeline.settings import Settings

__all__ = [
    "DeliverResult",
    "EngineAbilities",
    "EngineSpec",
    "EngineStatus",
    "Gender",
    "RequestStats",
    "SpeechEngine",
    "SynthesisRequest",
    "SynthesisResult",
    "VoiceEntry",
    "WordBoundary",
    "request_key",
]

Gender = Literal["female", "male", ""]
"""Of a voice, as its engine lists it; "" if it does not say."""


@dataclass(frozen=True, slots=True)
class SynthesisRequest:
    """One text to speak.

    `rate` and `volume` are in percent, `pitch` in Hz, all relative to the voice's own. `rows` are
    the transcript rows that the text comes from: error messages name them, cache keys do not.
    `readings` are given only to an engine with the ability `takes_pinyin`; for the others the text
    already has characters of the same sound.
    """

    text: str
    voice: str
    rate: int = 0
    pitch: int = 0
    volume: int = 0
    rows: tuple[int, ...] = ()
    readings: tuple[PinyinReading, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestStats:
    """How many requests were made, and how many of them were repeats."""

    requests: int = 0
    retries: int = 0

    def __add__(self, other: RequestStats) -> RequestStats:
        """Return the sum of both."""
        return RequestStats(self.requests + other.requests, self.retries + other.retries)


DeliverResult = Callable[[int, SynthesisResult | ServiceError], None]
"""Receives the result of request number `i` as soon as it is there.

Called in any order, from the thread that called `speak`.
"""


@dataclass(frozen=True, slots=True)
class EngineAbilities:
    """What an engine can do; all that other modules know about it.

    `has_word_times`       results say when each word is heard: utterances are split into rows by it
    `is_deterministic`     an equal request always sounds the same: requesting again is useless
    `is_silent`            nothing is heard, and times are estimated from the text
    `is_online`            the text leaves this computer
    `needs_model`          `[voice] model` must name a model
    `changes_pitch`        `[voice] pitch` has an effect
    `changes_volume`       `[voice] volume` has an effect
    `takes_pinyin`         it speaks the `readings` of a request
    `voice_list`           whether voices can be listed, from a list shipped here or by asking
    """

    has_word_times: bool = False
    is_deterministic: bool = False
    is_silent: bool = False
    is_online: bool = False
    needs_model: bool = False
    changes_pitch: bool = False
    changes_volume: bool = False
    takes_pinyin: bool = False
    voice_list: Literal["none", "shipped", "asked"] = "none"


class SpeechEngine(Protocol):
    """An engine, ready to speak.

    Equal requests to engines of equal name and version may be answered from the cache.
    """

    @property
    def name(self) -> str:
        """The engine's name in the settings."""

    @property
    def version(self) -> str:
        """Everything besides the request that decides the sound: library version, model, server."""

    @property
    def abilities(self) -> EngineAbilities:
        """What the engine can do."""

    @property
    def default_voice(self) -> str:
        """The voice used if the settings name none. Raises InputError if there is none."""

    def resolve_voice(self, name: str) -> str:
        """Return the voice that a name in the settings or a directive means.

        Raises InputError if there is no such voice.
        """

    def speak(self, requests: Sequence[SynthesisRequest], deliver: DeliverResult) -> RequestStats:
        """Deliver a result or a ServiceError for every request.

        Raises ServiceRefused or ServiceError if going on is useless.
        """

    def as_probe(self) -> SpeechEngine:
        """Return the engine with little patience, to find out soon whether it answers.

        An engine that always answers returns itself.
        """


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """Whether an engine can speak here and now.

    `detail` says what was found, `remedy` what to do if it is not ready. Both are sentences
    from the message catalogue.
    """

    is_ready: bool
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, order=True)
class VoiceEntry:
    """A voice in a list.

    `name` is what `[voice] name` takes, `language` a language tag ("" if the voice speaks any).
    `source` says whether the engine was asked or the list shipped with the program was used.
    """

    engine: str
    name: str
    language: str
    gender: Gender
    source: Literal["engine", "shipped"]


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """A row of the table of engines.

    `label` names the engine to people ("the online voice"). `create` returns the engine for an
    episode's settings, or raises InputError or EnvironmentFault with what to do. `probe` tells
    whether it could speak, and may raise the same errors. `list_voices` returns the voices for a
    language tag ("": all), and is None exactly if `abilities.voice_list` is "none".

    `is_installed` tells, without asking anybody, whether an engine of `auto` is there at all and
    speaks the episode's language; None means that it always is.

    `voice_gender` returns the gender of one of its voices. `stand_in_voices` returns, for an engine
    that can stand in for another, its voices for the genders of the other's; None means that its
    default voice speaks all of them.
    """

    name: str
    label: str
    abilities: EngineAbilities
    create: Callable[[Settings, Store], SpeechEngine]
    probe: Callable[[Settings, Store], EngineStatus]
    list_voices: Callable[[str], Iterable[VoiceEntry]] | None = None
    voice_gender: Callable[[str], Gender] | None = None
    stand_in_voices: Callable[[SpeechEngine, Mapping[str, Gender]], Mapping[str, str]] | None = None
    is_installed: Callable[[Settings, Store], bool] | None = None


def request_key(engine: SpeechEngine, request: SynthesisRequest) -> str:
    """Return the cache key of a request's result."""
    readings = [[asdict(reading) for reading in request.readings]] if request.readings else []
    return digest(
        "speech 1",
        engine.name,
        engine.version,
        request.voice,
        request.rate,
        request.pitch,
        request.volume,
        request.text,
        *readings,
    )
