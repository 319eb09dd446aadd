"""Which captions are drawn into the picture."""

from __future__ import annotations

import pytest

from pipeline.errors import InputError
from pipeline.stages.burned_languages import burned_languages


@pytest.mark.parametrize(
    ("choice", "codes", "burned"),
    [
        ("first", ("en", "zh"), ("en",)),
        ("second", ("en", "zh"), ("zh",)),
        ("both", ("zh", "en", "ja"), ("zh", "en")),
        ("none", ("zh",), ()),
        ("zh", ("zh-TW", "en"), ("zh-TW",)),
        ("ja", ("zh", "en", "ja"), ("ja",)),
        ("zh-TW", ("zh", "zh-TW"), ("zh-TW",)),
    ],
)
def test_burned_languages_follow_places_and_codes(
    choice: str, codes: tuple[str, ...], burned: tuple[str, ...]
) -> None:
    """The first language is the episode's own; a code names any of them."""
    assert burned_languages(choice, codes, "talk") == burned


@pytest.mark.parametrize(("choice", "codes"), [("second", ("zh",)), ("fr", ("zh", "en"))])
def test_burned_languages_that_are_not_there_are_refused(
    choice: str, codes: tuple[str, ...]
) -> None:
    """With the choice, and what to do."""
    with pytest.raises(InputError, match=choice):
        burned_languages(choice, codes, "talk")
