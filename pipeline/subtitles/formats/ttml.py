"""Timed Text (.ttml, .dfxp, .itt): the W3C's XML captions; read only.

Times and nesting are those of TTML2 (https://www.w3.org/TR/ttml2/#timing-value-time-expression).
Regions and styles are not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from xml.parsers import expat

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.subtitles.formats.base import (
    FileCue,
    SubtitleFormat,
    refuse_faults,
    refuse_too_many_cues,
)
from pipeline.subtitles.formats.cue_block import FileLayout, UnreadLine

_CLOCK_TIME = re.compile(r"(\d{2,9}):(\d{2}):(\d{2})(?:\.(\d{1,9})|:(\d{2,4})(?:\.\d{1,9})?)?")
_OFFSET_TIME = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|f|t)")
_PARAMETER = "http://www.w3.org/ns/ttml#parameter"
_MAX_DEPTH = 100
_SECONDS = {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1000)}
_LANGUAGE_ROOT = re.compile(r"<(?:\w{1,20}:)?tt[\s>]")
_MAX_START_CHARACTERS = 2_000


@dataclass(slots=True)
class _Element:
    """An open element: its name, its times in s (None: to the end), and whether it keeps blanks."""

    name: str
    begin: Fraction
    end: Fraction | None
    keeps_space: bool
    is_timed: bool
    text: list[str] = field(default_factory=list)


def parse(text: str, where: str) -> tuple[FileCue, ...]:
    """Return the paragraphs as cues in the file's order; spans with times of their own come alone.

    Raises InputError for XML that is damaged or declares a document type, naming every time that
    cannot be read, and for too many cues.
    """
    reader = _Reader(where)
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.refuse_doctype
    parser.StartElementHandler = lambda name, given: reader.start(
        name, given, parser.CurrentLineNumber
    )
    parser.EndElementHandler = lambda _: reader.end()
    parser.CharacterDataHandler = reader.add_text
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003 - expat's own signature
    except expat.ExpatError as fault:
        problem = message(
            "subtitles.ttml_damaged", line=fault.lineno, reason=expat.ErrorString(fault.code)
        )
        raise InputError(problem, where=where) from fault
    refuse_faults(FileLayout((), tuple(reader.faults), ()), where)
    return tuple(reader.cues)


class _Reader:
    """The state of reading: the open elements, the cues so far, and the times that are none."""

    def __init__(self, where: str) -> None:
        """Begin without elements; the frame rate is TTML's default of 30, the tick rate 1."""
        self.where = where
        self.stack: list[_Element] = []
        self.cues: list[FileCue] = []
        self.faults: list[UnreadLine] = []
        self.frame_rate = Fraction(30)
        self.tick_rate = Fraction(1)

    def refuse_doctype(self, *_: object) -> None:
        """Raise InputError: entities can make a small file endless."""
        raise InputError(message("subtitles.ttml_doctype"), where=self.where)

    def start(self, qualified: str, given: dict[str, str], line: int) -> None:
        """Open an element; a time of its own counts from the start of the one around it."""
        name = qualified.rpartition(" ")[2]
        if not self.stack:
            self._read_parameters(given)
        if len(self.stack) >= _MAX_DEPTH:
            raise InputError(message("subtitles.ttml_too_nested"), where=self.where)
        outer = self.stack[-1] if self.stack else _Element("", Fraction(0), None, False, False)  # noqa: FBT003 - the outermost element
        times = {
            key: self._time(given[key], line) for key in ("begin", "end", "dur") if key in given
        }
        begin = outer.begin + times.get("begin", Fraction(0))
        ends = [outer.end] if outer.end is not None else []
        if "end" in times:
            ends.append(outer.begin + times["end"])
        if "dur" in times:
            ends.append(begin + times["dur"])
        space = given.get("http://www.w3.org/XML/1998/namespace space")
        keeps = outer.keeps_space if space is None else space == "preserve"
        end = min(ends) if ends else None
        if name == "p" and ends and end is not None and end < begin:
            self.faults.append(UnreadLine(line, message("subtitles.end_before_start", line=line)))
        if name == "br" and self.stack:
            self.add_break()
        self.stack.append(_Element(name, begin, end, keeps, bool(times)))

    def end(self) -> None:
        """Close an element; a paragraph or a timed span of text becomes a cue."""
        element = self.stack.pop()
        text = "\n".join(line.strip() for line in "".join(element.text).split("\n") if line.strip())
        own_cue = element.name == "p" or (element.name == "span" and element.is_timed)
        if own_cue and element.end is not None and text:
            start_ms, end_ms = (round(time * 1000) for time in (element.begin, element.end))
            if end_ms >= start_ms:
                self.cues.append(FileCue(start_ms, end_ms, text))
                refuse_too_many_cues(len(self.cues), self.where)
        elif element.name == "span" and self.stack:
            self.stack[-1].text += element.text

    def add_text(self, text: str) -> None:
        """Add text to the open element, if it is one that shows text."""
        if self.stack and self.stack[-1].name in {"p", "span"}:
            shown = text if self.stack[-1].keeps_space else re.sub(r"\s+", " ", text)
            self.stack[-1].text.append(shown)

    def add_break(self) -> None:
        """Begin another line."""
        self.stack[-1].text.append("\n")

    def _read_parameters(self, given: dict[str, str]) -> None:
        rate = given.get(f"{_PARAMETER} frameRate", "")
        if rate.isdecimal() and int(rate[:6]) > 0:
            self.frame_rate = Fraction(int(rate[:6]))
        factors = given.get(f"{_PARAMETER} frameRateMultiplier", "").replace(":", " ").split()
        if len(factors) == 2 and all(one.isdecimal() and int(one[:6]) for one in factors):  # noqa: PLR2004 - numerator and denominator
            self.frame_rate *= Fraction(int(factors[0][:6]), int(factors[1][:6]))
        ticks = given.get(f"{_PARAMETER} tickRate", "")
        self.tick_rate = (
            Fraction(int(ticks[:9]))
            if ticks.isdecimal() and int(ticks[:9])
            else self.frame_rate
            if rate
            else Fraction(1)
        )

    def _time(self, text: str, line: int) -> Fraction:
        """Return a time expression in s; one that cannot be read is a fault of its line."""
        clock, offset = _CLOCK_TIME.fullmatch(text.strip()), _OFFSET_TIME.fullmatch(text.strip())
        if clock is not None:
            hours, minutes, seconds = (int(part) for part in clock.group(1, 2, 3))
            fraction = Fraction(int(clock[4]), 10 ** len(clock[4])) if clock[4] else Fraction(0)
            frames = int(clock[5] or 0) / self.frame_rate
            return (hours * 60 + minutes) * 60 + seconds + fraction + frames
        if offset is not None:
            count, unit = Fraction(offset[1]), offset[2]
            if unit == "f":
                return count / self.frame_rate
            return count / self.tick_rate if unit == "t" else count * _SECONDS[unit]
        problem = message(
            "subtitles.not_a_time_line",
            line=line,
            text=text.strip()[:60],
            example='begin="00:00:01.000" end="00:00:02.500"',
        )
        self.faults.append(UnreadLine(line, problem))
        return Fraction(0)


def _looks_like_ttml(text: str) -> bool:
    return _LANGUAGE_ROOT.search(text[:_MAX_START_CHARACTERS]) is not None


FORMAT = SubtitleFormat(
    name="ttml",
    label="TTML",
    suffixes=(".ttml", ".dfxp", ".itt"),
    parse=parse,
    looks_like=_looks_like_ttml,
)
