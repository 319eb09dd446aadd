"""`[translate]`: machine translation of the rows by an OpenAI-compatible server, for a person to correct."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pipeline.settings.base import Section

Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class Translate(Section):
    """The server and what is asked of it.

    `url` is the part before `/chat/completions`, e.g. `https://api.openai.com/v1`. The key is only ever read from the environment
    variable `key_env`; its name must begin with EPISODE_, so that no settings file can send another of the machine's secrets away.
    `batch` rows are asked for at once, with `context` rows on both sides; `glossary` has names as they are to be translated.
    Seconds: `timeout` for one request, `deadline` for an episode.
    """

    url: Annotated[str, Field(pattern=r"^(https?://[^\s/?#@]+(/[^\s?#]*)?)?$", max_length=300)] = ""
    model: Annotated[str, Field(max_length=200)] = ""
    languages: tuple[Language, ...] = ("en",)
    batch: int = Field(40, ge=1, le=200)
    context: int = Field(6, ge=0, le=50)
    temperature: float = Field(0.2, ge=0, le=2)
    key_env: Annotated[str, Field(pattern=r"^EPISODE_[A-Z0-9_]{1,60}$")] = "EPISODE_TRANSLATE_KEY"
    glossary: dict[str, str] = Field(default_factory=dict)
    timeout: int = Field(120, ge=5, le=3_600)
    deadline: int = Field(1_800, ge=10, le=86_400)
