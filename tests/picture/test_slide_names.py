"""Names as programs export them have the number their author sees."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.picture.slides.slide_names import (
    is_system_file,
    natural_order,
    slide_number,
    slide_order,
)


@pytest.mark.parametrize(
    ("stem", "number"),
    [
        ("01", 1),
        ("2-oven", 2),
        ("1_intro", 1),
        ("[04] intro", 4),
        ("(3)", 3),
        ("１２", 12),
        ("①", 1),
        ("2024报告-封面", 2024),
        # PowerPoint, in its languages
        ("Slide10", 10),
        ("slide 7", 7),
        ("幻灯片10", 10),
        ("投影片2", 2),
        ("スライド3", 3),
        ("슬라이드4", 4),
        ("Diapositive5", 5),
        ("Diapositiva6", 6),
        ("Folie7", 7),
        ("Слайд8", 8),
        ("Slajd9", 9),
        ("Bild11", 11),
        # Keynote, WPS, LibreOffice, Google Slides, PDF converters
        ("talk.001", 1),
        ("talk2025.012", 12),
        ("我的演讲.003", 3),
        ("图片1", 1),
        ("图片 (3)", 3),
        ("演示文稿1_02", 2),
        ("deck-05", 5),
        ("deck_page_12", 12),
        ("deck-images-4", 4),
        ("Slide 3 of 20", 3),
        ("幻灯片3-2024年总结", 3),
        ("Slide1 v2", 1),
        ("GPT4-3", 3),
        ("lecture3-intro", 3),
        ("p12", 12),
        ("第三页", 3),
        ("第十二张", 12),
        ("第二十一页", 21),
        ("02 copy 2", 2),
        # cameras and screenshots
        ("IMG_1234", 1234),
        ("DSC00012", 12),
        ("IMG_20240301_101500", 20240301101500),
        ("微信图片_20240301101500", 20240301101500),
        ("Screenshot 2024-03-01 at 10.15.22", 20240301101522),
        ("Screenshot 2024-03-01 at 1.15.22\u202fPM", 20240301131522),
        ("截屏2024-03-01 10.15.22", 20240301101522),
        # no numbers of slides
        ("cover", None),
        ("logo@2x", None),
        ("bg-1920x1080", None),
        ("bg 1920×1080", None),
        ("cover-v2", None),
        ("cover 1080p", None),
        ("cover 4k", None),
        ("cover copy 2", None),
        ("封面 - 副本 (2)", None),
        ("clip h264", None),
    ],
)
def test_slide_number_is_the_one_its_author_sees(stem: str, number: int | None) -> None:
    """Leading numbers, those after a word for a slide, dates with times, last numbers."""
    assert slide_number(stem) == number
    assert slide_number(unicodedata.normalize("NFD", stem)) == number


@pytest.mark.parametrize("pattern", ["Slide{}", "幻灯片{}", "talk.{:03d}", "图片 ({})", "d-{}-end"])
def test_slide_order_counts(pattern: str) -> None:
    """1, 2, 10 and not 1, 10, 2."""
    stems = [pattern.format(number) for number in range(1, 121)]
    orders = [order for stem in stems if (order := slide_order(stem))]
    assert orders == sorted(orders)
    assert len(set(orders)) == 120


def test_natural_order_compares_further_numbers_as_numbers() -> None:
    """1.2 comes before 1.10, and parts of a slide follow it."""
    names = ["1.10", "1.2", "1", "2", "1-b", "1-a"]
    assert sorted(names, key=natural_order) == ["1", "1-a", "1-b", "1.2", "1.10", "2"]


@given(st.text(max_size=40))
def test_slide_number_takes_any_name(stem: str) -> None:
    """Any text has a number from 0, or none; names can always be ordered."""
    number = slide_number(stem)
    assert number is None or number >= 0
    assert natural_order(stem) <= natural_order(stem)


@pytest.mark.parametrize(
    "name",
    [
        *("~$deck.pptx", "~$1.pptx", ".~lock.deck.pptx#", "._01.png", ".DS_Store", ".4.png"),
        *("Thumbs.db", "thumbs.db", "desktop.ini", "Desktop.ini", "ehthumbs.db", "Icon\r"),
        *("02.png.crdownload", "03.png.part", "deck.pptx~", "01.tmp"),
    ],
)
def test_is_system_file_knows_what_no_author_made(name: str) -> None:
    """Owner files, locks, resource forks, thumbnails and unfinished downloads are no slides."""
    assert is_system_file(name)


@pytest.mark.parametrize("name", ["01.png", "~deck.pptx", "$1.png", "lock.pptx", "Thumbs.png"])
def test_is_system_file_leaves_others_alone(name: str) -> None:
    """A name that only looks like one is the author's."""
    assert not is_system_file(name)
