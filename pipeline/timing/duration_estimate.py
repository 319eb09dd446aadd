"""How long rows take to say, from their text alone: syllables, the pauses of punctuation, the lengthening of a row's end."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from pipeline.model import RowTime, Span, Take, Word
from pipeline.text.syllables import relative_syllable_lengths, syllable_weights
from pipeline.timebase import samples_from_ms, samples_from_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import SpokenRow

USUAL_SYLLABLES_PER_MINUTE = 269
"""Syllables a minute, pauses inside a sentence counted, of the narrator `Pace`'s defaults are from (163,092 syllables)."""

SILENT_ROW_MS = 700
"""How long a row of nothing but punctuation or emoji stands: long enough to be seen, too short to be waited for."""

_LATIN_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ']+")

_PAUSE_KINDS = {
    "，": "comma",
    ",": "comma",
    "、": "list",
    "：": "colon",
    ":": "colon",
} | dict.fromkeys("；;。！？!?.", "stop")


@dataclass(frozen=True, slots=True)
class Pace:
    """A speaker's measures in seconds: a Han and a Latin syllable, a row's own lengthening, a pause by the kind of punctuation."""

    han: float = 0.205
    latin: float = 0.185
    row: float = 0.109
    comma: float = 0.214
    list: float = 0.110
    colon: float = 0.298
    stop: float = 0.480

    def scale_by(self, factor: float) -> Pace:
        """Return the pace of the same speaker taking `factor` times as long over everything."""
        return Pace(*(seconds * factor for seconds in astuple(self)))


def estimate_takes(
    spoken: Sequence[SpokenRow],
    *,
    syllables_per_minute: int = USUAL_SYLLABLES_PER_MINUTE,
    like_speaker: Pace | None = None,
) -> tuple[Take, ...]:
    """Return one take without audio for each row, with the time of every shown character that is heard.

    `pace` is in syllables a minute; `like` is a speaker's measures (see calibrate), taken as they are instead of it.
    """
    measures = (
        Pace().scale_by(USUAL_SYLLABLES_PER_MINUTE / syllables_per_minute)
        if like_speaker is None
        else like_speaker
    )
    return tuple(_estimate_take(row, measures) for row in spoken)


def row_seconds(spoken: str, speaker: Pace) -> float:
    """Return how long a spoken form is heard, in seconds; 0 for one in which nothing is."""
    return sum(sounding + pause for sounding, pause in character_seconds(spoken, speaker))


def character_seconds(spoken: str, speaker: Pace) -> list[tuple[float, float]]:
    """Return for each character how long it sounds and the pause it makes, in seconds; punctuation after the last sound makes none."""
    weights = syllable_weights(spoken)
    latin = {
        at for match in _LATIN_WORD.finditer(spoken) for at in range(match.start(), match.end())
    }
    last_sounding = max((at for at, weight in enumerate(weights) if weight), default=-1)
    seconds = []
    for at, (character, weight, length) in enumerate(
        zip(spoken, weights, relative_syllable_lengths(spoken), strict=True)
    ):
        sounding = weight * (speaker.latin if at in latin else speaker.han * length) + (
            speaker.row if at == last_sounding else 0.0
        )
        is_inside_token = (
            character.isascii() and spoken[at + 1 : at + 2] != " "
        )  # the points of 3.5 and U.S.
        pause = (
            getattr(speaker, _PAUSE_KINDS[character])
            if at < last_sounding and character in _PAUSE_KINDS and not is_inside_token
            else 0.0
        )
        seconds.append((sounding, pause))
    return seconds


def _estimate_take(row: SpokenRow, speaker: Pace) -> Take:
    seconds = character_seconds(row.spoken, speaker)
    if not any(sounding for sounding, _ in seconds):
        length = samples_from_ms(SILENT_ROW_MS)
        return Take((RowTime(row.row, Span(0, length), "estimated"),), length, None)
    words: list[Word] = []
    shown_start = 0
    elapsed = 0.0
    for token in row.tokens:
        start = end = None
        for sounding, pause in seconds[token.spoken_start : token.spoken_end]:
            if sounding:
                start = elapsed if start is None else start
                end = elapsed + sounding
            elapsed += sounding + pause
        if start is not None and end is not None:
            words.append(
                Word(
                    shown_start,
                    token.shown_end,
                    Span(samples_from_seconds(start), samples_from_seconds(end)),
                )
            )
        elif words:  # a silent mark belongs to the word it stands behind
            words[-1] = Word(words[-1].shown_start, token.shown_end, words[-1].span)
        shown_start = token.shown_end if words else shown_start
    length = words[-1].span.end
    return Take((RowTime(row.row, Span(0, length), "estimated", tuple(words)),), length, None)
