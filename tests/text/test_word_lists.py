"""The word lists that ship with the package."""

from __future__ import annotations

from importlib.resources import files

import pytest

from pipeline.text.word_lists import english_function_words, load_characters, load_words

NAMES = [
    f"{folder.name}/{entry.name.removesuffix('.txt')}"
    for folder in files("pipeline.text").joinpath("data").iterdir()
    for entry in folder.iterdir()
    if entry.name.endswith(".txt")
]


@pytest.mark.parametrize("name", NAMES)
def test_load_words_reads_every_list_without_its_comments(name: str) -> None:
    """A list has words, and none of them comes from the line that says what it is for."""
    words = load_words(name)
    assert words
    assert not any(word.startswith("#") for word in words)


def test_load_characters_returns_single_characters() -> None:
    """The lines of a list of characters are only there to be read."""
    characters = load_characters("zh/frequent_characters")
    assert {"的", "們", "吗"} <= characters
    assert all(len(character) == 1 for character in characters)


def test_english_function_words_are_the_closed_classes() -> None:
    """Nouns and verbs of the open classes are not among them."""
    words = english_function_words()
    assert {"the", "of", "whose", "i'm", "mustn't", "very"} <= words
    assert not words & {"model", "said", "year"}
