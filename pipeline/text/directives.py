"""`@` rows: what they may say, and one sentence for what they may not."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Literal, cast

from pipeline.errors import InputError
from pipeline.model import Directive

if TYPE_CHECKING:
    from collections.abc import Sequence

_DIRECTIVE = re.compile(r"@([^\s@:：]*)[:：]?\s*(.*)", re.DOTALL)
_SECONDS = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*s?")
_MAX_VALUE_CHARACTERS = 300
_MAX_PAUSE_SECONDS = 600
_DIRECTIVE_VALUES = {
    "slide": "the name of a picture, a page or a clip, e.g. `@slide 03.png`",
    "chapter": "a title, e.g. `@chapter 一封陌生邮件`",
    "pause": f"seconds, more than 0 and at most {_MAX_PAUSE_SECONDS}, e.g. `@pause 1.5`",
    "voice": "the name of a voice, e.g. `@voice zh-CN-YunxiNeural`",
}


def parse_directive(text: str, row: int, line: int, where: str) -> Directive:
    """Return the directive a line beginning with one `@` gives; `row` is the number of the next row.

    Raises InputError naming the line where there is no such directive or its value is not right.
    """
    shape = _DIRECTIVE.fullmatch(text)
    name, value = (shape[1], shape[2].strip()) if shape else (text[1:], "")
    if name not in _DIRECTIVE_VALUES:
        raise InputError(
            f"Line {line}: there is no directive `@{name[:40]}`.",
            f"{_suggestion(name)} (`@@` begins a row of text with an @.)",
            where=where,
        )
    if not _is_valid_value(name, value):
        raise InputError(
            f"Line {line}: `@{name}` cannot be `{value[:60]}`.",
            f"It takes {_DIRECTIVE_VALUES[name]}.",
            where=where,
        )
    if name == "pause":
        value = value.removesuffix("s").rstrip()
    return Directive(cast("Literal['slide', 'chapter', 'pause', 'voice']", name), value, row, line)


def reject_duplicate_directives(directives: Sequence[Directive], where: str) -> None:
    """Raise InputError where two directives of one kind stand before the same row: only one of them could apply."""
    seen: dict[tuple[str, int], Directive] = {}
    for directive in directives:
        earlier = seen.setdefault((directive.kind, directive.row), directive)
        if earlier is not directive:
            what = f"Lines {earlier.line} and {directive.line} both say `@{directive.kind}` for row {directive.row}."
            raise InputError(what, "Keep one of them.", where=where)


def _is_valid_value(name: str, value: str) -> bool:
    if name == "pause":
        seconds = _SECONDS.fullmatch(value)
        return bool(seconds) and 0 < float(seconds[1]) <= _MAX_PAUSE_SECONDS if seconds else False
    return 0 < len(value) <= _MAX_VALUE_CHARACTERS and (
        name != "voice" or not re.search(r"\s", value)
    )


def _suggestion(name: str) -> str:
    near = difflib.get_close_matches(name.lower()[:40], list(_DIRECTIVE_VALUES), n=1)
    if near:
        return f"Did you mean `@{near[0]}`?"
    return "There are " + ", ".join(f"`@{known}`" for known in _DIRECTIVE_VALUES) + "."
