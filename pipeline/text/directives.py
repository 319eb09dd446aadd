"""The `@` lines of a transcript: parsed, or refused with a sentence that says what they take."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Literal, cast

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.model import Directive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.messages import Message

_DIRECTIVE = re.compile(r"@([^\s@:：]*)[:：]?\s*(.*)", re.DOTALL)
_SECONDS = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*s?")
_MAX_VALUE_CHARACTERS = 300
_MAX_PAUSE_SECONDS = 600
_DIRECTIVES = ("slide", "chapter", "pause", "voice")


def parse_directive(text: str, row: int, line: int, where: str) -> Directive:
    """Return the directive of a line that begins with one `@`; `row` is the number of the next row.

    Raises InputError, naming the line, if there is no such directive or its value is wrong.
    """
    match = _DIRECTIVE.fullmatch(text)
    name, value = (match[1], match[2].strip()) if match else (text[1:], "")
    if name not in _DIRECTIVES:
        raise InputError(_unknown_directive(name, line), where=where)
    if not _is_valid_value(name, value):
        expected = message(f"text.{name}_value", limit=_MAX_PAUSE_SECONDS)
        raise InputError(
            message(
                "text.directive_value", line=line, name=name, value=value[:60], expected=expected
            ),
            where=where,
        )
    if name == "pause":
        value = value.removesuffix("s").rstrip()
    return Directive(cast("Literal['slide', 'chapter', 'pause', 'voice']", name), value, row, line)


def reject_duplicate_directives(directives: Sequence[Directive], where: str) -> None:
    """Raise InputError if two directives of one kind stand before the same row."""
    seen: dict[tuple[str, int], Directive] = {}
    for directive in directives:
        earlier = seen.setdefault((directive.kind, directive.row), directive)
        if earlier is not directive:
            problem = message(
                "text.duplicate_directive",
                first_line=earlier.line,
                second_line=directive.line,
                name=directive.kind,
                row=directive.row,
            )
            raise InputError(problem, where=where)


def _is_valid_value(name: str, value: str) -> bool:
    if name == "pause":
        seconds = _SECONDS.fullmatch(value)
        return bool(seconds) and 0 < float(seconds[1]) <= _MAX_PAUSE_SECONDS if seconds else False
    return 0 < len(value) <= _MAX_VALUE_CHARACTERS and (
        name != "voice" or not re.search(r"\s", value)
    )


def _unknown_directive(name: str, line: int) -> Message:
    """Return the sentence for a directive that does not exist, with the nearest one if any."""
    suggestions = difflib.get_close_matches(name.lower()[:40], _DIRECTIVES, n=1)
    if suggestions:
        return message(
            "text.misspelled_directive", line=line, name=name[:40], suggestion=suggestions[0]
        )
    names = ", ".join(f"`@{known}`" for known in _DIRECTIVES)
    return message("text.unknown_directive", line=line, name=name[:40], names=names)
