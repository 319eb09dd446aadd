"""Settings from TOML."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pipeline.errors import InputError
from pipeline.settings import Settings, parse_settings, with_changes


def test_empty_settings_are_the_defaults() -> None:
    """Nothing need be said."""
    assert parse_settings("", "x.toml") == Settings()


def test_settings_gather_titles_by_language() -> None:
    """`title_en`, `title_pt-BR` become a mapping by language."""
    settings = parse_settings(
        'title="标题"\ntitle_en="Title"\n"title_pt-BR"="Título"\n[[chapter]]\nrow=3\ntitle="一"\ntitle_en="One"',
        "x.toml",
    )
    assert (settings.title, settings.titles, settings.chapter[0].titles) == (
        "标题",
        {"en": "Title", "pt-BR": "Título"},
        {"en": "One"},
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tittle='x'", ["`tittle`", "`title`"]),
        ("[voice]\nengin='edge'", ["`voice.engin`", "`engine`"]),
        ("[[chapter]]\nrow=1\ntitel='x'", ["`chapter.1.titel`", "`title`"]),
        ("[picture]\nfps='30'", ["picture.fps", "'30'"]),
        ("[picture]\nfps=99999999999999999999", ["picture.fps"]),
        ("[style]\naccent='red'", ["style.accent"]),
        ("title=1", ["title"]),
        ("title='a'\ntitle='b'", ["not TOML"]),
        ("a=" + "[" * 3000, ["x.toml"]),
        ("[sound]\nloudness=nan", ["sound.loudness"]),
        ("voice=3", ["voice"]),
    ],
)
def test_wrong_settings_are_one_sentence_with_the_key(text: str, words: list[str]) -> None:
    """Unknown keys come with the nearest known one; wrong values with what was found."""
    with pytest.raises(InputError) as caught:
        parse_settings(text, "x.toml")
    message = str(caught.value)
    assert "\n" not in message
    assert [word for word in [*words, "x.toml"] if word not in message] == []


def test_with_changes_replaces_single_keys() -> None:
    """A dotted name replaces one value, and is checked like a file's."""
    settings = with_changes(
        parse_settings("[picture]\nfps=25", "x.toml"),
        {"picture.width": 1280, "picture.height": 720},
    )
    assert (settings.picture.fps, settings.picture.width, settings.picture.height) == (
        25,
        1280,
        720,
    )
    with pytest.raises(InputError, match=r"picture\.width"):
        with_changes(settings, {"picture.width": 3})


@pytest.mark.parametrize("language", ["", "zh", "en"])
def test_interface_language_is_one_of_the_catalogue(language: str) -> None:
    """An empty text stands for the language of the locale."""
    settings = parse_settings(f'[interface]\nlanguage = "{language}"', "x.toml")
    assert settings.interface.language == language


def test_an_unknown_interface_language_is_refused() -> None:
    """The error names the languages that there are."""
    with pytest.raises(InputError, match=r"interface\.language.*'fr'.*'en' or 'zh'"):
        parse_settings('[interface]\nlanguage = "fr"', "x.toml")


def test_settings_are_frozen() -> None:
    """The values are frozen."""
    with pytest.raises(ValidationError, match="frozen"):
        Settings().title = "x"  # type: ignore[misc]
