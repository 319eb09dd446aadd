"""The pronunciation lexicon: words of the shown text, and what the voice is given for them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Mapping

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


_MAX_LEXICON_CHARACTERS = 1_000_000
_MAX_TOKEN_CHARACTERS = 200
_MAX_READING_CHARACTERS = 1_000


def parse_lexicon(text: str, where: str) -> dict[str, str]:
    """Return the tokens and readings of a lexicon file.

    The file is TOML: `"token" = "reading"`, at the top or below `[pronunciation]`. An empty
    reading makes a token silent. Raises InputError naming the token that is wrong.
    """
    if len(text) > _MAX_LEXICON_CHARACTERS:
        raise InputError(message("text.lexicon_too_large"), where=where)
    try:
        document = tomllib.loads(text.removeprefix("\N{BYTE ORDER MARK}"))
    except tomllib.TOMLDecodeError as fault:
        raise InputError(message("text.lexicon_not_toml", reason=fault), where=where) from fault
    except RecursionError as fault:
        raise InputError(message("text.lexicon_too_nested"), where=where) from fault
    table = document.pop("pronunciation", {})
    if not isinstance(table, dict):
        raise InputError(message("text.lexicon_not_table"), where=where)
    return {
        token: _checked_reading(token, reading, where)
        for token, reading in {**document, **table}.items()
    }


def _checked_reading(token: str, reading: object, where: str) -> str:
    if not token.strip() or len(token) > _MAX_TOKEN_CHARACTERS:
        raise InputError(
            message("text.lexicon_token", token=token[:40], limit=_MAX_TOKEN_CHARACTERS),
            where=where,
        )
    if not isinstance(reading, str) or len(reading) > _MAX_READING_CHARACTERS:
        raise InputError(
            message("text.lexicon_reading", token=token[:40], limit=_MAX_READING_CHARACTERS),
            where=where,
        )
    return reading


class LexiconLookup:
    """Finds the longest token of a lexicon at a position of a text."""

    def __init__(self, lexicon: Mapping[str, str]) -> None:
        """Sort the tokens by their first character, longest first."""
        self._lexicon = lexicon
        self._tokens_by_first_character: dict[str, list[str]] = {}
        for token in sorted(lexicon, key=len, reverse=True):
            if token:
                self._tokens_by_first_character.setdefault(token[0], []).append(token)

    def longest_match(self, text: str, start: int) -> tuple[int, str] | None:
        """Return the end and the reading of the longest token at `start`, or None if there is none.

        A token that begins or ends in Latin letters or digits matches whole words only.
        """
        for token in self._tokens_by_first_character.get(text[start], ()):
            end = start + len(token)
            if (
                text.startswith(token, start)
                and not _is_one_word(text[start - 1 : start], token[0])
                and not _is_one_word(token[-1], text[end : end + 1])
            ):
                return end, self._lexicon[token]
        return None


def _is_one_word(left: str, right: str) -> bool:
    """Return whether two characters belong to one Latin word or one number."""
    return (
        bool(left and right)
        and left.isascii()
        and right.isascii()
        and left.isalnum()
        and right.isalnum()
    )
