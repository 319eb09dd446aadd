"""The voices of the online service: its own list, or the Chinese and English ones shipped here."""

from __future__ import annotations

import asyncio
import functools
from importlib.resources import files
from typing import TYPE_CHECKING, cast

from pipeline.speech.engines.base import Gender, VoiceEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

_LIST_TIMEOUT_S = 8.0


@functools.cache
def shipped_voices() -> Mapping[str, Gender]:
    """Return the gender of each voice in the list shipped with the program, by name."""
    lines = files("pipeline.speech.engines").joinpath("data", "edge_voices.txt").read_text("utf-8")
    entries = (line.split() for line in lines.splitlines() if not line.startswith("#"))
    return {name: cast("Gender", gender) for name, gender in entries}


def voice_gender(name: str) -> Gender:
    """Return the gender of a voice in the shipped list; "" for others."""
    return shipped_voices().get(name, "")


def list_voices(language: str) -> list[VoiceEntry]:  # noqa: ARG001 - the service lists all at once
    """Return the voices the service lists; the shipped ones if it does not answer."""
    import aiohttp
    import edge_tts

    async def request_list() -> list[VoiceEntry]:
        voices = await asyncio.wait_for(edge_tts.list_voices(), _LIST_TIMEOUT_S)
        return [
            VoiceEntry(
                "edge", voice["ShortName"], voice["Locale"], _gender(voice["Gender"]), "engine"
            )
            for voice in voices
        ]

    try:
        return asyncio.run(request_list())
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
            for name, gender in shipped_voices().items()
        ]


def _gender(name: str) -> Gender:
    return cast("Gender", {"Female": "female", "Male": "male"}.get(name, ""))
