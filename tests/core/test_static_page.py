"""Sentences in several languages inside one page that opens from disk."""

from __future__ import annotations

import re

import pytest

from pipeline.batch.index_page import render_index_page
from pipeline.batch.result import EpisodeResult
from pipeline.errors import InputError
from pipeline.messages import languages, message
from pipeline.messages.static_page import (
    initial_language,
    language_style,
    language_switch,
    localized_html,
)


def test_localized_html_has_every_language_once() -> None:
    """Each language has its code, for the switch and for screen readers."""
    assert localized_html(message("errors.row", row=3)) == (
        '<span data-text="en" lang="en">row 3</span><span data-text="zh" lang="zh">第 3 行</span>'
    )


def test_localized_html_escapes_plain_text_and_values() -> None:
    """Text that is the same in every language is written once; nothing in it is markup."""
    assert localized_html("a < b") == "a &lt; b"
    assert "<b>" not in localized_html(message("errors.row", row="<b>"))


def test_language_switch_and_style_cover_the_catalogue() -> None:
    """Every language has a button with its own name, and a rule that hides the others."""
    assert re.findall(r'value="(\w+)"', language_switch()) == list(languages())
    assert "中文" in language_switch()
    for code in languages():
        assert f'[data-language="{code}"]' in language_style()


@pytest.mark.parametrize(
    ("preferred", "language"), [("zh", "zh"), ("zh-TW", "zh"), ("en", "en"), ("fr", "en")]
)
def test_initial_language_is_one_of_the_catalogue(preferred: str, language: str) -> None:
    """Without scripts a page is shown in the preferred language, or in English."""
    assert initial_language(preferred) == language


def test_index_page_shows_a_failure_in_every_language() -> None:
    """The error of an episode keeps its languages through the result."""
    fault = InputError(message("studio.row_gone", row=9), where="a<b>.txt")
    page = render_index_page(
        [EpisodeResult("a", "failed", failure=message("errors.fault", fault=fault))]
    )
    assert "a&lt;b&gt;.txt：没有第 9 行。" in page
    assert "a&lt;b&gt;.txt: There is no row 9." in page
    assert "<title>Episodes</title>" in page
