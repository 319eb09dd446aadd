"""The message catalogue: one folder of TOML files for each language.

`en/ROOM.toml`, `zh/ROOM.toml` … hold the sentences; `message("room.name", …)` makes one.

A new language is a new folder beside `en`. Keys that a language lacks are shown in English.
An entry is a sentence, or a pair of a sentence and a remedy that says what to do now.
"""

from __future__ import annotations

import string
import sys
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if sys.version_info >= (3, 11):
    import tomllib
else:  # the standard library has it from 3.11
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

ENGLISH = "en"
"""The language of `--json`, of logs and of keys that another language lacks."""

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""In the order in which POSIX lets one override the next."""


class Message(str):
    """A sentence of the catalogue.

    As a `str` it is the English text; `in_language` gives it in another language.
    `remedy` is what to do now, in English, or "" where there is nothing to do.
    """

    __slots__ = ("key", "values")

    key: str
    values: Mapping[str, Any]

    def __new__(cls, key: str, values: Mapping[str, Any]) -> Self:
        """Make the sentence of a key. Raises KeyError where the catalogue lacks it or a value."""
        made = super().__new__(cls, _rendered(key, values, ENGLISH)[0])
        made.key = key
        made.values = dict(values)
        return made

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes as key and values."""
        return Message, (self.key, self.values)

    @property
    def remedy(self) -> str:
        """The remedy in English."""
        return _rendered(self.key, self.values, ENGLISH)[1]

    def in_language(self, language: str) -> str:
        """Return the sentence in a language of the interface."""
        return _rendered(self.key, self.values, language)[0]

    def remedy_in(self, language: str) -> str:
        """Return the remedy in a language of the interface; "" where there is none."""
        return _rendered(self.key, self.values, language)[1]

    def in_all_languages(self) -> dict[str, str]:
        """Return the sentence by language code, for a page whose reader chooses the language."""
        return {language: self.in_language(language) for language in languages()}


def message(key: str, **values: object) -> Message:
    """Return the sentence of a key such as "audio.clipped".

    Raises KeyError if the catalogue lacks the key, or the sentence shows a value that is not given.
    """
    return Message(key, values)


def text_in(text: str, language: str) -> str:
    """Return a text in a language where the catalogue has it, and as it is otherwise."""
    return text.in_language(language) if isinstance(text, Message) else text


def message_to_json(text: str) -> object:
    """Return a text, or a message with its values, as JSON that `message_from_json` reads back."""
    if not isinstance(text, Message):
        return str(text)
    return {
        "key": text.key,
        "values": {name: _value_to_json(value) for name, value in text.values.items()},
    }


def message_from_json(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return the text or message that `message_to_json` wrote.

    A key that the catalogue no longer has is shown as it is.
    """
    if not isinstance(value, dict):
        return str(value)
    try:
        return Message(
            value["key"], {name: _value_from_json(part) for name, part in value["values"].items()}
        )
    except KeyError:
        return str(value["key"])


def languages() -> tuple[str, ...]:
    """Return the codes of the interface's languages: the folders of the catalogue."""
    folder = files("pipeline.messages")
    return tuple(
        sorted(
            entry.name
            for entry in folder.iterdir()
            if entry.is_dir() and not entry.name.startswith("_")
        )
    )


def language_of_environment(environment: Mapping[str, str]) -> str:
    """Return the interface's language as the locale variables say.

    English if they name no language of the catalogue.
    """
    locale = next((environment[name] for name in _LOCALE_VARIABLES if environment.get(name)), "")
    code = locale.partition(".")[0].partition("_")[0].lower()
    return code if code in languages() else ENGLISH


@cache
def templates(room: str, language: str) -> Mapping[str, tuple[str, str]]:
    """Return the (sentence, remedy) templates of a room in a language, by name.

    Empty if the language has no file for the room.
    """
    source = files("pipeline.messages").joinpath(language, f"{room}.toml")
    if not source.is_file():
        return {}
    entries = tomllib.loads(source.read_text("utf-8"))
    return {
        name: (entry, "") if isinstance(entry, str) else (entry[0], entry[1])
        for name, entry in entries.items()
    }


class _Formatter(string.Formatter):
    """`str.format` with messages and errors as values, and with `{count:plural,row,rows}`."""

    def __init__(self, language: str) -> None:
        """Render messages among the values in a language."""
        super().__init__()
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - whatever a sentence shows
        """Return one value as text."""
        if format_spec.startswith("plural,"):
            _, one, many = format_spec.split(",")
            return one if value == 1 else many
        in_language = getattr(value, "in_language", None)  # messages, and errors as values
        if in_language is not None:
            value = in_language(self._language)
        return str(super().format_field(value, format_spec))


def _rendered(key: str, values: Mapping[str, Any], language: str) -> tuple[str, str]:
    room, _, name = key.partition(".")
    entry = templates(room, language).get(name) or templates(room, ENGLISH)[name]
    formatter = _Formatter(language)
    sentence, remedy = (formatter.vformat(template, (), values) for template in entry)
    return sentence, remedy


def _value_to_json(value: object) -> object:
    if isinstance(value, Message):
        return message_to_json(value)
    return value if isinstance(value, bool | int | float | str) else str(value)


def _value_from_json(value: object) -> object:
    return message_from_json(value) if isinstance(value, dict) else value
