"""The edits a page may ask for, as it writes them."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from pipeline.settings.base import Section
from pipeline.studio.said import Refused

Row = Annotated[int, Field(ge=1)]
Ms = Annotated[int, Field(ge=0, le=400_000_000)]
Place = Annotated[int, Field(ge=0, le=1_000_000)]


class Text(Section):
    """Another text for a row, in the episode's own language."""

    kind: Literal["text"]
    row: Row
    text: str


class Second(Section):
    """Another text for a row of the translation; empty: the row is joined to the one above."""

    kind: Literal["second"]
    row: Row
    text: str


class Times(Section):
    """Another time for a row, in ms."""

    kind: Literal["times"]
    row: Row
    start_ms: Ms
    end_ms: Ms


class Untime(Section):
    """The row's time as the voice or the recording says it."""

    kind: Literal["untime"]
    row: Row


class Split(Section):
    """A row becomes two: at a character of its text, and one of its translation (None: that stays with the first)."""

    kind: Literal["split"]
    row: Row
    at: Place
    second_at: Place | None = None


class Merge(Section):
    """A row and the one below it become one."""

    kind: Literal["merge"]
    row: Row


class RowText(Section):
    """A text for a row."""

    row: Row
    text: str


class Texts(Section):
    """Other texts for many rows, and for many rows of the translation, in one step."""

    kind: Literal["texts"]
    texts: tuple[RowText, ...] = Field((), max_length=50_000)
    seconds: tuple[RowText, ...] = Field((), max_length=50_000)


class Slide(Section):
    """The slide at a place of the strip comes on with another row."""

    kind: Literal["slide"]
    index: Place
    row: Row


Edit = Text | Second | Texts | Times | Untime | Split | Merge | Slide

_EDIT: TypeAdapter[Edit] = TypeAdapter(Annotated[Edit, Field(discriminator="kind")])


def edit_from(given: Any) -> Edit:  # noqa: ANN401 - whatever a page sent
    """Return the edit some JSON means. Raises Refused."""
    try:
        return _EDIT.validate_json(json.dumps(given))  # as JSON, where a list may be a tuple
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise Refused(f"这不是一处修改（{place}：{first['msg']}）。", f"This is no edit ({place}: {first['msg']}).") from fault
