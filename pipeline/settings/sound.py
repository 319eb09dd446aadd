"""`[sound]` and `[music]`: what is heard besides the voice, and how loud."""

from __future__ import annotations

from pydantic import Field

from pipeline.settings.base import Section


class Sound(Section):
    """The master: integrated loudness in LUFS, true peak ceiling in dBTP, high-pass corner in Hz (0: none)."""

    loudness: float = Field(-14.0, ge=-31.0, le=-9.0)
    true_peak: float = Field(-1.0, ge=-9.0, le=-0.1)
    compress: bool = True
    high_pass: int = Field(70, ge=0, le=300)
    formats: tuple[str, ...] = ("m4a",)
