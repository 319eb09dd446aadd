"""The edits that a page can send, as validated values."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from pipeline.messages import message
from pipeline.settings.sections import Section
from pipeline.studio.localization import EditRefused

RowNumber = Annotated[int, Field(ge=1)]
EpisodeMs = Annotated[int, Field(ge=0, le=400_000_000)]
Position = Annotated[int, Field(ge=0, le=1_000_000)]


class SetText(Section):
    """Set the text of a row in the episode's own language."""

    kind: Literal["text"]
    row: RowNumber
    text: str


class SetTranslation(Section):
    """Set the translation of a row. Empty text joins the row to the translation above."""

    kind: Literal["second"]
    row: RowNumber
    text: str


class SetTimes(Section):
    """Set the time of a row, in ms."""

    kind: Literal["times"]
    row: RowNumber
    start_ms: EpisodeMs
    end_ms: EpisodeMs


class ClearTimes(Section):
    """Remove the corrected time of a row; its measured time applies again."""

    kind: Literal["untime"]
    row: RowNumber


class SplitRow(Section):
    """Split a row in two, at a character of its text and one of its translation.

    Without `second_at` the translation stays with the first half.
    """

    kind: Literal["split"]
    row: RowNumber
    at: Position
    second_at: Position | None = None


class MergeRows(Section):
    """Merge a row with the one below it."""

    kind: Literal["merge"]
    row: RowNumber


class RowTextValue(Section):
    """A text for one row."""

    row: RowNumber
    text: str


class SetManyTexts(Section):
    """Set the texts and translations of many rows as one step."""

    kind: Literal["texts"]
    texts: tuple[RowTextValue, ...] = Field((), max_length=50_000)
    seconds: tuple[RowTextValue, ...] = Field((), max_length=50_000)


class MoveSlide(Section):
    """Let the slide at a position of the strip appear with another row."""

    kind: Literal["slide"]
    index: Position
    row: RowNumber


EditCommand = (
    SetText
    | SetTranslation
    | SetManyTexts
    | SetTimes
    | ClearTimes
    | SplitRow
    | MergeRows
    | MoveSlide
)

_EDIT_ADAPTER: TypeAdapter[EditCommand] = TypeAdapter(
    Annotated[EditCommand, Field(discriminator="kind")]
)


def parse_edit(payload: Any) -> EditCommand:  # noqa: ANN401 - whatever a page sent
    """Return the edit that a page's JSON describes. Raises EditRefused."""
    try:
        return _EDIT_ADAPTER.validate_json(
            json.dumps(payload)
        )  # as JSON, where a list may be a tuple
    except ValidationError as fault:
        first_error = fault.errors(include_url=False, include_context=False)[0]
        error_path = ".".join(map(str, first_error["loc"]))
        raise EditRefused(
            message("studio.not_an_edit", path=error_path, reason=first_error["msg"])
        ) from fault
