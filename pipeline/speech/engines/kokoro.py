"""The neural voice without a network: Kokoro-82M by onnxruntime (the extra `neural`).

The model rounds the duration of each symbol to frames of 25 ms before it speaks, so that the time
of each character is known exactly, and the same text gives the same samples every time. The weights
stay in 8-bit integers (520 MB at the peak); put back to 32-bit numbers they would take 1.1 GB and
more, and the samples would differ.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, ClassVar

from pipeline import process
from pipeline.errors import EnvironmentFault, InputError, OutputFault, ServiceError
from pipeline.language import base_language, is_chinese
from pipeline.messages import message
from pipeline.model import Span
from pipeline.speech.engines import kokoro_worker
from pipeline.speech.engines.base import (
    EngineAbilities,
    EngineSpec,
    EngineStatus,
    RequestStats,
    SynthesisResult,
    VoiceEntry,
    WordBoundary,
)
from pipeline.speech.engines.kokoro_weights import MODEL_DIGEST, WrongWeights, find_weights
from pipeline.speech.engines.speech_level import normalize_level
from pipeline.timebase import samples_from_rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.cache import Store
    from pipeline.settings import Settings
    from pipeline.speech.engines.base import (
        DeliverResult,
        Gender,
        SpeechEngine,
        SynthesisRequest,
    )
    from pipeline.speech.engines.english_phonemes import Dialect
    from pipeline.speech.engines.kokoro_phonemes import Pronunciation
    from pipeline.speech.engines.kokoro_worker import NeuralSpeech

_READING_VERSION = 1
"""Raised when texts are read otherwise: cached speech of the old reading is then not used."""

_LANGUAGE_CODES = {"a": "en-US", "b": "en-GB", "z": "zh-CN"}
_GENDERS: dict[str, Gender] = {"f": "female", "m": "male"}
_DEFAULT_VOICES = {"zh": "zm_yunxi", "en": "af_heart"}
_NOT_MANDARIN = frozenset({"zh-hk", "zh-mo"})
_MAX_MIXED_VOICES = 4
_MAX_THREADS = 2
_LOAD_TIMEOUT_S = 300.0
_SECONDS_PER_CHARACTER = 6.0
"""Only a hanging model is this slow: a very busy computer takes 1.5 s a character."""

_FULL_SCALE = 32767.0
_AUDIBLE_AMPLITUDE = 160.0
_LEAD_FRAMES = 2
"""How far the sound is ahead of the frames that the graph counts.

Ten onsets after pauses, of four voices, were 43 ms ahead in the mean, 5 to 70 ms. The model's own
program takes off three frames.
"""

_ABILITIES = EngineAbilities(
    has_word_times=True,
    is_deterministic=True,
    changes_volume=True,
    takes_pinyin=True,
    voice_list="shipped",
)


@dataclass(frozen=True, slots=True)
class KokoroEngine:
    """The engine; `weights` are the model's file or its parts, `language` is a BCP 47 code."""

    name: ClassVar[str] = "kokoro"
    abilities: ClassVar[EngineAbilities] = _ABILITIES

    weights: tuple[Path, ...]
    language: str = "zh"
    threads: int = _MAX_THREADS

    @property
    def version(self) -> str:
        """The weights, the packages that read texts and compute samples, and our own reading."""
        packages = ("onnxruntime", "pypinyin", "jieba", "espeakng-loader")
        versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
        return f"Kokoro v1.0 int8 {MODEL_DIGEST[:12]}, reading {_READING_VERSION}, {versions}"

    @property
    def default_voice(self) -> str:
        """The language's voice. Raises InputError if the model's voices do not speak it."""
        if not _speaks(self.language):
            raise InputError(message("speech.kokoro_no_language", language=self.language))
        return _DEFAULT_VOICES[base_language(self.language)]

    def resolve_voice(self, name: str) -> str:
        """Return a voice's name, or names joined by +. Raises InputError if there is none such."""
        known = voice_names()
        names = name.split("+")
        if len(names) > _MAX_MIXED_VOICES or any(each not in known for each in names):
            raise InputError(
                message("speech.kokoro_no_voice", name=name[:60], choices=", ".join(known))
            )
        return name

    def speak(self, requests: Sequence[SynthesisRequest], deliver: DeliverResult) -> RequestStats:
        """Deliver results from one worker process; all texts are read before the first is spoken.

        A text with characters that have no reading gets a ServiceError. Raises OutputFault if the
        worker dies or hangs, EnvironmentFault if the weights are damaged.
        """
        if not requests:
            return RequestStats()
        with process.worker_pool(1) as worker, _translate_worker_errors(self.weights):
            texts = [
                (request.text, _dialect(request.voice), request.readings) for request in requests
            ]
            characters = sum(len(request.text) for request in requests)
            pronunciations = worker.submit(kokoro_worker.pronounce_all, texts).result(
                timeout=_LOAD_TIMEOUT_S + characters
            )
            futures = {}
            for index, (request, spoken) in enumerate(zip(requests, pronunciations, strict=True)):
                fault = _reading_fault(spoken, request)
                if fault is not None:
                    deliver(index, fault)
                    continue
                futures[index] = worker.submit(
                    kokoro_worker.speak_pieces,
                    [str(path) for path in self.weights],
                    self.threads,
                    ["".join(unit.symbols for unit in piece) for piece in spoken.pieces],
                    request.voice,
                    (100 + request.rate) / 100,
                )
            for index, future in futures.items():
                timeout = _LOAD_TIMEOUT_S + _SECONDS_PER_CHARACTER * len(requests[index].text)
                speech = future.result(timeout=timeout)
                deliver(index, _to_result(speech, pronunciations[index], requests[index]))
        return RequestStats(len(requests))

    def as_probe(self) -> KokoroEngine:
        """Return the engine itself: it needs no network."""
        return self


def voice_names() -> tuple[str, ...]:
    """Return the names of the voices, sorted."""
    folder = files("pipeline.speech").joinpath("data", "kokoro", "voices")
    return tuple(
        sorted(
            file.name.removesuffix(".npy")
            for file in folder.iterdir()
            if file.name.endswith(".npy")
        )
    )


def _speaks(language: str) -> bool:
    """Return True for English and for Mandarin, False for other kinds of Chinese."""
    if is_chinese(language):
        code = language.lower()
        return code.split("-")[0] in {"zh", "zho", "chi", "cmn"} and code not in _NOT_MANDARIN
    return base_language(language) in _DEFAULT_VOICES


def _dialect(voice: str) -> Dialect:
    return "en-gb" if voice.startswith("b") else "en-us"


def _reading_fault(spoken: Pronunciation, request: SynthesisRequest) -> ServiceError | None:
    row = request.rows[0] if request.rows else None
    if spoken.unreadable:
        return ServiceError(
            message("speech.kokoro_unreadable", characters=spoken.unreadable[:40]), row=row
        )
    if not spoken.pieces:
        return ServiceError(message("speech.kokoro_nothing_to_say"), row=row)
    return None


def _to_result(
    speech: NeuralSpeech, spoken: Pronunciation, request: SynthesisRequest
) -> SynthesisResult:
    """Return the speech with the time of each unit: its symbols' frames."""
    import numpy as np

    audio, frames = speech
    samples = np.frombuffer(audio, "<f4").astype(np.float64) * _FULL_SCALE
    audible = np.flatnonzero(np.abs(samples) > _AUDIBLE_AMPLITUDE)
    audible_frames = int(audible[-1]) // kokoro_worker.SAMPLES_PER_FRAME + 1 if len(audible) else 0
    boundaries = []
    position = -_LEAD_FRAMES
    for units, counts in zip(spoken.pieces, frames, strict=True):
        remaining = iter(counts)
        position += next(remaining)
        for unit in units:
            start = max(0, position)
            position += sum(next(remaining) for _ in unit.symbols)
            end = min(position, audible_frames)  # the last symbol has the silence after it too
            if unit.is_spoken and end > start:
                span = Span(_sample_position(start), _sample_position(end))
                boundaries.append(WordBoundary(request.text[unit.start : unit.end], span))
        position += sum(remaining)
    return SynthesisResult(
        normalize_level(samples, request.volume),
        "s16",
        kokoro_worker.MODEL_RATE,
        tuple(boundaries),
    )


def _sample_position(frame: int) -> int:
    """Return the position at the master clock at which a frame begins."""
    return samples_from_rate(frame * kokoro_worker.SAMPLES_PER_FRAME, kokoro_worker.MODEL_RATE)


@contextmanager
def _translate_worker_errors(weights: Sequence[Path]) -> Iterator[None]:
    """Turn a worker's exceptions into errors with a sentence."""
    where = weights[0]
    try:
        yield
    except WrongWeights as fault:
        raise EnvironmentFault(message("speech.kokoro_damaged"), where=where) from fault
    except BrokenProcessPool as fault:
        raise OutputFault(message("speech.kokoro_died")) from fault
    except FutureTimeout as fault:
        raise OutputFault(message("speech.kokoro_hangs")) from fault
    except (RuntimeError, OSError, ImportError) as fault:
        raise EnvironmentFault(
            message("speech.kokoro_does_not_start", reason=str(fault)), where=where
        ) from fault


def _create(settings: Settings, store: Store) -> KokoroEngine:
    if importlib.util.find_spec("onnxruntime") is None:
        raise EnvironmentFault(message("speech.kokoro_not_installed"))
    model = settings.voice.model if settings.voice.engine == KokoroEngine.name else ""
    threads = min(_MAX_THREADS, process.core_count())
    return KokoroEngine(find_weights(model, store), settings.language, threads)


def _probe(settings: Settings, store: Store) -> EngineStatus:
    try:
        engine = _create(settings, store)
        voice = engine.default_voice
    except (EnvironmentFault, InputError) as fault:
        return EngineStatus(is_ready=False, detail=fault.problem, remedy=fault.remedy)
    return EngineStatus(is_ready=True, detail=message("speech.kokoro_ready", voice=voice))


def _is_installed(settings: Settings, store: Store) -> bool:
    return _probe(settings, store).is_ready


def _list_voices(_language: str) -> list[VoiceEntry]:
    return [
        VoiceEntry("kokoro", name, _LANGUAGE_CODES[name[0]], _voice_gender(name), "shipped")
        for name in voice_names()
    ]


def _voice_gender(name: str) -> Gender:
    return _GENDERS.get(name[1:2], "")


def _stand_in_voices(engine: SpeechEngine, genders: Mapping[str, Gender]) -> dict[str, str]:
    """Return a voice of the language for each name, of the same gender, different while they last.

    The language's own voice comes first for its gender, and is used where the gender is unknown.
    """
    own = engine.default_voice
    speaking = sorted((name for name in voice_names() if name[0] == own[0]), key=lambda n: n != own)
    waiting = {
        gender: iter([name for name in speaking if _voice_gender(name) == gender])
        for gender in ("female", "male")
    }
    return {
        name: next(waiting[gender or _voice_gender(own)], own) for name, gender in genders.items()
    }


ENGINE = EngineSpec(
    "kokoro",
    message("speech.kokoro_label"),
    _ABILITIES,
    _create,
    _probe,
    _list_voices,
    _voice_gender,
    _stand_in_voices,
    _is_installed,
)
