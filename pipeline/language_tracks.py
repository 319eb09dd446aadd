"""The cues of every language, from rows and the timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.subtitle_profiles import PRIMARY_LIMITS, TRANSLATION_LIMITS, limits_for_language

if TYPE_CHECKING:
    from pipeline.coverage import Coverage
    from pipeline.model import Timeline, Track
    from pipeline.script import Script
    from pipeline.settings import Settings
    from pipeline.subtitle_profiles import CueLimits
    from pipeline.text.word_segmenter import Segmenter


@dataclass(frozen=True, slots=True)
class Tracks:
    """The tracks of the episode's own language, of translations, and of each pair of the two."""

    primary: Track
    translations: tuple[Track, ...]
    bilingual: tuple[Track, ...]

    @property
    def monolingual(self) -> tuple[Track, ...]:
        """Every track of one language, the episode's own first."""
        return (self.primary, *self.translations)


def primary_limits(script: Script) -> CueLimits:
    """Return the limits of the episode's own language."""
    return PRIMARY_LIMITS[script.settings.subtitles.profile]


def translation_limits(script: Script, code: str) -> CueLimits:
    """Return the limits of the translation into a language."""
    limits = TRANSLATION_LIMITS[script.settings.subtitles.second_profile]
    return limits_for_language(limits, code)


def keeps_given_ends(settings: Settings) -> bool:
    """Return whether cues of a subtitle file end as they do there: no profile is asked for."""
    return "profile" not in settings.subtitles.model_fields_set


def tracks_for(script: Script, timeline: Timeline, segmenter: Segmenter) -> Tracks:
    """Break the rows into cues and put them on the timeline."""
    from pipeline.subtitles.bilingual import build_bilingual_track
    from pipeline.subtitles.translation_track import build_translation_track
    from pipeline.text.linebreak.line_breaker import break_row
    from pipeline.timing.cue_timing import cues_from_rows

    limits = primary_limits(script)
    parts = [break_row(row.text, limits, segmenter) for row in script.transcript.rows]
    primary = cues_from_rows(
        timeline,
        script.transcript,
        parts,
        limits,
        script.settings.language,
        keep_ends=keeps_given_ends(script.settings),
    )
    translations = tuple(
        build_translation_track(
            rows, timeline, primary, translation_limits(script, code), segmenter, code
        )
        for code, rows in script.translations
    )
    return Tracks(
        primary,
        translations,
        tuple(build_bilingual_track(primary, second, fps=timeline.fps) for second in translations),
    )


def coverage_of_tracks(script: Script, tracks: Tracks) -> tuple[Coverage, ...]:
    """Hold every track against the rows it was made from."""
    from pipeline.coverage import measure_coverage

    primary = measure_coverage(tracks.primary, [row.text for row in script.transcript.rows])
    translations = [
        measure_coverage(track, rows)
        for track, (_, rows) in zip(tracks.translations, script.translations, strict=True)
    ]
    return (primary, *translations)
