"""Values and interfaces of the translation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    KeepRows = Callable[[Mapping[int, str]], None]


@dataclass(frozen=True, slots=True)
class TranslationJob:
    """A transcript to translate: its rows, from which language into which, what it is about, fixed translations of names."""

    rows: tuple[str, ...]
    language: str
    source: str
    title: str
    glossary: tuple[tuple[str, str], ...]


class ChatService(Protocol):
    """Whoever answers chat messages with text."""

    async def complete_chat(self, messages: list[dict[str, str]]) -> str:
        """Return the answer."""


@dataclass(frozen=True, slots=True)
class TranslatedRows:
    """The rows, in order ("" for those in `missing`); `missing` are the row numbers no usable answer came for; notices for the person."""

    rows: tuple[str, ...]
    missing: tuple[int, ...]
    notices: tuple[str, ...]
