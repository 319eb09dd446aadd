"""The settings of one episode."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import Field, model_validator

from pipeline.settings.sections import (
    InterfaceSettings,
    MotionSettings,
    MusicSettings,
    PauseSettings,
    PictureSettings,
    Section,
    SlideSettings,
    SoundSettings,
    StyleSettings,
    SubtitleSettings,
    TextSettings,
    TransitionSettings,
    TranslationSettings,
    VoiceSettings,
)

_TRANSLATED_TITLE_KEY = re.compile(r"title_([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)")


class TitledSection(Section):
    """A table with a title in the episode's language and, as `title_en` and so on, in others."""

    title: str = ""
    titles: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather_titles(cls, values: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever the file held
        if not isinstance(values, dict):
            return values
        matches = {
            key: _TRANSLATED_TITLE_KEY.fullmatch(key) for key in values if isinstance(key, str)
        }
        titles = {match[1]: values[key] for key, match in matches.items() if match}
        other_values = {key: value for key, value in values.items() if not matches.get(key)}
        return {**other_values, "titles": titles} if titles else other_values


class ChapterSettings(TitledSection):
    """A chapter begins at a row (counted from 1)."""

    row: int = Field(ge=1)


class Settings(TitledSection):
    """Everything that a settings file can say about an episode."""

    description: str = ""
    author: str = ""
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "zh"
    chapter: tuple[ChapterSettings, ...] = ()
    slide: tuple[SlideSettings, ...] = ()
    pronunciation: dict[str, str] = Field(default_factory=dict)
    voice: VoiceSettings = VoiceSettings()
    pauses: PauseSettings = PauseSettings()
    text: TextSettings = TextSettings()
    subtitles: SubtitleSettings = SubtitleSettings()
    translate: TranslationSettings = TranslationSettings()
    picture: PictureSettings = PictureSettings()
    style: StyleSettings = StyleSettings()
    transition: TransitionSettings = TransitionSettings()
    motion: MotionSettings = MotionSettings()
    sound: SoundSettings = SoundSettings()
    music: MusicSettings = MusicSettings()
    interface: InterfaceSettings = InterfaceSettings()
