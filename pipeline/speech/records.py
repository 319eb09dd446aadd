"""Entries of the store that belong to speech: an engine's answer (`speech`), and what an utterance became (`cut`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Known, RowTime, Span, Word
from pipeline.speech.engine import Heard, Speech

if TYPE_CHECKING:
    from pipeline.store import Store

SPEECH, CUT = "speech", "cut"


@dataclass(frozen=True, slots=True)
class Cut:
    """What an utterance became: a take's store key, its length, its rows; or `apart`: its rows must be voiced one by one.

    `settled` means that doubts about its length were looked into. Rows are numbered from 0 in the entry, since the same utterance
    may stand elsewhere in another transcript.
    """

    audio: str = ""
    samples: int = 0
    rows: tuple[RowTime, ...] = ()
    apart: bool = False
    settled: bool = False


def keep_speech(store: Store, key: str, speech: Speech) -> None:
    """Put an answer into the store."""
    head = {
        "codec": speech.codec,
        "rate": speech.rate,
        "heard": [[item.text, item.span.start, item.span.end] for item in speech.heard],
    }
    store.put(SPEECH, key, json.dumps(head, ensure_ascii=False).encode() + b"\n" + speech.audio)


def kept_speech(store: Store, key: str) -> Speech | None:
    """Return an answer from the store, or None where it is not there (any more)."""
    body = store.get(SPEECH, key)
    if body is None:
        return None
    line, _, audio = body.partition(b"\n")
    head = json.loads(line)
    heard = tuple(Heard(text, Span(start, end)) for text, start, end in head["heard"])
    return Speech(audio, head["codec"], head["rate"], heard)


def keep_cut(store: Store, key: str, cut: Cut) -> None:
    """Put what an utterance became into the store."""
    rows = [
        [row.span.start, row.span.end, row.known, [[word.first, word.last, word.span.start, word.span.end] for word in row.words]]
        for row in cut.rows
    ]
    body = {"audio": cut.audio, "samples": cut.samples, "rows": rows, "apart": cut.apart, "settled": cut.settled}
    store.put(CUT, key, json.dumps(body).encode())


def kept_cut(store: Store, key: str) -> Cut | None:
    """Return what an utterance became, or None where that is not known (any more)."""
    body = store.get(CUT, key)
    if body is None:
        return None
    entry = json.loads(body)
    rows = tuple(_row(index, *row) for index, row in enumerate(entry["rows"]))
    return Cut(entry["audio"], entry["samples"], rows, entry["apart"], entry["settled"])


def _row(index: int, start: int, end: int, known: Known, words: list[tuple[int, int, int, int]]) -> RowTime:
    return RowTime(index, Span(start, end), known, tuple(Word(first, last, Span(begin, until)) for first, last, begin, until in words))
