"""Figures of engines that tell no word times.

A stand-in server speaks whole utterances by the embedded voice, cut to rows by the aligner.

Run: python benchmarks/takes.py [TRANSCRIPT] [--rows N]

Rows are hurt on purpose too: of every third utterance the server leaves a row out, as speech models
do; that must be noticed, and the utterance voiced row by row. The voices are variants of the engine
whose voice the aligner compares with: a neural voice is a harder case.
"""

from __future__ import annotations

import argparse
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

import numpy as np  # noqa: E402 - the paths come first

from pipeline.align.dtw import warp_row_times  # noqa: E402
from pipeline.align.features import extract_features  # noqa: E402
from pipeline.align.flat_start import FlatStartAligner, expected_seconds  # noqa: E402
from pipeline.align.initial_guess import guess_row_times  # noqa: E402
from pipeline.align.phones import pronounce_rows  # noqa: E402
from pipeline.align.recording_reader import recording_from_samples  # noqa: E402
from pipeline.align.reference_voice import speak_reference  # noqa: E402
from pipeline.align.tts_clips import aligner_version, tts_clip_aligner  # noqa: E402
from pipeline.align.vad import detect_speech  # noqa: E402
from pipeline.cache import Store  # noqa: E402
from pipeline.settings import Settings, with_changes  # noqa: E402
from pipeline.speech import speech_cache  # noqa: E402
from pipeline.speech.narrator import narrate  # noqa: E402
from pipeline.speech.row_alignment import UtteranceAligner  # noqa: E402
from pipeline.speech.utterances import group_into_utterances  # noqa: E402
from pipeline.text.normalization.spoken_form import spoken_rows  # noqa: E402
from pipeline.text.transcript import read_transcript  # noqa: E402
from pipeline.timebase import SAMPLE_RATE  # noqa: E402
from tests.align.recordings import Voice  # noqa: E402
from tests.speech.embedded_speaker import speaker, true_onsets  # noqa: E402
from tests.speech.openai_server import SpeechServer, answering  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from pipeline.model import SpokenRow, Take, Transcript
    from pipeline.speech.narrator import NarrationResult
    from tests.speech.embedded_speaker import EmbeddedSpeaker

    Sound = tuple[Take, NDArray[np.int16], tuple[int | None, ...]]
    """A take, its samples, and where in them each row truly begins."""

VOICES = (
    Voice("cmn+f4", 215, 62),
    Voice("cmn+m3", 245, 38),
    Voice("cmn+klatt2", 225, 50),
    Voice("cmn+m7", 205, 30),
)
EVERY = 3


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "transcript", type=Path, nargs="?", default=ROOT / "transcript" / "ilya-sutskever.txt"
    )
    parser.add_argument("--rows", type=int, default=80)
    given = parser.parse_args()
    lines = given.transcript.read_text("utf-8").splitlines()[: given.rows]
    transcript = read_transcript(
        "\n".join(lines).encode(), given.transcript.stem, str(given.transcript)
    )
    spoken = spoken_rows(transcript.rows, {}, "zh")
    groups = group_into_utterances(spoken, transcript, ())
    print(f"{len(spoken)} rows in {len(groups)} utterances")
    own = speaker(groups, VOICES)
    _narrated("whole utterances", transcript, spoken, own, by=_ways)
    _narrated("row by row", transcript, spoken, own, whole=False)
    hurt = [group.rows[0].row for group in groups if len(group.rows) > 2][::EVERY]  # noqa: PLR2004 - of two rows one would be left
    narration = _narrated(
        f"a row left out of {len(hurt)} utterances",
        transcript,
        spoken,
        speaker(groups, VOICES, hurt),
    )
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
) -> NarrationResult:
    """Narrate with the stand-in and print what it took; `by` is given the takes of several rows."""
    own.said.clear()
    with (
        answering(SpeechServer(speak=own.speak)) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        settings = with_changes(
            Settings(), {"voice.engine": "openai", "voice.base_url": server.url}
        )
        store = Store(Path(folder))
        began = time.process_time()
        aligner = UtteranceAligner(aligner_version(), tts_clip_aligner(spoken)) if whole else None
        narration = narrate(
            spoken, transcript, (), settings, store, lambda *_: None, aligner=aligner
        )
        seconds = time.process_time() - began
        sounds = [
            (take, speech_cache.load_take_audio(store, take.audio_key))
            for take in narration.takes
            if take.audio_key
        ]
    found = [(take, samples, true_onsets(samples, own)) for take, samples in sounds]
    errors = [
        abs(row.span.start - at) / 48
        for take, _, onsets in found
        for row, at in zip(take.rows, onsets, strict=True)
        if at is not None
    ]
    apart = sum(len(take.rows) == 1 for take in narration.takes)
    counts = (
        f"{len(own.said)} requests, {len(narration.takes)} takes ({apart} of one row), "
        f"{seconds:.1f} s of processor"
    )
    print(f"{label}: {counts}\n    {_spread(errors)}")
    if by is not None:
        by([one for one in found if len(one[0].rows) > 1], spoken)
    return narration


def _ways(found: Sequence[Sound], spoken: Sequence[SpokenRow]) -> None:
    """Print how each way would have done alone on the takes of several rows.

    Rows that begin a take are left out.
    """
    errors: dict[str, list[float]] = {
        "phones learnt from the take": [],
        "warped onto the embedded voice": [],
        "pauses alone": [],
        "as it is": [],
    }
    for take, samples, onsets in found:
        rows = [spoken[row.row - 1] for row in take.rows]
        heard = extract_features([samples], SAMPLE_RATE)
        said, reference = detect_speech(heard.levels), speak_reference(rows)
        starts = (
            [
                row.span.start / SAMPLE_RATE
                for row in FlatStartAligner()
                .align(recording_from_samples(samples, SAMPLE_RATE), rows, lambda *_: None)
                .rows
            ],
            [
                start
                for start, _ in warp_row_times(
                    heard.cepstra, said, reference.cepstra, reference.speech, reference.row_frames
                )
                or [(99.0, 0.0)] * len(rows)
            ],
            [
                start
                for start, _ in guess_row_times(
                    said, [expected_seconds(units) for units in pronounce_rows(rows)]
                )
            ],
            [row.span.start / SAMPLE_RATE for row in take.rows],
        )
        for way, places in zip(errors.values(), starts, strict=True):
            way += [
                abs(1_000 * place - at / 48)
                for place, at in zip(places[1:], onsets[1:], strict=True)
                if at is not None
            ]
    for name, values in errors.items():
        print(f"    {name}: {_spread(values)}")


def _spread(errors: Sequence[float]) -> str:
    mean, most = np.mean(errors), np.max(errors)
    return (
        f"onset error {mean:.1f} ms mean, {np.percentile(errors, 95):.0f} ms for 95 %, {most:.0f} "
        f"ms worst of {len(errors)} rows"
    )


if __name__ == "__main__":
    main()
