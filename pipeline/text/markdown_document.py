"""Markdown to headings and lines: its marks are formatting, and no viewer or listener gets them."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from pipeline.messages import message
from pipeline.text.document_parts import Document, Heading
from pipeline.text.line_joining import split_at_line_ends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.messages import Message

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})[ \t]*")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_FRONT_MATTER = re.compile(r"---[ \t]*")
_FRONT_MATTER_END = re.compile(r"(?:---|\.\.\.)[ \t]*")
_LIST_MARK = re.compile(r"[ \t]*(?:>[ \t]?)*[ \t]*(?:[-*+][ \t]+(?:\[[ xX]\][ \t]+)?)?")
_TABLE_RULE = re.compile(r"(?=[^\n]*\|)[ \t:|-]+")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LINK_TARGET = re.compile(r" {0,3}\[[^\]\n]{1,200}\]:[ \t]+\S.*")
_FOOTNOTE_MARK = re.compile(r"\[\^[^\]\s]{1,40}\]")
_IMAGE = re.compile(r"!\[([^\]\n]{0,300})\](?:\([^()\n]{0,1000}\)|\[[^\]\n]{0,200}\])")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\](?:\([^()\n]{0,1000}\)|\[[^\]\n]{0,200}\])")
_AUTOLINK = re.compile(r"<(https?://[^<>\s]{1,500}|[\w.+-]{1,100}@[\w.-]{1,100})>")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]{0,30}(?:[ \t][^<>\n]{0,500})?/?>")
_CODE = re.compile(r"(`+)(.+?)\1")
_STRONG = re.compile(r"(\*\*\*|\*\*|~~|==)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?!\*)")
_UNDERSCORES = re.compile(r"(?<!\w)(__|_)(?=[^\s_])(.+?)(?<=[^\s_])\1(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_PRIVATE = 0xE000
"""Escaped signs are kept as private characters while marks are removed."""


def parse_markdown(text: str) -> Document:
    """Return a Markdown text: one part for each line, so that lines keep their numbers.

    A line is a row. Left out are front matter, blocks of code, comments, rules, pictures and the
    targets of links; code and pictures are told.
    """
    hidden = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
    lines = split_at_line_ends(hidden)
    parts: list[Heading | str] = []
    code_lines = pictures = 0
    start = _front_matter_end(lines)
    parts += [""] * start
    fence = ""
    for line in lines[start:]:
        opening = _FENCE.match(line)
        if fence:
            if opening and opening[1].startswith(fence):
                fence = ""
            else:
                code_lines += bool(line.strip())
            parts.append("")
        elif opening:
            fence = opening[1]
            parts.append("")
        elif _UNDERLINE.fullmatch(line) and parts and isinstance(parts[-1], str) and parts[-1]:
            parts[-1:] = [Heading(parts[-1]), ""]
        elif heading := _HEADING.fullmatch(line):
            parts.append(Heading(_without_marks(heading[1])))
        elif any(pattern.fullmatch(line) for pattern in (_RULE, _LINK_TARGET, _TABLE_RULE)):
            parts.append("")
        elif line.startswith("@"):
            parts.append(line)
        else:
            pictures += len(_IMAGE.findall(line))
            parts.append(_row_text(line))
    return Document(parts, tuple(_notices(code_lines, pictures)))


def _notices(code_lines: int, pictures: int) -> Iterator[Message]:
    if code_lines:
        yield message("text.markdown_code", count=code_lines)
    if pictures:
        yield message("text.document_pictures", count=pictures)


def _front_matter_end(lines: list[str]) -> int:
    """Return how many lines the front matter has; 0 without one."""
    if not _FRONT_MATTER.fullmatch(lines[0].removeprefix("\ufeff")):
        return 0
    for index, line in enumerate(lines[1:], 1):
        if _FRONT_MATTER_END.fullmatch(line):
            return index + 1
    return 0


def _row_text(line: str) -> str:
    mark = _LIST_MARK.match(line)
    text = line[mark.end() :] if mark else line
    stripped = text.strip()
    if stripped.startswith("|") and stripped.endswith("|"):
        text = " ".join(filter(None, (cell.strip() for cell in stripped.split("|"))))
    row = _without_marks(text).strip()
    return f"@{row}" if row.startswith("@") else row


def _without_marks(text: str) -> str:
    """Return a line without marks of emphasis, links, tags and escapes; entities as characters."""
    text = _ESCAPE.sub(lambda match: chr(_PRIVATE + ord(match[1])), text)
    text = _CODE.sub(lambda match: _protected(match[2]), text)
    text = _FOOTNOTE_MARK.sub("", _IMAGE.sub("", text))
    text = _TAG.sub("", _AUTOLINK.sub(r"\1", _LINK.sub(r"\1", text)))
    for _ in range(3):
        text = _STRONG.sub(r"\2", text)
        text = _UNDERSCORES.sub(r"\2", _EMPHASIS.sub(r"\1", text))
    text = html.unescape(text[:100_000])
    return "".join(
        chr(ord(char) - _PRIVATE) if _PRIVATE < ord(char) < _PRIVATE + 128 else char
        for char in text
    )


def _protected(code: str) -> str:
    """Return code in which no sign is a mark."""
    return "".join(
        chr(_PRIVATE + ord(char)) if char.isascii() and not char.isalnum() and char != " " else char
        for char in code
    )
