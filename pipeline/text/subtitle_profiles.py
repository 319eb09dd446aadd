"""The numbers of the subtitle standards, by profile.

Sources: Netflix Timed Text Style Guides (Simplified Chinese, English) and TED's subtitling guide for zh-CN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class CueLimits:
    """What a cue may be: characters a line, lines, characters a second, durations in ms, the gap in frames.

    `width` says how characters are counted: `strict` (each 1) or `visual` (Latin and other half-width characters ½).
    `punctuation` is `verbatim` (as the author wrote) or `netflix` (no 。 and ，on screen).
    """

    name: str
    characters: int
    lines: int
    cps: float
    width_kind: Literal["strict", "visual"] = "visual"
    min_ms: int = 833
    max_ms: int = 7_000
    gap_frames: int = 2
    linger_ms: int = 500
    punctuation: Literal["verbatim", "netflix"] = "verbatim"


SUBTITLE_PROFILES = {
    # 22 full-width characters are two thirds of a 16:9 picture at the caption size used here: an author's row mostly stays whole
    "verbatim": CueLimits("verbatim", 22, 2, 10),
    "netflix-zh": CueLimits("netflix-zh", 16, 2, 9, punctuation="netflix"),
    "ted-zh": CueLimits("ted-zh", 16, 2, 10, min_ms=1_000),
    "netflix-en": CueLimits("netflix-en", 42, 2, 20, width_kind="strict"),
    "verbatim-second": CueLimits("verbatim-second", 84, 2, 25, width_kind="strict"),
}
"""Every profile by its name in the settings."""
