"""What an alignment says: a time for every row, which rows to look at and why, and what was said that is not in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pipeline.model import RowTime, Span

Reason = Literal["skipped", "repeated", "ad-lib", "unsure", "silent"]
"""Not heard; said more than once; something else is said beside it; heard, but not surely here; nothing in it can be said."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A row a person should look at; `span` is the speech that is not the row's own, where there is some."""

    row: int
    reason: Reason
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Alignment:
    """Rows in order, with spans in samples at 48 kHz from the recording's first one.

    A row that was skipped or is silent has an empty span where it would have been, `known` is "estimated" and its confidence 0.
    `method` names what the times come from; `notes` are sentences a person should read.
    """

    rows: tuple[RowTime, ...]
    flags: tuple[Flag, ...]
    method: str
    notes: tuple[str, ...] = ()
