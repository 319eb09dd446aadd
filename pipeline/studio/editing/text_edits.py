"""Apply one edit. What is written is parsed again and compared with what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.language import base_language
from pipeline.messages import message
from pipeline.studio.editing.renumber import lines_between_rows, renumber_settings
from pipeline.studio.editing.sources import (
    escaped_row,
    leading_space,
    normalized_row,
    normalized_translation,
    replace_lines,
    require_text_transcript,
)
from pipeline.studio.editing.text_lines import split_lines
from pipeline.studio.editing.time_edits import (
    carry_corrections_to_new_texts,
    clear_row_time,
    merge_corrections,
    set_row_time,
    split_correction,
)
from pipeline.studio.editing.translation_edits import RowReplacement, edit_translation_file
from pipeline.studio.localization import EditRefused, refusal_for
from pipeline.subtitles.translation_file import compose_translation_file
from pipeline.text.line_joining import join_texts

if TYPE_CHECKING:
    from pipeline.messages import Message
    from pipeline.model import Timeline, Transcript
    from pipeline.studio.editing.commands import EditCommand, MergeRows, SetManyTexts, SplitRow
    from pipeline.studio.editing.sources import EpisodeSource


def apply_edit(
    source: EpisodeSource, edit: EditCommand, timeline: Timeline
) -> tuple[EpisodeSource, Message]:
    """Return the source after an edit, and the edit's name; the same source where nothing changes.

    `timeline` is the one the page shows; it decides at which time a row is split. Raises
    EditRefused, with nothing changed.
    """
    rows = (
        [item.row for item in (*edit.texts, *edit.seconds)] if edit.kind == "texts" else [edit.row]
    )
    missing_row = next((row for row in rows if row > len(source.row_texts)), None)
    if missing_row is not None:
        raise EditRefused(message("studio.row_missing", row=missing_row))
    try:
        return _apply_by_kind(source, edit, timeline)
    except InputError as fault:
        raise refusal_for(fault) from fault


def _apply_by_kind(  # noqa: PLR0911 - one for each kind of edit
    source: EpisodeSource, edit: EditCommand, timeline: Timeline
) -> tuple[EpisodeSource, Message]:
    match edit.kind:
        case "text":
            return _set_texts(source, {edit.row: edit.text}), message(
                "studio.edit_text", row=edit.row
            )
        case "second":
            return _set_translation(source, edit.row, edit.text), message(
                "studio.edit_translation", row=edit.row
            )
        case "texts":
            return _set_many_texts(source, edit), message(
                "studio.edit_many", count=len(edit.texts) + len(edit.seconds)
            )
        case "split":
            return _split_row(source, edit, timeline), message("studio.split_row", row=edit.row)
        case "merge":
            return _merge_rows(source, edit, timeline), message(
                "studio.merge_rows", row=edit.row, next_row=edit.row + 1
            )
        case "times":
            return set_row_time(source, edit, timeline), message("studio.set_time", row=edit.row)
        case "untime":
            return clear_row_time(source, edit.row), message("studio.clear_time", row=edit.row)
        case "slide":
            raise EditRefused(message("studio.deck_needed"))


def _set_many_texts(source: EpisodeSource, edit: SetManyTexts) -> EpisodeSource:
    new_source = (
        _set_texts(source, {item.row: item.text for item in edit.texts}) if edit.texts else source
    )
    for item in edit.seconds:
        new_source = _set_translation(new_source, item.row, item.text)
    return new_source


def _set_texts(source: EpisodeSource, requested_texts: dict[int, str]) -> EpisodeSource:
    """Set the texts of rows, each on its own line."""
    require_text_transcript(source)
    texts = {row: normalized_row(text) for row, text in requested_texts.items()}
    if not all(texts.values()):
        raise EditRefused(message("studio.row_empty"))
    texts = {row: text for row, text in texts.items() if text != source.row_texts[row - 1]}
    if not texts:
        return source
    text_by_line = {source.transcript.rows[row - 1].line - 1: text for row, text in texts.items()}
    first_line, end_line = min(text_by_line), max(text_by_line) + 1
    old_lines = [
        text
        for text, _ in split_lines(
            source.files.transcript, source.files.transcript_file, source.transcript.encoding
        ).lines[first_line:end_line]
    ]
    new_lines = [
        _line_with_text(line, text_by_line[line_index]) if line_index in text_by_line else line
        for line_index, line in enumerate(old_lines, first_line)
    ]
    rows = [texts.get(number, text) for number, text in enumerate(source.row_texts, 1)]
    transcript_body, transcript = replace_lines(
        source, (first_line, end_line), new_lines, rows, _directive_pairs(source)
    )
    return source.with_changes(
        transcript, transcript=transcript_body, times=carry_corrections_to_new_texts(source, texts)
    )


def _line_with_text(old_line: str, text: str) -> str:
    """Return a row's line with another text inside the same white space."""
    return f"{leading_space(old_line)}{escaped_row(text)}{old_line[len(old_line.rstrip()) :]}"


def _directive_pairs(source: EpisodeSource) -> list[tuple[str, str]]:
    return [(directive.kind, directive.value) for directive in source.transcript.directives]


def _set_translation(source: EpisodeSource, row: int, requested_text: str) -> EpisodeSource:
    text, code = normalized_translation(requested_text), source.translation_code
    if code is None:
        return _begin_translation(source, row, text)
    if dict(source.translations)[code][row - 1] == text:
        return source
    if row == 1 and not text:
        raise EditRefused(message("studio.first_translation_empty"))
    translation_body = edit_translation_file(
        source, code, RowReplacement(row, 1, (text,)), source.transcript
    )
    return source.with_changes(
        seconds=tuple(
            (other_code, translation_body if other_code == code else body)
            for other_code, body in source.files.seconds
        )
    )


def _begin_translation(source: EpisodeSource, row: int, text: str) -> EpisodeSource:
    """Create a translation: all rows are joined to the first until they get their own text."""
    if not text:
        return source
    if row != 1:
        raise EditRefused(message("studio.translation_not_begun"))
    code = "zh" if base_language(source.settings.language) == "en" else "en"
    return source.with_changes(
        seconds=(
            (code, compose_translation_file([text, *[""] * (len(source.row_texts) - 1)]).encode()),
        )
    )


def _split_row(source: EpisodeSource, edit: SplitRow, timeline: Timeline) -> EpisodeSource:
    text = source.row_texts[edit.row - 1]
    halves = normalized_row(text[: edit.at]), normalized_row(text[edit.at :])
    if not all(halves):
        raise EditRefused(message("studio.split_halves"))
    replacements = {
        code: RowReplacement(
            edit.row, 1, _split_translation(rows[edit.row - 1], None if index else edit.second_at)
        )
        for index, (code, rows) in enumerate(source.translations)
    }
    transcript_body, transcript = _replace_rows(source, RowReplacement(edit.row, 1, halves))
    return source.with_changes(
        transcript,
        transcript=transcript_body,
        seconds=_edit_translation_files(source, transcript, replacements),
        times=split_correction(source, edit.row, edit.at, halves, timeline),
        settings=renumber_settings(source, edit.row, 1),
    )


def _split_translation(text: str, position: int | None) -> tuple[str, str]:
    """Return both halves of a translation.

    The first half has all of it where no position is given or the first half would be empty.
    """
    if position is None:
        return text, ""
    halves = normalized_translation(text[:position]), normalized_translation(text[position:])
    return halves if halves[0] else (text, "")


def _merge_rows(source: EpisodeSource, edit: MergeRows, timeline: Timeline) -> EpisodeSource:
    row = edit.row
    if row == len(source.row_texts):
        raise EditRefused(message("studio.merge_none"))
    text = join_texts(source.row_texts[row - 1 : row + 1])
    replacements = {
        code: RowReplacement(row, 2, (join_texts(rows[row - 1 : row + 1]),))
        for code, rows in source.translations
    }
    transcript_body, transcript = _replace_rows(source, RowReplacement(row, 2, (text,)))
    return source.with_changes(
        transcript,
        transcript=transcript_body,
        seconds=_edit_translation_files(source, transcript, replacements),
        times=merge_corrections(source, row, text, timeline),
        settings=renumber_settings(source, row, -1),
    )


def _edit_translation_files(
    source: EpisodeSource, transcript: Transcript, replacements: dict[str, RowReplacement]
) -> tuple[tuple[str, bytes], ...]:
    """Return every translation file after its change; `transcript` is the new transcript."""
    return tuple(
        (code, edit_translation_file(source, code, replacements[code], transcript))
        for code, _ in source.translations
    )


def _replace_rows(source: EpisodeSource, replacement: RowReplacement) -> tuple[bytes, Transcript]:
    """Return the transcript file after a split or merge, and its content."""
    require_text_transcript(source)
    rows, new_rows = source.transcript.rows, replacement.new_rows
    first_line, end_line = (
        rows[replacement.row - 1].line - 1,
        rows[replacement.row - 2 + replacement.removed_rows].line,
    )
    lines_before, lines_after = lines_between_rows(
        source, replacement.row, replacement.removed_rows
    )
    old_lines = [
        text
        for text, _ in split_lines(
            source.files.transcript, source.files.transcript_file, source.transcript.encoding
        ).lines[first_line:end_line]
    ]
    row_lines = [f"{leading_space(old_lines[0])}{escaped_row(text)}" for text in new_rows[:-1]] + [
        _line_with_text(old_lines[0], new_rows[-1])
    ]
    new_lines = [
        *(old_lines[at - first_line] for at in lines_before),
        *row_lines,
        *(old_lines[at - first_line] for at in lines_after),
    ]
    return replace_lines(
        source,
        (first_line, end_line),
        new_lines,
        replacement.apply_to(source.row_texts),
        _directive_pairs(source),
    )
