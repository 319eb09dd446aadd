"""Recordings as hosts make them, composed from clips of people's speech in `shared/data/human`.

The clips are one Mandarin speaker of AISHELL-1 and LJSpeech, with where speech begins and ends.
Other speakers are made of them: pitch and formants moved together, and another pace. A second
reading of a row is the clip at another pace. Pauses have the noise of the clips' own silence.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from pipeline.model import Span
from pipeline.timebase import SAMPLE_RATE
from tests.align.recordings import spoken_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from pipeline.model import SpokenRow

HUMAN_SPEECH = Path(__file__).resolve().parents[3] / "shared" / "data" / "human"
RATE = 16_000
_FADE = round(0.005 * RATE)
_CLOSE_GAPS, _PAUSES = (0.02, 0.12), (0.15, 0.9)

Kind = Literal["skipped", "repeated", "ad-lib", "moved"]


class Clip(NamedTuple):
    """A clip's speech with nothing around it (float, full scale 1), its text, and its silence."""

    samples: NDArray[np.float32]
    text: str
    silence: NDArray[np.float32]


class Trouble(NamedTuple):
    """What differs from the text: kind, row (from 1), and where it is in samples at 48 kHz."""

    kind: Kind
    row: int
    span: Span


@dataclass(frozen=True, slots=True)
class Scene:
    """A recording at 16 kHz, its rows, where each is said (None: nowhere), and troubles."""

    name: str
    samples: NDArray[np.int16]
    rows: tuple[SpokenRow, ...]
    truth: tuple[Span | None, ...]
    troubles: tuple[Trouble, ...] = ()


@dataclass(slots=True)
class _Tape:
    """What has been recorded so far."""

    chance: np.random.Generator
    pieces: list[NDArray[np.float32]] = field(default_factory=list)
    length: int = 0

    def add_speech(self, clip: Clip) -> Span:
        """Record a clip and return its span in samples at 48 kHz."""
        ramp = np.linspace(0, 1, _FADE, dtype=np.float32)
        sound = clip.samples.copy()
        sound[:_FADE] *= ramp
        sound[-_FADE:] *= ramp[::-1]
        start = self.length
        self._add(sound)
        return Span(start * (SAMPLE_RATE // RATE), self.length * (SAMPLE_RATE // RATE))

    def add_pause(self, clip: Clip, seconds: tuple[float, float]) -> None:
        """Record a pause with the noise of a clip's silence."""
        length = round(self.chance.uniform(*seconds) * RATE)
        noise = clip.silence
        self._add(np.resize(np.concatenate([noise, noise[::-1]]), length))

    def _add(self, samples: NDArray[np.float32]) -> None:
        self.pieces.append(samples)
        self.length += len(samples)


def load_clips(folder: str) -> list[Clip]:
    """Return the clips of a folder that have no digits, and a silence before the speech."""
    clips = []
    for line in (HUMAN_SPEECH / folder / "clips.tsv").read_text("utf-8").splitlines()[1:]:
        name, begins, ends, text = line.split("\t")
        if float(begins) < 0.1 or any("0" <= character <= "9" for character in text):
            continue
        samples = _read(HUMAN_SPEECH / folder / f"{name}.flac")
        first, last = round(float(begins) * RATE), round(float(ends) * RATE)
        before = samples[max(0, first - RATE // 3) : max(first - RATE // 25, 1)]
        silence = before if len(before) > RATE // 10 else np.zeros(RATE // 10, np.float32)
        clips.append(Clip(samples[first:last], text, silence))
    return clips


def _read(path: Path) -> NDArray[np.float32]:
    import av

    with av.open(str(path)) as container:
        parts = [frame.to_ndarray() for frame in container.decode(audio=0)]
    plain = np.concatenate(parts, axis=1)[0]
    return np.asarray(plain / np.float32(32768 if plain.dtype == np.int16 else 1), np.float32)


def varied(clip: Clip, pitch: float = 1.0, pace: float = 1.0) -> Clip:
    """Return a clip with pitch and formants moved, and at another pace."""
    import av

    graph = av.filter.Graph()
    source = graph.add_abuffer(format="flt", sample_rate=RATE, layout="mono", time_base=None)
    filters = [
        ("asetrate", f"{round(RATE * pitch)}"),
        ("aresample", f"{RATE}"),
        ("atempo", f"{pace / pitch:.5f}"),
    ]
    nodes = [source, *(graph.add(name, value) for name, value in filters), graph.add("abuffersink")]
    for before, after in pairwise(nodes):
        before.link_to(after)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(clip.samples[None], format="flt", layout="mono")
    frame.sample_rate = RATE
    nodes[0].push(frame)
    nodes[0].push(None)
    parts = []
    with suppress(av.error.EOFError, av.error.BlockingIOError):
        while True:
            pulled = nodes[-1].pull()
            assert isinstance(pulled, av.AudioFrame)
            parts.append(pulled.to_ndarray())
    return clip._replace(samples=np.concatenate(parts, axis=1)[0].astype(np.float32))


def compose_scene(name: str, seed: int) -> Scene:
    """Return one of `SCENES`."""
    chance = np.random.default_rng([seed, list(SCENES).index(name)])
    return SCENES[name](name, chance)


def _pick(clips: Sequence[Clip], count: int, chance: np.random.Generator) -> list[Clip]:
    """Return clips in a random order, no two with the same text."""
    by_text = {clip.text: clip for clip in clips}
    order = chance.permutation(len(by_text))[:count]
    chosen = list(by_text.values())
    return [chosen[index] for index in order]


def _mandarin(count: int, chance: np.random.Generator) -> list[Clip]:
    return _pick(load_clips("zh-S0150"), count, chance)


def _record(
    name: str,
    clips: Sequence[Clip],
    chance: np.random.Generator,
    *,
    gaps: tuple[float, float] = _PAUSES,
    before: Sequence[Clip] = (),
    after: Sequence[Clip] = (),
    insertions: dict[int, tuple[Kind, Clip]] | None = None,
    swapped: Sequence[int] = (),
    skipped: Sequence[int] = (),
    background: Callable[[NDArray[np.float32]], NDArray[np.float32]] | None = None,
) -> Scene:
    """Record the clips with their troubles.

    `insertions` are said before a row (from 0), `swapped` rows are said after the next one, chatter
    is said `before` and `after` the text.
    """
    tape = _Tape(chance)
    truth: list[Span | None] = [None] * len(clips)
    troubles: list[Trouble] = []
    tape.add_pause(clips[0], (0.5, 1.5))
    _say_chatter(tape, before, 1, troubles)
    order = list(range(len(clips)))
    for row in swapped:
        order[row], order[row + 1] = order[row + 1], order[row]
    for row in order:
        if row in skipped:
            troubles.append(Trouble("skipped", row + 1, Span(0, 0)))
            continue
        if insertions and row in insertions:
            kind, clip = insertions[row]
            span = tape.add_speech(clip)
            troubles.append(Trouble(kind, row + 1 if kind == "repeated" else row, span))
            tape.add_pause(clips[row], gaps)
        truth[row] = tape.add_speech(clips[row])
        tape.add_pause(clips[row], gaps)
    _say_chatter(tape, after, len(clips), troubles)
    troubles += [Trouble("moved", row + 1, truth[row] or Span(0, 0)) for row in swapped]
    tape.add_pause(clips[-1], (0.5, 1.5))
    sound = np.concatenate(tape.pieces)
    if background is not None:
        sound = background(sound)
    sound = sound + chance.normal(0, 1e-4, len(sound)).astype(np.float32)
    loudest = max(float(np.abs(sound).max()), 1e-6)
    return Scene(
        name,
        np.asarray(np.clip(sound / loudest * 0.7, -1, 1) * 32767, np.int16),
        spoken_rows(clip.text for clip in clips),
        tuple(truth),
        tuple(troubles),
    )


def _say_chatter(tape: _Tape, chatter: Sequence[Clip], row: int, troubles: list[Trouble]) -> None:
    if not chatter:
        return
    spans = []
    for clip in chatter:
        spans.append(tape.add_speech(clip))
        tape.add_pause(clip, (0.1, 0.7))
    troubles.append(Trouble("ad-lib", row, Span(spans[0].start, spans[-1].end)))


def _until(clips: Sequence[Clip], seconds: float) -> list[Clip]:
    chosen: list[Clip] = []
    for clip in clips:
        if sum(len(each.samples) for each in chosen) < seconds * RATE:
            chosen.append(clip)
    return chosen


def _other(clips: Sequence[Clip], chance: np.random.Generator) -> list[Clip]:
    pitch = float(chance.choice([0.82, 1.22]))
    return [varied(clip, pitch, float(chance.uniform(0.9, 1.15))) for clip in clips]


def _plain(name: str, chance: np.random.Generator) -> Scene:
    return _record(name, _mandarin(30, chance), chance)


def _close(name: str, chance: np.random.Generator) -> Scene:
    return _record(name, _mandarin(40, chance), chance, gaps=_CLOSE_GAPS)


def _start_of(clip: Clip, chance: np.random.Generator) -> Clip:
    length = round(len(clip.samples) * chance.uniform(0.4, 0.65))
    return clip._replace(samples=clip.samples[:length].copy())


def _again(clip: Clip, chance: np.random.Generator) -> Clip:
    return varied(clip, pace=float(chance.choice([0.93, 0.96, 1.05, 1.08])))


def _spread(count: int, rows: int, chance: np.random.Generator) -> list[int]:
    """Return rows in which something happens, apart from each other and from the ends."""
    step = (rows - 4) / count
    offsets = chance.integers(0, max(1, int(step) - 1), count)
    return [2 + int(step * number + offset) for number, offset in enumerate(offsets)]


def _false_start(name: str, chance: np.random.Generator) -> Scene:
    clips = _mandarin(30, chance)
    insertions: dict[int, tuple[Kind, Clip]] = {
        row: ("repeated", _again(_start_of(clips[row], chance), chance))
        for row in _spread(2, 30, chance)
    }
    return _record(name, clips, chance, insertions=insertions)


def _swapped(name: str, chance: np.random.Generator) -> Scene:
    return _record(name, _mandarin(30, chance), chance, swapped=_spread(1, 30, chance))


def _several(name: str, chance: np.random.Generator) -> Scene:
    clips = _mandarin(44, chance)
    clips, spare = clips[:40], clips[40:]
    rows = _spread(7, 40, chance)
    insertions: dict[int, tuple[Kind, Clip]] = {
        rows[0]: ("repeated", _again(_start_of(clips[rows[0]], chance), chance)),
        rows[1]: ("repeated", _again(clips[rows[1]], chance)),
        rows[2]: ("ad-lib", spare[0]),
        rows[3]: ("repeated", _again(clips[rows[3]], chance)),
        rows[4]: ("ad-lib", spare[1]),
    }
    return _record(name, clips, chance, insertions=insertions, swapped=rows[5:6], skipped=rows[6:])


def _twice(name: str, chance: np.random.Generator) -> Scene:
    clips = _mandarin(40, chance)
    insertions: dict[int, tuple[Kind, Clip]] = {
        row: ("repeated", _again(clips[row], chance)) for row in _spread(6, 40, chance)
    }
    return _record(name, clips, chance, insertions=insertions)


def _remarks(name: str, chance: np.random.Generator) -> Scene:
    clips = _mandarin(46, chance)
    insertions: dict[int, tuple[Kind, Clip]] = {
        row: ("ad-lib", clip) for row, clip in zip(_spread(6, 40, chance), clips[40:], strict=True)
    }
    return _record(name, clips[:40], chance, insertions=insertions)


def _chatter(where: str, *, other: bool) -> Callable[[str, np.random.Generator], Scene]:
    def record(name: str, chance: np.random.Generator) -> Scene:
        clips = _mandarin(80, chance)
        talk, rest = clips[:36], _until(clips[36:], 120)
        chatter = _other(rest, chance) if other else rest
        return _record(
            name,
            talk,
            chance,
            before=chatter if where == "before" else (),
            after=chatter if where == "after" else (),
        )

    return record


def _speakers(name: str, chance: np.random.Generator) -> Scene:
    clips = _mandarin(38, chance)
    pitches = chance.permutation(np.linspace(0.78, 1.28, 19))
    paces = chance.uniform(0.85, 1.2, 19)
    return _record(
        name,
        [
            varied(clip, float(pitches[index % 19]), float(paces[index % 19]))
            for index, clip in enumerate(clips)
        ],
        chance,
    )


def _few(count: int) -> Callable[[str, np.random.Generator], Scene]:
    return lambda name, chance: _record(name, _mandarin(count, chance), chance)


def _babble(name: str, chance: np.random.Generator) -> Scene:
    clips = _mandarin(100, chance)
    talk, rest = clips[:36], clips[36:]
    voices = [np.concatenate([clip.samples for clip in rest[number::6]]) for number in range(6)]
    voices = [
        varied(Clip(voice, "", voice), float(chance.uniform(0.8, 1.25))).samples for voice in voices
    ]

    def mix(sound: NDArray[np.float32]) -> NDArray[np.float32]:
        crowd = np.zeros(len(sound), np.float32)
        for voice in voices:
            crowd += np.roll(np.resize(voice, len(sound)), int(chance.integers(0, len(voice))))
        return _mixed(sound, crowd, 10)

    return _record(name, talk, chance, background=mix)


def _noise(name: str, chance: np.random.Generator) -> Scene:
    return _record(
        name,
        _mandarin(36, chance),
        chance,
        background=lambda sound: _mixed(
            sound, chance.normal(0, 1, len(sound)).astype(np.float32), 10
        ),
    )


def _mixed(
    sound: NDArray[np.float32], noise: NDArray[np.float32], decibels: float
) -> NDArray[np.float32]:
    """Return the sound with noise that many decibels below the speech."""
    speech = float(np.sqrt(np.mean(np.square(sound[np.abs(sound) > 0.01]))))
    level = speech * 10 ** (-decibels / 20) / float(np.sqrt(np.mean(np.square(noise))))
    return np.asarray(sound + noise * np.float32(level), np.float32)


def _english(name: str, chance: np.random.Generator) -> Scene:
    return _record(name, _pick(load_clips("en-LJ"), 36, chance), chance, gaps=_CLOSE_GAPS)


def _in_turn(name: str, chance: np.random.Generator) -> Scene:
    chinese, english = _mandarin(20, chance), _pick(load_clips("en-LJ"), 20, chance)
    clips = [clip for pair in zip(chinese, english, strict=True) for clip in pair]
    return _record(name, clips, chance, gaps=(0.06, 0.4))


def _hour(name: str, chance: np.random.Generator) -> Scene:
    clips: list[Clip] = []
    while sum(len(clip.samples) for clip in clips) < 3400 * RATE:
        clips += [
            varied(clip, pace=float(chance.uniform(0.92, 1.08))) for clip in _mandarin(118, chance)
        ]
    rows = _spread(12, len(clips), chance)
    insertions: dict[int, tuple[Kind, Clip]] = {
        row: ("repeated", _again(clips[row], chance)) for row in rows[::2]
    }
    return _record(name, clips, chance, gaps=(0.03, 0.5), insertions=insertions)


SCENES: dict[str, Callable[[str, np.random.Generator], Scene]] = {
    "rows in pauses": _plain,
    "rows 20-120 ms apart": _close,
    "false starts": _false_start,
    "two rows swapped": _swapped,
    "several troubles": _several,
    "chatter before": _chatter("before", other=False),
    "chatter before, another speaker": _chatter("before", other=True),
    "chatter after": _chatter("after", other=False),
    "chatter after, another speaker": _chatter("after", other=True),
    "six rows read twice": _twice,
    "six ad-libs": _remarks,
    "19 speakers": _speakers,
    "three rows": _few(3),
    "ten rows": _few(10),
    "babble at 10 dB": _babble,
    "noise at 10 dB": _noise,
    "English, 20-120 ms apart": _english,
    "Chinese and English in turn": _in_turn,
    "an hour": _hour,
}
