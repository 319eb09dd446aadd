"""What can be set: every key with its type, default, range and help, from the models themselves."""

from __future__ import annotations

import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from pipeline.messages import Message
from pipeline.settings.episode import Settings
from pipeline.settings.sections import OneOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic.fields import FieldInfo

_KINDS = {str: "text", int: "integer", float: "number", bool: "boolean"}


@dataclass(frozen=True, slots=True)
class SettingKey:
    """A key of the settings.

    `table` is "" for the keys above all tables; `many` says that the table is repeated
    (`[[chapter]]`). `kind` is text, integer, number, boolean, text_list or text_table. `choices`
    are the only values, if there are such. `default` is None where nothing stands for the key.
    `required` says that a value must be given. `minimum` and `maximum` are None where there is no
    limit.
    """

    table: str
    name: str
    kind: str
    default: Any
    choices: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    help: Message
    required: bool
    many: bool

    @property
    def dotted(self) -> str:
        """The name on the command line and in messages, e.g. voice.rate."""
        return f"{self.table}.{self.name}" if self.table else self.name


def setting_keys() -> tuple[SettingKey, ...]:
    """Return every key of the settings, in the order of the models."""
    return tuple(_keys_of(Settings, "", many=False))


def table_help(table: str) -> Message:
    """Return what a table is for. Raises KeyError for an unknown one."""
    return Message(f"setting_help.{table}", {})


def settings_schema() -> dict[str, Any]:
    """Return the JSON Schema of a settings file, for editors; English texts."""
    schema = Settings.model_json_schema()
    definitions = schema.get("$defs", {})
    by_table = {"": schema}
    for table, field in Settings.model_fields.items():
        model, _ = _table_model(field)
        if model is not None:
            by_table[table] = definitions[model.__name__]
    for key in setting_keys():
        properties = by_table[key.table]["properties"]
        properties[key.name]["description"] = str(key.help)
    for table, tree in by_table.items():
        if table:
            tree["description"] = str(table_help(table))
        if "titles" in tree["properties"]:  # a file has title_en and so on in its place
            tree.setdefault("patternProperties", {})["^title_[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"] = {
                "type": "string",
                "description": str(Message("setting_help.titles", {})),
            }
            del tree["properties"]["titles"]
    schema["description"] = str(Message("setting_help.schema", {}))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _keys_of(model: type[BaseModel], table: str, *, many: bool) -> Iterator[SettingKey]:
    nested = []
    for name, field in model.model_fields.items():
        inner, repeated = _table_model(field)
        if inner is not None:
            nested.append((inner, name, repeated))
            continue
        kind, choices = _kind(field.annotation)
        choices = choices or _names(field.metadata)
        minimum, maximum = _limits(field)
        prefix = f"{table}_" if table else ""
        default = None if field.default is PydanticUndefined else field.default
        yield SettingKey(
            table,
            name,
            kind,
            field.default_factory() if field.default_factory else default,  # type: ignore[call-arg] # ours take no values
            choices,
            minimum,
            maximum,
            Message(f"setting_help.{prefix}{name}", {}),
            field.is_required(),
            many,
        )
    for inner, name, repeated in nested:
        yield from _keys_of(inner, name, many=repeated)


def _table_model(field: FieldInfo) -> tuple[type[BaseModel] | None, bool]:
    """Return the model of a table and whether it is repeated; None if the field is a value."""
    candidates = (field.annotation, *get_args(field.annotation))
    for candidate in candidates:
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate, candidate is not field.annotation
    return None, False


def _kind(annotation: Any) -> tuple[str, tuple[str, ...]]:  # noqa: ANN401 - of any field
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return "text", tuple(map(str, parts))
    if origin in {Union, types.UnionType}:
        return _kind(next(part for part in parts if part is not type(None)))
    if origin is tuple:
        kind, choices = _kind(parts[0])
        return f"{kind}_list", choices
    if origin is dict:
        return "text_table", ()
    if hasattr(annotation, "__metadata__"):
        return _kind(parts[0])[0], _names(annotation.__metadata__)
    return _KINDS[annotation], ()


def _names(metadata: Iterable[Any]) -> tuple[str, ...]:
    return next((part.names for part in metadata if isinstance(part, OneOf)), ())


def _limits(field: FieldInfo) -> tuple[float | None, float | None]:
    limits: dict[str, float] = {}
    for part in field.metadata:
        for name in ("ge", "le"):
            value = getattr(part, name, None)
            if value is not None:
                limits[name] = value
    return limits.get("ge"), limits.get("le")
