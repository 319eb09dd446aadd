"""Voices that are known without asking anybody: the online service's Chinese and English ones, and OpenAI's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from pipeline import process
from pipeline.errors import InputError
from pipeline.speech.engines import espeak_worker

Gender = Literal["female", "male", ""]

EDGE_VOICES: dict[str, Gender] = {
    "zh-CN-XiaoxiaoNeural": "female",
    "zh-CN-XiaoyiNeural": "female",
    "zh-CN-YunjianNeural": "male",
    "zh-CN-YunxiNeural": "male",
    "zh-CN-YunxiaNeural": "male",
    "zh-CN-YunyangNeural": "male",
    "zh-CN-liaoning-XiaobeiNeural": "female",
    "zh-CN-shaanxi-XiaoniNeural": "female",
    "zh-HK-HiuGaaiNeural": "female",
    "zh-HK-HiuMaanNeural": "female",
    "zh-HK-WanLungNeural": "male",
    "zh-TW-HsiaoChenNeural": "female",
    "zh-TW-HsiaoYuNeural": "female",
    "zh-TW-YunJheNeural": "male",
    "en-AU-NatashaNeural": "female",
    "en-CA-ClaraNeural": "female",
    "en-CA-LiamNeural": "male",
    "en-GB-LibbyNeural": "female",
    "en-GB-MaisieNeural": "female",
    "en-GB-RyanNeural": "male",
    "en-GB-SoniaNeural": "female",
    "en-GB-ThomasNeural": "male",
    "en-IE-ConnorNeural": "male",
    "en-IE-EmilyNeural": "female",
    "en-IN-NeerjaNeural": "female",
    "en-IN-PrabhatNeural": "male",
    "en-NZ-MitchellNeural": "male",
    "en-NZ-MollyNeural": "female",
    "en-US-AnaNeural": "female",
    "en-US-AndrewMultilingualNeural": "male",
    "en-US-AndrewNeural": "male",
    "en-US-AriaNeural": "female",
    "en-US-AvaMultilingualNeural": "female",
    "en-US-AvaNeural": "female",
    "en-US-BrianMultilingualNeural": "male",
    "en-US-BrianNeural": "male",
    "en-US-ChristopherNeural": "male",
    "en-US-EmmaMultilingualNeural": "female",
    "en-US-EmmaNeural": "female",
    "en-US-EricNeural": "male",
    "en-US-GuyNeural": "male",
    "en-US-JennyNeural": "female",
    "en-US-MichelleNeural": "female",
    "en-US-RogerNeural": "male",
    "en-US-SteffanNeural": "male",
}
"""Names and genders as the service lists them; the whole list needs the network."""

OPENAI_VOICES = (
    "alloy",
    "ash",
    "ballad",
    "coral",
    "echo",
    "fable",
    "nova",
    "onyx",
    "sage",
    "shimmer",
    "verse",
)
"""The voices of OpenAI's own speech models; compatible servers have others."""

_LIST_TIMEOUT_S = 8.0
_WORKER_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True, order=True)
class VoiceEntry:
    """A voice: what `[voice] name` takes, the language it speaks, and whether the engine told us or the list that comes with us."""

    engine: str
    name: str
    language: str
    gender: Gender
    source: Literal["engine", "shipped"]


def list_voices(engine: str, language: str = "") -> tuple[VoiceEntry, ...]:
    """Return an engine's voices for a language (`zh`, `en-US`; empty: all), by name.

    The online service is asked for its list; where it does not answer the Chinese and English voices known to us are returned, and their
    `source` is then `shipped`. Raises InputError where the engine has no voices to choose from.
    """
    if engine in {"edge", "auto"}:
        entries = _list_edge_voices()
    elif engine == "espeak":
        entries = _list_espeak_voices(language)
    elif engine == "openai":
        entries = [VoiceEntry(engine, name, "", "", "shipped") for name in OPENAI_VOICES]
    else:
        raise InputError(
            f"The engine {engine!r} has no list of voices.", "Choose edge, espeak or openai."
        )
    return tuple(sorted(voice for voice in entries if _matches_language(voice, language)))


def _matches_language(entry: VoiceEntry, language: str) -> bool:
    codes = {"zh": ("zh", "cmn", "yue")}.get(language, (language,))
    return (
        not language
        or not entry.language
        or any(entry.language == code or entry.language.startswith(f"{code}-") for code in codes)
    )


def _list_edge_voices() -> list[VoiceEntry]:
    import aiohttp
    import edge_tts

    async def listed() -> list[VoiceEntry]:
        voices = await asyncio.wait_for(edge_tts.list_voices(), _LIST_TIMEOUT_S)
        return [
            VoiceEntry(
                "edge", voice["ShortName"], voice["Locale"], _gender(voice["Gender"]), "engine"
            )
            for voice in voices
        ]

    try:
        return asyncio.run(listed())
    except (
        aiohttp.ClientError,
        edge_tts.exceptions.EdgeTTSException,
        OSError,
        asyncio.TimeoutError,
        ValueError,
        KeyError,
    ):
        return [
            VoiceEntry("edge", name, name[: name.index("-", 3)], gender, "shipped")
            for name, gender in EDGE_VOICES.items()
        ]


def _gender(name: str) -> Gender:
    return {"Female": "female", "Male": "male"}.get(name, "")  # type: ignore[return-value]


def _list_espeak_voices(language: str) -> list[VoiceEntry]:
    code = {"zh": "", "": ""}.get(language, language)
    with process.worker_pool(1) as worker:
        voices = worker.submit(espeak_worker.list_voice_names, code).result(
            timeout=_WORKER_TIMEOUT_S
        )
    return [VoiceEntry("espeak", name, name, gender, "engine") for name, gender in voices]
