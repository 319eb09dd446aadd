"""Figures of the voice.

The seed's rows served by the stand-in of the tests, whole and with one connection in ten broken.

Run: python benchmarks/speech.py [TRANSCRIPT]
"""

from __future__ import annotations

import dataclasses
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path[:1] = [
    str(ROOT),
    str(ROOT / "tests"),
]  # in place of this folder, whose names would hide the tests'

import edge_tts.communicate  # noqa: E402 - the paths come first
from edge_tts.drm import DRM  # noqa: E402

from pipeline.cache import Store  # noqa: E402
from pipeline.model import Chapter, SpokenRow, Transcript  # noqa: E402
from pipeline.settings import Settings, parse_settings, with_changes  # noqa: E402
from pipeline.speech import speech_cache  # noqa: E402
from pipeline.speech.narrator import NarrationResult, narrate  # noqa: E402
from pipeline.text.normalization.spoken_form import spoken_rows  # noqa: E402
from pipeline.text.transcript import read_transcript  # noqa: E402
from pipeline.timebase import SAMPLE_RATE, ms_from_samples  # noqa: E402
from tests.speech.edge_faults import SCENARIOS  # noqa: E402
from tests.speech.edge_server import EdgeServer, running  # noqa: E402
from tests.speech.tones import heard_hum, heard_tones, hum_of, rendered, tones_of  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

Episode = tuple[Transcript, tuple[SpokenRow, ...], tuple[Chapter, ...], Settings]

_BROKEN = 0.1
"""The share of connections that break."""


def episode(path: Path) -> Episode:
    """Read a transcript and its settings, to be voiced by the online engine."""
    transcript = read_transcript(path.read_bytes(), path.stem, str(path))
    beside = path.with_suffix(".toml")
    settings = (
        parse_settings(beside.read_text("utf-8"), str(beside)) if beside.exists() else Settings()
    )
    settings = with_changes(settings, {"voice.engine": "edge"})
    chapters = tuple(Chapter(chapter.row, chapter.title) for chapter in settings.chapter)
    return (
        transcript,
        spoken_rows(transcript.rows, settings.pronunciation, settings.language),
        chapters,
        settings,
    )


def narrated(
    work: Episode, store: Store, plan: Callable[[int, str], str], *, breath: bool = True
) -> tuple[NarrationResult, EdgeServer, float]:
    """Narrate with a fresh stand-in.

    Return what came of it, the stand-in, and the seconds it took.
    """
    transcript, spoken, chapters, settings = work
    with running(EdgeServer(plan, breath=breath)) as server:
        edge_tts.communicate.WSS_URL = server.url  # type: ignore[attr-defined] # where the client reads it
        DRM.clock_skew_seconds = 0.0
        began = time.perf_counter()
        narration = narrate(
            spoken, transcript, chapters, settings, store, lambda _step, _done, _total: None
        )
        return narration, server, time.perf_counter() - began


def right_rows(narration: NarrationResult, spoken: tuple[SpokenRow, ...], store: Store) -> int:
    """Count the rows in whose samples exactly their own text is heard, in the right voice."""
    right = 0
    for take in narration.takes:
        samples = speech_cache.load_take_audio(store, take.audio_key or "")
        for row in take.rows:
            piece = samples[row.span.start : row.span.end]
            right += heard_tones(piece) == tones_of(spoken[row.row - 1].spoken) and heard_hum(
                piece
            ) == hum_of(narration.voice_name)
    return right


def onset_errors(
    narration: NarrationResult, spoken: tuple[SpokenRow, ...], store: Store
) -> list[float]:
    """Return how far each row starts from the first sample of its first tone, in ms.

    The tones are found in the samples alone.
    """
    errors = []
    for take in narration.takes:
        samples = speech_cache.load_take_audio(store, take.audio_key or "").astype(float)
        texts = [spoken[row.row - 1].spoken for row in take.rows]
        audible = (abs(samples) > 0.02 * abs(samples).max()).nonzero()[0]
        at = int(audible[0])
        for row, text in zip(take.rows, texts, strict=True):
            errors.append(abs(row.span.start - at) * 1000 / SAMPLE_RATE)
            length = rendered(text, "")[1][-1][2] - rendered(text, "")[1][0][1]
            end = at + round(length * SAMPLE_RATE) - SAMPLE_RATE // 100
            later = audible[audible > end]
            gaps = (later[1:] - later[:-1] > SAMPLE_RATE // 50).nonzero()[0]
            at = int(later[gaps[0] + 1]) if len(gaps) else at
    return errors


def main() -> None:
    """Print the figures."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "transcript" / "ilya-sutskever.txt"
    work = episode(path)
    transcript, spoken, chapters, settings = work
    count = len(spoken)
    with tempfile.TemporaryDirectory() as folder:
        narrated(
            work, Store(Path(folder) / "warm"), lambda _number, _text: "ok"
        )  # the stand-in keeps what it has rendered
        store = Store(Path(folder) / "whole")
        narration, server, seconds = narrated(work, store, lambda _number, _text: "ok")
        known = [row.time_source for take in narration.takes for row in take.rows]
        print(
            f"whole: {narration.requests} requests for {count} rows in {seconds:.1f} s, at most "
            f"{server.most_at_once} at once"
        )
        print(
            f"  rows timed by the audio: {sum(name in {'measured', 'boundary'} for name in known)}"
            f"/{count}"
        )
        print(f"  rows right by content: {right_rows(narration, spoken, store)}/{count}")
        length = sum(take.sample_count for take in narration.takes)
        print(f"  speech: {ms_from_samples(length) / 1000:.1f} s")
        errors = onset_errors(narration, spoken, store)
        print(
            f"  row onset against the energy: mean {statistics.mean(errors):.1f} ms, worst "
            f"{max(errors):.1f} ms"
        )
        again, server, seconds = narrated(work, store, lambda _number, _text: "ok")
        print(
            f"second run: {server.connections} requests, {seconds:.2f} s, same takes: "
            f"{again.takes == narration.takes}"
        )
        row = spoken[count // 2]
        edited = dataclasses.replace(row, spoken=row.spoken + "了吗")
        changed = (
            transcript,
            (*spoken[: count // 2], edited, *spoken[count // 2 + 1 :]),
            chapters,
            settings,
        )
        _, server, seconds = narrated(changed, store, lambda _number, _text: "ok")
        print(f"one row edited: {server.connections} requests, {seconds:.2f} s")
        broken(work, Path(folder) / "broken")
        narration, _, _ = narrated(
            work, Store(Path(folder) / "breathless"), lambda _number, _text: "ok", breath=False
        )
        right = right_rows(narration, spoken, Store(Path(folder) / "breathless"))
        print(f"a voice that never pauses: rows right by content {right}/{count}")


def broken(work: Episode, folder: Path) -> None:
    """Print what comes of one connection in ten broken, every way to break in its turn."""
    transcript, spoken, _, _ = work
    chance = random.Random(4)  # noqa: S311 - a repeatable plan
    deck: list[str] = []
    left = set(SCENARIOS)
    right = wanted = retries = faults = connections = 0
    began = time.perf_counter()
    run = 0
    while left:
        plans: dict[int, str] = {}

        def plan(number: int, _text: str, plans: dict[int, str] = plans) -> str:
            if number not in plans and chance.random() < _BROKEN:
                deck[:] = deck or chance.sample(SCENARIOS, len(SCENARIOS))
                plans[number] = deck.pop()
            return plans.setdefault(number, "ok")

        store = Store(folder / str(run))
        narration, server, _ = narrated(work, store, plan)
        left -= set(plans.values())
        faults += sum(name != "ok" for name in plans.values())
        right += right_rows(narration, spoken, store)
        wanted += len(transcript.rows)
        retries += narration.retries
        connections += server.connections
        run += 1
    seconds = time.perf_counter() - began
    print(
        f"broken: {faults} of {connections} connections in {run} runs, all {len(SCENARIOS)} ways: "
        f"{retries} retries, {seconds:.1f} s"
    )
    print(f"  rows right by content: {right}/{wanted}")


if __name__ == "__main__":
    main()
