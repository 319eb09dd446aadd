"""Traditional Chinese: whether a text is, and a simplified copy of equal length for dictionaries.

The tables are OpenCC's. Titles and terms are found in the copy and shown as the author wrote them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipeline.text.unicode_scripts import han_count, has_han

if TYPE_CHECKING:
    from opencc import OpenCC

_MIN_TRADITIONAL_SHARE = 0.05
"""Of Chinese characters: running Traditional text has about 0.3, a quotation less than this."""


def simplified_copy(text: str) -> str:
    """Return a text in simplified characters, one for each character.

    Words decide where a character has two simplified ones (乾淨, 乾坤); where OpenCC writes a word
    in another number of characters, the characters decide alone.
    """
    if not has_han(text):
        return text
    copy = str(_converter("t2s").convert(text))
    if len(copy) == len(text):
        return copy
    return "".join(
        single if len(single) == 1 else char
        for char, single in ((char, str(_converter("t2s").convert(char))) for char in text)
    )


def is_traditional(text: str) -> bool:
    """Return whether a text has more characters that are only Traditional than only simplified."""
    traditional = _count_of_changes(text, "t2s")
    if traditional < max(1, han_count(text) * _MIN_TRADITIONAL_SHARE):
        return False
    return traditional > 2 * _count_of_changes(text, "s2t")


def _count_of_changes(text: str, direction: str) -> int:
    copy = str(_converter(direction).convert(text))
    return sum(one != other for one, other in zip(text, copy, strict=False))


@cache
def _converter(direction: str) -> OpenCC:
    """Return OpenCC's converter `t2s` or `s2t`; it takes 30 ms to load."""
    from opencc import OpenCC

    return OpenCC(direction)
