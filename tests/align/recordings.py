"""Recordings composed from the embedded voice, whose row times are known to the sample.

The truth comes from the phoneme events of the engine itself: a row begins with its first phoneme
that is not a pause.
"""

from __future__ import annotations

import ctypes
import tempfile
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

import numpy as np

from pipeline import process
from pipeline.model import Span, SpokenRow, Token
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_VOICE_RATE = 22_050
_END, _MARK, _PHONEME = 0, 3, 7
_SSML_UTF8 = 0x11
_PHONEME_EVENTS = 1
_FADE_SECONDS = 0.004


class Voice(NamedTuple):
    """A speaker: an engine voice with a variant, words a minute, pitch 0–100.

    The variants f2, f3 and f5 breathe, and sound a little different in every process: recordings
    made with them differ.
    """

    name: str = "cmn+f4"
    pace: int = 230
    pitch: int = 50


class Utterance(NamedTuple):
    """Rows spoken at once: samples at 22,050 Hz, each row's first and last audible sample."""

    samples: NDArray[np.int16]
    rows: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording: mono int16 at `rate`, the rows to align, and their true spans (or None)."""

    samples: NDArray[np.int16]
    rate: int
    rows: tuple[SpokenRow, ...]
    truth: tuple[Span | None, ...]
    extra: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """How a recording is made; lengths in seconds, rows counted from 1.

    `gaps` is the least and greatest pause after a row; without it rows of a sentence run on and
    only sentences are parted by `breaths`.
    """

    voice: Voice = field(default_factory=Voice)
    gaps: tuple[float, float] | None = None
    breaths: tuple[float, float] = (0.25, 0.7)
    sway: float = 0.1
    lead: float = 0.8
    tail: float = 1.2
    noise: float | None = None
    music: float | None = None
    skipped: frozenset[int] = field(default_factory=frozenset)
    repeated: frozenset[int] = field(default_factory=frozenset)
    adlibs: tuple[tuple[int, str], ...] = ()
    rate: int = 16_000
    seed: int = 1


def compose(sentences: Sequence[Sequence[str]], plan: Plan) -> Recording:
    """Return the recording a plan makes of sentences, each a list of rows."""
    chance = np.random.default_rng(plan.seed)
    said = _said(sentences, plan)
    orders = []
    for group in said:
        sway = 1 + plan.sway * chance.uniform(-1, 1)
        pitch = int(np.clip(plan.voice.pitch + 80 * plan.sway * chance.uniform(-1, 1), 0, 99))
        orders.append(
            (
                [text for _, text in group],
                Voice(plan.voice.name, round(plan.voice.pace * sway), pitch),
            )
        )
    pieces: list[NDArray[np.float32]] = [np.zeros(round(plan.lead * _VOICE_RATE), np.float32)]
    at = len(pieces[0])
    truth: dict[int, tuple[int, int]] = {}
    extra: list[tuple[int, int]] = []

    def put(samples: NDArray[np.float32]) -> None:
        nonlocal at
        pieces.append(samples)
        at += len(samples)

    for group, utterance in zip(said, voiced(orders), strict=True):
        last = 0
        for index, ((row, _), (start, end)) in enumerate(zip(group, utterance.rows, strict=True)):
            if plan.gaps is None and index:
                put(utterance.samples[last:start].astype(np.float32))
            place = (at, at + end - start)
            if row == 0 or row in truth:
                extra.append(place)
            if row:
                truth[row] = place
            put(
                _faded(utterance.samples[start:end])
                if plan.gaps
                else utterance.samples[start:end].astype(np.float32)
            )
            last = end
            if plan.gaps:
                put(np.zeros(round(chance.uniform(*plan.gaps) * _VOICE_RATE), np.float32))
        if not plan.gaps:
            put(np.zeros(round(chance.uniform(*plan.breaths) * _VOICE_RATE), np.float32))
    put(np.zeros(round(plan.tail * _VOICE_RATE), np.float32))
    sound = _dressed(np.concatenate(pieces), plan, chance)
    texts = [text for sentence in sentences for text in sentence]
    return Recording(
        resampled(sound, _VOICE_RATE, plan.rate),
        plan.rate,
        spoken_rows(texts),
        tuple(_span(truth[row]) if row in truth else None for row in range(1, len(texts) + 1)),
        tuple(_span(place) for place in extra),
    )


def spoken_rows(texts: Iterable[str]) -> tuple[SpokenRow, ...]:
    """Return rows that are spoken just as they are shown."""
    return tuple(
        SpokenRow(row, text, text, tuple(Token(at, at + 1, at, at + 1) for at in range(len(text))))
        for row, text in enumerate(texts, 1)
    )


def voiced(orders: Sequence[tuple[Sequence[str], Voice]]) -> list[Utterance]:
    """Return espeak-ng's utterances of rows by voices, made in a process of its own."""
    with process.worker_pool(1) as workers:
        return workers.submit(_voice_all, list(orders)).result()


def resampled(samples: NDArray[np.float32], old: int, new: int) -> NDArray[np.int16]:
    """Return samples (int16 scale) at another rate, by the band-limited resampler of ffmpeg."""
    import av

    resampler = av.AudioResampler(format="s16", layout="mono", rate=new)
    plain = np.clip(np.round(samples), -32768, 32767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(plain[None, :], format="s16", layout="mono")
    frame.sample_rate = old
    parts = [part.to_ndarray()[0] for whole in (frame, None) for part in resampler.resample(whole)]
    return np.concatenate(parts).astype(np.int16)


def _said(sentences: Sequence[Sequence[str]], plan: Plan) -> list[list[tuple[int, str]]]:
    """Return what is really said, in breaths, as (row, text); row 0 is an ad-lib."""
    said: list[list[tuple[int, str]]] = []
    row = 0
    adlibs = dict(plan.adlibs)
    for sentence in sentences:
        group: list[tuple[int, str]] = []
        for text in sentence:
            row += 1
            if row not in plan.skipped:
                group.append((row, text))
            if row in plan.repeated:
                said.append(group)
                group = [(row, text)]
            if row in adlibs:
                said += [group, [(0, adlibs[row])]]
                group = []
        said.append(group)
    return [group for group in said if group]


def _span(place: tuple[int, int]) -> Span:
    return Span(*(round(edge * SAMPLE_RATE / _VOICE_RATE) for edge in place))


def _faded(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """Return a row with its edges eased, so that cutting it out of a breath does not click."""
    plain = samples.astype(np.float32)
    ramp = np.linspace(
        0, 1, min(round(_FADE_SECONDS * _VOICE_RATE), len(plain) // 2), dtype=np.float32
    )
    plain[: len(ramp)] *= ramp
    plain[len(plain) - len(ramp) :] *= ramp[::-1]
    return plain


def _dressed(
    sound: NDArray[np.float32], plan: Plan, chance: np.random.Generator
) -> NDArray[np.float32]:
    """Return speech with faint hiss, and with noise or music if the plan has some."""
    speech = float(np.sqrt(np.mean(np.square(sound[np.abs(sound) > 0]))))
    hiss = chance.normal(0, 1, len(sound)).astype(np.float32)
    mixed = sound + hiss * (speech * 10 ** (-(55 if plan.noise is None else plan.noise) / 20))
    if plan.music is not None:
        music = _music(len(sound), chance)
        mixed += music * (
            speech * 10 ** (-plan.music / 20) / float(np.sqrt(np.mean(np.square(music))))
        )
    return np.asarray(
        mixed * (10_000 / max(float(np.abs(mixed).max()) / 3, speech * 3, 1)), np.float32
    )


def _music(length: int, chance: np.random.Generator) -> NDArray[np.float32]:
    """Return plucked chords that change every 1.5 s, with a beat and without silence."""
    times = np.arange(length) / _VOICE_RATE
    sound = np.zeros(length)
    step = round(1.5 * _VOICE_RATE)
    for start in range(0, length, step):
        piece = times[start : start + step] - times[start]
        root = 110 * 2 ** (chance.choice([0, 3, 5, 7, 10]) / 12)
        for ratio in (1, 1.26, 1.5, 2, 3):
            sound[start : start + step] += (
                np.sin(2 * np.pi * root * ratio * piece) * np.exp(-piece * 1.2) / ratio
            )
    beat = np.exp(-(times % 0.5) * 40) * chance.normal(0, 1, length)
    return (sound + 0.6 * beat).astype(np.float32)


class _Value(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Value),
    )


def _voice_all(orders: Sequence[tuple[Sequence[str], Voice]]) -> list[Utterance]:
    """In a worker: speak every order (the engine's state is the process's)."""
    import espeakng_loader

    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / "d"
        link.symlink_to(espeakng_loader.get_data_path())
        return [_loaded(str(link), rows, voice) for rows, voice in orders]


def _loaded(data: str, rows: Sequence[str], voice: Voice) -> Utterance:
    """Load the engine, speak and unload it; only a fresh engine is deterministic."""
    import _ctypes

    import espeakng_loader

    engine = ctypes.CDLL(espeakng_loader.get_library_path())
    try:
        assert engine.espeak_Initialize(2, 0, data.encode(), _PHONEME_EVENTS) == _VOICE_RATE
        found = _utter(engine, rows, voice)
        engine.espeak_Terminate()
        return found
    finally:
        _ctypes.dlclose(engine._handle)  # noqa: SLF001 - ctypes has no other door to it


def _utter(engine: ctypes.CDLL, rows: Sequence[str], voice: Voice) -> Utterance:
    blocks: list[NDArray[np.int16]] = []
    edges: list[list[int]] = [[]]

    def receive(
        samples: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]
    ) -> int:
        if samples and count:
            blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        index = 0
        while events[index].type != _END:
            event = events[index]
            if event.type == _MARK:
                edges.append([])
            elif event.type == _PHONEME:
                silent = event.id.string.decode("utf-8", "replace").startswith(("_", "("))
                edges[-1].append(-event.sample - 1 if silent else event.sample)
            index += 1
        return 0

    kind = ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
    )
    callback = kind(receive)
    engine.espeak_SetSynthCallback(callback)
    assert engine.espeak_SetVoiceByName(voice.name.encode()) == 0, f"no voice {voice.name}"
    engine.espeak_SetParameter(1, voice.pace, 0)
    engine.espeak_SetParameter(3, voice.pitch, 0)
    text = "<speak>" + '<mark name="r"/>'.join(map(escape, rows)) + "</speak>"
    coded = text.encode()
    assert engine.espeak_Synth(coded, len(coded) + 1, 0, 0, 0, _SSML_UTF8, None, None) == 0
    samples = np.concatenate(blocks)
    assert len(edges) == len(rows), f"{len(edges)} marks for {len(rows)} rows"
    places = tuple(_audible(row, len(samples)) for row in edges)
    if any(row[1] > after[0] for row, after in pairwise(places)):
        # a word of the engine's dictionary spans two rows, so its mark is misplaced: speak the rows
        # one by one
        return _one_by_one([_utter(engine, [row], voice) for row in rows])
    return Utterance(samples, places)


def _one_by_one(parts: Sequence[Utterance]) -> Utterance:
    starts = np.cumsum([0, *(len(part.samples) for part in parts)])
    places = [
        (int(at) + part.rows[0][0], int(at) + part.rows[0][1])
        for at, part in zip(starts, parts, strict=False)
    ]
    return Utterance(np.concatenate([part.samples for part in parts]), tuple(places))


def _audible(phonemes: Sequence[int], length: int) -> tuple[int, int]:
    """Return the start of the first audible phoneme and the end of the last one."""
    sounding = [index for index, sample in enumerate(phonemes) if sample >= 0]
    after = sounding[-1] + 1
    end = -phonemes[after] - 1 if after < len(phonemes) else length
    return phonemes[sounding[0]], end
