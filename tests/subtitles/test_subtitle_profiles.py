"""The table of subtitle profiles: what derives from it."""

from __future__ import annotations

import pytest

from pipeline.errors import InputError
from pipeline.settings import parse_settings
from pipeline.subtitle_profiles import (
    CUE_LIMITS,
    PRIMARY_LIMITS,
    SUBTITLE_PROFILES,
    TRANSLATION_LIMITS,
    default_limits,
    primary_profile_choices,
)


def test_every_set_of_limits_has_a_name_of_its_own() -> None:
    """`check --profile` finds every set of limits by its name."""
    assert len(CUE_LIMITS) == len(PRIMARY_LIMITS) + len(TRANSLATION_LIMITS)
    assert {name: limits.name for name, limits in CUE_LIMITS.items()} == {n: n for n in CUE_LIMITS}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_profile_has_a_label(language: str) -> None:
    """Labels come from the catalogue; help lists the profiles of an episode's own language."""
    assert all(profile.label.in_language(language) for profile in SUBTITLE_PROFILES)
    choices = primary_profile_choices(language)
    assert [name in choices for name in PRIMARY_LIMITS] == [True] * len(PRIMARY_LIMITS)


@pytest.mark.parametrize(
    ("key", "names"),
    [("profile", tuple(PRIMARY_LIMITS)), ("second_profile", tuple(TRANSLATION_LIMITS))],
)
def test_settings_accept_the_profiles_of_the_table(key: str, names: tuple[str, ...]) -> None:
    """Every name of the table is accepted, any other is an error that lists them."""
    for name in names:
        settings = parse_settings(f'[subtitles]\n{key} = "{name}"', "talk.toml")
        assert getattr(settings.subtitles, key) == name
    with pytest.raises(InputError) as refused:
        parse_settings(f'[subtitles]\n{key} = "netflix-fr"', "talk.toml")
    assert [name for name in names if name in str(refused.value)] == list(names)


@pytest.mark.parametrize(
    ("language", "name", "characters"),
    [
        ("zh", "verbatim", 22),
        ("zh-Hant", "verbatim", 22),
        ("cmn", "verbatim", 22),
        ("en", "netflix-en", 42),
        ("ja", "netflix-en", 21),
        ("ko", "netflix-en", 21),
    ],
)
def test_default_limits_depend_on_the_language(language: str, name: str, characters: int) -> None:
    """Chinese is checked as an episode's own language, others as translations."""
    limits = default_limits(language)
    assert (limits.name, limits.characters) == (name, characters)
