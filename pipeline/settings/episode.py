"""One episode's settings file, whole."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import Field, model_validator

from pipeline.settings.base import Section
from pipeline.settings.picture import Motion, Picture, SlideAt, Style, Transition
from pipeline.settings.sound import Music, Sound
from pipeline.settings.subtitles import Subtitles
from pipeline.settings.translate import Translate
from pipeline.settings.voice import Pauses, Voice

_TRANSLATED = re.compile(r"title_([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)")


class Titled(Section):
    """Something with a title in the episode's language and, as `title_en` and so on, in others."""

    title: str = ""
    titles: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather_titles(cls, given: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever the file held
        if not isinstance(given, dict):
            return given
        found = {key: _TRANSLATED.fullmatch(key) for key in given if isinstance(key, str)}
        titles = {match[1]: given[key] for key, match in found.items() if match}
        rest = {key: value for key, value in given.items() if not found.get(key)}
        return {**rest, "titles": titles} if titles else rest


class ChapterAt(Titled):
    """A chapter begins at a row (counted from 1)."""

    row: int = Field(ge=1)


class Settings(Titled):
    """Everything a settings file can say about an episode."""

    description: str = ""
    author: str = ""
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "zh"
    chapter: tuple[ChapterAt, ...] = ()
    slide: tuple[SlideAt, ...] = ()
    pronunciation: dict[str, str] = Field(default_factory=dict)
    voice: Voice = Voice()
    pauses: Pauses = Pauses()
    subtitles: Subtitles = Subtitles()
    translate: Translate = Translate()
    picture: Picture = Picture()
    style: Style = Style()
    transition: Transition = Transition()
    motion: Motion = Motion()
    sound: Sound = Sound()
    music: Music = Music()
