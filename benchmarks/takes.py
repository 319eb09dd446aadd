"""Figures of engines that tell no word times: a stand-in server speaks whole utterances by the embedded voice, cut to rows by the aligner.

Run: python benchmarks/takes.py [TRANSCRIPT] [--rows N]

Rows are hurt on purpose too: of every third utterance the server leaves a row out, as speech models do; that must be noticed, and the
utterance voiced row by row. The voices are variants of the engine whose voice the aligner compares with: a neural voice is a harder case.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path[:1] = [str(ROOT), str(ROOT / "tests")]  # in place of this folder, whose names would hide the tests'

import numpy as np  # noqa: E402 - the paths come first
from align.recordings import Voice  # noqa: E402
from speech.embedded_speaker import speaker, true_onsets  # noqa: E402
from speech.openai_server import SpeechServer, answering  # noqa: E402

from pipeline.align.dtw import warped  # noqa: E402
from pipeline.align.embedded import embedded  # noqa: E402
from pipeline.align.features import hear  # noqa: E402
from pipeline.align.pauses import guessed, speaking  # noqa: E402
from pipeline.align.phones import pronounced  # noqa: E402
from pipeline.align.recording import recorded  # noqa: E402
from pipeline.align.self_taught import SelfTaught, expected_seconds  # noqa: E402
from pipeline.align.takes import take_aligner, version  # noqa: E402
from pipeline.settings import Settings, with_changes  # noqa: E402
from pipeline.speech import takes  # noqa: E402
from pipeline.speech.aligned import Aligner  # noqa: E402
from pipeline.speech.narrate import narrate  # noqa: E402
from pipeline.speech.utterances import utterances  # noqa: E402
from pipeline.store import Store  # noqa: E402
from pipeline.text.spoken import spoken_rows  # noqa: E402
from pipeline.text.transcript import read_transcript  # noqa: E402
from pipeline.timebase import SAMPLE_RATE  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from speech.embedded_speaker import EmbeddedSpeaker

    from pipeline.model import SpokenRow, Take, Transcript
    from pipeline.speech.narrate import Narration

    Sound = tuple[Take, NDArray[np.int16], tuple[int | None, ...]]
    """A take, its samples, and where in them each row truly begins."""

VOICES = (Voice("cmn+f4", 215, 62), Voice("cmn+m3", 245, 38), Voice("cmn+klatt2", 225, 50), Voice("cmn+m7", 205, 30))
EVERY = 3


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("transcript", type=Path, nargs="?", default=ROOT / "transcript" / "ilya-sutskever.txt")
    parser.add_argument("--rows", type=int, default=80)
    given = parser.parse_args()
    lines = given.transcript.read_text("utf-8").splitlines()[: given.rows]
    transcript = read_transcript("\n".join(lines).encode(), given.transcript.stem, str(given.transcript))
    spoken = spoken_rows(transcript.rows, {}, "zh")
    groups = utterances(spoken, transcript, ())
    print(f"{len(spoken)} rows in {len(groups)} utterances")
    own = speaker(groups, VOICES)
    _narrated("whole utterances", transcript, spoken, own, by=_ways)
    _narrated("row by row", transcript, spoken, own, whole=False)
    hurt = [group.rows[0].row for group in groups if len(group.rows) > 2][::EVERY]  # noqa: PLR2004 - of two rows one would be left
    narration = _narrated(f"a row left out of {len(hurt)} utterances", transcript, spoken, speaker(groups, VOICES, hurt))
    noticed = {take.rows[0].row for take in narration.takes if len(take.rows) == 1} & set(hurt)
    print(f"    of these {len(noticed)} were noticed and voiced row by row")


def _narrated(
    label: str,
    transcript: Transcript,
    spoken: Sequence[SpokenRow],
    own: EmbeddedSpeaker,
    *,
    whole: bool = True,
    by: Callable[[Sequence[Sound], Sequence[SpokenRow]], None] | None = None,
) -> Narration:
    """Narrate with the stand-in and print what it took; `by` is given the takes of several rows."""
    own.said.clear()
    with answering(SpeechServer(speak=own.speak)) as server, tempfile.TemporaryDirectory() as folder:
        settings = with_changes(Settings(), {"voice.engine": "openai", "voice.base_url": server.url})
        store = Store(Path(folder))
        began = time.process_time()
        aligner = Aligner(version(), take_aligner(spoken)) if whole else None
        narration = narrate(spoken, transcript, (), settings, store, lambda *_: None, aligner=aligner)
        seconds = time.process_time() - began
        sounds = [(take, takes.samples(store, take.audio)) for take in narration.takes if take.audio]
    found = [(take, samples, true_onsets(samples, own)) for take, samples in sounds]
    errors = [
        abs(row.span.start - at) / 48 for take, _, onsets in found for row, at in zip(take.rows, onsets, strict=True) if at is not None
    ]
    apart = sum(len(take.rows) == 1 for take in narration.takes)
    counts = f"{len(own.said)} requests, {len(narration.takes)} takes ({apart} of one row), {seconds:.1f} s of processor"
    print(f"{label}: {counts}\n    {_spread(errors)}")
    if by is not None:
        by([one for one in found if len(one[0].rows) > 1], spoken)
    return narration


def _ways(found: Sequence[Sound], spoken: Sequence[SpokenRow]) -> None:
    """Print how each way would have done alone on the takes of several rows, on the rows that do not begin a take."""
    errors: dict[str, list[float]] = {
        "phones learnt from the take": [],
        "warped onto the embedded voice": [],
        "pauses alone": [],
        "as it is": [],
    }
    for take, samples, onsets in found:
        rows = [spoken[row.row - 1] for row in take.rows]
        heard = hear([samples], SAMPLE_RATE)
        said, reference = speaking(heard.level), embedded(rows)
        starts = (
            [row.span.start / SAMPLE_RATE for row in SelfTaught().align(recorded(samples, SAMPLE_RATE), rows, lambda *_: None).rows],
            [
                start
                for start, _ in warped(heard.cepstra, said, reference.cepstra, reference.spoken, reference.edges)
                or [(99.0, 0.0)] * len(rows)
            ],
            [start for start, _ in guessed(said, [expected_seconds(units) for units in pronounced(rows)])],
            [row.span.start / SAMPLE_RATE for row in take.rows],
        )
        for way, places in zip(errors.values(), starts, strict=True):
            way += [abs(1_000 * place - at / 48) for place, at in zip(places[1:], onsets[1:], strict=True) if at is not None]
    for name, values in errors.items():
        print(f"    {name}: {_spread(values)}")


def _spread(errors: Sequence[float]) -> str:
    mean, most = np.mean(errors), np.max(errors)
    return f"onset error {mean:.1f} ms mean, {np.percentile(errors, 95):.0f} ms for 95 %, {most:.0f} ms worst of {len(errors)} rows"


if __name__ == "__main__":
    main()
