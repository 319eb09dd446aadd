"""Qwen3-ForcedAligner from a folder the user gives: it hears five minutes at most, so the recording is cut where rows surely part.

What the recording itself teaches comes first: it finds where to cut, and which rows are not said at all. The model then times every word.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from pipeline import timebase
from pipeline.align.alignment import remove_overlaps
from pipeline.align.ctc_models import MODEL_SAMPLE_RATE, TORCH_INSTALL_HINT, import_optional_package
from pipeline.align.flat_start import FlatStartAligner
from pipeline.align.timestamp_transfer import TimedText, transfer_timestamps
from pipeline.errors import EnvironmentFault, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.align.alignment import Alignment
    from pipeline.align.recording_reader import Recording
    from pipeline.model import ProgressCallback, RowTime, SpokenRow

MAX_PIECE_SAMPLES = timebase.samples_from_seconds(270)
"""Samples a piece has at most: the model takes 300 s, and a piece ends at the pause before that."""

_MARGIN_SAMPLES = timebase.samples_from_ms(300)
_AGREEMENT_SAMPLES = timebase.samples_from_ms(
    400
)  # the model's bins are 80 ms; a row it puts farther off than this it has lost
_MILLISECONDS = 1000


class WordTimer(Protocol):
    """Times the words of a text in at most five minutes of sound."""

    def word_times(self, samples: NDArray[np.float32], text: str) -> list[TimedText]:
        """Return the text's words in order with seconds from the first of mono `samples` (16 kHz, full scale 1)."""


@dataclass(frozen=True, slots=True)
class QwenAligner:
    """The rows by what the recording teaches, their times by the model where both mean the same place."""

    timer: WordTimer
    max_piece_samples: int = MAX_PIECE_SAMPLES

    @property
    def name(self) -> str:
        """The way's name."""
        return "Qwen3-ForcedAligner"

    def align(
        self, recording: Recording, rows: Sequence[SpokenRow], observe: ProgressCallback
    ) -> Alignment:
        """Return a time for every row (see `Aligner`)."""
        rough = FlatStartAligner().align(recording, rows, observe)
        row_pieces = list(
            split_at_pauses(rough.rows, recording.master_length, self.max_piece_samples)
        )
        times = list(rough.rows)
        lost_pieces = []
        for number, (first, last, start, end) in enumerate(row_pieces):
            observe("align", number, len(row_pieces))
            samples = recording.read_at_rate(
                MODEL_SAMPLE_RATE, _model_position(start), _model_position(end)
            )
            measured_rows = [
                row
                for row, time in zip(rows[first:last], times[first:last], strict=True)
                if time.time_source == "measured"
            ]
            if not measured_rows:
                continue
            words = self.timer.word_times(
                samples, "".join(row.spoken + "\n" for row in measured_rows)
            )
            offset = timebase.seconds_from_samples(start)
            timed_texts = [
                TimedText(word.text, word.start + offset, word.end + offset) for word in words
            ]
            try:
                model_times = {
                    time.row: time
                    for time in transfer_timestamps(
                        measured_rows, timed_texts, recording.master_length, self.name
                    ).rows
                }
            except InputError:
                lost_pieces.append(
                    number
                )  # the model's words are not the text's: what the recording taught stands
                continue
            times[first:last] = [
                _choose_row_time(time, model_times.get(time.row)) for time in times[first:last]
            ]
        observe("align", len(row_pieces), len(row_pieces))
        note = f"The model lost {len(lost_pieces)} of {len(row_pieces)} pieces; there the times are those learnt from the recording."
        return replace(
            rough,
            rows=tuple(remove_overlaps(times)),
            method=self.name,
            notes=(note,) if lost_pieces else (),
        )


def load_qwen_aligner(path: Path, language: str = "zh") -> QwenAligner:
    """Return the aligner whose model is in the folder `path` (as downloaded; its package is `qwen-asr`).

    Raises InputError where the folder holds no such model, EnvironmentFault where the package is not installed.
    """
    if not (path / "config.json").is_file():
        raise InputError(
            "There is no Qwen3-ForcedAligner here.",
            "Give the folder you downloaded, with its config.json.",
            where=path,
        )
    torch = import_optional_package("torch", TORCH_INSTALL_HINT)
    qwen_asr = import_optional_package("qwen_asr", "Run: python -m pip install qwen-asr")
    try:
        model = qwen_asr.Qwen3ForcedAligner.from_pretrained(
            str(path), dtype=torch.float32, device_map="cpu", local_files_only=True
        )
    except (OSError, ValueError, TypeError) as fault:
        raise InputError(
            f"This model cannot be loaded: {str(fault)[:200]}", "Download it again.", where=path
        ) from fault
    return QwenAligner(
        QwenTimer(model, _MODEL_LANGUAGES.get(language.split("-", maxsplit=1)[0], "Chinese"))
    )


_MODEL_LANGUAGES = {
    "zh": "Chinese", "yue": "Cantonese", "en": "English", "ja": "Japanese", "ko": "Korean", "fr": "French", "de": "German",
    "it": "Italian", "pt": "Portuguese", "ru": "Russian", "es": "Spanish",
}  # fmt: skip
"""The model's names of the languages it was trained in."""


@dataclass(frozen=True, slots=True)
class QwenTimer:
    """The loaded model (`qwen_asr.Qwen3ForcedAligner`) and the language it is told."""

    model: Any
    language: str

    def word_times(self, samples: NDArray[np.float32], text: str) -> list[TimedText]:
        """Return the words with their seconds (see `WordTimer`)."""
        try:
            (items,) = self.model.align(
                audio=(samples, MODEL_SAMPLE_RATE), text=text, language=self.language
            )
        except (RuntimeError, ValueError) as fault:
            raise EnvironmentFault(
                f"Qwen3-ForcedAligner failed: {str(fault)[:200]}", "Run again, or align without it."
            ) from fault
        times = [(str(item.text), float(item.start_time), float(item.end_time)) for item in items]
        # releases have told seconds and, one of them, milliseconds: no word ends after twice the sound in seconds
        scale = (
            _MILLISECONDS
            if max((end for *_, end in times), default=0.0) > 2 * len(samples) / MODEL_SAMPLE_RATE
            else 1
        )
        return [
            TimedText(word, start / scale, max(start, end) / scale) for word, start, end in times
        ]


def _model_position(position: int) -> int:
    return position * MODEL_SAMPLE_RATE // timebase.SAMPLE_RATE


def split_at_pauses(
    times: Sequence[RowTime], recording_length: int, max_piece_samples: int = MAX_PIECE_SAMPLES
) -> Iterator[tuple[int, int, int, int]]:
    """Yield rows [first, last) with the samples [start, end) they lie in: at most `longest` and a margin, cut at the longest pause."""
    first = 0
    while first < len(times):
        start = max(0, times[first].span.start - _MARGIN_SAMPLES)
        last = first + 1
        while last < len(times) and times[last].span.end - start <= max_piece_samples:
            last += 1
        if last < len(times):
            middle = first + max(1, (last - first) // 2)
            last = max(
                range(middle, last + 1),
                key=lambda row: times[row].span.start - times[row - 1].span.end,
            )
        end = min(recording_length, times[last - 1].span.end + _MARGIN_SAMPLES)
        if last < len(times):
            end = min(end, max(times[last - 1].span.end, times[last].span.start))
        yield first, last, start, max(start, min(end, start + max_piece_samples + _MARGIN_SAMPLES))
        first = last


def _choose_row_time(time: RowTime, model_time: RowTime | None) -> RowTime:
    """Return the model's time of a row where it means the same place, with the surer confidence of both; else what was learnt."""
    if (
        model_time is None
        or model_time.time_source == "estimated"
        or time.time_source == "estimated"
    ):
        return time
    if (
        abs(model_time.span.start - time.span.start) > _AGREEMENT_SAMPLES
        or abs(model_time.span.end - time.span.end) > _AGREEMENT_SAMPLES
    ):
        return time
    return replace(
        model_time,
        time_source="measured",
        confidence=max(time.confidence, min(model_time.confidence, 1.0)),
    )
