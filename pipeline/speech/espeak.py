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
from pipeline.speech import espeak_worker
from pipeline.speech.engine import Heard, Speech, Spent
from pipeline.timebase import samples_from_rate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from pipeline.speech.engine import Ask, Deliver

_NAME = re.compile(r"([a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)(?:\+([A-Za-z][A-Za-z0-9]{0,19}))?")
_SPEED = 240
"""Words a minute: the pace of a talk (FACTS: 220–260)."""

_MIDDLE_PITCH, _BASE_HZ, _LOG_HZ_A_STEP = 50, 91.0, 0.0110
"""Measured on `cmn`: a pitch of 50 sounds at 91 Hz, and each step raises it by 1.1 %."""

_LEVEL_DB, _PEAK_DB = -20.0, -1.5
_SECONDS_A_CHARACTER = 0.5
"""Far over any voicing time (3 ms a row measured): only a worker that hangs is this slow."""

_START_S = 60.0
_BATCH = 16
_HEARD = 300
_LANGUAGE = re.compile(r"^language\s+(\S+)", re.MULTILINE)
_LANGUAGES = {"zh": "cmn", "zh-HK": "yue", "en": "en-us"}


@dataclass(frozen=True, slots=True)
class Espeak:
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
    def voice(self) -> str:
        """The language's voice."""
        return self.voice_named(_LANGUAGES.get(self.language) or _LANGUAGES.get(self.language.split("-")[0], self.language))

    @property
    def boundaries(self) -> bool:
        """Word events carry times."""
        return True

    @property
    def steady(self) -> bool:
        """Each text is voiced by a library loaded anew."""
        return True

    def voice_named(self, name: str) -> str:
        """Return `name`, a language or `language+variant`. Raises InputError where the install has no such voice."""
        match = _NAME.fullmatch(name)
        if match is None or match[1] not in _languages() or (match[2] and not (_data() / "voices" / "!v" / match[2]).is_file()):
            raise InputError(f"espeak-ng has no voice named {name[:60]!r}.", "List them: episode voices --engine espeak")
        return name

    def speak(self, asks: Sequence[Ask], deliver: Deliver) -> Spent:
        """Answer every ask from one worker process. Raises OutputFault where the worker dies or hangs."""
        if not asks:
            return Spent()
        batches = [range(start, min(start + _BATCH, len(asks))) for start in range(0, len(asks), _BATCH)]
        with process.pool(1) as worker:
            futures = [worker.submit(espeak_worker.speak_all, [_job(asks[index]) for index in batch]) for batch in batches]
            for batch, future in zip(batches, futures, strict=True):
                patience = _START_S + _SECONDS_A_CHARACTER * sum(len(asks[index].text) for index in batch)
                for index, answer in zip(batch, _answers(future, patience), strict=True):
                    deliver(index, _speech(answer, asks[index]))
        return Spent(len(asks))


def _job(ask: Ask) -> tuple[str, str, int, int]:
    """Return text, voice, words a minute and espeak-ng's pitch."""
    wanted = max(20.0, _BASE_HZ + ask.pitch)
    pitch = round(_MIDDLE_PITCH + math.log(wanted / _BASE_HZ) / _LOG_HZ_A_STEP)
    return ask.text, ask.voice, round(_SPEED * (100 + ask.rate) / 100), max(0, min(99, pitch))


def _answers(future: Future[list[espeak_worker.Spoken | str]], patience: float) -> list[espeak_worker.Spoken | str]:
    try:
        return future.result(timeout=patience)
    except BrokenProcessPool as fault:
        raise OutputFault(
            "The embedded voice's process ended in the middle of its work.", "Run again; if it stays so, report it."
        ) from fault
    except FutureTimeout as late:
        raise OutputFault("The embedded voice does not answer.", "Run again on a quieter machine.") from late
    except (RuntimeError, OSError) as fault:
        raise EnvironmentFault(
            f"The embedded voice does not start: {fault}.", "Run: python -m pip install --force-reinstall espeakng-loader"
        ) from fault


def _speech(answer: espeak_worker.Spoken | str, ask: Ask) -> Speech | ServiceError:
    if isinstance(answer, str):
        return ServiceError(f"{answer}.", "Change the row or the voice.", row=ask.rows[0] if ask.rows else None)
    audio, rate, words = answer
    # capital letters read one by one give several events at one place: the first tells when they begin
    starts = {first: samples_from_rate(at, rate) for first, _, at in reversed(words)}
    ordered = [*sorted(starts.items()), (len(ask.text), samples_from_rate(len(audio) // 2, rate))]
    heard = tuple(Heard(ask.text[first:last], Span(start, max(start, end))) for (first, start), (last, end) in itertools.pairwise(ordered))
    return Speech(_levelled(audio, ask.volume), "s16", rate, heard)


def _levelled(audio: bytes, volume: int) -> bytes:
    """Return the samples with their audible part at −20 dB: voices and variants differ by 4 dB, utterances of one voice by 1."""
    import numpy as np

    samples = np.frombuffer(audio, "<i2").astype(np.float64)
    loud = samples[np.abs(samples) > _HEARD]
    if not len(loud):
        return audio
    gain = 10 ** (_LEVEL_DB / 20) * 32768 / float(np.sqrt((loud**2).mean())) * (100 + volume) / 100
    gain = min(gain, 10 ** (_PEAK_DB / 20) * 32768 / float(np.abs(samples).max()))
    return np.rint(samples * gain).astype("<i2").tobytes()


def _data() -> Path:
    import espeakng_loader

    return Path(espeakng_loader.get_data_path())


def _languages() -> set[str]:
    """Return the language codes espeak-ng finds a voice by: the first its file names (`zh`, the third of `cmn`, is not found)."""
    files = (path.read_text("utf-8", "replace") for path in (_data() / "lang").rglob("*") if path.is_file())
    return {match[1] for text in files if (match := _LANGUAGE.search(text))}
