"""The embedded voice behind a speech server of OpenAI's kind, with the true start of each row."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pipeline.speech.analysis.speech_decoder import decode_speech
from pipeline.speech.engines.base import SynthesisResult
from pipeline.speech.utterances import has_speakable_text, join_rows
from pipeline.timebase import samples_from_seconds
from tests.align.recordings import Voice, voiced

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from pipeline.model import SpokenRow
    from pipeline.speech.utterances import Utterance

RATE = 22_050
_LEAD_S, _TAIL_S = 0.12, 0.35
_FADED = 1_000  # samples at a take's ends are eased, 5 ms of them


@dataclass(frozen=True, slots=True)
class Answer:
    """A WAV file, and when each row begins in it (s); None for a row that is not spoken."""

    wav: bytes
    onsets: tuple[float | None, ...]


@dataclass(slots=True)
class EmbeddedSpeaker:
    """Answers by text; `said` are the texts that were asked for, in order."""

    answers: dict[str, Answer]
    said: list[str] = field(default_factory=list)

    def speak(self, text: str) -> bytes:
        """Return a text's sound as a WAV file."""
        self.said.append(text)
        return self.answers[text].wav


def speaker(
    utterances: Iterable[Utterance], voices: Sequence[Voice], drops: Collection[int] = ()
) -> EmbeddedSpeaker:
    """Return the speaker of utterances and of each of their rows alone.

    Utterance `n` has the voice `n` modulo their number. Of utterances whose first row is in `drops`
    the second row is left out when they are spoken whole, as models do.
    """
    texts: list[str] = []
    orders: list[tuple[list[str], Voice]] = []
    lost: list[bool] = []
    for number, one in enumerate(
        utterance for utterance in utterances if has_speakable_text(utterance.rows[0])
    ):
        last = len(one.rows) - 1
        ways = [one.rows, *((row,) for row in one.rows)] if last else [one.rows]
        closed = [
            one.ends_thought,
            *(one.ends_thought and index == last for index in range(last + 1)),
        ]
        for rows, ends in zip(ways, closed, strict=False):
            text, parts = _parts(rows, closed=ends)
            texts.append(text)
            lost.append(len(rows) > 1 and rows[0].row in drops)
            orders.append(
                (parts[:1] + parts[2:] if lost[-1] else parts, voices[number % len(voices)])
            )
    answers = {}
    for text, short, utterance in zip(texts, lost, voiced(orders), strict=True):
        onsets: list[float | None] = [_LEAD_S + start / RATE for start, _ in utterance.rows]
        answers[text] = Answer(
            _wav(utterance.samples), (*onsets[:1], *([None] if short else []), *onsets[1:])
        )
    return EmbeddedSpeaker(answers)


def true_onsets(audio: NDArray[np.int16], own: EmbeddedSpeaker) -> tuple[int | None, ...]:
    """Return when each row of a take truly begins, in samples (48 kHz) of its `audio`.

    The audio is an unchanged stretch of one of the answers.
    """
    core = audio[_FADED : _FADED + 800]
    for answer in own.answers.values():
        whole = decode_speech(SynthesisResult(answer.wav, "wav", 0))
        for at in np.flatnonzero(whole[: len(whole) - len(core)] == core[0]):
            if np.array_equal(whole[at : at + len(core)], core):
                start = int(at) - _FADED
                return tuple(
                    None if onset is None else samples_from_seconds(onset) - start
                    for onset in answer.onsets
                )
    raise AssertionError("the take is in none of the answers")


def _parts(rows: Sequence[SpokenRow], *, closed: bool) -> tuple[str, list[str]]:
    """Return the text that is asked for, and each row's part of it with the mark after it."""
    whole = join_rows(rows, ends_thought=closed)
    edges = [*(first for first, _ in whole.row_ranges), len(whole.text)]
    return whole.text, [whole.text[first:last] for first, last in pairwise(edges)]


def _wav(samples: NDArray[np.int16]) -> bytes:
    """Return samples as a WAV file, with silence around them and a room's faint hiss."""
    hiss = np.random.default_rng(len(samples)).normal(
        0, 6, len(samples) + round((_LEAD_S + _TAIL_S) * RATE)
    )
    hiss[round(_LEAD_S * RATE) :][: len(samples)] += samples
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(np.clip(np.rint(hiss), -32768, 32767).astype("<i2").tobytes())
    return file.getvalue()
