"""Qwen3-ForcedAligner from a folder the user gives: it hears five minutes at most, so the recording is cut where rows surely part.

What the recording itself teaches comes first: it finds where to cut, and which rows are not said at all. The model then times every word.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from pipeline import timebase
from pipeline.align.emissions import RATE, TORCH, package
from pipeline.align.heard_text import HeardText
from pipeline.align.mapped import mapped
from pipeline.align.self_taught import SelfTaught
from pipeline.align.told import apart
from pipeline.errors import EnvironmentFault, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.align.recording import Recording
    from pipeline.align.result import Alignment
    from pipeline.model import Observe, RowTime, SpokenRow

LONGEST = timebase.samples_from_seconds(270)
"""Samples a piece has at most: the model takes 300 s, and a piece ends at the pause before that."""

_MARGIN = timebase.samples_from_ms(300)
_AGREES = timebase.samples_from_ms(400)  # the model's bins are 80 ms; a row it puts farther off than this it has lost
_MILLISECONDS = 1000


class WordTimer(Protocol):
    """Times the words of a text in at most five minutes of sound."""

    def words(self, samples: NDArray[np.float32], text: str) -> list[HeardText]:
        """Return the text's words in order with seconds from the first of mono `samples` (16 kHz, full scale 1)."""


@dataclass(frozen=True, slots=True)
class QwenAligner:
    """The rows by what the recording teaches, their times by the model where both mean the same place."""

    timer: WordTimer
    longest: int = LONGEST

    @property
    def name(self) -> str:
        """The way's name."""
        return "Qwen3-ForcedAligner"

    def align(self, recording: Recording, rows: Sequence[SpokenRow], observe: Observe) -> Alignment:
        """Return a time for every row (see `Aligner`)."""
        rough = SelfTaught().align(recording, rows, observe)
        parts = list(pieces(rough.rows, recording.master_length, self.longest))
        times = list(rough.rows)
        unsure = []
        for number, (first, last, start, end) in enumerate(parts):
            observe("align", number, len(parts))
            samples = recording.at(RATE, _at_rate(start), _at_rate(end))
            said = [row for row, time in zip(rows[first:last], times[first:last], strict=True) if time.known == "measured"]
            if not said:
                continue
            words = self.timer.words(samples, "".join(row.spoken + "\n" for row in said))
            offset = timebase.seconds_from_samples(start)
            heard = [HeardText(word.text, word.start + offset, word.end + offset) for word in words]
            try:
                fine = {time.row: time for time in mapped(said, heard, recording.master_length, self.name).rows}
            except InputError:
                unsure.append(number)  # the model's words are not the text's: what the recording taught stands
                continue
            times[first:last] = [_better(time, fine.get(time.row)) for time in times[first:last]]
        observe("align", len(parts), len(parts))
        note = f"The model lost {len(unsure)} of {len(parts)} pieces; there the times are those learnt from the recording."
        return replace(rough, rows=tuple(apart(times)), method=self.name, notes=(note,) if unsure else ())


def load_qwen(path: Path, language: str = "zh") -> QwenAligner:
    """Return the aligner whose model is in the folder `path` (as downloaded; its package is `qwen-asr`).

    Raises InputError where the folder holds no such model, EnvironmentFault where the package is not installed.
    """
    if not (path / "config.json").is_file():
        raise InputError("There is no Qwen3-ForcedAligner here.", "Give the folder you downloaded, with its config.json.", where=path)
    torch = package("torch", TORCH)
    qwen_asr = package("qwen_asr", "Run: python -m pip install qwen-asr")
    try:
        model = qwen_asr.Qwen3ForcedAligner.from_pretrained(str(path), dtype=torch.float32, device_map="cpu", local_files_only=True)
    except (OSError, ValueError, TypeError) as fault:
        raise InputError(f"This model cannot be loaded: {str(fault)[:200]}", "Download it again.", where=path) from fault
    return QwenAligner(QwenTimer(model, _LANGUAGES.get(language.split("-", maxsplit=1)[0], "Chinese")))


_LANGUAGES = {
    "zh": "Chinese", "yue": "Cantonese", "en": "English", "ja": "Japanese", "ko": "Korean", "fr": "French", "de": "German",
    "it": "Italian", "pt": "Portuguese", "ru": "Russian", "es": "Spanish",
}  # fmt: skip
"""The model's names of the languages it was trained in."""


@dataclass(frozen=True, slots=True)
class QwenTimer:
    """The loaded model (`qwen_asr.Qwen3ForcedAligner`) and the language it is told."""

    model: Any
    language: str

    def words(self, samples: NDArray[np.float32], text: str) -> list[HeardText]:
        """Return the words with their seconds (see `WordTimer`)."""
        try:
            (items,) = self.model.align(audio=(samples, RATE), text=text, language=self.language)
        except (RuntimeError, ValueError) as fault:
            raise EnvironmentFault(f"Qwen3-ForcedAligner failed: {str(fault)[:200]}", "Run again, or align without it.") from fault
        times = [(str(item.text), float(item.start_time), float(item.end_time)) for item in items]
        # releases have told seconds and, one of them, milliseconds: no word ends after twice the sound in seconds
        scale = _MILLISECONDS if max((end for *_, end in times), default=0.0) > 2 * len(samples) / RATE else 1
        return [HeardText(word, start / scale, max(start, end) / scale) for word, start, end in times]


def _at_rate(position: int) -> int:
    return position * RATE // timebase.SAMPLE_RATE


def pieces(times: Sequence[RowTime], length: int, longest: int = LONGEST) -> Iterator[tuple[int, int, int, int]]:
    """Yield rows [first, last) with the samples [start, end) they lie in: at most `longest` and a margin, cut at the longest pause."""
    first = 0
    while first < len(times):
        start = max(0, times[first].span.start - _MARGIN)
        last = first + 1
        while last < len(times) and times[last].span.end - start <= longest:
            last += 1
        if last < len(times):
            half = first + max(1, (last - first) // 2)
            last = max(range(half, last + 1), key=lambda row: times[row].span.start - times[row - 1].span.end)
        end = min(length, times[last - 1].span.end + _MARGIN)
        if last < len(times):
            end = min(end, max(times[last - 1].span.end, times[last].span.start))
        yield first, last, start, max(start, min(end, start + longest + _MARGIN))
        first = last


def _better(time: RowTime, fine: RowTime | None) -> RowTime:
    """Return the model's time of a row where it means the same place, with the surer confidence of both; else what was learnt."""
    if fine is None or fine.known == "estimated" or time.known == "estimated":
        return time
    if abs(fine.span.start - time.span.start) > _AGREES or abs(fine.span.end - time.span.end) > _AGREES:
        return time
    return replace(fine, known="measured", confidence=max(time.confidence, min(fine.confidence, 1.0)))
