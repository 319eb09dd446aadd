"""`[voice]` and `[pauses]`: who speaks, and how long the silences are."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.settings.base import Section

EngineName = Literal["auto", "edge", "espeak", "openai", "sherpa", "silence", "recording"]
AlignerKind = Literal["auto", "self", "ctc", "qwen3"]


class Voice(Section):
    """The voice of the narration; `rate`, `volume` in percent and `pitch` in Hz of change against the voice's own.

    `model` is an OpenAI-compatible server's model, or the folder of a sherpa-onnx model; `base_url` is that server's address, e.g.
    http://localhost:8880/v1. `at_once` is how many requests a service gets at the same time, by all episodes together.

    `file` is the host's recording, and how its rows are found: learnt from it alone (`self`), by the model at `aligner_model` (`ctc`,
    `qwen3`; `auto` tells by what lies there), or not at all, where the file `times` has their times already.
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
    model: str = Field("", max_length=500)
    base_url: str = Field("", max_length=500)
    at_once: int = Field(3, ge=1, le=4)


class Pauses(Section):
    """Silences in ms: between clauses voiced apart, sentences, chapters, and before and after the whole talk."""

    row: int = Field(120, ge=0, le=10_000)
    clause: int = Field(220, ge=0, le=10_000)
    sentence: int = Field(480, ge=0, le=10_000)
    chapter: int = Field(1_100, ge=0, le=30_000)
    lead_in: int = Field(1_000, ge=0, le=60_000)
    tail: int = Field(2_500, ge=0, le=60_000)
