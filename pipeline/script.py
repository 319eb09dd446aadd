"""An episode's files read into values: settings, rows, what is said for them, chapters, translations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError
from pipeline.project import LARGEST_SUBTITLES, read_file
from pipeline.settings import Settings, parse_settings, with_changes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.model import Chapter, SpokenRow, Transcript
    from pipeline.project import Episode
    from pipeline.text.words import Segmenter
    from pipeline.timing.corrections import Correction

_LARGEST_SETTINGS = 1_000_000


@dataclass(frozen=True, slots=True)
class Script:
    """Everything the author gave: `seconds` holds one row of text for each row of the transcript, by language code."""

    episode: Episode
    settings: Settings
    transcript: Transcript
    spoken: tuple[SpokenRow, ...]
    chapters: tuple[Chapter, ...]
    seconds: tuple[tuple[str, tuple[str, ...]], ...]
    corrections: tuple[Correction, ...] = ()

    @property
    def title(self) -> str:
        """The episode's title, or its file's name where the settings give none."""
        return self.settings.title or self.episode.name.replace("-", " ").replace("_", " ").strip()


def read_settings(episode: Episode, changes: Mapping[str, Any]) -> Settings:
    """Return the episode's settings with the command line's changes. Raises InputError."""
    settings = Settings()
    if episode.settings is not None:
        raw = read_file(episode.settings, _LARGEST_SETTINGS)
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            raise InputError("The settings are not UTF-8 text.", "Save the file as UTF-8.", where=episode.settings) from fault
        settings = parse_settings(text, str(episode.settings))
    return with_changes(settings, changes) if changes else settings


def read_script(episode: Episode, settings: Settings, segmenter: Segmenter) -> Script:
    """Return the episode's texts as values. Raises InputError with file and row where one of them is wrong."""
    from pipeline.subtitles.second import rows_from
    from pipeline.text.chapters import chapters_for
    from pipeline.text.lexicon import parse_lexicon
    from pipeline.text.spoken import spoken_rows

    transcript = _transcript(episode)
    lexicon: dict[str, str] = {}
    if episode.lexicon is not None:
        lexicon |= parse_lexicon(read_file(episode.lexicon, _LARGEST_SETTINGS).decode("utf-8-sig", "replace"), str(episode.lexicon))
    lexicon |= settings.pronunciation
    seconds = [(code, rows_from(read_file(path), transcript, str(path), code)) for code, path in episode.seconds]
    return Script(
        episode=episode,
        settings=settings,
        transcript=transcript,
        spoken=spoken_rows(transcript.rows, lexicon, settings.language),
        chapters=chapters_for(transcript, settings, segmenter),
        seconds=tuple(seconds),
        corrections=_corrections(episode),
    )


def _corrections(episode: Episode) -> tuple[Correction, ...]:
    if episode.times is None:
        return ()
    from pipeline.timing.corrections import parse_corrections

    return parse_corrections(read_file(episode.times, LARGEST_SUBTITLES).decode("utf-8-sig", "replace"), str(episode.times))


def _transcript(episode: Episode) -> Transcript:
    from pipeline.text.transcript import from_cues, read_transcript

    path = episode.transcript
    if path.suffix.lower() == ".txt":
        return read_transcript(read_file(path), episode.name, str(path))
    from pipeline.subtitles.readers import read

    return from_cues(read(read_file(path, LARGEST_SUBTITLES), path.name, str(path)), episode.name, str(path))
