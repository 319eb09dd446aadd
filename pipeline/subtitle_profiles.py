"""The table of subtitle profiles: what a cue may be in each house style.

A new profile is one more entry of `SUBTITLE_PROFILES` and one sentence, `profile_NAME`, in the
message catalogue (`subtitles.toml`). The settings, `--profile`, its help and its error sentences
derive from the table.

Sources: Netflix Timed Text Style Guides (Simplified Chinese, English) and TED's subtitling guide
for zh-CN.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from pipeline.language import is_chinese, uses_full_width
from pipeline.messages import message

if TYPE_CHECKING:
    from pipeline.messages import Message


@dataclass(frozen=True, slots=True)
class CueLimits:
    """The limits of a cue: characters a line, lines, characters a second, ms, the gap in frames.

    `width_kind` says how characters are counted: `strict` (each 1) or `visual` (Latin and other
    half-width characters ½). A cue lasts `min_ms` to `max_ms` and may stay `linger_ms` after its
    last sound. `punctuation` is `verbatim` (as the author wrote) or `netflix` (no 。 and ，on
    screen).
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


@dataclass(frozen=True, slots=True)
class SubtitleProfile:
    """A house style by its name in the settings.

    `primary` are the limits for an episode's own language, `translation` those for the other ones;
    None where the profile was not made for them.
    """

    name: str
    primary: CueLimits | None = None
    translation: CueLimits | None = None

    @property
    def label(self) -> Message:
        """What the profile is, in a few words."""
        return message(f"subtitles.profile_{self.name.replace('-', '_')}")


SUBTITLE_PROFILES = (
    SubtitleProfile(
        "verbatim",
        # 22 full-width characters are two thirds of a 16:9 picture at the caption size used here:
        # an author's row mostly stays in one piece
        primary=CueLimits("verbatim", 22, 2, 10),
        translation=CueLimits("verbatim-second", 84, 2, 25, width_kind="strict"),
    ),
    SubtitleProfile("netflix-zh", primary=CueLimits("netflix-zh", 16, 2, 9, punctuation="netflix")),
    SubtitleProfile("ted-zh", primary=CueLimits("ted-zh", 16, 2, 10, min_ms=1_000)),
    SubtitleProfile(
        "netflix-en", translation=CueLimits("netflix-en", 42, 2, 20, width_kind="strict")
    ),
)

PRIMARY_LIMITS = {
    profile.name: profile.primary for profile in SUBTITLE_PROFILES if profile.primary is not None
}
"""The limits that `subtitles.profile` chooses from, by the profile's name."""

TRANSLATION_LIMITS = {
    profile.name: profile.translation
    for profile in SUBTITLE_PROFILES
    if profile.translation is not None
}
"""The limits that `subtitles.second_profile` chooses from, by the profile's name."""

CUE_LIMITS = {
    limits.name: limits for limits in (*PRIMARY_LIMITS.values(), *TRANSLATION_LIMITS.values())
}
"""Every set of limits by its own name, as `episode check --profile` takes it."""


def profile_for(name: str, language: str) -> str:
    """Return the name of limits that suit a language: the given ones, or others in their place.

    Limits for Chinese count full-width characters, those for English half-width ones.
    """
    if name.endswith("-zh") and not is_chinese(language):
        return default_limits(language).name
    if name.endswith("-en") and uses_full_width(language):
        return "netflix-zh" if is_chinese(language) else name
    return name


def primary_profile_choices(interface_language: str) -> str:
    """Return the names that `subtitles.profile` can have, each with its label, for `--help`."""
    return ", ".join(
        f"{profile.name} ({profile.label.in_language(interface_language)})"
        for profile in SUBTITLE_PROFILES
        if profile.primary is not None
    )


def default_limits(language: str) -> CueLimits:
    """Return the limits for subtitles of which only the language is known (a BCP 47 code)."""
    if is_chinese(language):
        return PRIMARY_LIMITS["verbatim"]
    return limits_for_language(TRANSLATION_LIMITS["netflix-en"], language)


def limits_for_language(limits: CueLimits, language: str) -> CueLimits:
    """Return limits that count Latin characters as they are for a language of full-width script.

    Its characters are twice as wide, and each takes the time of two to read. Limits that count
    visual widths already, and those for other languages, come back unchanged.
    """
    if limits.width_kind == "visual" or not uses_full_width(language):
        return limits
    return replace(
        limits, characters=limits.characters // 2, cps=limits.cps / 2, width_kind="visual"
    )
