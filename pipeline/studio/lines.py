"""A text file as lines that can be replaced while every other byte stays what it is."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from pipeline.text.encoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ENDS = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
"""Where the reader of transcripts ends a line (text/transcript.py)."""

_MARK = "\N{BYTE ORDER MARK}"
_AS_UTF8 = ("utf-8", "utf-8-sig")
"""What a file becomes whose own encoding cannot hold the new text; with its mark it cannot be taken for anything else."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A file's bytes and what they say: how many bytes of mark, the encoding, each line's text and how it ends ("" for the last one)."""

    body: bytes
    mark: int
    encoding: str
    lines: tuple[tuple[str, str], ...]

    @property
    def usual_end(self) -> str:
        """The line end used most."""
        counted = Counter(end for _, end in self.lines if end)
        return counted.most_common(1)[0][0] if counted else "\n"

    def with_lines(self, first: int, last: int, new: Sequence[str]) -> Iterator[bytes]:
        """Yield files in which lines [first, last), counted from 0, are others: as little changed as can be, then in UTF-8.

        The last new line ends as the last old one did, so a file without a final line end stays without.
        """
        old = "".join(map("".join, self.lines[first:last]))
        inside = self._joined(first, last, new)
        try:
            start = self.mark + len(_encoded("".join(map("".join, self.lines[:first])), self.encoding))
            end = start + len(_encoded(old, self.encoding))
            if self.body[start:end].decode(self.encoding) == old:
                yield self.body[:start] + _encoded(inside, self.encoding) + self.body[end:]
        except UnicodeError:
            pass  # the encoding lacks a character: the file becomes UTF-8
        whole = "".join(map("".join, chain(self.lines[:first], [(inside, "")], self.lines[last:])))
        for encoding in _AS_UTF8:
            yield whole.encode(encoding)

    def _joined(self, first: int, last: int, new: Sequence[str]) -> str:
        """Return new lines with line ends."""
        if not new:
            return ""
        ends = [end or self.usual_end for _, end in islice(self.lines, first, last)]
        ends += [self.usual_end] * (len(new) - len(ends))
        if last > first:
            ends[len(new) - 1] = self.lines[last - 1][1]
        unended = first == last == len(self.lines) and bool(self.lines) and not self.lines[-1][1] and bool(self.lines[-1][0])
        return (self.usual_end if unended else "") + "".join(map("".join, zip(new, ends[: len(new)], strict=True)))


def lines_in(body: bytes, where: str, encoding: str = "") -> Lines:
    """Return a file's lines, in the encoding it is known to have or in the likeliest. Raises InputError where it is no text."""
    if encoding:
        text = body[_mark_of(body, encoding) :].decode(encoding)
    else:
        text, encoding = decode(body, where)
    lines = []
    at = 0
    for found in _ENDS.finditer(text):
        lines.append((text[at : found.start()], found.group()))
        at = found.end()
    lines.append((text[at:], ""))
    return Lines(body, _mark_of(body, encoding), encoding, tuple(lines))


def _mark_of(body: bytes, encoding: str) -> int:
    """Return how many bytes a file's byte order mark has."""
    try:
        mark = _encoded(_MARK, encoding)
    except UnicodeEncodeError:
        return 0
    return len(mark) if body.startswith(mark) else 0


def _encoded(text: str, encoding: str) -> bytes:
    return text.encode(encoding)
