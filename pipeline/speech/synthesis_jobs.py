"""Synthesis jobs: the rows that a take will hold and the requests for its speech."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from pipeline.cache import digest
from pipeline.code_version import code_version
from pipeline.speech.engines.base import SynthesisRequest, request_key
from pipeline.speech.homophones import with_homophones
from pipeline.speech.utterances import MAX_UTTERANCE_WEIGHT, UtteranceText, join_rows, text_weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import SpokenRow
    from pipeline.settings.sections import VoiceSettings
    from pipeline.speech.engines.base import SpeechEngine
    from pipeline.speech.row_alignment import UtteranceAligner

_SPLIT_PATTERNS = (r"(?<=[。！？!?；;…])", r"(?<=[，,：:、])", r"(?<=\s)")


@dataclass(frozen=True, slots=True)
class SynthesisJob:
    """The rows of one take, and the requests for them.

    `texts` is one text, or several for a single row that is too long for one request.
    """

    rows: tuple[SpokenRow, ...]
    voice: str
    texts: tuple[UtteranceText, ...]
    requests: tuple[SynthesisRequest, ...]
    key: str
    ends_thought: bool


def create_job(
    rows: Sequence[SpokenRow],
    voice: str,
    engine: SpeechEngine,
    voice_settings: VoiceSettings,
    *,
    ends_thought: bool,
    aligner: UtteranceAligner | None = None,
) -> SynthesisJob:
    """Return the job of speaking rows as one take; `ends_thought` if a thought ends with them."""
    row_text = join_rows(rows, ends_thought=ends_thought)
    is_one_request = len(rows) > 1 or text_weight(row_text.text) <= MAX_UTTERANCE_WEIGHT
    if row_text.readings and not (engine.abilities.takes_pinyin and is_one_request):
        row_text = UtteranceText(
            with_homophones(row_text.text, row_text.readings), row_text.row_ranges
        )
    texts = (
        (row_text,)
        if is_one_request
        else tuple(_single_row_text(part) for part in split_long_text(row_text.text))
    )
    numbers = tuple(row.row for row in rows)
    requests = tuple(
        SynthesisRequest(
            text.text,
            voice,
            voice_settings.rate,
            voice_settings.pitch,
            voice_settings.volume,
            numbers,
            text.readings,
        )
        for text in texts
    )
    row_forms = [[row.shown, row.spoken, [astuple(token) for token in row.tokens]] for row in rows]
    aligner_version = aligner.version if aligner and len(rows) > 1 else ""
    key = digest(
        "cut",
        code_version("pipeline.speech"),
        aligner_version,
        [request_key(engine, request) for request in requests],
        [text.row_ranges for text in texts],
        row_forms,
    )
    return SynthesisJob(tuple(rows), voice, texts, requests, key, ends_thought)


def create_row_jobs(
    job: SynthesisJob, engine: SpeechEngine, voice_settings: VoiceSettings
) -> list[SynthesisJob]:
    """Return jobs for a job's rows one by one; all but the last end in a comma."""
    last_index = len(job.rows) - 1
    return [
        create_job(
            (row,),
            job.voice,
            engine,
            voice_settings,
            ends_thought=job.ends_thought and index == last_index,
        )
        for index, row in enumerate(job.rows)
    ]


def split_long_text(text: str) -> list[str]:
    """Return a text in parts that are short enough for one request.

    It is split after sentences, else clauses, else words, else anywhere.
    """
    parts = [text]
    for pattern in _SPLIT_PATTERNS:
        parts = [
            piece
            for part in parts
            for piece in (
                _merge_short_pieces(re.split(pattern, part))
                if text_weight(part) > MAX_UTTERANCE_WEIGHT
                else [part]
            )
        ]
    return [
        piece
        for part in parts
        for piece in _split_at_length(part)
        if any(char.isalnum() for char in piece)
    ]


def _merge_short_pieces(pieces: Sequence[str]) -> list[str]:
    """Join neighbouring pieces while they are short enough for one request."""
    merged = [""]
    for piece in pieces:
        if merged[-1] and text_weight(merged[-1]) + text_weight(piece) > MAX_UTTERANCE_WEIGHT:
            merged.append("")
        merged[-1] += piece
    return merged


def _split_at_length(text: str) -> list[str]:
    return (
        [text]
        if text_weight(text) <= MAX_UTTERANCE_WEIGHT
        else [
            text[start : start + MAX_UTTERANCE_WEIGHT]
            for start in range(0, len(text), MAX_UTTERANCE_WEIGHT)
        ]
    )


def _single_row_text(text: str) -> UtteranceText:
    return UtteranceText(text, ((0, len(text)),))
