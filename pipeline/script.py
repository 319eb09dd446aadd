"""An episode's files read into values: settings, rows, what is said for them, chapters, translations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError
from pipeline.project import MAX_SUBTITLE_BYTES, read_file
from pipeline.settings import Settings, parse_settings, with_changes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.model import Chapter, SpokenRow, Transcript
    from pipeline.project import Episode
    from pipeline.text.word_segmenter import Segmenter
    from pipeline.timing.corrections import Correction

_MAX_SETTINGS_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Script:
    """Everything the author gave: `seconds` holds one row of text for each row of the transcript, by language code."""

    episode: Episode
    settings: Settings
    transcript: Transcript
    spoken_rows: tuple[SpokenRow, ...]
    chapters: tuple[Chapter, ...]
    translations: tuple[tuple[str, tuple[str, ...]], ...]
    corrections: tuple[Correction, ...] = ()

    @property
    def title(self) -> str:
        """The episode's title, or its file's name where the settings give none."""
        return self.settings.title or self.episode.name.replace("-", " ").replace("_", " ").strip()


def read_settings(episode: Episode, changes: Mapping[str, Any]) -> Settings:
    """Return the episode's settings with the command line's changes. Raises InputError."""
    settings = Settings()
    if episode.settings is not None:
        raw = read_file(episode.settings, _MAX_SETTINGS_BYTES)
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            raise InputError(
                "The settings are not UTF-8 text.",
                "Save the file as UTF-8.",
                where=episode.settings,
            ) from fault
        settings = parse_settings(text, str(episode.settings))
    return with_changes(settings, changes) if changes else settings


def read_script(episode: Episode, settings: Settings, segmenter: Segmenter) -> Script:
    """Return the episode's texts as values. Raises InputError with file and row where one of them is wrong."""
    from pipeline.subtitles.translation_file import parse_translation_file
    from pipeline.text.normalization.lexicon import parse_lexicon
    from pipeline.text.normalization.spoken_form import spoken_rows
    from pipeline.text.topics.chapters import chapters_for

    transcript = _read_transcript_file(episode)
    lexicon: dict[str, str] = {}
    if episode.lexicon is not None:
        lexicon |= parse_lexicon(
            read_file(episode.lexicon, _MAX_SETTINGS_BYTES).decode("utf-8-sig", "replace"),
            str(episode.lexicon),
        )
    lexicon |= settings.pronunciation
    translations = [
        (code, parse_translation_file(read_file(path), transcript, str(path), code))
        for code, path in episode.translations
    ]
    return Script(
        episode=episode,
        settings=settings,
        transcript=transcript,
        spoken_rows=spoken_rows(transcript.rows, lexicon, settings.language),
        chapters=chapters_for(transcript, settings, segmenter),
        translations=tuple(translations),
        corrections=_read_corrections(episode),
    )


def _read_corrections(episode: Episode) -> tuple[Correction, ...]:
    if episode.corrections is None:
        return ()
    from pipeline.timing.corrections import parse_corrections

    return parse_corrections(
        read_file(episode.corrections, MAX_SUBTITLE_BYTES).decode("utf-8-sig", "replace"),
        str(episode.corrections),
    )


def _read_transcript_file(episode: Episode) -> Transcript:
    from pipeline.text.transcript import read_transcript, transcript_from_cues

    path = episode.transcript
    if path.suffix.lower() == ".txt":
        return read_transcript(read_file(path), episode.name, str(path))
    from pipeline.subtitles.formats.subtitle_file import read_cues

    return transcript_from_cues(
        read_cues(read_file(path, MAX_SUBTITLE_BYTES), path.name, str(path)),
        episode.name,
        str(path),
    )
