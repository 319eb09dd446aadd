"""The cues of every language, from rows and the timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.text.profiles import PROFILES

if TYPE_CHECKING:
    from pipeline.model import Timeline, Track
    from pipeline.report import Coverage
    from pipeline.script import Script
    from pipeline.text.profiles import Limits
    from pipeline.text.words import Segmenter


@dataclass(frozen=True, slots=True)
class Tracks:
    """The episode's own language, its translations, and each pairing of the two for a bilingual file."""

    first: Track
    seconds: tuple[Track, ...]
    pairs: tuple[Track, ...]

    @property
    def single(self) -> tuple[Track, ...]:
        """Every track of one language, the episode's own first."""
        return (self.first, *self.seconds)


def first_limits(script: Script) -> Limits:
    """Return the limits of the episode's own language."""
    return PROFILES[script.settings.subtitles.profile]


def second_limits(script: Script, code: str) -> Limits:
    """Return the limits of the translation into a language."""
    from pipeline.subtitles.reading import suited

    name = script.settings.subtitles.second_profile
    return suited(PROFILES["verbatim-second" if name == "verbatim" else name], code)


def tracks_for(script: Script, timeline: Timeline, segmenter: Segmenter) -> Tracks:
    """Break the rows into cues and put them on the timeline."""
    from pipeline.subtitles.bilingual import bilingual
    from pipeline.subtitles.second import second_track
    from pipeline.text.wrap import break_row
    from pipeline.timing.cues import cues_for

    limits = first_limits(script)
    parts = [break_row(row.text, limits, segmenter) for row in script.transcript.rows]
    first = cues_for(timeline, script.transcript, parts, limits, script.settings.language)
    seconds = tuple(second_track(rows, timeline, first, second_limits(script, code), segmenter, code) for code, rows in script.seconds)
    return Tracks(first, seconds, tuple(bilingual(first, second, fps=timeline.fps) for second in seconds))


def proofs_of(script: Script, tracks: Tracks) -> tuple[Coverage, ...]:
    """Hold every track against the rows it was made from."""
    from pipeline.report import coverage

    own = coverage(tracks.first, [row.text for row in script.transcript.rows])
    others = [coverage(track, rows) for track, (_, rows) in zip(tracks.seconds, script.seconds, strict=True)]
    return (own, *others)
