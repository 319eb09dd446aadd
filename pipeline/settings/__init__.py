"""Settings from TOML: one frozen value, or one sentence that says what is wrong and where."""

from __future__ import annotations

import difflib
import sys
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.errors import InputError
from pipeline.settings.episode import Settings
from pipeline.settings.sections import ChannelSettings

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ChannelSettings", "Settings", "parse_channel", "parse_settings", "with_changes"]
ModelT = TypeVar("ModelT", bound=BaseModel)
_MAX_TOML_CHARS = 1_000_000


def parse_settings(text: str, where: str) -> Settings:
    """Return the settings a TOML text gives. Raises InputError naming the key, the value and what would be right."""
    return _validate(Settings, _parse_toml(text, where), where)


def parse_channel(text: str, where: str) -> ChannelSettings:
    """Return the channel's look a TOML text (`assets/theme.toml`) gives. Raises InputError as `parse_settings` does."""
    return _validate(ChannelSettings, _parse_toml(text, where), where)


def _parse_toml(text: str, where: str) -> dict[str, Any]:
    if len(text) > _MAX_TOML_CHARS:
        raise InputError(
            "The settings are larger than a megabyte.",
            "Keep to the keys of the README.",
            where=where,
        )
    try:
        return tomllib.loads(text.removeprefix("\N{BYTE ORDER MARK}"))
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"This is not TOML: {fault}.", "Mend that line.", where=where) from fault
    except RecursionError as fault:
        raise InputError(
            "The settings are nested too deeply.", "Keep to the keys of the README.", where=where
        ) from fault


def with_changes(
    settings: Settings, changes: Mapping[str, Any], where: str = "the command line"
) -> Settings:
    """Return the settings with dotted keys replaced, e.g. {"voice.engine": "espeak"}. Raises InputError."""
    tree = settings.model_dump()
    for dotted, value in changes.items():
        *path, key = dotted.split(".")
        table = tree
        for part in path:
            table = table[part]
        table[key] = value
    return _validate(Settings, tree, where)


def _validate(model: type[ModelT], values: dict[str, Any], where: str) -> ModelT:
    try:
        return model.model_validate(_lists_to_tuples(values))
    except ValidationError as fault:
        raise InputError(*_validation_message(model, fault), where=where) from fault


def _lists_to_tuples(value: Any) -> Any:  # noqa: ANN401 - a TOML tree
    """Return the tree with lists as tuples, which strict validation wants for frozen values."""
    if isinstance(value, dict):
        return {key: _lists_to_tuples(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_lists_to_tuples(item) for item in value)
    return value


def _validation_message(model: type[BaseModel], fault: ValidationError) -> tuple[str, str]:
    first_error = fault.errors(include_url=False)[0]
    key_path = first_error["loc"]
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in key_path)
    if first_error["type"] == "extra_forbidden":
        suggestions = difflib.get_close_matches(
            str(key_path[-1]), _known_keys(model, key_path[:-1]), n=1
        )
        return (
            f"There is no setting `{name}`.",
            f"Did you mean `{suggestions[0]}`?"
            if suggestions
            else "See the README for the settings there are.",
        )
    given_value = repr(first_error["input"])
    return (
        f"`{name}` cannot be {given_value[:80]}: {first_error['msg'].lower()}.",
        "Mend that value.",
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
