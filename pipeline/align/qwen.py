"""Aligns with Qwen3-ForcedAligner, loaded from a folder that the user gives.

The model accepts five minutes of audio at most. So the rows are first aligned with phone models
trained on the recording (`flat_start`), which shows where to cut and which rows are not spoken at
all. The model then times every word.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from pipeline import timebase
from pipeline.align.alignment import remove_overlaps
from pipeline.align.ctc_models import (
    MODEL_SAMPLE_RATE,
    TORCH_INSTALL_COMMAND,
    import_optional_package,
)
from pipeline.align.flat_start import FlatStartAligner
from pipeline.align.timed_text_to_rows import TimedText, transfer_timestamps
from pipeline.errors import EnvironmentFault, InputError
from pipeline.language import primary_subtag
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.align.alignment import Alignment
    from pipeline.align.recording_reader import Recording
    from pipeline.model import ProgressCallback, RowTime, SpokenRow

MAX_PIECE_SAMPLES = timebase.samples_from_seconds(270)
"""Samples of the longest piece: 270 s of the 300 s that the model takes."""

_MAX_REASON_CHARACTERS = 200  # of the package's own message that are shown
_MARGIN_SAMPLES = timebase.samples_from_ms(300)
_AGREEMENT_SAMPLES = timebase.samples_from_ms(400)
"""Samples by which the model may differ from `flat_start`; it times in bins of 80 ms."""

_MS_PER_SECOND = 1000


class WordTimer(Protocol):
    """Times the words of a text in at most five minutes of audio."""

    def word_times(self, samples: NDArray[np.float32], text: str) -> list[TimedText]:
        """Return the text's words with their seconds in mono samples (16 kHz, full scale 1)."""


@dataclass(frozen=True, slots=True)
class QwenAligner:
    """Finds rows with `flat_start`, and takes the model's times where both roughly agree."""

    timer: WordTimer
    max_piece_samples: int = MAX_PIECE_SAMPLES

    @property
    def name(self) -> str:
        """The name of the method."""
        return message("align.method_qwen")

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
                lost_pieces.append(number)  # the model's words do not match: the rough times stay
                continue
            times[first:last] = [
                _choose_row_time(time, model_times.get(time.row)) for time in times[first:last]
            ]
        observe("align", len(row_pieces), len(row_pieces))
        note = message("align.qwen_lost_pieces", lost=len(lost_pieces), total=len(row_pieces))
        return replace(
            rough,
            rows=tuple(remove_overlaps(times)),
            method=self.name,
            notes=(note,) if lost_pieces else (),
        )


def load_qwen_aligner(path: Path, language: str = "zh") -> QwenAligner:
    """Return the aligner of the model in the folder `path`, as downloaded.

    Raises InputError if the folder has no such model, EnvironmentFault if the package `qwen-asr` is
    not installed.
    """
    if not (path / "config.json").is_file():
        raise InputError(message("align.no_qwen_model"), where=path)
    torch = import_optional_package("torch", TORCH_INSTALL_COMMAND)
    qwen_asr = import_optional_package("qwen_asr", "python -m pip install qwen-asr")
    try:
        model = qwen_asr.Qwen3ForcedAligner.from_pretrained(
            str(path), dtype=torch.float32, device_map="cpu", local_files_only=True
        )
    except (OSError, ValueError, TypeError) as fault:
        reason = str(fault)[:_MAX_REASON_CHARACTERS]
        problem = message("align.load_failed", package="qwen-asr", reason=reason)
        raise InputError(problem, where=path) from fault
    return QwenAligner(QwenTimer(model, _MODEL_LANGUAGES.get(primary_subtag(language), "Chinese")))


_MODEL_LANGUAGES = {
    "zh": "Chinese", "yue": "Cantonese", "en": "English", "ja": "Japanese", "ko": "Korean",
    "fr": "French", "de": "German", "it": "Italian", "pt": "Portuguese", "ru": "Russian",
    "es": "Spanish",
}  # fmt: skip
"""The model's names of the languages that it was trained on."""


@dataclass(frozen=True, slots=True)
class QwenTimer:
    """The loaded model (`qwen_asr.Qwen3ForcedAligner`) and its name of the language."""

    model: Any
    language: str

    def word_times(self, samples: NDArray[np.float32], text: str) -> list[TimedText]:
        """Return the words with their seconds (see `WordTimer`)."""
        try:
            (items,) = self.model.align(
                audio=(samples, MODEL_SAMPLE_RATE), text=text, language=self.language
            )
        except (RuntimeError, ValueError) as fault:
            reason = str(fault)[:_MAX_REASON_CHARACTERS]
            raise EnvironmentFault(message("align.qwen_failed", reason=reason)) from fault
        times = [(str(item.text), float(item.start_time), float(item.end_time)) for item in items]
        # one release of the package returns milliseconds, the others seconds
        scale = (
            _MS_PER_SECOND
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
    """Yield rows [first, last) with their samples [start, end), cut at the longest pauses.

    A piece is at most `max_piece_samples` long, plus a margin.
    """
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
    """Return the model's time of a row if both agree, else the rough time."""
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
