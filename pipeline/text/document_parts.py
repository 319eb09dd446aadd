"""What a reader of documents returns: headings and lines of text, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.messages import Message


class Heading(NamedTuple):
    """The title of a chapter."""

    text: str


class Document(NamedTuple):
    """What a document holds, in order: headings, and the text of lines; "" for an empty one."""

    parts: Sequence[Heading | str]
    notices: tuple[Message, ...] = ()
