"""Who can speak, and how they sound."""

from __future__ import annotations

import asyncio
import io
import wave
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline import process
from pipeline.errors import InputError
from pipeline.model import Row, Transcript
from pipeline.speech import espeak_worker, takes
from pipeline.speech.names import EDGE, OPENAI, Gender
from pipeline.speech.narrate import narrate
from pipeline.text.spoken import spoken_rows
from pipeline.timebase import SAMPLE_RATE, samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.settings import Settings
    from pipeline.store import Store

_ASK_S = 8.0
_WORKER_S = 60.0
_LONGEST_SAMPLE = 2_000
_BETWEEN = samples_from_ms(300)


@dataclass(frozen=True, slots=True, order=True)
class VoiceName:
    """A voice: what `[voice] name` takes, the language it speaks, and whether the engine told us or the list that comes with us."""

    engine: str
    name: str
    language: str
    gender: Gender
    source: Literal["engine", "shipped"]


def list_voices(engine: str, language: str = "") -> tuple[VoiceName, ...]:
    """Return an engine's voices for a language (`zh`, `en-US`; empty: all), by name.

    The online service is asked for its list; where it does not answer the Chinese and English voices known to us are returned, and their
    `source` is then `shipped`. Raises InputError where the engine has no voices to choose from.
    """
    if engine in {"edge", "auto"}:
        found = _edge()
    elif engine == "espeak":
        found = _espeak(language)
    elif engine == "openai":
        found = [VoiceName(engine, name, "", "", "shipped") for name in OPENAI]
    else:
        raise InputError(f"The engine {engine!r} has no list of voices.", "Choose edge, espeak or openai.")
    return tuple(sorted(voice for voice in found if _speaks(voice, language)))


def sample(text: str, settings: Settings, store: Store, tell: Callable[[str], None] | None = None) -> bytes:
    """Return a text spoken by the settings' voice, as a WAV file (mono, 16 bit, 48 kHz); `tell` receives notices. Raises EpisodeError."""
    import numpy as np

    lines = [line.strip() for line in text[:_LONGEST_SAMPLE].splitlines() if line.strip()]
    if not lines:
        raise InputError("There is nothing to say.", 'Give a text: episode voices --say "大家好"')
    rows = tuple(Row(number, number, line) for number, line in enumerate(lines, 1))
    spoken = spoken_rows(rows, settings.pronunciation, settings.language)
    narration = narrate(spoken, Transcript("sample", rows, (), "utf-8", ()), (), settings, store, lambda _step, _done, _total: None)
    if tell is not None:
        for notice in narration.notices:
            tell(notice)
    parts = []
    for take in narration.takes:
        parts.append(np.zeros(take.samples, np.int16) if take.audio is None else takes.samples(store, take.audio))
        parts.append(np.zeros(_BETWEEN, np.int16))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes(np.concatenate(parts).astype("<i2").tobytes())
    return file.getvalue()


def _speaks(voice: VoiceName, language: str) -> bool:
    wanted = {"zh": ("zh", "cmn", "yue")}.get(language, (language,))
    return not language or not voice.language or any(voice.language == code or voice.language.startswith(f"{code}-") for code in wanted)


def _edge() -> list[VoiceName]:
    import aiohttp
    import edge_tts

    async def listed() -> list[VoiceName]:
        voices = await asyncio.wait_for(edge_tts.list_voices(), _ASK_S)
        return [VoiceName("edge", voice["ShortName"], voice["Locale"], _gender(voice["Gender"]), "engine") for voice in voices]

    try:
        return asyncio.run(listed())
    except (aiohttp.ClientError, edge_tts.exceptions.EdgeTTSException, OSError, asyncio.TimeoutError, ValueError, KeyError):
        return [VoiceName("edge", name, name[: name.index("-", 3)], gender, "shipped") for name, gender in EDGE.items()]


def _gender(told: str) -> Gender:
    return {"Female": "female", "Male": "male"}.get(told, "")  # type: ignore[return-value]


def _espeak(language: str) -> list[VoiceName]:
    code = {"zh": "", "": ""}.get(language, language)
    with process.pool(1) as worker:
        voices = worker.submit(espeak_worker.voice_names, code).result(timeout=_WORKER_S)
    return [VoiceName("espeak", name, name, gender, "engine") for name, gender in voices]
