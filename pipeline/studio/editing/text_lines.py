"""A text file as lines that can be replaced while every other byte stays the same."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from pipeline.text.encoding import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
"""Line ends as the transcript's parser sees them (text/transcript.py)."""

_BYTE_ORDER_MARK = "\N{BYTE ORDER MARK}"
_FALLBACK_ENCODINGS = ("utf-8", "utf-8-sig")
"""Encodings of a file whose own cannot hold the new text.

With a byte order mark it cannot be detected as anything else.
"""


@dataclass(frozen=True, slots=True)
class TextLines:
    """A file as bytes and as lines, each with its text and line end ("" for the last one)."""

    body: bytes
    mark_bytes: int
    encoding: str
    lines: tuple[tuple[str, str], ...]

    @property
    def usual_line_end(self) -> str:
        """The most frequent line end of the file."""
        counted = Counter(end for _, end in self.lines if end)
        return counted.most_common(1)[0][0] if counted else "\n"

    def replacement_bodies(
        self, first_line: int, end_line: int, new_lines: Sequence[str]
    ) -> Iterator[bytes]:
        """Yield files with lines [first, end), counted from 0, replaced.

        First with as few bytes changed as possible, then in UTF-8. The last new line ends as the
        last old one did, so a file without a final line end stays without one.
        """
        old_text = "".join(map("".join, self.lines[first_line:end_line]))
        new_text = self._join_new_lines(first_line, end_line, new_lines)
        try:
            start = self.mark_bytes + len(
                _encode_text("".join(map("".join, self.lines[:first_line])), self.encoding)
            )
            end = start + len(_encode_text(old_text, self.encoding))
            if self.body[start:end].decode(self.encoding) == old_text:
                yield self.body[:start] + _encode_text(new_text, self.encoding) + self.body[end:]
        except UnicodeError:
            pass  # the encoding lacks a character: the file becomes UTF-8
        whole_text = "".join(
            map("".join, chain(self.lines[:first_line], [(new_text, "")], self.lines[end_line:]))
        )
        for encoding in _FALLBACK_ENCODINGS:
            yield whole_text.encode(encoding)

    def _join_new_lines(self, first_line: int, end_line: int, new_lines: Sequence[str]) -> str:
        """Return new lines with line ends."""
        if not new_lines:
            return ""
        ends = [end or self.usual_line_end for _, end in islice(self.lines, first_line, end_line)]
        ends += [self.usual_line_end] * (len(new_lines) - len(ends))
        if end_line > first_line:
            ends[len(new_lines) - 1] = self.lines[end_line - 1][1]
        needs_line_end = (
            first_line == end_line == len(self.lines)
            and bool(self.lines)
            and not self.lines[-1][1]
            and bool(self.lines[-1][0])
        )
        return (self.usual_line_end if needs_line_end else "") + "".join(
            map("".join, zip(new_lines, ends[: len(new_lines)], strict=True))
        )


def split_lines(body: bytes, where: str, encoding: str = "") -> TextLines:
    """Return a file's lines in its known encoding, or in the detected one.

    Raises InputError where the file is not text.
    """
    if encoding:
        text = body[_mark_length(body, encoding) :].decode(encoding)
    else:
        text, encoding = decode_text(body, where)
    lines = []
    line_start = 0
    for line_end in _LINE_END.finditer(text):
        lines.append((text[line_start : line_end.start()], line_end.group()))
        line_start = line_end.end()
    lines.append((text[line_start:], ""))
    return TextLines(body, _mark_length(body, encoding), encoding, tuple(lines))


def _mark_length(body: bytes, encoding: str) -> int:
    """Return the length of a file's byte order mark in bytes."""
    try:
        mark = _encode_text(_BYTE_ORDER_MARK, encoding)
    except UnicodeEncodeError:
        return 0
    return len(mark) if body.startswith(mark) else 0


def _encode_text(text: str, encoding: str) -> bytes:
    return text.encode(encoding)
