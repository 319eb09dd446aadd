"""Transcripts written as documents: Markdown and Word, turned into the lines of a text file.

Headings become chapters, and paragraphs or lines become rows; the reader of text files does the
rest, so that directives, limits and notices are the same for all of them.
"""

from __future__ import annotations

import codecs
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.messages import message
from pipeline.text.document_parts import Document, Heading
from pipeline.text.encoding import decode_text
from pipeline.text.transcript import read_transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipeline.model import Transcript

_MAX_TITLE_CHARACTERS = 300
_TITLES_JOINED = " · "


def document_suffixes() -> tuple[str, ...]:
    """Return the endings of documents that can be transcripts."""
    return (*_READERS,)


def read_document(data: bytes, name: str, suffix: str, where: str) -> Transcript:
    """Return the transcript that a document holds; a row's line is its place among the paragraphs.

    Raises InputError for a damaged or hostile file, and as `read_transcript` does.
    """
    document, encoding = _READERS[suffix](data, where)
    text = "\n".join(_text_lines(document.parts))
    transcript = read_transcript(codecs.BOM_UTF8 + text.encode(), name, where)
    chapters = sum(isinstance(part, Heading) for part in document.parts)
    notices = [*transcript.notices, *document.notices]
    if chapters:
        notices.append(message("text.headings_are_chapters", count=chapters))
    return replace(transcript, encoding=encoding, notices=tuple(notices))


def _text_lines(parts: Sequence[Heading | str]) -> list[str]:
    """Return the lines of a text file with the same content.

    Headings that follow each other become one chapter; those that nothing follows become rows.
    """
    lines = [""] * len(parts)
    waiting: list[tuple[int, str]] = []
    for index, part in enumerate(parts):
        if isinstance(part, Heading):
            title = " ".join(part.text.split())
            if title:
                waiting.append((index, title))
            continue
        lines[index] = part
        if part.strip() and not _is_directive(part) and waiting:
            at, _ = waiting[-1]
            title = _TITLES_JOINED.join(text for _, text in waiting)
            lines[at] = f"@chapter {title[:_MAX_TITLE_CHARACTERS]}"
            waiting = []
    for index, title in waiting:
        lines[index] = f"@{title}" if title.startswith("@") else title
    return lines


def _is_directive(line: str) -> bool:
    return line.startswith("@") and not line.startswith("@@")


def _read_markdown(data: bytes, where: str) -> tuple[Document, str]:
    from pipeline.text.markdown_document import parse_markdown

    text, encoding = decode_text(data, where)
    return parse_markdown(text), encoding


def _read_word(data: bytes, where: str) -> tuple[Document, str]:
    from pipeline.text.word_document import parse_word

    return parse_word(data, where), "utf-8"


_READERS: Mapping[str, Callable[[bytes, str], tuple[Document, str]]] = {
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".docx": _read_word,
}
