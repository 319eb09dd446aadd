"""Word documents (.docx) to headings and paragraphs, through python-docx.

The text is what a reader sees with all changes accepted: deleted text, comments and hidden text are
left out; links, tables, text boxes and lists are in.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from pipeline.errors import EnvironmentFault, InputError
from pipeline.messages import message
from pipeline.text.document_parts import Document, Heading

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_UNPACKED_BYTES = 300_000_000
"""Bytes of all parts of a document, pictures included, which python-docx holds in memory."""

_MAX_PARTS = 10_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEFT_OUT = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}rPr", f"{_W}pPr", _FALLBACK})
_BREAKS = frozenset({f"{_W}br", f"{_W}cr"})
_HEADING_STYLE = re.compile(
    r"(?:heading|标题|標題|überschrift|titre)\s*[1-9]|title|标题", re.IGNORECASE
)
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


def parse_word(data: bytes, where: str) -> Document:
    """Return the text of a document: one part for each line of its paragraphs, in their order.

    Raises InputError for a file that is damaged, encrypted, too large unpacked, or declares XML
    entities; EnvironmentFault where python-docx is not installed.
    """
    try:
        import docx
    except ImportError as fault:
        raise EnvironmentFault(message("text.docx_not_installed")) from fault
    try:
        _refuse_hostile(data, where)
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
        heading_styles = {
            style.style_id
            for style in document.styles
            if style.style_id and _HEADING_STYLE.fullmatch((style.name or "").strip())
        }
        parts = list(_parts_of(body, heading_styles))
    except InputError:
        raise
    except Exception as fault:  # whatever python-docx and lxml raise for a damaged file
        raise InputError(message("text.docx_damaged"), where=where) from fault
    pictures = sum(1 for _ in body.iter(f"{_W}drawing", f"{_W}pict"))
    notices = (message("text.document_pictures", count=pictures),) if pictures else ()
    return Document(parts, notices)


def _refuse_hostile(data: bytes, where: str) -> None:
    """Raise InputError for archives that unpack to too much, or hold entity declarations."""
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise InputError(message("text.docx_old_or_locked"), where=where)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            xml = [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))]
            unpacked = sum(entry.file_size for entry in entries)
            if len(entries) > _MAX_PARTS or unpacked > MAX_UNPACKED_BYTES:
                limit = MAX_UNPACKED_BYTES // 1_000_000
                raise InputError(message("text.docx_too_large", megabytes=limit), where=where)
            for entry in xml:
                with archive.open(entry) as part:
                    if _DOCTYPE.search(part.read(entry.file_size + 1)):
                        raise InputError(message("text.docx_entities"), where=where)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
    ) as fault:
        raise InputError(message("text.docx_damaged"), where=where) from fault


def _parts_of(body: Any, heading_styles: set[str]) -> Iterator[Heading | str]:  # noqa: ANN401 - lxml has no types
    for paragraph in body.iter(f"{_W}p"):
        if any(parent.tag in _LEFT_OUT for parent in paragraph.iterancestors()):
            continue
        lines = "".join(_texts_of(paragraph)).split("\n")
        if _is_heading(paragraph, heading_styles):
            yield Heading(" ".join(lines))
        else:
            yield from (line.strip() for line in lines)


def _texts_of(element: Any) -> Iterator[str]:  # noqa: ANN401 - lxml has no types
    """Yield the text of a paragraph's own runs; those of text boxes are paragraphs themselves."""
    for child in element:
        if child.tag in _LEFT_OUT or child.tag == f"{_W}p":
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield "\n"
        elif child.tag == f"{_W}tab":
            yield " "
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag == f"{_W}r" and _is_hidden(child):
            continue
        elif isinstance(child.tag, str):
            yield from _texts_of(child)


def _is_hidden(run: Any) -> bool:  # noqa: ANN401 - lxml has no types
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(f"{_W}val") not in {"0", "false", "off"}


def _is_heading(paragraph: Any, heading_styles: set[str]) -> bool:  # noqa: ANN401 - lxml has no types
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    if style is not None and style.get(f"{_W}val") in heading_styles:
        return True
    level = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
    return level is not None and (level.get(f"{_W}val") or "9") in set("012345678")
