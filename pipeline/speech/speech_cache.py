"""Cache entries of speech: results of engines, take records and the audio of takes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.cache import digest
from pipeline.errors import OutputFault
from pipeline.messages import message
from pipeline.model import RowTime, Span, TimeSource, Word
from pipeline.speech.engines.base import SynthesisResult, WordBoundary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.cache import Store

SPEECH_KIND, TAKE_RECORD_KIND, TAKE_KIND = "speech", "cut", "take"
"""Kinds of cache entries: results of engines, take records, the audio of takes."""


@dataclass(frozen=True, slots=True)
class TakeRecord:
    """What an utterance became: the cache key of a take's audio, its length in samples, its rows.

    Rows are numbered from 0, since the same utterance may be elsewhere in another transcript.
    `must_split` means that there is no take: the rows must be spoken one by one. `length_checked`
    means that a suspiciously short take was requested again.
    """

    audio_key: str = ""
    length: int = 0
    row_times: tuple[RowTime, ...] = ()
    must_split: bool = False
    length_checked: bool = False


def store_speech(store: Store, key: str, result: SynthesisResult) -> None:
    """Store an engine's result."""
    head = {
        "codec": result.codec,
        "rate": result.sample_rate,
        "heard": [[item.text, item.span.start, item.span.end] for item in result.word_boundaries],
    }
    store.put(
        SPEECH_KIND, key, json.dumps(head, ensure_ascii=False).encode() + b"\n" + result.audio
    )


def load_speech(store: Store, key: str) -> SynthesisResult | None:
    """Return an engine's result, or None if the store does not have it."""
    body = store.get(SPEECH_KIND, key)
    if body is None:
        return None
    line, _, audio = body.partition(b"\n")
    head = json.loads(line)
    word_boundaries = tuple(
        WordBoundary(text, Span(start, end)) for text, start, end in head["heard"]
    )
    return SynthesisResult(audio, head["codec"], head["rate"], word_boundaries)


def store_take_record(store: Store, key: str, record: TakeRecord) -> None:
    """Store a take record."""
    rows = [
        [
            row.span.start,
            row.span.end,
            row.time_source,
            [
                [word.shown_start, word.shown_end, word.span.start, word.span.end]
                for word in row.word_times
            ],
        ]
        for row in record.row_times
    ]
    body = {
        "audio": record.audio_key,
        "samples": record.length,
        "rows": rows,
        "apart": record.must_split,
        "settled": record.length_checked,
    }
    store.put(TAKE_RECORD_KIND, key, json.dumps(body).encode())


def load_take_record(store: Store, key: str) -> TakeRecord | None:
    """Return a take record, or None if the store does not have it."""
    body = store.get(TAKE_RECORD_KIND, key)
    if body is None:
        return None
    entry = json.loads(body)
    rows = tuple(_row_time(index, *row) for index, row in enumerate(entry["rows"]))
    return TakeRecord(entry["audio"], entry["samples"], rows, entry["apart"], entry["settled"])


def _row_time(
    index: int, start: int, end: int, known: TimeSource, words: list[tuple[int, int, int, int]]
) -> RowTime:
    return RowTime(
        index,
        Span(start, end),
        known,
        tuple(Word(first, last, Span(begin, until)) for first, last, begin, until in words),
    )


def load_take_audio(store: Store, key: str) -> NDArray[np.int16]:
    """Return a take's samples, mono at 48 kHz, shape (samples,).

    Raises OutputFault if the store has lost them; narrating again restores them.
    """
    import numpy as np

    body = store.get(TAKE_KIND, key)
    if body is None:
        raise OutputFault(message("speech.take_missing"))
    return np.frombuffer(body, "<i2").astype(np.int16)


def store_take_audio(store: Store, audio: NDArray[np.int16]) -> str:
    """Store samples and return their key."""
    body = audio.astype("<i2").tobytes()
    key = digest(TAKE_KIND, body)
    if store.get(TAKE_KIND, key) is None:
        store.put(TAKE_KIND, key, body)
    return key
