"""An episode's texts as values: settings, rows, spoken forms, chapters, translations, corrections.

Both the command line and the studio read texts here. The functions that end in `_from_bytes` open
no files; `where` is the file's name for errors.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError
from pipeline.language import language_name
from pipeline.messages import message
from pipeline.project import (
    MAX_SUBTITLE_BYTES,
    misnamed_translation_notices,
    project_notice,
    read_file,
)
from pipeline.settings import Settings, parse_settings, with_changes
from pipeline.speech.engines.registry import check_engine_choice
from pipeline.subtitles.formats.format_table import is_subtitle_file, written_formats

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pipeline.messages import Message
    from pipeline.model import Chapter, SpokenRow, Transcript
    from pipeline.project import Episode
    from pipeline.text.speaker_labels import RowMarks
    from pipeline.text.word_segmenter import Segmenter
    from pipeline.timing.corrections import Correction

_MAX_SETTINGS_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Script:
    """Everything the author gave.

    `translations` holds, by language code, one row of text for each row of the transcript.
    `notices` say what a person should know about how the texts were read. `rows_left_out` counts
    the author's rows that are not shown: time stamps, and what `[text]` drops.
    """

    episode: Episode
    settings: Settings
    transcript: Transcript
    spoken_rows: tuple[SpokenRow, ...]
    chapters: tuple[Chapter, ...]
    translations: tuple[tuple[str, tuple[str, ...]], ...]
    corrections: tuple[Correction, ...] = ()
    notices: tuple[str, ...] = ()
    content: Transcript | None = None
    rows_left_out: int = 0

    @property
    def content_transcript(self) -> Transcript:
        """The transcript for titles and terms: without speaker labels and time stamps."""
        return self.transcript if self.content is None else self.content

    @property
    def title(self) -> str:
        """The episode's title, or its file's name if the settings give none."""
        return self.settings.title or self.episode.name.replace("-", " ").replace("_", " ").strip()


def read_settings(episode: Episode, changes: Mapping[str, Any]) -> Settings:
    """Return the episode's settings with the command line's changes. Raises InputError."""
    settings = Settings()
    if episode.settings is not None:
        body = read_file(episode.settings, _MAX_SETTINGS_BYTES)
        settings = settings_from_bytes(body, str(episode.settings))
    if not changes:
        return _with_language_of(episode, settings)
    changed = with_changes(settings, changes)
    if "language" not in {*settings.model_fields_set, *changes}:
        changed.model_fields_set.discard("language")  # it is still to be found
    changed = _with_language_of(episode, changed)
    check_engine_choice(changed.voice.engine, message("settings.command_line"))
    return changed


def _with_language_of(episode: Episode, settings: Settings) -> Settings:
    """Return settings with the language of the transcript, unless they name one themselves.

    A transcript that cannot be read leaves the default: the reader of the transcript reports it.
    """
    path = episode.transcript
    if "language" in settings.model_fields_set or not path.is_file():
        return settings
    try:
        transcript = transcript_from_bytes(
            read_file(path, MAX_SUBTITLE_BYTES), path.name, str(path)
        )
    except InputError:
        return settings
    return with_language_of(transcript, settings, [code for code, _ in episode.translations])


def with_language_of(
    transcript: Transcript, settings: Settings, translation_codes: Sequence[str]
) -> Settings:
    """Return settings in the language of a transcript, unless they name one themselves.

    A language that a translation has already is not the transcript's.
    """
    from pipeline.text.language_detection import language_of_text

    if "language" in settings.model_fields_set:
        return settings
    code = language_of_text("\n".join(row.text for row in transcript.rows))
    if code is None or code in translation_codes:
        code = Settings().language
    if code == settings.language:
        return settings
    found = settings.model_copy(update={"language": code})
    found.model_fields_set.discard("language")
    return found


def read_script(
    episode: Episode, settings: Settings, segmenter: Segmenter, *, all_rows: bool = False
) -> Script:
    """Return the episode's texts as values. Raises InputError with file and row if one is wrong.

    With `all_rows` every row of the author's is there as it was written, whatever `[text] labels`
    and `directions` leave out: for programs in which rows are edited or translated.
    """
    from pipeline.subtitles.cue_content import shift_times
    from pipeline.subtitles.translation_file import parse_translation_file
    from pipeline.text.normalization.formulas import formula_notices
    from pipeline.text.normalization.lexicon import parse_lexicon
    from pipeline.text.normalization.spoken_form import spoken_rows
    from pipeline.text.speaker_labels import speak_without_marks, without_marks
    from pipeline.text.topics.chapters import chapters_for

    path = episode.transcript
    max_bytes = {"max_bytes": MAX_SUBTITLE_BYTES} if is_subtitle_file(path) else {}
    transcript = transcript_from_bytes(read_file(path, **max_bytes), path.name, str(path))
    transcript = shift_times(transcript, settings.text.shift, str(path))
    lexicon: dict[str, str] = {}
    if episode.lexicon is not None:
        body = read_file(episode.lexicon, _MAX_SETTINGS_BYTES)
        lexicon |= parse_lexicon(toml_text(body, str(episode.lexicon)), str(episode.lexicon))
    lexicon |= settings.pronunciation
    corrections: tuple[Correction, ...] = ()
    if episode.corrections is not None:
        body = read_file(episode.corrections, MAX_SUBTITLE_BYTES)
        corrections = corrections_from_bytes(body, str(episode.corrections))
    translations = with_translations_inside(
        transcript,
        (
            (code, parse_translation_file(read_file(path), transcript, str(path), code))
            for code, path in episode.translations
        ),
    )
    author = Script(episode, settings, transcript, (), (), translations, corrections)
    script, marks = _without_unwanted_marks(author, all_rows=all_rows)
    speak_directions = settings.text.directions == "keep"
    content = without_marks(script.transcript, marks, speak_directions=speak_directions)
    return replace(
        script,
        content=content,
        spoken_rows=speak_without_marks(
            script.transcript.rows,
            marks,
            lambda rows: spoken_rows(rows, lexicon, settings.language, segmenter),
            speak_directions=speak_directions,
        ),
        chapters=chapters_for(content, script.settings, segmenter),
        notices=(
            *transcript.notices,
            *script.notices,
            *formula_notices(script.transcript.rows),
            *_reading_notices(episode, settings),
        ),
    )


def _without_unwanted_marks(
    author: Script, *, all_rows: bool
) -> tuple[Script, dict[int, RowMarks]]:
    """Return what the author gave without the marks that the settings leave out.

    The marks of the rows that stay come with it, by row.
    """
    from pipeline.kept_rows import corrections_for_kept_rows, settings_for_kept_rows
    from pipeline.text.mark_cuts import cut_marks, kept_translation, with_speaker_voices
    from pipeline.text.speaker_labels import find_marks, mark_notices

    text, transcript = author.settings.text, author.transcript
    marks = find_marks(transcript.rows)
    cut_labels, cut_directions = text.labels == "drop", text.directions == "drop"
    script = author
    if marks and not all_rows:
        kept = cut_marks(
            transcript,
            marks,
            cut_labels=cut_labels,
            cut_directions=cut_directions,
            where=str(author.episode.transcript),
        )
        script = replace(
            author,
            settings=settings_for_kept_rows(author.settings, kept, transcript.rows),
            transcript=kept.transcript,
            translations=tuple(
                (
                    code,
                    kept_translation(
                        rows, kept, cut_labels=cut_labels, cut_directions=cut_directions
                    ),
                )
                for code, rows in author.translations
            ),
            corrections=corrections_for_kept_rows(author.corrections, kept, transcript.rows),
            rows_left_out=len(transcript.rows) - len(kept.numbers),
        )
        kept_marks = kept.marks
    else:
        kept_marks = marks
    speakers: tuple[str, ...] = ()
    if text.labels == "voices":
        voiced, speakers = with_speaker_voices(
            script.transcript, kept_marks, author.settings.voice.speakers
        )
        script = replace(script, transcript=voiced)
    notices = mark_notices(
        marks,
        labels=text.labels,
        directions=text.directions,
        rows_left_out=script.rows_left_out,
        speakers=speakers,
    )
    return replace(script, notices=notices), kept_marks


def with_translations_inside(
    transcript: Transcript, translations: Iterable[tuple[str, tuple[str, ...]]]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return translations with those that the transcript itself holds; a file of its own wins."""
    return tuple(sorted((dict(transcript.translations) | dict(translations)).items()))


def settings_from_bytes(body: bytes | None, where: str) -> Settings:
    """Return the settings in a file's bytes; the defaults without a file. Raises InputError."""
    settings = Settings() if body is None else parse_settings(toml_text(body, where), where)
    check_engine_choice(settings.voice.engine, where)
    written_formats(settings.subtitles.formats, where)
    return settings


def corrections_from_bytes(body: bytes | None, where: str) -> tuple[Correction, ...]:
    """Return the corrections in a file's bytes; none if there is no file. Raises InputError."""
    from pipeline.timing.corrections import parse_corrections

    return () if body is None else parse_corrections(toml_text(body, where), where)


def transcript_from_bytes(body: bytes, file_name: str, where: str) -> Transcript:
    """Return the transcript in the bytes of a text, a document or a subtitle file.

    Raises InputError.
    """
    from pipeline.text.documents import document_suffixes, read_document
    from pipeline.text.transcript import read_transcript, transcript_from_cues

    name, _, suffix = file_name.rpartition(".")
    if suffix.lower() == "txt":
        return read_transcript(body, name, where)
    if f".{suffix.lower()}" in document_suffixes():
        return read_document(body, name, f".{suffix.lower()}", where)
    from pipeline.subtitles.cue_content import CueContent, content_of_cues
    from pipeline.subtitles.formats.subtitle_file import read_subtitle_file

    subtitle_file = read_subtitle_file(body, file_name, where)
    content = content_of_cues(subtitle_file.cues)
    transcript = transcript_from_cues(content.cues, name, where)
    if any(len(rows) != len(transcript.rows) for _, rows in content.translations):
        content = CueContent(subtitle_file.cues)
        transcript = transcript_from_cues(content.cues, name, where)
    return replace(
        transcript,
        encoding=subtitle_file.encoding,
        notices=(*subtitle_file.notices, *content.notices, *transcript.notices),
        translations=content.translations,
    )


def toml_text(body: bytes, where: str) -> str:
    """Return the text of a TOML file in any encoding of transcripts. Raises InputError."""
    from pipeline.text.encoding import decode_text

    return decode_text(body, where)[0] if body else ""


def _reading_notices(episode: Episode, settings: Settings) -> list[Message]:
    """Return what is taken as the project, and which files beside the text are not in UTF-8."""
    translations = (path for _, path in episode.translations)
    paths = (episode.settings, episode.lexicon, episode.corrections, *translations)
    notices = (
        project_notice(episode),
        _language_notice(episode, settings),
        *misnamed_translation_notices(episode),
        *(file_encoding_notice(path) for path in paths if path is not None),
    )
    return [notice for notice in notices if notice is not None]


def _language_notice(episode: Episode, settings: Settings) -> Message | None:
    """Return which language the text was found to be in, where that is not the usual one."""
    if "language" in settings.model_fields_set or settings.language == Settings().language:
        return None
    return message(
        "project.language_found",
        language=language_name(settings.language),
        code=settings.language,
        name=episode.name,
    )


def file_encoding_notice(path: Path) -> Message | None:
    """Return what a person is told of a text file that is not in UTF-8, or None.

    Raises InputError, EnvironmentFault.
    """
    from pipeline.text.encoding import encoding_notice

    return encoding_notice(read_file(path, MAX_SUBTITLE_BYTES), path.name)
