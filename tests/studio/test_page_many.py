"""The studio's page with five hundred rows: fast to show, fast to change."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.browser import chromium, missing_browser
from tests.studio.page_driver import Page, record_page_errors, studio

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(
    bool(missing_browser()), reason=missing_browser() or "a browser is here"
)

COUNT = 500
WHO = (
    "张骞",
    "班超",
    "法显",
    "玄奘",
    "鉴真",
    "郑和",
    "徐霞客",
    "Marco Polo",
    "Ibn Battuta",
    "Matteo Ricci",
)
DID = (
    "向西走了{}里路",
    "在{}年的春天出发",
    "带着{}个人回到了长安",
    "写下了{}卷游记",
    "一路上经过{}座城",
)


def row_of(number: int) -> str:
    """Return a row of a long talk; every one is different."""
    return WHO[number % len(WHO)] + DID[number % len(DID)].format(number * 7 + 11)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Give the page of a talk of five hundred rows that was never rendered."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "transcript").mkdir()
    (folder / "transcript" / "travel.txt").write_text(
        "\n".join(map(row_of, range(COUNT))) + "\n", "utf-8"
    )
    (folder / "transcript" / "travel.toml").write_text(
        'title = "古代旅行家"\n[voice]\nengine = "espeak"\n', "utf-8"
    )
    with chromium(tmp_path_factory.mktemp("profile")) as browser, studio(folder) as (address, _):
        record_page_errors(browser)
        yield Page(browser, address)


def test_page_shows_five_hundred_rows_at_once(page: Page) -> None:
    """All rows are in the list, in order; the time is printed."""
    page.open()
    assert page.rows() == [row_of(number) for number in range(COUNT)]
    paint, rows = page.js(
        "return ['first-contentful-paint', 'studio:rows'].map(name => performance"
        ".getEntriesByName(name)[0].startTime)",
    )
    sys.stderr.write(
        f"{COUNT} rows: first paint after {paint:.0f} ms, all rows after {rows:.0f} ms\n"
    )
    assert page.js("return document.querySelector('#unmade').hidden") is False
    assert page.problems() == []


def test_waveform_makes_only_regions_near_the_view(page: Page) -> None:
    """The waveform has a few dozen regions, including the rows in view."""
    page.open()
    for row in (0, 250, COUNT - 1):
        page.click(".row", row)
        page.until(f"{page.region(row)}?.isConnected")
        assert page.js(f"return {page.regions()}.length") < 60
    page.press("0")
    page.until(f"{page.regions()}.length === 0")
    page.press(*["+"] * 8)
    page.until(f"{page.region(COUNT - 1)}?.isConnected")
    assert page.problems() == []


def test_edit_replaces_only_its_own_row(page: Page) -> None:
    """The elements of other rows stay the same; a split renumbers what follows."""
    page.open()
    page.js("window.elements = [...document.querySelectorAll('.row')]")
    page.click(".row", 300)
    page.press("ENTER")
    page.press("a", control=True)
    page.press("班超又多走了一天", "ENTER")
    page.until(
        "document.querySelectorAll('.row')[300].querySelector('.text').textContent === "
        "'班超又多走了一天'"
    )
    page.saved()
    same = (
        "[...document.querySelectorAll('.row')].filter((row, index) => row === elements[index])"
        ".length"
    )
    assert page.js(f"return {same}") >= COUNT - 3
    shown, kept = page.js(
        "return ['edit:shown', 'edit:saved'].map(name => performance.getEntriesByName(name)[0]"
        ".duration)"
    )
    sys.stderr.write(
        f"an edit among {COUNT} rows: on the page after {shown:.0f} ms, saved after {kept:.0f} ms\n"
    )
    page.press("ENTER")
    page.js("document.activeElement.setSelectionRange(2, 2)")
    page.press("ENTER", shift=True)
    page.until(f"document.querySelectorAll('.row').length === {COUNT + 1}")
    assert page.js(
        "return [...document.querySelectorAll('.row .number')].map(number => +number.textContent)"
    ) == [*range(1, COUNT + 2)]
    page.press("ESCAPE")
    page.press("z", control=True)
    page.until(f"document.querySelectorAll('.row').length === {COUNT}")
    page.press("z", control=True)
    page.until(
        "document.querySelectorAll('.row')[300].querySelector('.text').textContent === "
        "arguments[0]",
        row_of(300),
    )
    page.saved()
    assert page.problems() == []


@pytest.mark.slow
def test_find_searches_five_hundred_rows(page: Page) -> None:
    """Every match is counted; going back from the first selects the last."""
    page.open()
    page.press("f", control=True)
    page.press("玄奘")
    page.until("document.querySelector('#find .status').textContent === '1 / 50'")
    page.press("ENTER", shift=True)
    page.until("document.querySelector('.row.selected').dataset.row === '494'")
    inside = "row.top >= list.top && row.bottom <= list.bottom"
    page.until(
        f"(([row, list]) => {inside})(['.row.selected', '#rows'].map(css => "
        f"document.querySelector(css).getBoundingClientRect()))"
    )
    page.press("ESCAPE")
    assert page.problems() == []
