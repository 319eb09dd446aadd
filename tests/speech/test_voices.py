"""Who can speak, and how they sound."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING, Any

import edge_tts
import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.settings import Settings, with_changes
from pipeline.speech.engines.edge import VOICE_NAME
from pipeline.speech.engines.voice_catalog import EDGE_VOICES, VoiceEntry, list_voices
from pipeline.speech.voice_sample import synthesize_sample
from tests.speech.tones import heard_tones, tones_of

if TYPE_CHECKING:
    from pipeline.cache import Store
    from tests.speech.conftest import Serve


async def _no_network() -> list[Any]:
    raise OSError


async def _one_voice() -> list[Any]:
    return [
        {"ShortName": "zh-CN-NewNeural", "Locale": "zh-CN", "Gender": "Female"},
        {"ShortName": "de-DE-KatjaNeural", "Locale": "de-DE", "Gender": ""},
    ]


def test_offline_the_voices_we_know_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chinese and English, and it is told that the service was not asked."""
    monkeypatch.setattr(edge_tts, "list_voices", _no_network)
    chinese, english = list_voices("edge", "zh"), list_voices("edge", "en")
    assert {voice.name for voice in (*chinese, *english)} == set(EDGE_VOICES)
    assert {voice.source for voice in (*chinese, *english)} == {"shipped"}
    assert VoiceEntry("edge", "zh-CN-YunxiNeural", "zh-CN", "male", "shipped") in chinese
    assert [voice.name for voice in list_voices("edge", "zh-TW")] == sorted(
        name for name in EDGE_VOICES if name.startswith("zh-TW")
    )


def test_online_the_service_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it lists is what there is."""
    monkeypatch.setattr(edge_tts, "list_voices", _one_voice)
    assert list_voices("edge", "zh") == (
        VoiceEntry("edge", "zh-CN-NewNeural", "zh-CN", "female", "engine"),
    )
    assert len(list_voices("edge")) == 2


def test_every_known_voice_is_a_name_we_let_through() -> None:
    """The list and the check agree."""
    assert [name for name in EDGE_VOICES if VOICE_NAME.fullmatch(name) is None] == []


def test_the_embedded_voices_are_listed_by_language() -> None:
    """Chinese is Mandarin and Cantonese; without a language there are a hundred."""
    assert {voice.language for voice in list_voices("espeak", "zh")} == {
        "cmn",
        "cmn-latn-pinyin",
        "yue",
    }
    assert len(list_voices("espeak")) > 100


def test_engines_without_a_list_say_so() -> None:
    """Not an empty table."""
    assert any(voice.name == "alloy" for voice in list_voices("openai", "zh"))
    with pytest.raises(InputError, match="no list"):
        list_voices("silence")


def test_a_sample_says_its_text(serve: Serve, store: Store) -> None:
    """As WAV, mono, 48 kHz, line after line, with notices for the one who asked."""
    serve()
    told: list[str] = []
    body = synthesize_sample(
        "天气很好\n\n我们出门",
        with_changes(Settings(), {"voice.engine": "auto"}),
        store,
        told.append,
    )
    with wave.open(io.BytesIO(body)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert heard_tones(samples) == tones_of("天气很好我们出门")
    assert told == []
    serve(plan=lambda _number, _text: "403")
    synthesize_sample(
        "另一句话", with_changes(Settings(), {"voice.engine": "auto"}), store, told.append
    )
    assert len(told) == 1


def test_an_empty_sample_is_refused(store: Store) -> None:
    """There must be something to say."""
    with pytest.raises(InputError, match="nothing to say"):
        synthesize_sample(" \n ", Settings(), store)
