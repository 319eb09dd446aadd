"""Reading Advanced SubStation and SubStation Alpha: the events' times and text, without overrides, drawings and comments."""

from __future__ import annotations

import re

from pipeline.errors import InputError
from pipeline.subtitles.literal import unguarded
from pipeline.subtitles.timed import Timed, lines_of, refuse_too_many, timed

_USUAL = ["layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text"]
_TIME = re.compile(r"\s*(-?)(\d{1,4}):(\d{1,2}):(\d{1,2})[.,:](\d{1,3})\s*")
_DRAWING = re.compile(r"\\p\s*([0-9])")
_ESCAPE = re.compile(r"\\([Nnh{}])")
_SAYS = {"N": "\n", "n": "\n", "h": " ", "{": "{", "}": "}"}


def parse(text: str, where: str, *, layer: int | None = None) -> tuple[Timed, ...]:
    """Return the events in the file's order, of one layer if asked for. Raises InputError naming the line."""
    fields = _USUAL
    in_events = False
    cues: list[Timed] = []
    for number, raw in enumerate(lines_of(text), 1):
        line = raw.strip()
        kind, _, rest = line.partition(":")
        if line.startswith("[") and line.endswith("]"):
            in_events = line.lower() == "[events]"
        elif in_events and kind == "Format":
            fields = [field.strip().lower() for field in rest.split(",")]
        elif in_events and kind == "Dialogue":
            event = _event(rest, fields, where, number)
            shown = _shown(event["text"])
            if shown is not None and layer in (None, _layer(event)):
                start, end = (_ms(event[key], where, number) for key in ("start", "end"))
                cues.append(timed(start, end, shown, where, number))
                refuse_too_many(len(cues), where)
    return tuple(cues)


def _event(rest: str, fields: list[str], where: str, number: int) -> dict[str, str]:
    values = rest.lstrip().split(",", len(fields) - 1)
    event = dict(zip(fields, values, strict=False))
    if not {"start", "end", "text"} <= event.keys():
        raise InputError(f"The event on line {number} lacks its times or its text.", "Mend that line.", where=where)
    return event


def _layer(event: dict[str, str]) -> int:
    layer = event.get("layer", "0").strip()
    return int(layer) if layer.isdecimal() and len(layer) < 6 else 0  # noqa: PLR2004 - libass keeps layers in an int


def _ms(stamp: str, where: str, number: int) -> int:
    match = _TIME.fullmatch(stamp)
    if match is None:
        raise InputError(f"Line {number} has no time in {stamp.strip()[:40]!r}.", "Write 0:00:01.50.", where=where)
    sign, hours, minutes, seconds, fraction = match.groups()
    ms = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))
    return -ms if sign else ms


def _shown(text: str) -> list[str] | None:
    r"""Return the lines a viewer reads, or None for a drawing.

    As in libass, `\{` is a brace, and so is an opening brace that nothing closes; the space `\h` becomes a plain one.
    """
    shown: list[str] = []
    drawing = drawn = False
    at = 0
    while at < len(text):
        start, end = _override(text, at)
        if not drawing:
            shown.append(text[at:start])
        for match in _DRAWING.finditer(text, start, end):
            drawing = match[1] != "0"
            drawn = drawn or drawing
        at = end
    joined = "".join(shown)
    if drawn and not joined.strip():
        return None
    return [unguarded(line) for line in _ESCAPE.sub(lambda match: _SAYS[match[1]], joined).split("\n")]


def _override(text: str, at: int) -> tuple[int, int]:
    """Return where the next override block begins and ends; the text's length twice where there is none."""
    start = text.find("{", at)
    while start > 0 and text[start - 1] == "\\":
        start = text.find("{", start + 1)
    end = text.find("}", start) if start >= 0 else -1
    return (start, end + 1) if end >= 0 else (len(text), len(text))
