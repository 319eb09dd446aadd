"""Settings read from TOML into one frozen value."""

from __future__ import annotations

import difflib
import sys
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.settings.episode import Settings
from pipeline.settings.sections import ChannelSettings

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.messages import Message

__all__ = ["ChannelSettings", "Settings", "parse_channel", "parse_settings", "with_changes"]
ModelT = TypeVar("ModelT", bound=BaseModel)
_MAX_TOML_CHARS = 1_000_000
_MAX_VALUE_CHARS = 80


def parse_settings(text: str, where: str) -> Settings:
    """Return the settings in a TOML text. Raises InputError with the key and its value."""
    return _validate(Settings, _parse_toml(text, where), where)


def parse_channel(text: str, where: str) -> ChannelSettings:
    """Return the channel's look in a TOML text (`assets/theme.toml`).

    Raises InputError as `parse_settings` does.
    """
    return _validate(ChannelSettings, _parse_toml(text, where), where)


def _parse_toml(text: str, where: str) -> dict[str, Any]:
    if len(text) > _MAX_TOML_CHARS:
        raise InputError(message("settings.too_large"), where=where)
    try:
        return tomllib.loads(text.removeprefix("\N{BYTE ORDER MARK}"))
    except tomllib.TOMLDecodeError as fault:
        raise InputError(message("settings.not_toml", reason=str(fault)), where=where) from fault
    except RecursionError as fault:
        raise InputError(message("settings.too_deep"), where=where) from fault


def with_changes(settings: Settings, changes: Mapping[str, Any], where: str = "") -> Settings:
    """Return the settings with dotted keys replaced, e.g. {"voice.engine": "espeak"}.

    `where` names the source of the changes in errors; the command line by default.
    Raises InputError.
    """
    tree = settings.model_dump()
    for dotted, value in changes.items():
        *path, key = dotted.split(".")
        table = tree
        for part in path:
            table = table.setdefault(part, {})
            if not isinstance(table, dict):
                problem = message("settings.unknown_key", name=dotted)
                raise InputError(problem, where=where or message("settings.command_line"))
        table[key] = value
    return _validate(Settings, tree, where or message("settings.command_line"))


def _validate(model: type[ModelT], values: dict[str, Any], where: str) -> ModelT:
    try:
        return model.model_validate(_lists_to_tuples(values))
    except ValidationError as fault:
        raise InputError(_validation_message(model, fault), where=where) from fault


def _lists_to_tuples(value: Any) -> Any:  # noqa: ANN401 - a TOML tree
    """Return the tree with lists as tuples, which strict validation requires for frozen values."""
    if isinstance(value, dict):
        return {key: _lists_to_tuples(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_lists_to_tuples(item) for item in value)
    return value


def _validation_message(model: type[BaseModel], fault: ValidationError) -> Message:
    first_error = fault.errors(include_url=False)[0]
    key_path = first_error["loc"]
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in key_path)
    if first_error["type"] == "extra_forbidden":
        suggestions = difflib.get_close_matches(
            str(key_path[-1]), _known_keys(model, key_path[:-1]), n=1
        )
        if suggestions:
            return message("settings.unknown_key_like", name=name, suggestion=suggestions[0])
        return message("settings.unknown_key", name=name)
    value = repr(first_error["input"])[:_MAX_VALUE_CHARS]
    return message(
        "settings.wrong_value", name=name, value=value, reason=first_error["msg"].lower()
    )


def _known_keys(model: type[BaseModel], key_path: tuple[int | str, ...]) -> list[str]:
    for part in key_path:
        if isinstance(part, int):
            continue
        inner = model.model_fields[part].annotation
        for candidate in (inner, *getattr(inner, "__args__", ())):
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                model = candidate
    return list(model.model_fields)
