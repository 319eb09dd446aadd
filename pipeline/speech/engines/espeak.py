"""The embedded voice: espeak-ng, which comes with the install and needs no network. A preview voice: clear, and robotic."""

from __future__ import annotations

import itertools
import math
import re
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import process
from pipeline.errors import EnvironmentFault, InputError, OutputFault, ServiceError
from pipeline.model import Span
from pipeline.speech.engines import espeak_worker
from pipeline.speech.engines.base import RequestStats, SynthesisResult, WordBoundary
from pipeline.timebase import samples_from_rate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from pipeline.speech.engines.base import DeliverResult, SynthesisRequest

_VOICE_NAME = re.compile(r"([a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)(?:\+([A-Za-z][A-Za-z0-9]{0,19}))?")
_WORDS_PER_MINUTE = 240
"""Words a minute: the pace of a talk (FACTS: 220–260)."""

_MIDDLE_PITCH, _BASE_HZ, _LOG_HZ_PER_STEP = 50, 91.0, 0.0110
"""Measured on `cmn`: a pitch of 50 sounds at 91 Hz, and each step raises it by 1.1 %."""

_TARGET_LEVEL_DB, _MAX_PEAK_DB = -20.0, -1.5
_SECONDS_PER_CHARACTER = 0.5
"""Far over any voicing time (3 ms a row measured): only a worker that hangs is this slow."""

_START_TIMEOUT_S = 60.0
_BATCH_SIZE = 16
_AUDIBLE_AMPLITUDE = 300
_LANGUAGE_LINE = re.compile(r"^language\s+(\S+)", re.MULTILINE)
_VOICE_BY_LANGUAGE = {"zh": "cmn", "zh-HK": "yue", "en": "en-us"}


@dataclass(frozen=True, slots=True)
class EspeakEngine:
    """The engine; `language` (BCP 47) chooses the voice where none is named."""

    language: str = "zh"

    @property
    def name(self) -> str:
        """The engine's name in the settings."""
        return "espeak"

    @property
    def version(self) -> str:
        """The package that carries the library: 1.51 and 1.52 differ by 36 % in length for one text."""
        from importlib.metadata import version

        return f"espeakng-loader {version('espeakng-loader')}"

    @property
    def default_voice(self) -> str:
        """The language's voice."""
        return self.resolve_voice(
            _VOICE_BY_LANGUAGE.get(self.language)
            or _VOICE_BY_LANGUAGE.get(self.language.split("-")[0], self.language)
        )

    @property
    def has_word_times(self) -> bool:
        """Word events carry times."""
        return True

    @property
    def is_deterministic(self) -> bool:
        """Each text is voiced by a library loaded anew."""
        return True

    def resolve_voice(self, name: str) -> str:
        """Return `name`, a language or `language+variant`. Raises InputError where the install has no such voice."""
        match = _VOICE_NAME.fullmatch(name)
        if (
            match is None
            or match[1] not in _installed_languages()
            or (match[2] and not (_data_folder() / "voices" / "!v" / match[2]).is_file())
        ):
            raise InputError(
                f"espeak-ng has no voice named {name[:60]!r}.",
                "List them: episode voices --engine espeak",
            )
        return name

    def speak(self, requests: Sequence[SynthesisRequest], deliver: DeliverResult) -> RequestStats:
        """Answer every ask from one worker process. Raises OutputFault where the worker dies or hangs."""
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


def _worker_job(request: SynthesisRequest) -> tuple[str, str, int, int]:
    """Return text, voice, words a minute and espeak-ng's pitch."""
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
        raise OutputFault(
            "The embedded voice's process ended in the middle of its work.",
            "Run again; if it stays so, report it.",
        ) from fault
    except FutureTimeout as late:
        raise OutputFault(
            "The embedded voice does not answer.", "Run again on a quieter machine."
        ) from late
    except (RuntimeError, OSError) as fault:
        raise EnvironmentFault(
            f"The embedded voice does not start: {fault}.",
            "Run: python -m pip install --force-reinstall espeakng-loader",
        ) from fault


def _to_result(
    answer: espeak_worker.RawSpeech | str, request: SynthesisRequest
) -> SynthesisResult | ServiceError:
    if isinstance(answer, str):
        return ServiceError(
            f"{answer}.",
            "Change the row or the voice.",
            row=request.rows[0] if request.rows else None,
        )
    audio, rate, word_events = answer
    # capital letters read one by one give several events at one place: the first tells when they begin
    starts = {first: samples_from_rate(at, rate) for first, _, at in reversed(word_events)}
    ordered = [
        *sorted(starts.items()),
        (len(request.text), samples_from_rate(len(audio) // 2, rate)),
    ]
    word_boundaries = tuple(
        WordBoundary(request.text[first:last], Span(start, max(start, end)))
        for (first, start), (last, end) in itertools.pairwise(ordered)
    )
    return SynthesisResult(_normalize_level(audio, request.volume), "s16", rate, word_boundaries)


def _normalize_level(audio: bytes, volume: int) -> bytes:
    """Return the samples with their audible part at −20 dB: voices and variants differ by 4 dB, utterances of one voice by 1."""
    import numpy as np

    samples = np.frombuffer(audio, "<i2").astype(np.float64)
    audible = samples[np.abs(samples) > _AUDIBLE_AMPLITUDE]
    if not len(audible):
        return audio
    gain = (
        10 ** (_TARGET_LEVEL_DB / 20)
        * 32768
        / float(np.sqrt((audible**2).mean()))
        * (100 + volume)
        / 100
    )
    gain = min(gain, 10 ** (_MAX_PEAK_DB / 20) * 32768 / float(np.abs(samples).max()))
    return np.rint(samples * gain).astype("<i2").tobytes()


def _data_folder() -> Path:
    import espeakng_loader

    return Path(espeakng_loader.get_data_path())


def _installed_languages() -> set[str]:
    """Return the language codes espeak-ng finds a voice by: the first its file names (`zh`, the third of `cmn`, is not found)."""
    files = (
        path.read_text("utf-8", "replace")
        for path in (_data_folder() / "lang").rglob("*")
        if path.is_file()
    )
    return {match[1] for text in files if (match := _LANGUAGE_LINE.search(text))}
