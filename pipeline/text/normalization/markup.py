"""Marks of Markdown, HTML and subtitle formats that nobody says: # head, - item, **bold**, <i>."""

from __future__ import annotations

import re

from pipeline.text.unicode_scripts import HAN

_LINE_MARK = re.compile(
    rf"\s*(?:(?:#{{1,6}}\s+|>+\s+(?![0-9])|>+(?=[{HAN}“「])"
    r"|[-*+•·▪◦●○■□▶►▸✓✔☑✅☐❌]\s+(?=\S))(?:\[[ xX]\]\s+)?)+"
)
_LINK = re.compile(r"!?\[(?=[^\]\n]{1,300}\]\([^()\s]{1,1000}(?:\s\"[^\"\n]{0,200}\")?\))")
_LINK_END = re.compile(r"\]\([^()\s]{1,1000}(?:\s\"[^\"\n]{0,200}\")?\)")
_FORMATTING_TAG = re.compile(
    r"</?(?:b|i|u|s|em|strong|br|hr|p|span|font|sup|sub|del|ins|mark|small|big|center|code|kbd|ruby|rt|rb|c|v|lang)(?:[.\s][^<>\n]{0,200})?/?>",
    re.IGNORECASE,
)
_NAMED_TAG = re.compile(r"</?(?=[A-Za-z][A-Za-z0-9-]{0,40}(?:\s[^<>\n]{0,200})?/?>)")
_TAG_BEFORE = re.compile(r"<(?P<close>/?)[A-Za-z][A-Za-z0-9-]{0,40}(?:\s[^<>\n]{0,200})?/?$")
_SUBTITLE_TAG = re.compile(r"\{\\[A-Za-z0-9&(),.\\ -]{1,200}\}")
_CONTEXT_CHARACTERS = 260
_FIRST_CHARACTERS = frozenset("!][<>{")


def markup_end(text: str, start: int) -> int | None:
    """Return the end of the markup that begins at `start`, or None; it is not said."""
    if start == 0 and (mark := _LINE_MARK.match(text)):
        return mark.end()
    if text[start] not in _FIRST_CHARACTERS:
        return None
    for pattern in (_LINK, _FORMATTING_TAG, _NAMED_TAG, _SUBTITLE_TAG):
        match = pattern.match(text, start)
        if match is not None:
            return match.end()
    if text[start] == "]" and (end := _LINK_END.match(text, start)):
        return end.end()
    before = text[max(0, start - _CONTEXT_CHARACTERS) : start]
    return start + 1 if text[start] == ">" and _TAG_BEFORE.search(before) else None
