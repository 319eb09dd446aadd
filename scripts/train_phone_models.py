"""Train the phone models that find a text in a recording: `pipeline/align/data/phones.npz`.

The speech is synthetic, so that every row's time is known and no recording of a person is needed:
the Mandarin and English voices of Kokoro (Apache-2.0), each also with pitch and formants moved up
and down, and six voices of espeak-ng. Training is the aligner's own: paths and mixtures in turn,
inside the known rows.

Run: python scripts/train_phone_models.py --speech speech.npz TALK.txt …
The speech is made once (about 20 minutes) and kept in the file that --speech names.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402 - the path comes first

from pipeline.align import gaussian_mixtures, viterbi, viterbi_training  # noqa: E402
from pipeline.align import hmm_topology as chains  # noqa: E402
from pipeline.align.features import FRAMES_PER_SECOND, extract_features  # noqa: E402
from pipeline.align.phones import pronounce_rows  # noqa: E402
from pipeline.cache import Store  # noqa: E402
from pipeline.speech.engines.base import SynthesisRequest, SynthesisResult  # noqa: E402
from pipeline.speech.engines.kokoro import KokoroEngine, voice_names  # noqa: E402
from pipeline.speech.engines.kokoro_weights import find_weights  # noqa: E402
from tests.align.human_scenes import RATE, Clip, varied  # noqa: E402
from tests.align.recordings import Plan, Voice, compose, resampled, spoken_rows  # noqa: E402
from tests.align.talks import sentences  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

TARGET = ROOT / "pipeline" / "align" / "data" / "phones.npz"
_ROWS_PER_VOICE, _ENGLISH_ROWS_PER_VOICE = 10, 7
_PITCHES = {"f": (0.86, 1.0, 1.16), "m": (0.9, 1.0, 1.2)}
_ESPEAK = (
    ("cmn+m3", "medicine"),
    ("cmn+f4", "cooking"),
    ("cmn+klatt2", "history"),
    ("cmn+m1", "code"),
    ("cmn+f1", "mixed"),
    ("en-us+m3", "english"),
)
_MORE_ENGLISH = (
    "She had your dark suit in greasy wash water all year",
    "We choose the younger measure of pleasure",
    "Boys enjoy noisy toys and joyful voyages",
    "The judge changed the large orange garage",
    "Which child chose the cheap chocolate",
    "They thought that the other author had nothing",
    "How now brown cow, out and about the house",
    "The early bird heard the first word of the nurse",
    "A quick brown fox jumps over the lazy dog",
    "He took a good look at the wool and the full hook",
)
_GAUSSIANS_PER_PASS = (1, 1, 1, 1, 2, 2, 4, 4, 6, 6)
_REACH_SECONDS = 1.0
_AUDIBLE = 0.01


class Spoken(NamedTuple):
    """A voice's row: its text and samples at 16 kHz (float, full scale 1)."""

    voice: str
    text: str
    samples: NDArray[np.float32]


class Session(NamedTuple):
    """One speaker's recording: cepstra, texts, and each row's (start, end) in seconds."""

    cepstra: NDArray[np.float32]
    texts: list[str]
    times: list[tuple[float, float]]


def main() -> None:
    """Make the speech where it is missing, train, and write the models."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("--speech", type=Path, required=True)
    asked.add_argument("talks", type=Path, nargs="*")
    options = asked.parse_args()
    if not options.speech.exists():
        save_speech(options.speech, speak(options.talks))
    sessions = [*neural_sessions(load_speech(options.speech)), *embedded_sessions()]
    phones, mixtures = train(sessions)
    TARGET.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        TARGET,
        phones=np.array(phones),
        means=mixtures.means.astype(np.float16),
        variances=mixtures.variances.astype(np.float16),
        weights=np.maximum(mixtures.log_weights, -30_000).astype(np.float16),
    )
    sys.stdout.write(f"{len(phones)} phones, {TARGET.stat().st_size} bytes\n")


def speak(talks: Sequence[Path]) -> list[Spoken]:
    """Return rows of the talks in every voice of Kokoro."""
    chance = random.Random(11)  # noqa: S311 - a choice of sentences, no secret
    lines = [line.strip() for talk in talks for line in talk.read_text("utf-8").splitlines()]
    rows = [line for line in lines if 8 <= len(line) <= 24 and not any(map(str.isdigit, line))]  # noqa: PLR2004 - rows of a usual length
    english = [row for rows in sentences("english") for row in rows] + list(_MORE_ENGLISH)
    engine = KokoroEngine(find_weights("", Store(Path(".cache"))))
    requests = [
        SynthesisRequest(text, voice, rate=chance.choice((-10, 0, 10)))
        for voice in voice_names()
        for text in (
            chance.sample(rows, _ROWS_PER_VOICE)
            if voice.startswith("z")
            else chance.sample(english, _ENGLISH_ROWS_PER_VOICE)
        )
    ]
    spoken: list[Spoken] = []

    def deliver(index: int, result: SynthesisResult | Exception) -> None:
        if isinstance(result, SynthesisResult):
            samples = np.frombuffer(result.audio, "<i2").astype(np.float32)
            reduced = resampled(samples, result.sample_rate, RATE)
            spoken.append(
                Spoken(
                    requests[index].voice,
                    requests[index].text,
                    np.asarray(reduced / 32768, np.float32),
                )
            )

    engine.speak(requests, deliver)
    return spoken


def save_speech(path: Path, spoken: Sequence[Spoken]) -> None:
    """Keep the speech: voices, texts, and samples as 16-bit integers one after the other."""
    np.savez(
        path,
        voices=np.array([each.voice for each in spoken]),
        texts=np.array([each.text for each in spoken]),
        lengths=np.array([len(each.samples) for each in spoken]),
        samples=np.concatenate([(each.samples * 32767).astype(np.int16) for each in spoken]),
    )


def load_speech(path: Path) -> list[Spoken]:
    """Return the speech that `save_speech` kept."""
    with np.load(path) as kept:
        samples = np.split(kept["samples"], np.cumsum(kept["lengths"])[:-1])
        return [
            Spoken(str(voice), str(text), np.asarray(own / np.float32(32767), np.float32))
            for voice, text, own in zip(kept["voices"], kept["texts"], samples, strict=True)
        ]


def neural_sessions(spoken: Sequence[Spoken]) -> Iterable[Session]:
    """Yield a session for each voice and pitch, with pauses and faint noise."""
    chance = np.random.default_rng(5)
    for voice in dict.fromkeys(each.voice for each in spoken):
        own = [each for each in spoken if each.voice == voice]
        for pitch in _PITCHES[voice[1]]:
            yield _session(own, pitch, chance)


def _session(rows: Sequence[Spoken], pitch: float, chance: np.random.Generator) -> Session:
    pieces = [np.zeros(RATE // 2, np.float32)]
    position = len(pieces[0])
    times = []
    for row in rows:
        loud = np.flatnonzero(np.abs(row.samples) > _AUDIBLE)
        sound = row.samples[loud[0] : loud[-1] + 1]
        if pitch != 1:
            pace = float(chance.uniform(0.9, 1.15))
            sound = varied(Clip(sound, "", sound), pitch, pace).samples
        pause = np.zeros(round(chance.uniform(0.1, 0.5) * RATE), np.float32)
        times.append((position / RATE, (position + len(sound)) / RATE))
        pieces += [sound, pause]
        position += len(sound) + len(pause)
    samples = np.concatenate(pieces)
    noise = chance.normal(0, 10 ** (chance.uniform(-75, -45) / 20), len(samples))
    features = extract_features([(samples + noise).astype(np.float32)], RATE)
    return Session(features.cepstra, [row.text for row in rows], times)


def embedded_sessions() -> Iterable[Session]:
    """Yield a session for each of six voices of espeak-ng."""
    for number, (voice, talk) in enumerate(_ESPEAK):
        pace = 230 if voice.startswith("cmn") else 170
        plan = Plan(voice=Voice(voice, pace, 50), seed=50 + number)
        recording = compose(sentences(talk), plan)
        spans = [span for span in recording.truth if span is not None]
        yield Session(
            extract_features([recording.samples], recording.rate).cepstra,
            [row.spoken for row in recording.rows],
            [(span.start / 48_000, span.end / 48_000) for span in spans],
        )


def train(sessions: Sequence[Session]) -> tuple[list[str], gaussian_mixtures.GaussianMixtures]:
    """Return the phones in order and their models: paths and mixtures in turn."""
    rows = pronounce_rows(spoken_rows(text for session in sessions for text in session.texts))
    starts = np.cumsum([0, *(len(session.cepstra) / FRAMES_PER_SECOND for session in sessions)])
    times = [
        (start + offset, end + offset)
        for session, offset in zip(sessions, starts, strict=False)
        for start, end in session.times
    ]
    cepstra = np.concatenate([session.cepstra for session in sessions])
    numbers = viterbi_training.number_phones(rows)
    chain = chains.build_state_chain(rows, numbers)
    in_row = np.zeros(len(cepstra), np.bool_)
    for start, end in times:
        in_row[int(start * FRAMES_PER_SECOND) : int(end * FRAMES_PER_SECOND) + 1] = True
    states = viterbi_training.interpolate_states(chain, times, len(cepstra))
    mixtures = gaussian_mixtures.untrained_mixtures(chain.model_count, cepstra.shape[1])
    for number, parts in enumerate(_GAUSSIANS_PER_PASS):
        labels = np.where(in_row, chain.state_models[states], np.int32(chains.SILENCE_MODEL))
        last = number == len(_GAUSSIANS_PER_PASS) - 1
        mixtures = gaussian_mixtures.estimate_mixtures(
            cepstra, labels, mixtures, parts, train_filler=last
        )
        path = viterbi.best_path(
            chain,
            len(cepstra),
            gaussian_mixtures.emission_scorer(cepstra, mixtures),
            viterbi_training.window_around(states, _REACH_SECONDS),
        )
        states = path.states
        sys.stdout.write(f"pass {number + 1}: {path.score / len(cepstra):.3f} nats per frame\n")
    return list(numbers), mixtures


if __name__ == "__main__":
    main()
