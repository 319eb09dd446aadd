"""`[picture]`, `[style]`, `[[slide]]`: what is seen."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipeline.settings.base import Section

Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Burn = Literal["zh", "en", "both", "none"]


class Picture(Section):
    """The video's geometry and encoding; `over` says what the captions lie over: slides, or the host's own video recording."""

    width: int = Field(1920, ge=320, le=7680, multiple_of=2)
    height: int = Field(1080, ge=240, le=4320, multiple_of=2)
    fps: int = Field(30, ge=1, le=120)
    over: Literal["slides", "recording"] = "slides"
    burn: Burn = "zh"
    quality: Literal["draft", "good", "best"] = "good"
    codec: Literal["h264", "hevc", "av1"] = "h264"
    cfr: Literal["held", "plain"] = "held"
    keyframe_interval: int = Field(10, ge=1, le=600)


class Transition(Section):
    """How one slide gives way to the next, and for how long (s)."""

    kind: Literal["none", "crossfade", "push", "fade"] = "none"
    seconds: float = Field(0.6, ge=0.1, le=5.0)


class Motion(Section):
    """Slow travel over photographs: `zoom` or `pan` by a part of the picture (`amount`), for some seconds (0: as long as it shows)."""

    kind: Literal["none", "zoom", "pan"] = "none"
    amount: float = Field(0.08, ge=0.01, le=0.5)
    seconds: float = Field(8.0, ge=0.0, le=600.0)


class Style(Section):
    """The palette and type of cards and captions, how slides fill the picture, and what else is drawn.

    `font` is a font file (relative to the episode's assets), a family's name, `system`, or nothing for the bundled font;
    `caption_size` is a factor; `cards` says whether single moments get cards too; `closing` stands in for the thanks at the end;
    `progress` draws the chapters along the lower edge. What is left out is the channel's (`assets/theme.toml`), or the dark theme's.
    """

    theme: Literal["dark", "light"] | None = None
    accent: Colour | None = None
    background: Colour | None = None
    text: Colour | None = None
    font: str = ""
    captions: Literal["outline", "box"] = "outline"
    caption_size: float = Field(1.0, ge=0.5, le=2.0)
    karaoke: bool = False
    cards: Literal["all", "chapters"] = "all"
    closing: str = Field("", max_length=60)
    fit: Literal["fit", "fill", "blur"] = "fit"
    progress: bool = False


class SlideAt(Section):
    """A slide shown from a row on: a file of the episode's assets (`deck.pdf#3` is its third page), or `card` for the cards again.

    A clip shorter than its time begins anew (`loop`) or stays on its last picture (`hold`); a longer one is cut.
    """

    row: int = Field(ge=1)
    file: str = Field(min_length=1, max_length=1_000)
    play: Literal["loop", "hold"] = "loop"


class Channel(Section):
    """`assets/theme.toml`: what all episodes of a channel have in common. Files are relative to `assets/`."""

    name: str = Field("", max_length=60)
    logo: str = Field("", max_length=1_000)
    theme: Literal["dark", "light"] | None = None
    accent: Colour | None = None
    background: Colour | None = None
    text: Colour | None = None
    font: str = ""
