"""Entries of the store that belong to speech: an engine's answer (`speech`), and what an utterance became (`cut`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.cache import digest
from pipeline.errors import OutputFault
from pipeline.model import RowTime, Span, TimeSource, Word
from pipeline.speech.engines.base import SynthesisResult, WordBoundary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.cache import Store

SPEECH_KIND, TAKE_RECORD_KIND = "speech", "cut"


@dataclass(frozen=True, slots=True)
class TakeRecord:
    """What an utterance became: a take's store key, its length, its rows; or `apart`: its rows must be voiced one by one.

    `settled` means that doubts about its length were looked into. Rows are numbered from 0 in the entry, since the same utterance
    may stand elsewhere in another transcript.
    """

    audio_key: str = ""
    length: int = 0
    row_times: tuple[RowTime, ...] = ()
    must_split: bool = False
    length_checked: bool = False


def store_speech(store: Store, key: str, result: SynthesisResult) -> None:
    """Put an answer into the store."""
    head = {
        "codec": result.codec,
        "rate": result.sample_rate,
        "heard": [[item.text, item.span.start, item.span.end] for item in result.word_boundaries],
    }
    store.put(
        SPEECH_KIND, key, json.dumps(head, ensure_ascii=False).encode() + b"\n" + result.audio
    )


def load_speech(store: Store, key: str) -> SynthesisResult | None:
    """Return an answer from the store, or None where it is not there (any more)."""
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
    """Put what an utterance became into the store."""
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
    """Return what an utterance became, or None where that is not known (any more)."""
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


TAKE_KIND = "take"


def load_take_audio(store: Store, key: str) -> NDArray[np.int16]:
    """Return a take's samples, shape (samples,). Raises OutputFault where the store has lost them: narrating again brings them back."""
    import numpy as np

    body = store.get(TAKE_KIND, key)
    if body is None:
        raise OutputFault(
            "A piece of the narration is missing from the cache, or was damaged.",
            "Run again: it is then made anew.",
        )
    return np.frombuffer(body, "<i2").astype(np.int16)


def store_take_audio(store: Store, audio: NDArray[np.int16]) -> str:
    """Put samples into the store and return their key."""
    body = audio.astype("<i2").tobytes()
    key = digest(TAKE_KIND, body)
    if store.get(TAKE_KIND, key) is None:
        store.put(TAKE_KIND, key, body)
    return key
