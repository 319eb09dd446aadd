"""The edits a page may ask for, as it writes them."""

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
    """Another text for a row, in the episode's own language."""

    kind: Literal["text"]
    row: RowNumber
    text: str


class SetTranslation(Section):
    """Another text for a row of the translation; empty: the row is joined to the one above."""

    kind: Literal["second"]
    row: RowNumber
    text: str


class SetTimes(Section):
    """Another time for a row, in ms."""

    kind: Literal["times"]
    row: RowNumber
    start_ms: EpisodeMs
    end_ms: EpisodeMs


class ClearTimes(Section):
    """The row's time as the voice or the recording says it."""

    kind: Literal["untime"]
    row: RowNumber


class SplitRow(Section):
    """A row becomes two: at a character of its text, and one of its translation (None: that stays with the first)."""

    kind: Literal["split"]
    row: RowNumber
    at: Position
    second_at: Position | None = None


class MergeRows(Section):
    """A row and the one below it become one."""

    kind: Literal["merge"]
    row: RowNumber


class RowTextValue(Section):
    """A text for a row."""

    row: RowNumber
    text: str


class SetManyTexts(Section):
    """Other texts for many rows, and for many rows of the translation, in one step."""

    kind: Literal["texts"]
    texts: tuple[RowTextValue, ...] = Field((), max_length=50_000)
    seconds: tuple[RowTextValue, ...] = Field((), max_length=50_000)


class MoveSlide(Section):
    """The slide at a place of the strip comes on with another row."""

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
    """Return the edit some JSON means. Raises Refused."""
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
