"""The channel's lexicon file."""

from __future__ import annotations

import pytest

from pipeline.errors import InputError
from pipeline.text.normalization.lexicon import parse_lexicon


def test_parse_lexicon_reads_tokens_at_the_top_or_in_the_table() -> None:
    """What works in an episode's settings can be pasted as it is."""
    text = '"GPT-4o" = "GPT 4 O"\n[pronunciation]\n"单" = "善"\n'
    assert parse_lexicon(text, "lexicon.toml") == {"GPT-4o": "GPT 4 O", "单": "善"}


def test_parse_lexicon_accepts_an_empty_file() -> None:
    """Nothing to say differently; a byte order mark is no token."""
    assert parse_lexicon("\ufeff", "lexicon.toml") == {}


@pytest.mark.parametrize(
    "text",
    [
        "a = 1",
        "[other]\nb = 'c'",
        '" " = "x"',
        f'"{"长" * 201}" = "x"',
        f'"a" = "{"x" * 1001}"',
        "a = ",
        "pronunciation = 3",
        "# " + "x" * 1_000_001,
        "x = " + "[" * 5_000,
    ],
)
def test_parse_lexicon_refuses_wrong_files_with_a_remedy(text: str) -> None:
    """Each fault names the file and says what to do."""
    with pytest.raises(InputError) as caught:
        parse_lexicon(text, "lexicon.toml")
    assert caught.value.where == "lexicon.toml"
    assert caught.value.problem
    assert caught.value.remedy


def test_parse_lexicon_refuses_pinyin_of_another_length() -> None:
    """Each character has one syllable."""
    with pytest.raises(InputError, match="2 characters, but its pinyin has 1"):
        parse_lexicon('"行长" = "háng"', "lexicon.toml")
    assert parse_lexicon('"行长" = "háng zhǎng"', "lexicon.toml") == {"行长": "háng zhǎng"}
