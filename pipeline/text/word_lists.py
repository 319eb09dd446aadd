"""The word lists of the package: `data/zh/*.txt` and `data/en/*.txt`.

A file holds words separated by white space; lines that begin with `#` say what the list is for.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

DATA_FOLDER = files("pipeline.text").joinpath("data")


@cache
def load_words(name: str) -> frozenset[str]:
    """Return the words of a list by its name, such as `zh/prepositions`."""
    return frozenset(_content(name).split())


@cache
def load_characters(name: str) -> frozenset[str]:
    """Return the characters of a list by its name, such as `zh/frequent_characters`."""
    return frozenset("".join(_content(name).split()))


@cache
def english_function_words() -> frozenset[str]:
    """Return the English words of the closed classes, which name nothing, in lower case."""
    return frozenset().union(
        *map(
            load_words,
            (
                "en/determiners",
                "en/conjunctions",
                "en/prepositions",
                "en/pronouns",
                "en/auxiliaries",
                "en/adverbs",
            ),
        )
    )


def _content(name: str) -> str:
    text = DATA_FOLDER.joinpath(f"{name}.txt").read_text("utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))
