"""Settings from TOML: one frozen value, or one sentence that says what is wrong and where."""

from __future__ import annotations

import difflib
import sys
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.errors import InputError
from pipeline.settings.episode import Settings
from pipeline.settings.picture import Channel

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Channel", "Settings", "parse_channel", "parse_settings", "with_changes"]

Checked = TypeVar("Checked", bound=BaseModel)

_LARGEST = 1_000_000


def parse_settings(text: str, where: str) -> Settings:
    """Return the settings a TOML text gives. Raises InputError naming the key, the value and what would be right."""
    return _validated(Settings, _tree(text, where), where)


def parse_channel(text: str, where: str) -> Channel:
    """Return the channel's look a TOML text (`assets/theme.toml`) gives. Raises InputError as `parse_settings` does."""
    return _validated(Channel, _tree(text, where), where)


def _tree(text: str, where: str) -> dict[str, Any]:
    if len(text) > _LARGEST:
        raise InputError("The settings are larger than a megabyte.", "Keep to the keys of the README.", where=where)
    try:
        return tomllib.loads(text.removeprefix("\N{BYTE ORDER MARK}"))
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"This is not TOML: {fault}.", "Mend that line.", where=where) from fault
    except RecursionError as fault:
        raise InputError("The settings are nested too deeply.", "Keep to the keys of the README.", where=where) from fault


def with_changes(settings: Settings, changes: Mapping[str, Any], where: str = "the command line") -> Settings:
    """Return the settings with dotted keys replaced, e.g. {"voice.engine": "espeak"}. Raises InputError."""
    tree = settings.model_dump()
    for dotted, value in changes.items():
        *path, last = dotted.split(".")
        table = tree
        for part in path:
            table = table[part]
        table[last] = value
    return _validated(Settings, tree, where)


def _validated(model: type[Checked], given: dict[str, Any], where: str) -> Checked:
    try:
        return model.model_validate(_tuples(given))
    except ValidationError as fault:
        raise InputError(*_sentence(model, fault), where=where) from fault


def _tuples(value: Any) -> Any:  # noqa: ANN401 - a TOML tree
    """Return the tree with lists as tuples, which strict validation wants for frozen values."""
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_tuples(item) for item in value)
    return value


def _sentence(model: type[BaseModel], fault: ValidationError) -> tuple[str, str]:
    first = fault.errors(include_url=False)[0]
    place = first["loc"]
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(place[-1]), _known_keys(model, place[:-1]), n=1)
        return f"There is no setting `{name}`.", f"Did you mean `{near[0]}`?" if near else "See the README for the settings there are."
    shown = repr(first["input"])
    return f"`{name}` cannot be {shown[:80]}: {first['msg'].lower()}.", "Mend that value."


def _known_keys(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    for part in place:
        if isinstance(part, int):
            continue
        inner = model.model_fields[part].annotation
        for candidate in (inner, *getattr(inner, "__args__", ())):
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                model = candidate
    return list(model.model_fields)
