"""Values and interfaces of the translation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    KeepRows = Callable[[Mapping[int, str]], None]


@dataclass(frozen=True, slots=True)
class TranslationJob:
    """A transcript to translate: its rows, the two languages, its title, fixed names."""

    rows: tuple[str, ...]
    language: str
    source: str
    title: str
    glossary: tuple[tuple[str, str], ...]


class ChatService(Protocol):
    """A service that answers chat messages with text."""

    async def complete_chat(self, messages: list[dict[str, str]]) -> str:
        """Return the answer."""


@dataclass(frozen=True, slots=True)
class TranslatedRows:
    """The rows in order, and notices; `missing` has the numbers of rows without a valid answer."""

    rows: tuple[str, ...]
    missing: tuple[int, ...]
    notices: tuple[str, ...]
