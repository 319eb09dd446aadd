"""The reference of the settings: every key is explained, and what is printed is a settings file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pipeline.messages import languages, templates
from pipeline.settings import Settings, parse_settings
from pipeline.settings.reference import setting_keys, settings_schema
from tests.small_project import episode

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("language", languages())
def test_every_key_and_table_is_explained_and_nothing_else(language: str) -> None:
    """The keys that have a help text are the keys that exist."""
    keys = setting_keys()
    tables = {key.table for key in keys} - {""}
    names = {f"{key.table}_{key.name}" if key.table else key.name for key in keys}
    assert set(templates("setting_help", language)) == names | tables | {"schema"}


@pytest.mark.parametrize("locale", ["C", "zh_CN.UTF-8"])
def test_the_printed_reference_is_a_settings_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    """It reads as the defaults, but for the repeated tables, which need values."""
    monkeypatch.setenv("LC_ALL", locale)
    ran = episode("settings", cwd=tmp_path)
    assert ran.code == 0
    blocks = ran.out.split("\n\n")
    kept = [block for block in blocks if "\n[[" not in block]
    assert len(blocks) - len(kept) == 2
    assert parse_settings("\n\n".join(kept), "printed") == Settings()


def test_a_table_a_key_or_the_schema_is_shown(tmp_path: Path) -> None:
    """A name that is none is refused; --json has ranges and choices."""
    assert episode("settings", "voice.rate", cwd=tmp_path).out.splitlines()[-2:] == [
        "# Faster or slower, in percent of the voice's own speed. (-50 to 100)",
        "rate = 0",
    ]
    shown = json.loads(episode("settings", "subtitles.profile", "--json", cwd=tmp_path).out)
    assert "netflix-zh" in shown["settings"][0]["choices"]
    refused = episode("settings", "voise", cwd=tmp_path)
    assert refused.code == 2
    assert "voise" in refused.err
    schema = json.loads(episode("settings", "--schema", cwd=tmp_path).out)
    assert schema == settings_schema()
    voice = schema["$defs"]["VoiceSettings"]["properties"]
    assert voice["rate"]["minimum"] == -50
    assert voice["rate"]["description"].startswith("Faster")
