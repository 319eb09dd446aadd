"""`[sound]` and `[music]`: what is heard besides the voice, and how loud."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.settings.base import Section


class Sound(Section):
    """The master: integrated loudness in LUFS, true peak ceiling in dBTP, high-pass corner in Hz (0: none)."""

    loudness: float = Field(-14.0, ge=-31.0, le=-9.0)
    true_peak: float = Field(-1.0, ge=-9.0, le=-0.1)
    compress: bool = True
    high_pass: int = Field(70, ge=0, le=300)
    formats: tuple[Literal["m4a", "mp3", "wav"], ...] = ("m4a",)


class Music(Section):
    """What is under the voice and around it: files, or a folder of them, below the episode's assets or the channel's.

    Levels are in LU against the voice: `level` where nobody speaks, `duck` how much further down under speech; times in seconds.
    `intro` and `outro` are stings, played once at the beginning and at the end, at `sting_level`. Where nothing is named, `music.mp3` (or
    another ending) in the episode's own assets is taken.
    """

    file: str = ""
    level: float = Field(-12.0, ge=-40.0, le=0.0)
    duck: float = Field(10.0, ge=0.0, le=40.0)
    fade_in: float = Field(2.0, ge=0.0, le=60.0)
    fade_out: float = Field(4.0, ge=0.0, le=60.0)
    crossfade: float = Field(2.0, ge=0.1, le=20.0)
    intro: str = ""
    outro: str = ""
    sting_level: float = Field(-3.0, ge=-40.0, le=0.0)
