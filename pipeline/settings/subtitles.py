"""`[subtitles]`: how rows become cues."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.settings.base import Section


class Subtitles(Section):
    """The house style of each language's cues, and the pace where no audio tells it (syllables a minute).

    `bom` puts a byte order mark before SRT, WebVTT and ASS files: some old Windows players take UTF-8 for the system's encoding without.
    """

    profile: Literal["verbatim", "netflix-zh", "ted-zh"] = "verbatim"
    second_profile: Literal["netflix-en", "verbatim"] = "netflix-en"
    pace: int = Field(269, ge=60, le=600)
    bom: bool = False
