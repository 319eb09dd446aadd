"""Pieces of work: the rows a take will hold and the texts to ask for."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from pipeline.speech.engine import Ask, ask_key
from pipeline.speech.utterances import LONGEST, Joined, joined, weight
from pipeline.store import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import SpokenRow
    from pipeline.settings.voice import Voice
    from pipeline.speech.aligned import Aligner
    from pipeline.speech.engine import Synthesizer

_CUT_VERSION = 1
"""Goes up whenever cutting or shaping changes what comes out."""

_PLACES_TO_SPLIT = (r"(?<=[。！？!?；;…])", r"(?<=[，,：:、])", r"(?<=\s)")


@dataclass(frozen=True, slots=True)
class Job:
    """The rows of one take. `texts` is one text, or several for a single row that is longer than one request may be."""

    rows: tuple[SpokenRow, ...]
    voice: str
    texts: tuple[Joined, ...]
    asks: tuple[Ask, ...]
    key: str
    closed: bool


def job_for(
    rows: Sequence[SpokenRow], voice: str, engine: Synthesizer, manner: Voice, *, closed: bool, aligner: Aligner | None = None
) -> Job:
    """Return the work of voicing rows as one take by `voice`; `closed` where a thought ends with them."""
    whole = joined(rows, closed=closed)
    texts = (whole,) if len(rows) > 1 or weight(whole.text) <= LONGEST else tuple(_one(part) for part in split_long(whole.text))
    numbers = tuple(row.row for row in rows)
    asks = tuple(Ask(text.text, voice, manner.rate, manner.pitch, manner.volume, numbers) for text in texts)
    form = [[row.shown, row.spoken, [astuple(token) for token in row.tokens]] for row in rows]
    by = aligner.version if aligner and len(rows) > 1 else ""
    key = digest("cut", _CUT_VERSION, by, [ask_key(engine, ask) for ask in asks], [text.places for text in texts], form)
    return Job(tuple(rows), voice, texts, asks, key, closed)


def singles(job: Job, engine: Synthesizer, manner: Voice) -> list[Job]:
    """Return the work of voicing a job's rows one by one; all but the last end in a comma."""
    last = len(job.rows) - 1
    return [job_for((row,), job.voice, engine, manner, closed=job.closed and index == last) for index, row in enumerate(job.rows)]


def split_long(text: str) -> list[str]:
    """Return a text in parts short enough for one request, split after sentences, else clauses, else words, else anywhere."""
    parts = [text]
    for place in _PLACES_TO_SPLIT:
        parts = [piece for part in parts for piece in (_packed(re.split(place, part)) if weight(part) > LONGEST else [part])]
    return [piece for part in parts for piece in _chopped(part) if any(char.isalnum() for char in piece)]


def _packed(pieces: Sequence[str]) -> list[str]:
    """Put neighbouring pieces together while they stay short enough."""
    packed = [""]
    for piece in pieces:
        if packed[-1] and weight(packed[-1]) + weight(piece) > LONGEST:
            packed.append("")
        packed[-1] += piece
    return packed


def _chopped(text: str) -> list[str]:
    return [text] if weight(text) <= LONGEST else [text[at : at + LONGEST] for at in range(0, len(text), LONGEST)]


def _one(text: str) -> Joined:
    return Joined(text, ((0, len(text)),))
