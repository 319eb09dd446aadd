"""The sections of the settings: frozen values; unknown keys are refused, types are not guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticKnownError, core_schema

from pipeline.messages import languages
from pipeline.subtitle_profiles import PRIMARY_LIMITS, TRANSLATION_LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema


class Section(BaseModel):
    """A table of the settings file."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, str_max_length=20_000, allow_inf_nan=False
    )


EngineName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
"""A name in the table of speech engines, which knows those of extensions and checks it."""

AlignerKind = Literal["auto", "self", "ctc", "qwen3"]


class VoiceSettings(Section):
    """The voice of the narration.

    `rate` and `volume` are changes in percent, `pitch` is one in Hz, against the voice's own.
    `model` is the model of an OpenAI-compatible server, the folder of a sherpa-onnx model, or the
    file of the engine kokoro;
    `base_url` is that server's address, e.g. http://localhost:8880/v1. `at_once` is the number of
    requests that a service gets at the same time from all episodes together.

    `speakers` names the voices of speakers, where `[text] labels` is `voices`.

    `file` is the host's recording. `aligner` says how its rows are found: by what is learnt from
    the recording alone (`self`), or by the model at `aligner_model` (`ctc`, `qwen3`; `auto` chooses
    by the files there). With a file `times` nothing is aligned: it holds the rows' times.
    `cut_retakes` leaves earlier takes, false starts and remarks out of sound and picture.
    """

    engine: EngineName = "auto"
    name: str = ""
    rate: int = Field(0, ge=-50, le=100)
    pitch: int = Field(0, ge=-100, le=100)
    volume: int = Field(0, ge=-50, le=50)
    file: str = Field("", max_length=1_000)
    aligner: AlignerKind = "auto"
    aligner_model: str = Field("", max_length=1_000)
    times: str = Field("", max_length=1_000)
    cut_retakes: bool = False
    model: str = Field("", max_length=500)
    base_url: str = Field("", max_length=500)
    at_once: int = Field(3, ge=1, le=4)
    speakers: dict[str, str] = Field(default_factory=dict)


class PauseSettings(Section):
    """Silences in ms: between clauses, sentences and chapters, and before and after the talk."""

    row: int = Field(120, ge=0, le=10_000)
    clause: int = Field(220, ge=0, le=10_000)
    sentence: int = Field(480, ge=0, le=10_000)
    chapter: int = Field(1_100, ge=0, le=30_000)
    lead_in: int = Field(1_000, ge=0, le=60_000)
    tail: int = Field(2_500, ge=0, le=60_000)


class OneOf:
    """The names that a value may have; the error reads as that of a Literal."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take the names in the order in which they are shown."""
        self.names = tuple(names)

    def __get_pydantic_core_schema__(
        self,
        source: Any,  # noqa: ANN401 - as pydantic declares it
        handler: GetCoreSchemaHandler,
    ) -> CoreSchema:
        """Return the schema of the type with the check behind it."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the JSON Schema with the names."""
        return {**handler(schema), "enum": list(self.names)}

    def _check(self, value: str) -> str:
        if value not in self.names:
            quoted = [repr(name) for name in self.names]
            expected = " or ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))
            raise PydanticKnownError("literal_error", {"expected": expected})
        return value


class TextSettings(Section):
    """How the transcript is taken; `shift` (s) moves the times of a subtitle file.

    `labels` says whether speaker labels are shown (`keep`), left out (`drop`), or shown while each
    speaker has a voice of their own (`voices`); `directions` whether stage directions in brackets
    are spoken (`keep`), only shown (`silent`) or left out (`drop`).
    """

    labels: Literal["keep", "drop", "voices"] = "keep"
    directions: Literal["keep", "silent", "drop"] = "silent"
    shift: float = Field(0.0, ge=-360_000, le=360_000)


class SubtitleSettings(Section):
    """The style of each language's cues, and the pace where no audio tells it (syllables a minute).

    `profile` and `second_profile` are names of `pipeline.subtitle_profiles`; `formats` are the
    names of the subtitle formats that a build writes, those of extensions included. `bom` puts a
    byte order mark before SRT, WebVTT and ASS files: without it, some old Windows players take
    UTF-8 for the system's encoding.
    """

    profile: Annotated[str, OneOf(PRIMARY_LIMITS)] = "verbatim"
    second_profile: Annotated[str, OneOf(TRANSLATION_LIMITS)] = "netflix-en"
    formats: tuple[Annotated[str, Field(min_length=1, max_length=40)], ...] = Field(
        ("srt", "vtt", "txt", "ass"), max_length=40
    )
    pace: int = Field(269, ge=60, le=600)
    bom: bool = False


LanguageTag = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class TranslationSettings(Section):
    """The translation server and the requests to it.

    `url` is the part before `/chat/completions`, e.g. `https://api.openai.com/v1`. The key is only
    read from the environment variable `key_env`; its name must begin with EPISODE_, so that no
    settings file can send other secrets of the machine away. A request holds `batch` rows and
    `context` rows on both sides; `glossary` has fixed translations of names. `timeout` for a
    request and `deadline` for an episode are in seconds.
    """

    url: Annotated[str, Field(pattern=r"^(https?://[^\s/?#@]+(/[^\s?#]*)?)?$", max_length=300)] = ""
    model: Annotated[str, Field(max_length=200)] = ""
    languages: tuple[LanguageTag, ...] = ("en",)
    batch: int = Field(40, ge=1, le=200)
    context: int = Field(6, ge=0, le=50)
    temperature: float = Field(0.2, ge=0, le=2)
    key_env: Annotated[str, Field(pattern=r"^EPISODE_[A-Z0-9_]{1,60}$")] = "EPISODE_TRANSLATE_KEY"
    glossary: dict[str, str] = Field(default_factory=dict)
    timeout: int = Field(120, ge=5, le=3_600)
    deadline: int = Field(1_800, ge=10, le=86_400)


Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
BurnChoice = Annotated[
    str, Field(pattern=r"^(first|second|both|none|[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)$")
]
"""The captions in the picture: of the episode's language, of its translation, or of a code."""


class PictureSettings(Section):
    """The video's size and encoding.

    `over` is what the captions lie over: slides, or the host's own video.
    """

    width: int = Field(1920, ge=320, le=7680, multiple_of=2)
    height: int = Field(1080, ge=240, le=4320, multiple_of=2)
    fps: int = Field(30, ge=1, le=120)
    over: Literal["slides", "recording"] = "slides"
    burn: BurnChoice = "first"
    quality: Literal["draft", "good", "best"] = "good"
    codec: Literal["h264", "hevc", "av1"] = "h264"
    cfr: Literal["held", "plain"] = "held"
    keyframe_interval: int = Field(10, ge=1, le=600)


class TransitionSettings(Section):
    """How one slide gives way to the next, and for how long (s)."""

    kind: Literal["none", "crossfade", "push", "fade"] = "none"
    seconds: float = Field(0.6, ge=0.1, le=5.0)


class MotionSettings(Section):
    """Slow movement over photographs: `zoom` or `pan` by a part of the picture (`amount`).

    `seconds` is its length; 0 stands for as long as the photograph is shown. `cards` is how what
    is new on a card appears: it eases in over a quarter of a second, or is there at once.
    """

    kind: Literal["none", "zoom", "pan"] = "none"
    amount: float = Field(0.08, ge=0.01, le=0.5)
    seconds: float = Field(8.0, ge=0.0, le=600.0)
    cards: Literal["ease", "none"] = "ease"


class StyleSettings(Section):
    """The colours and type of cards and captions, how slides fill the picture, what else is drawn.

    `font` is a font file (relative to the episode's assets), the name of a family, `system`, or ""
    for the bundled font. `caption_size` is a factor. `cards` says whether single moments get cards
    too. `closing` replaces the thanks at the end. `progress` draws the chapters along the lower
    edge. Values that are not given are the channel's (`assets/theme.toml`) or the dark theme's.
    """

    theme: Literal["dark", "light", "indigo", "mist"] | None = None
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


class SlideSettings(Section):
    """A slide shown from a row on.

    `file` is a file of the episode's assets (`deck.pdf#3` is its third page), or `card` to return
    to the cards. A clip that is shorter than its time repeats (`loop`) or stays on its last frame
    (`hold`); a longer one is cut.
    """

    row: int = Field(ge=1)
    file: str = Field(min_length=1, max_length=1_000)
    play: Literal["loop", "hold"] = "loop"


class InterfaceSettings(Section):
    """The language of messages: a code of the catalogue, or "" for the language of the locale."""

    language: Annotated[str, OneOf(("", *languages()))] = ""


class ChannelSettings(Section):
    """`assets/theme.toml`: the look of a channel's episodes. Files are relative to `assets/`."""

    name: str = Field("", max_length=60)
    logo: str = Field("", max_length=1_000)
    theme: Literal["dark", "light", "indigo", "mist"] | None = None
    accent: Colour | None = None
    background: Colour | None = None
    text: Colour | None = None
    font: str = ""


class SoundSettings(Section):
    """The master: loudness in LUFS, true peak limit in dBTP, high-pass corner in Hz (0: none).

    `clean` reduces hum, rumble and steady noise in a host's recording.
    """

    loudness: float = Field(-14.0, ge=-31.0, le=-9.0)
    true_peak: float = Field(-1.0, ge=-9.0, le=-0.1)
    compress: bool = True
    high_pass: int = Field(70, ge=0, le=300)
    clean: bool = False
    formats: tuple[Literal["m4a", "mp3", "wav"], ...] = ("m4a",)


class MusicSettings(Section):
    """Music: files, or a folder of them, in the episode's assets or the channel's.

    Levels are in LU against the voice: `level` where nobody speaks, `duck` is how much lower the
    music is under speech. Times are in seconds. `intro` and `outro` are stings that are played once
    at the beginning and at the end, at `sting_level`. If nothing is named, `music.mp3` (or another
    suffix) in the episode's own assets is used.
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
