"""The embedded voice: espeak-ng, which is installed with the program and needs no network.

A preview voice: clear, but robotic.
"""

from __future__ import annotations

import itertools
import math
import re
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pipeline import process
from pipeline.errors import EnvironmentFault, InputError, OutputFault, ServiceError
from pipeline.language import base_language, is_chinese, primary_subtag
from pipeline.messages import message
from pipeline.model import Span
from pipeline.speech.engines import espeak_worker
from pipeline.speech.engines.base import (
    EngineAbilities,
    EngineSpec,
    EngineStatus,
    RequestStats,
    SynthesisResult,
    VoiceEntry,
    WordBoundary,
)
from pipeline.speech.engines.speech_level import normalize_level
from pipeline.timebase import samples_from_rate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future

    from pipeline.cache import Store
    from pipeline.settings import Settings
    from pipeline.speech.engines.base import (
        DeliverResult,
        Gender,
        SpeechEngine,
        SynthesisRequest,
    )

_VOICE_NAME = re.compile(r"([a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)(?:\+([A-Za-z][A-Za-z0-9]{0,19}))?")
_WORDS_PER_MINUTE = 240
"""Words a minute: the pace of a talk, 220–260 measured."""

_MIDDLE_PITCH, _BASE_HZ, _LOG_HZ_PER_STEP = 50, 91.0, 0.0110
"""Measured on the voice `cmn`: pitch 50 sounds at 91 Hz, and each step raises it by 1.1 %."""

_SECONDS_PER_CHARACTER = 0.5
"""Far above any synthesis time (3 ms a row measured): only a hanging worker is this slow."""

_START_TIMEOUT_S = _LIST_TIMEOUT_S = 60.0
_BATCH_SIZE = 16
_LANGUAGE_LINE = re.compile(r"^language\s+(\S+)", re.MULTILINE)
_VOICE_BY_LANGUAGE = {"zh": "cmn", "zh-HK": "yue", "en": "en-us"}
_FEMALE_VARIANTS = ("+f2", "+f4", "+f3", "+f5")
_MALE_VARIANTS = ("", "+m3", "+m7", "+m1")
_ABILITIES = EngineAbilities(
    has_word_times=True,
    is_deterministic=True,  # each text is spoken by a library that is loaded anew
    changes_pitch=True,
    changes_volume=True,
    voice_list="asked",
)


@dataclass(frozen=True, slots=True)
class EspeakEngine:
    """The engine; `language` (BCP 47) chooses the default voice."""

    name: ClassVar[str] = "espeak"
    abilities: ClassVar[EngineAbilities] = _ABILITIES

    language: str = "zh"

    @property
    def version(self) -> str:
        """The package with the library: 1.51 and 1.52 differ by 36 % in a text's length."""
        from importlib.metadata import version

        return f"espeakng-loader {version('espeakng-loader')}"

    @property
    def default_voice(self) -> str:
        """The language's voice."""
        return self.resolve_voice(
            _VOICE_BY_LANGUAGE.get(self.language)
            or _VOICE_BY_LANGUAGE.get(primary_subtag(self.language))
            or (self.language if self.language in _installed_languages() else "")
            or _VOICE_BY_LANGUAGE.get(base_language(self.language), self.language)
        )

    def resolve_voice(self, name: str) -> str:
        """Return `name`, a language or `language+variant`.

        Raises InputError if espeak-ng has no such voice.
        """
        match = _VOICE_NAME.fullmatch(name)
        if (
            match is None
            or match[1] not in _installed_languages()
            or (match[2] and not (_data_folder() / "voices" / "!v" / match[2]).is_file())
        ):
            raise InputError(message("speech.espeak_no_voice", name=name[:60]))
        return name

    def speak(self, requests: Sequence[SynthesisRequest], deliver: DeliverResult) -> RequestStats:
        """Deliver results from one worker process.

        Raises OutputFault if the worker dies or hangs, EnvironmentFault if it does not start.
        """
        if not requests:
            return RequestStats()
        batches = [
            range(start, min(start + _BATCH_SIZE, len(requests)))
            for start in range(0, len(requests), _BATCH_SIZE)
        ]
        with process.worker_pool(1) as worker:
            futures = [
                worker.submit(
                    espeak_worker.speak_all, [_worker_job(requests[index]) for index in batch]
                )
                for batch in batches
            ]
            for batch, future in zip(batches, futures, strict=True):
                timeout = _START_TIMEOUT_S + _SECONDS_PER_CHARACTER * sum(
                    len(requests[index].text) for index in batch
                )
                for index, answer in zip(batch, _wait_for_answers(future, timeout), strict=True):
                    deliver(index, _to_result(answer, requests[index]))
        return RequestStats(len(requests))

    def as_probe(self) -> EspeakEngine:
        """Return the engine itself: it needs no network."""
        return self


def _worker_job(request: SynthesisRequest) -> tuple[str, str, int, int]:
    """Return text, voice, words a minute and espeak-ng's pitch (0–99)."""
    pitch_hz = max(20.0, _BASE_HZ + request.pitch)
    pitch = round(_MIDDLE_PITCH + math.log(pitch_hz / _BASE_HZ) / _LOG_HZ_PER_STEP)
    return (
        request.text,
        request.voice,
        round(_WORDS_PER_MINUTE * (100 + request.rate) / 100),
        max(0, min(99, pitch)),
    )


def _wait_for_answers(
    future: Future[list[espeak_worker.RawSpeech | str]], timeout: float
) -> list[espeak_worker.RawSpeech | str]:
    try:
        return future.result(timeout=timeout)
    except BrokenProcessPool as fault:
        raise OutputFault(message("speech.espeak_died")) from fault
    except FutureTimeout as late:
        raise OutputFault(message("speech.espeak_hangs")) from late
    except (RuntimeError, OSError) as fault:
        raise EnvironmentFault(
            message("speech.espeak_does_not_start", reason=str(fault))
        ) from fault


def _to_result(
    answer: espeak_worker.RawSpeech | str, request: SynthesisRequest
) -> SynthesisResult | ServiceError:
    import numpy as np

    if isinstance(answer, str):
        return ServiceError(
            message("speech.espeak_failed", reason=answer),
            row=request.rows[0] if request.rows else None,
        )
    audio, rate, word_events = answer
    # capital letters that are read one by one give several events at one position: the first
    # says when they begin
    starts = {first: samples_from_rate(at, rate) for first, _, at in reversed(word_events)}
    ordered = [
        *sorted(starts.items()),
        (len(request.text), samples_from_rate(len(audio) // 2, rate)),
    ]
    word_boundaries = tuple(
        WordBoundary(request.text[first:last], Span(start, max(start, end)))
        for (first, start), (last, end) in itertools.pairwise(ordered)
    )
    samples = np.frombuffer(audio, "<i2").astype(np.float64)
    return SynthesisResult(normalize_level(samples, request.volume), "s16", rate, word_boundaries)


def _data_folder() -> Path:
    import espeakng_loader

    return Path(espeakng_loader.get_data_path())


def _installed_languages() -> set[str]:
    """Return the language codes by which espeak-ng finds a voice: the first in each voice file.

    `zh` is the third of `cmn`, and is not found.
    """
    files = (
        path.read_text("utf-8", "replace")
        for path in (_data_folder() / "lang").rglob("*")
        if path.is_file()
    )
    return {match[1] for text in files if (match := _LANGUAGE_LINE.search(text))}


def _create(settings: Settings, _store: Store) -> EspeakEngine:
    return EspeakEngine(settings.language)


def _probe(settings: Settings, store: Store) -> EngineStatus:
    engine = _create(settings, store)
    detail = message("speech.espeak_ready", version=engine.version, voice=engine.default_voice)
    return EngineStatus(is_ready=True, detail=detail)


def _list_voices(language: str) -> list[VoiceEntry]:
    code = "" if is_chinese(language) else language  # espeak-ng calls it cmn, yue and hak
    with process.worker_pool(1) as worker:
        voices = worker.submit(espeak_worker.list_voice_names, code).result(timeout=_LIST_TIMEOUT_S)
    return [VoiceEntry("espeak", name, name, gender, "engine") for name, gender in voices]


def _stand_in_voices(engine: SpeechEngine, genders: Mapping[str, Gender]) -> dict[str, str]:
    """Return a variant of the default voice for each name, of the same gender while they last."""
    variants = {"female": iter(_FEMALE_VARIANTS), "male": iter(_MALE_VARIANTS)}
    return {
        name: f"{engine.default_voice}{next(variants[gender or 'male'], '')}"
        for name, gender in genders.items()
    }


ENGINE = EngineSpec(
    "espeak",
    message("speech.espeak_label"),
    _ABILITIES,
    _create,
    _probe,
    _list_voices,
    stand_in_voices=_stand_in_voices,
)
