"""The table of engines: names, choices, voice lists, and what is derived from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import edge_tts
import pytest

from pipeline.errors import InputError
from pipeline.messages import Message
from pipeline.project import Project
from pipeline.script import read_settings
from pipeline.settings import Settings, with_changes
from pipeline.speech.engines.base import EngineSpec, EngineStatus, VoiceEntry
from pipeline.speech.engines.edge import VOICE_NAME
from pipeline.speech.engines.edge_voices import shipped_voices
from pipeline.speech.engines.registry import (
    AUTO_ORDER,
    BUILT_IN_ENGINES,
    check_engine_choice,
    create_engine,
    engine_names,
    engine_spec,
    list_voices,
    voice_choices,
)
from tests.speech.neural import kokoro_is_installed

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.cache import Store


async def _no_network() -> list[Any]:
    raise OSError


async def _two_voices() -> list[Any]:
    return [
        {"ShortName": "zh-CN-NewNeural", "Locale": "zh-CN", "Gender": "Female"},
        {"ShortName": "de-DE-KatjaNeural", "Locale": "de-DE", "Gender": ""},
    ]


@pytest.mark.parametrize("name", BUILT_IN_ENGINES)
def test_every_row_of_the_table_is_an_engine_spec_of_that_name(name: str) -> None:
    """The table names modules as text, so only loading them shows a mistake."""
    spec = engine_spec(name)
    assert isinstance(spec, EngineSpec)
    assert spec.name == name
    assert isinstance(spec.label, Message)
    assert (spec.list_voices is None) == (spec.abilities.voice_list == "none")


def test_auto_order_names_engines_of_the_table() -> None:
    """`auto` gives the first of them, and only the first is online."""
    assert set(AUTO_ORDER) <= set(engine_names())
    assert engine_spec("auto").name == AUTO_ORDER[0]
    assert [engine_spec(name).abilities.is_online for name in AUTO_ORDER] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("name", [name for name in BUILT_IN_ENGINES if name != "edge"])
def test_probe_says_whether_an_engine_is_ready(
    name: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that is not ready says what to do."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    status = engine_spec(name).probe(Settings(), store)
    assert isinstance(status, EngineStatus)
    assert isinstance(status.detail, Message)
    assert status.is_ready or status.detail.remedy
    assert status.is_ready or name in {"openai", "sherpa", "kokoro"}
    if name == "kokoro":
        assert status.is_ready == kokoro_is_installed()


def test_check_engine_choice_accepts_exactly_the_choices() -> None:
    """A wrong name gets the choices, and the nearest one where there is one."""
    for choice in voice_choices():
        check_engine_choice(choice)
    with pytest.raises(InputError, match=r"'festival'.*auto, edge, espeak.*recording"):
        check_engine_choice("festival")
    with pytest.raises(InputError, match="Did you mean 'edge'"):
        check_engine_choice("egde")


def test_read_settings_refuses_an_unknown_engine_with_its_file(tmp_path: Path) -> None:
    """In the settings file as on the command line."""
    folder = tmp_path / "transcript"
    folder.mkdir()
    (folder / "talk.txt").write_text("大家好\n", "utf-8")
    episode = Project(tmp_path).episode(folder / "talk.txt")
    with pytest.raises(InputError, match="festival") as caught:
        read_settings(episode, {"voice.engine": "festival"})
    assert caught.value.where == "the command line"
    (folder / "talk.toml").write_text('[voice]\nengine = "festival"\n', "utf-8")
    with pytest.raises(InputError, match=r"voice\.engine.*'festival'") as caught:
        read_settings(Project(tmp_path).episode(folder / "talk.txt"), {})
    assert str(caught.value.where).endswith("talk.toml")


@pytest.mark.parametrize("name", BUILT_IN_ENGINES)
@pytest.mark.parametrize("setting", ["pitch", "volume"])
def test_create_engine_refuses_settings_without_effect(
    name: str, setting: str, store: Store
) -> None:
    """Unless nothing is heard anyway."""
    abilities = engine_spec(name).abilities
    if getattr(abilities, f"changes_{setting}") or abilities.is_silent:
        create_engine(name, with_changes(Settings(), {f"voice.{setting}": 5}), store)
        return
    with pytest.raises(InputError, match=setting):
        create_engine(name, with_changes(Settings(), {f"voice.{setting}": 5}), store)


def test_create_engine_refuses_a_model_engine_without_a_model(store: Store) -> None:
    """It names the setting."""
    with pytest.raises(InputError, match=r"\[voice\] model"):
        create_engine("sherpa", Settings(), store)


def test_create_engine_does_not_speak_a_recording(store: Store) -> None:
    """`recording` is a choice of the settings, and no engine."""
    with pytest.raises(InputError, match="aligned"):
        create_engine("recording", Settings(), store)


def test_list_voices_returns_the_shipped_list_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chinese and English voices, marked as shipped."""
    monkeypatch.setattr(edge_tts, "list_voices", _no_network)
    chinese, english = list_voices("edge", "zh"), list_voices("edge", "en")
    assert {voice.name for voice in (*chinese, *english)} == set(shipped_voices())
    assert {voice.source for voice in (*chinese, *english)} == {"shipped"}
    assert VoiceEntry("edge", "zh-CN-YunxiNeural", "zh-CN", "male", "shipped") in chinese
    assert [voice.name for voice in list_voices("edge", "zh-TW")] == sorted(
        name for name in shipped_voices() if name.startswith("zh-TW")
    )


def test_list_voices_asks_the_service_online(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it lists is what there is; `auto` lists its first engine."""
    monkeypatch.setattr(edge_tts, "list_voices", _two_voices)
    listed = (VoiceEntry("edge", "zh-CN-NewNeural", "zh-CN", "female", "engine"),)
    assert list_voices("edge", "zh") == list_voices("auto", "zh") == listed
    assert len(list_voices("edge")) == 2


def test_shipped_voices_are_names_that_the_engine_accepts() -> None:
    """The list and the check agree."""
    assert [name for name in shipped_voices() if VOICE_NAME.fullmatch(name) is None] == []


def test_list_voices_lists_embedded_voices_by_language() -> None:
    """Chinese is Mandarin, Cantonese and Hakka; without a language there are a hundred."""
    assert {voice.language for voice in list_voices("espeak", "zh")} == {
        "cmn",
        "cmn-latn-pinyin",
        "hak",
        "yue",
    }
    assert {voice.language for voice in list_voices("espeak", "yue")} == {"yue"}
    assert len(list_voices("espeak")) > 100


def test_list_voices_refuses_an_engine_without_a_list() -> None:
    """It names those that have one, in place of an empty table."""
    assert any(voice.name == "alloy" for voice in list_voices("openai", "zh"))
    with pytest.raises(InputError, match=r"no list.*edge, espeak, kokoro, openai"):
        list_voices("silence")
