r"""Markup carried to new line breaks: `<i>`, `<font …>`, `{\an8}` stay with their characters."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.text.line_joining import WORD_JOINER

if TYPE_CHECKING:
    from collections.abc import Sequence

_ELEMENT = re.compile(r"</?([A-Za-z]+)")
_SHOWN = re.compile(
    rf"(?:&(?:#\w{{1,8}}|[A-Za-z]\w{{0,31}});|\\[h{{}}]|.){WORD_JOINER}?", re.DOTALL
)


def rebroken_markup(
    markup: Sequence[str], parts: Sequence[Sequence[str]], tag: re.Pattern[str]
) -> list[tuple[str, ...]] | None:
    """Return the markup of each part, where `parts` are the new lines of one text, cue by cue.

    Elements that are open where a cue ends are closed there and opened again in the next one;
    override blocks before a cut apply to the cue after it too. `tag` matches one tag. Returns None
    where the characters do not correspond.
    """
    walk = _MarkupWalk(_tokens("\n".join(markup), tag), [], [])
    result: list[tuple[str, ...]] = []
    for number, lines in enumerate(parts):
        written = ["".join([*walk.overrides, *walk.opened])]
        for index, line in enumerate(lines):
            if index:
                written.append("")
            text = walk.text_of_line(line)
            if text is None:
                return None
            written[-1] += text
        if number == len(parts) - 1:
            written[-1] += walk.tags_up_to_text()
            if walk.position < len(walk.tokens):
                return None
        written[-1] += "".join(f"</{_element(tag_text)}>" for tag_text in reversed(walk.opened))
        result.append(tuple(written))
    return result


@dataclass(slots=True)
class _MarkupWalk:
    """A walk over tags and characters that remembers which tags hold at its position."""

    tokens: list[tuple[str, bool]]
    opened: list[str]
    overrides: list[str]
    position: int = 0

    def text_of_line(self, line: str) -> str | None:
        """Return a line with its markup; None where the characters have come to an end."""
        text = ""
        for character in line:
            if character.isspace():
                text += character
                continue
            text += self.tags_up_to_text()
            if self.position == len(self.tokens):
                return None
            text += self.tokens[self.position][0]
            self.position += 1
        while self.position < len(self.tokens) and self.tokens[self.position][0].startswith("</"):
            text += _take_tag(self.tokens[self.position], self.opened, self.overrides)
            self.position += 1
        return text

    def tags_up_to_text(self) -> str:
        """Return the tags before the next character; spaces at old line ends leave nothing."""
        text = ""
        while self.position < len(self.tokens) and (
            self.tokens[self.position][1] or _is_space(self.tokens[self.position][0])
        ):
            text += _take_tag(self.tokens[self.position], self.opened, self.overrides)
            self.position += 1
        return text


def _tokens(text: str, tag: re.Pattern[str]) -> list[tuple[str, bool]]:
    """Return the tags and the characters of a text in order; the flag marks tags."""
    tokens: list[tuple[str, bool]] = []
    position = 0
    for match in tag.finditer(text):
        tokens += [(shown, False) for shown in _SHOWN.findall(text[position : match.start()])]
        tokens.append((match[0], True))
        position = match.end()
    return [*tokens, *((shown, False) for shown in _SHOWN.findall(text[position:]))]


def _take_tag(token: tuple[str, bool], opened: list[str], overrides: list[str]) -> str:
    """Return a tag's text, and remember what it opens; spaces at old line ends leave nothing."""
    text, is_tag = token
    if not is_tag:
        return ""
    if text.startswith("{"):
        overrides.append(text)
    elif text.startswith("</"):
        for index in range(len(opened) - 1, -1, -1):
            if _element(opened[index]) == _element(text):
                del opened[index]
                break
    elif _element(text) not in {"", "br"}:
        opened.append(text)
    return text


def _is_space(shown: str) -> bool:
    return shown == r"\h" or html.unescape(shown).isspace()


def _element(tag_text: str) -> str:
    match = _ELEMENT.match(tag_text)
    return match[1] if match else ""
