"""Texts for upload: within the limits of each site, whole where they fit."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stages.upload_text import BILIBILI, SITES, YOUTUBE, upload_text
from pipeline.text.topics.proposed_titles import propose_titles
from pipeline.text.word_segmenter import Segmenter

WORDS = st.text('面包的历史Sourdough <>，,#" \n', max_size=300)


@pytest.mark.parametrize("site", SITES)
@given(
    titles=st.lists(WORDS, max_size=3),
    paragraphs=st.lists(WORDS.map(lambda text: text * 40), max_size=3),
    terms=st.lists(WORDS, max_size=40),
)
@settings(max_examples=40, deadline=None)
def test_upload_text_keeps_the_limits(
    site: str, titles: list[str], paragraphs: list[str], terms: list[str]
) -> None:
    """Whatever a talk says, the form takes it."""
    limits = SITES[site]
    found = upload_text(titles, paragraphs, terms, limits)
    assert all(len(title) <= limits.title for title in found.titles)
    assert len(found.description) <= limits.description
    assert len(found.description.encode()) <= (limits.description_bytes or 10**9)
    assert len(found.tags) <= limits.tags
    assert all(0 < len(tag) <= limits.tag for tag in found.tags)
    assert len(",".join(f'"{tag}"' if " " in tag else tag for tag in found.tags)) <= 500
    assert not set("<>") & set("".join((*found.titles, found.description)))


def test_upload_text_keeps_what_fits() -> None:
    """Nothing is changed that the site takes; tags are also hashtags."""
    chapters = "00:00:00 开场\n00:01:00 发酵"
    found = upload_text(["天然酵母面包"], ["简介", chapters], ["酵母", "sourdough bread"], YOUTUBE)
    assert found.titles == ("天然酵母面包",)
    assert found.description == f"简介\n\n{chapters}\n\n#酵母 #sourdoughbread"
    assert found.tags == ("酵母", "sourdough bread")
    assert upload_text(["题" * 81], [], [], BILIBILI).titles == ("题" * 79 + "…",)


def test_propose_titles_prefers_chapters_with_key_terms() -> None:
    """The title names what the talk is about; the author's own comes first."""
    rows = ["酵母菌让面包发酵", "酵母菌需要温度", "烤箱要预热", "酵母菌产生二氧化碳"]
    chapters = ["烤箱要预热", "酵母菌让面包发酵"]
    assert propose_titles(rows, chapters, Segmenter())[0] == "酵母菌让面包发酵"
    given_titles = propose_titles(rows, chapters, Segmenter(), "面包")
    assert given_titles == ("面包", "面包 | 酵母菌让面包发酵", "面包 | 烤箱要预热")
