"""The studio's page in a real browser with a real server: one small episode."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.browser import chromium, missing_browser
from tests.small_project import ENGLISH, ROWS, episode, make_project
from tests.studio.page_driver import (
    Page,
    console_entries,
    record_page_errors,
    restore_folder,
    studio,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

pytestmark = pytest.mark.skipif(
    bool(missing_browser()), reason=missing_browser() or "a browser is here"
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Start one browser for all these tests."""
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        record_page_errors(driver)
        yield driver


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a project that was rendered once, and a copy of it."""
    folder = make_project(tmp_path_factory.mktemp("project"))
    ran = episode("render", "transcript/bread.txt", "--quiet", cwd=folder)
    assert ran.code == 0, ran.err
    return folder, shutil.copytree(folder, folder.with_name("kept"))


@pytest.fixture(scope="module")
def address(rendered: tuple[Path, Path]) -> Iterator[str]:
    """Return the address of one studio for all these tests."""
    with studio(rendered[0]) as (printed, _):
        yield printed


@pytest.fixture
def project(rendered: tuple[Path, Path]) -> Path:
    """Return the rendered project in its first state.

    It is always in the same folder, because the cache knows outputs by their path.
    """
    folder, kept = rendered
    restore_folder(folder, kept)
    return folder


@pytest.fixture
def blank(project: Path, browser: Chrome, address: str) -> Iterator[Page]:
    """Give a page that is not opened yet; afterwards no error may have occurred in it."""
    assert project.is_dir()
    console_entries(browser)
    page = Page(browser, address)
    yield page
    assert page.problems() == []
    browser.get("about:blank")


@pytest.fixture
def page(blank: Page) -> Page:
    """Return the episode's page on a wide screen."""
    return blank.open()


def clock(ms: int) -> str:
    """Return a time as the page shows it."""
    return f"{ms // 60_000}:{ms // 1000 % 60:02}.{ms // 100 % 10}"


def texts(project: Path, suffix: str = ".txt") -> list[str]:
    """Return the lines of the transcript or of its translation."""
    return (project / "transcript" / f"bread{suffix}").read_text("utf-8").splitlines()


def test_page_shows_every_row_with_translation_time_and_region(page: Page) -> None:
    """Rows with translations, regions in view, caption tracks and the video are there."""
    assert page.rows() == list(ROWS)
    assert page.rows(".second")[:10] == list(ENGLISH[:10])
    assert page.js("return document.querySelectorAll('.chapter').length") == 3
    page.until("document.querySelector('video').videoWidth === 640")
    assert page.js(
        "return [...document.querySelectorAll('video track')].map(track => track.srclang)"
    ) == ["zh", "en"]
    page.until(page.region(0))
    times = page.js("return [...document.querySelectorAll('.row .at')].map(at => at.textContent)")
    assert times == [clock(row["start_ms"]) for row in page.document()["rows"]]
    assert page.js("return document.querySelector('#state').textContent") == "视频是最新的"


def test_player_highlights_the_playing_row_and_keeps_it_in_view(page: Page) -> None:
    """While playing, the highlighted row is the one at the video's time; Space stops again."""
    page.until("document.querySelector('video').readyState >= 3")
    page.press(">", ">", ">")
    assert page.js("return document.querySelector('video').playbackRate") == 2
    page.press("SPACE")
    page.until("document.querySelector('video').currentTime > 3.6")
    page.press("SPACE")
    page.until("document.querySelector('video').paused")
    at = page.js("return document.querySelector('video').currentTime * 1000")
    lit = page.js("return +document.querySelector('.row.playing').dataset.row")
    heard = [row["row"] for row in page.document()["rows"] if row["start_ms"] <= at]
    assert lit == heard[-1]
    assert (
        page.js("return document.querySelector('.row.playing').getAttribute('aria-current')")
        == "true"
    )


def test_player_seeks_to_a_clicked_row_or_region(page: Page) -> None:
    """A click on a row seeks to its first frame, one on a region into the row; both select it."""
    rows = page.document()["rows"]
    page.click(".row", 6)
    page.until("document.querySelector('.row.selected').dataset.row === '7'")
    landed = page.js("return document.querySelector('video').currentTime * 1000")
    assert rows[6]["start_ms"] - 34 <= landed < rows[6]["start_ms"] + 68
    page.press("HOME")
    page.until(f"{page.region(3)}?.isConnected")
    x, y = page.middle(page.region(3))
    page.mouse(("mousePressed", x, y), ("mouseReleased", x, y))
    page.until("document.querySelector('.row.selected').dataset.row === '4'")
    landed = page.js("return document.querySelector('video').currentTime * 1000")
    assert rows[3]["start_ms"] < landed < rows[3]["end_ms"]


def test_player_steps_single_frames(page: Page) -> None:
    """The right arrow goes one frame forward, the left arrow one back; the frame number follows."""
    number = "Number(document.querySelector('#frame').textContent.match(/\\d+/)[0])"
    page.click(".row", 2)
    first = page.js(f"return {number}")
    for _ in range(5):
        page.press("ARROW_RIGHT")
    page.until(f"{number} === {first + 5}")
    page.press("ARROW_LEFT")
    page.until(f"{number} === {first + 4}")


def test_editor_saves_a_row_at_once(page: Page, project: Path) -> None:
    """Enter opens and saves, Esc cancels; other lines of the transcript are unchanged."""
    page.click(".row", 7)
    page.press("ENTER")
    page.until("document.activeElement.tagName === 'TEXTAREA'")
    page.press("a", control=True)
    page.press("然后再烤第二遍", "ENTER")
    page.until(
        "document.querySelectorAll('.row')[7].querySelector('.text').textContent === "
        "'然后再烤第二遍'"
    )
    page.saved()
    assert texts(project) == [*ROWS[:7], "然后再烤第二遍", *ROWS[8:]]
    page.until("document.querySelector('#state').textContent === '视频比文字旧'")
    page.press("ENTER")
    page.press("不要这个", "ESCAPE")
    assert page.row(8) == "然后再烤第二遍"
    assert page.js("return document.activeElement.dataset.row") == "8"
    measured = page.js(
        "return ['edit:shown', 'edit:saved'].map(name => performance.getEntriesByName(name)[0]"
        ".duration.toFixed(0))"
    )
    sys.stderr.write(f"an edit: on the page after {measured[0]} ms, saved after {measured[1]} ms\n")


def test_editor_saves_a_translation_in_its_own_file(page: Page, project: Path) -> None:
    """E opens the translation; the transcript is unchanged."""
    page.click(".row", 1)
    page.press("e")
    page.until("document.activeElement.lang === 'en'")
    page.press("a", control=True)
    page.press("Today: sourdough.", "ENTER")
    page.until(
        "document.querySelectorAll('.row')[1].querySelector('.second').textContent === 'Today: "
        "sourdough.'"
    )
    page.saved()
    shown = (
        "[...document.querySelector('video').textTracks].find(track => track.mode === 'showing')"
    )
    page.until(f"{shown}?.activeCues?.length")
    cues = page.js(f"return [...{shown}.activeCues].map(cue => [cue.text, cue.line])")
    assert cues == [
        ["Today: sourdough.", 0]
    ]  # the caption says it at once, over the picture's own at its foot
    assert texts(project, ".en.txt")[1] == "Today: sourdough."
    assert texts(project) == list(ROWS)


def test_page_shows_markup_in_a_row_as_text(page: Page, project: Path) -> None:
    """Text that looks like a tag is shown as written and is not run."""
    written = "<img src=x onerror=alert(1)><b>粗</b>"
    page.click(".row", 0)
    page.press("ENTER")
    page.press("a", control=True)
    page.press(written, "ENTER")
    page.until("document.querySelector('.row .text').textContent === arguments[0]", written)
    page.saved()
    assert texts(project)[0] == written
    assert page.js("return document.querySelectorAll('.row img, .row b').length") == 0
    assert (
        page.until(f"{page.region(0)}?.querySelector('[part=region-text]').textContent") == written
    )


def test_waveform_drags_an_edge_of_a_region_and_undo_restores_it(page: Page, project: Path) -> None:
    """The new time is on whole frames, in the file and in the list; undo removes the file again."""
    before = page.document()["rows"][2]
    page.until(f"{page.region(2)}?.isConnected")
    handle = f"{page.region(2)}.querySelector('[part~=region-handle-right]')"
    x, y = page.middle(handle)
    page.drag(x, y, -24)
    page.until(
        "document.querySelectorAll('.row')[2].querySelector('.mark').classList"
        ".contains('corrected')"
    )
    page.saved()
    after = page.document()["rows"][2]
    assert before["end_ms"] - 480 <= after["end_ms"] <= before["end_ms"] - 320, (before, after)
    assert after["start_ms"] - before["start_ms"] in range(-34, 35)
    kept = project / "transcript" / "bread.times.toml"
    assert kept.is_file()
    page.press("z", control=True)
    page.until(
        "!document.querySelectorAll('.row')[2].querySelector('.mark').classList"
        ".contains('corrected')"
    )
    page.saved()
    again = page.document()["rows"][2]
    assert (again["start_ms"], again["end_ms"], kept.is_file()) == (
        before["start_ms"],
        before["end_ms"],
        False,
    )


def test_shortcuts_move_a_row_by_frames(page: Page) -> None:
    """[ ] move the start by one frame, { } the end, Alt+arrows the row, U resets it."""
    page.click(".row", 4)
    before = page.document()["rows"][4]
    page.press("]")
    page.saved()
    page.press("]")
    page.saved()
    page.press("{")
    page.saved()
    page.press("ARROW_RIGHT", alt=True)
    page.saved()
    after = page.document()["rows"][4]
    moved = (after["start_frame"] - before["start_frame"], after["end_frame"] - before["end_frame"])
    assert moved == (3, 0)
    page.press("u")
    page.until(
        "!document.querySelectorAll('.row')[4].querySelector('.mark').classList"
        ".contains('corrected')"
    )
    page.saved()
    assert page.document()["rows"][4]["start_ms"] == before["start_ms"]


def test_editor_splits_a_row_at_the_caret_and_merges_it_again(page: Page, project: Path) -> None:
    """Shift+Enter splits, Backspace at the start merges; undo restores the bytes."""
    paths = [project / "transcript" / name for name in ("bread.txt", "bread.en.txt")]
    before = [path.read_bytes() for path in paths]
    page.click(".row", 8)
    page.press("ENTER")
    page.until("document.activeElement.tagName === 'TEXTAREA'")
    page.js("document.activeElement.setSelectionRange(11, 11)")
    page.press("ENTER", shift=True)
    page.until("document.querySelectorAll('.row').length === 13")
    page.until(
        "document.activeElement.tagName === 'TEXTAREA' && document.activeElement.selectionStart "
        "=== 0"
    )
    assert texts(project) == [*ROWS[:8], ROWS[8][:11], ROWS[8][11:], *ROWS[9:]]
    assert page.js(
        "return [...document.querySelectorAll('.row .number')].map(number => number.textContent)"
    ) == [str(n) for n in range(1, 14)]
    assert page.js("return document.activeElement.closest('.row').dataset.row") == "10"
    page.press("BACKSPACE")
    page.until("document.querySelectorAll('.row').length === 12")
    page.until(
        "document.activeElement.tagName === 'TEXTAREA' && document.activeElement.selectionStart "
        "=== 11"
    )
    page.press("ESCAPE")
    assert texts(project) == list(ROWS)
    for _ in range(2):
        page.press("z", control=True)
        page.saved()
    page.until("document.querySelectorAll('.row').length === 12")
    assert [path.read_bytes() for path in paths] == before


def test_find_cycles_through_matches_and_replaces_all_in_one_step(
    page: Page, project: Path
) -> None:
    """Both texts are searched, matches are counted, and one undo restores all replacements."""
    page.press("f", control=True)
    page.press("面包")
    page.until("document.querySelector('#find .status').textContent === '1 / 2'")
    assert page.js(
        "return [CSS.highlights.get('found').size, CSS.highlights.get('found-now').size]"
    ) == [2, 1]
    page.until("document.querySelector('.row.selected').dataset.row === '3'")
    page.press("ENTER")
    page.until("document.querySelector('.row.selected').dataset.row === '10'")
    page.js(
        "const field = document.querySelector('#find-into'); field.focus(); field.value = '馒头'"
    )
    page.click("#replace-all")
    page.until(
        "document.querySelectorAll('.row')[9].querySelector('.text').textContent.includes('馒头')"
    )
    page.saved()
    assert texts(project) == [row.replace("面包", "馒头") for row in ROWS]
    page.press("ESCAPE")
    page.press("z", control=True)
    page.until(
        "document.querySelectorAll('.row')[9].querySelector('.text').textContent.includes('面包')"
    )
    page.saved()
    assert texts(project) == list(ROWS)


def test_slide_strip_drags_a_slide_to_another_row(page: Page) -> None:
    """The edge of a slide snaps to the nearest start of a row, and the strip is updated."""
    page.until("document.querySelectorAll('.slide .edge').length")
    slides = page.document()["slides"]
    index = next(slide["index"] for slide in slides if slide["movable"] and slide["ms"] > 0)
    rows = page.document()["rows"]
    page.click(".row", slides[index]["row"] - 1)
    edge = f"document.querySelectorAll('.slide')[{index}].querySelector('.edge')"
    x, y = page.middle(edge)
    scale = (
        page.js(f"return parseFloat(document.querySelectorAll('.slide')[{index}].style.left)")
        / slides[index]["ms"]
    )
    target = rows[slides[index]["row"]]
    page.drag(x, y, (target["start_ms"] - slides[index]["ms"]) * scale + 4)
    page.until("document.querySelector('#undo').disabled === false")
    page.saved()
    assert page.document()["slides"][index]["row"] == target["row"]


def test_page_plays_a_row_in_the_voice_of_the_settings(page: Page) -> None:
    """The speaker button voices that row and plays it."""
    page.click(".row", 7)
    page.press("v")
    page.until("document.querySelector('.row.speaking')?.dataset.row === '8'")
    page.until("!document.querySelector('.row.speaking')")
    asked = (
        "performance.getEntriesByType('resource').map(entry => entry.name).filter(name => name"
        ".includes('/preview/'))"
    )
    assert len(page.js(f"return {asked}")) == 1


CAPTIONS = """
const video = document.querySelector('#video');
const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
const pen = canvas.getContext('2d');
pen.drawImage(video, 0, 0);
const {width, height} = canvas, top = Math.floor(height * 0.78);
const pixels = pen.getImageData(0, top, width, Math.floor(height * 0.2)).data;
return Array.from({length: pixels.length / 4}, (_, at) => pixels[at * 4] > 128 ? 1 : 0).join('');
"""


WATCH = """
window.seen = [];
window.watching = true;
const look = () => {
  seen.push(document.querySelector('#video').readyState);
  if (watching) requestAnimationFrame(look);
};
look();
"""


def test_render_replaces_the_video_on_the_page(page: Page, project: Path) -> None:
    """Progress is shown; the new video starts at the same time with the new burned-in caption."""
    page.click(".row", 5)
    page.until(
        "document.querySelector('#video').readyState >= 2 && !document.querySelector('#video')"
        ".seeking"
    )
    before, at = page.js(CAPTIONS), page.js("return document.querySelector('#video').currentTime")
    source = page.js("return document.querySelector('#video').src")
    page.press("ENTER")
    page.press("a", control=True)
    page.press("酵母菌在25°C的环境下醒来", "ENTER")
    page.saved()
    page.until("document.querySelector('#state').className.includes('outdated')")
    page.js(WATCH)
    page.press("r")
    page.until("!document.querySelector('#progress').hidden")
    page.until(
        "document.querySelector('#progress').hidden && document.querySelector('#state')"
        ".className.includes('current')"
    )
    page.until("document.querySelector('#video').src !== arguments[0]", source)
    page.until(
        "document.querySelector('#video').readyState >= 2 && !document.querySelector('#video')"
        ".seeking"
    )
    assert page.js("return document.querySelector('#video').currentTime") == pytest.approx(
        at, abs=0.05
    )
    page.js("watching = false")
    assert (
        page.js("return Math.min(...seen)") >= 2
    )  # at no time a film without a picture on the screen
    after = page.js(CAPTIONS)
    changed = sum(one != other for one, other in zip(before, after, strict=True))
    assert changed > 400, changed
    assert "酵母菌在25°C的环境下醒来" in (project / "output" / "bread" / "bread.zh.srt").read_text(
        "utf-8"
    )
    page.until("document.querySelector('.toast.good')")
    said = page.js("return document.querySelector('.toast.good').textContent")
    sys.stderr.write(f"a render: {said}\n")


def test_render_shows_why_it_failed_and_offers_another_try(page: Page, project: Path) -> None:
    """The sentence is shown over the page; when the cause is fixed, another try succeeds."""
    settings = project / "transcript" / "bread.toml"
    good = settings.read_text("utf-8")
    settings.write_text(f'{good}[music]\nfile = "missing.mp3"\n', "utf-8")
    page.press("r")
    page.until(
        "!document.querySelector('#banner').hidden && document.querySelector('#banner span')"
        ".textContent.includes('missing.mp3')"
    )
    settings.write_text(good, "utf-8")
    page.click("#banner button")
    page.until(
        "document.querySelector('#progress').hidden && document.querySelector('.toast.good')"
    )
    assert page.js("return document.querySelector('#banner').hidden") is True


@pytest.mark.slow
def test_render_stops_and_keeps_the_existing_video(page: Page, project: Path) -> None:
    """The stop button ends a long render; the existing video stays."""
    settings = project / "transcript" / "bread.toml"
    settings.write_text(
        settings.read_text("utf-8").replace(
            "width = 640\nheight = 360", "width = 2560\nheight = 1440"
        ),
        "utf-8",
    )
    film = project / "output" / "bread" / "bread.mp4"
    before = film.read_bytes()
    page.press("r")
    page.until("!document.querySelector('#stop').hidden")
    page.click("#stop")
    page.until("document.querySelector('#toasts').textContent.includes('已停止')")
    assert page.js(
        "return [document.querySelector('#stop').hidden, document.querySelector('#render').hidden]"
    ) == [True, False]
    assert film.read_bytes() == before


def test_page_shows_files_that_were_changed_elsewhere(page: Page, project: Path) -> None:
    """A change by another editor appears by itself; a row that is being edited keeps its draft."""
    page.click(".row", 1)
    page.press("ENTER")
    page.press("END", "，还有酵母")
    path = project / "transcript" / "bread.txt"
    path.write_text("\n".join([*ROWS[:11], "明天再见"]) + "\n", "utf-8")
    page.until(
        "document.querySelectorAll('.row')[11].querySelector('.text').textContent === '明天再见'"
    )
    page.until("document.querySelector('#toasts').textContent.includes('别处')")
    page.press("ENTER")
    page.until(
        "document.querySelectorAll('.row')[1].querySelector('.text').textContent === arguments[0]",
        f"{ROWS[1]}，还有酵母",
    )
    page.saved()
    assert texts(project) == [ROWS[0], f"{ROWS[1]}，还有酵母", *ROWS[2:11], "明天再见"]


STALE = """
const real = window.fetch;
window.fetch = (path, options) => {
  if (!path.endsWith('/edit')) return real(path, options);
  window.fetch = real;
  const body = {...JSON.parse(options.body), base: 'of long ago'};
  return real(path, {...options, body: JSON.stringify(body)});
};
"""


def test_page_keeps_the_draft_of_a_conflicting_edit(page: Page, project: Path) -> None:
    """The server refuses an edit of an older version; the page offers the text again."""
    page.js(STALE)
    page.click(".row", 1)
    page.press("ENTER")
    page.press("a", control=True)
    page.press("今天聊面包", "ENTER")
    page.until("document.querySelector('.toast.bad')")
    assert page.row(2) == ROWS[1]
    assert texts(project) == list(ROWS)
    page.click(".toast.bad button")
    page.until(
        "document.activeElement.tagName === 'TEXTAREA' && document.activeElement.value === "
        "'今天聊面包'"
    )
    page.press("ENTER")
    page.until(
        "document.querySelectorAll('.row')[1].querySelector('.text').textContent === '今天聊面包'"
    )
    page.saved()
    assert texts(project)[1] == "今天聊面包"
    assert [line for line in console_entries(page.browser) if "409" not in line["message"]] == []


def test_slide_strip_moves_a_slide_by_keyboard(page: Page) -> None:
    """Alt and an arrow move the focused slide by one row, and it keeps the focus."""
    page.until("document.querySelectorAll('.slide .edge').length")
    index, row = next(
        (slide["index"], slide["row"]) for slide in page.document()["slides"] if slide["movable"]
    )
    page.js(f"document.querySelectorAll('.slide')[{index}].focus()")
    page.press("ARROW_RIGHT", alt=True)
    page.until("!document.querySelector('#undo').disabled")
    page.saved()
    assert page.document()["slides"][index]["row"] == row + 1
    page.until(f"document.activeElement.dataset.index === '{index}'")


@pytest.mark.slow
def test_page_reports_a_lost_server(project: Path, browser: Chrome) -> None:
    """When the server does not answer, the page says so and keeps the unsaved edit."""
    with studio(project) as (address, process):
        page = Page(browser, address).open()
        process.terminate()
        process.wait(20)
        page.until("!document.querySelector('#banner').hidden")
        page.click(".row", 0)
        page.press("ENTER")
        page.press("a", control=True)
        page.press("还没保存", "ENTER")
        page.until("document.querySelector('.row.saving .text').textContent === '还没保存'")
        assert page.js("return document.querySelector('#saved').textContent") == "正在保存…"
        browser.get("about:blank")


def test_page_switches_to_english(page: Page) -> None:
    """The switch changes every text of the interface; the episode's own texts stay."""
    page.click("#languages a")
    page.until(
        "document.documentElement.lang === 'en' && performance.getEntriesByName('studio:ready')"
        ".length"
    )
    words = page.js(
        "return ['header', '.tools', '.transport'].map(part => document.querySelector(part)"
        ".innerText).join()",
    )
    assert "Render" in words
    assert [
        sign
        for sign in words.replace("天然酵母面包", "").replace("中", "")
        if "\u4e00" <= sign <= "\u9fff"
    ] == ["文"]
    assert page.rows() == list(ROWS)


def test_page_lists_its_shortcuts_and_labels_every_control(page: Page) -> None:
    """? opens the list of shortcuts, Esc closes it; every control has an accessible name."""
    page.press("?")
    page.until("document.querySelector('#keys').open")
    assert page.js("return document.querySelectorAll('#keys kbd').length") > 40
    page.press("ESCAPE")
    page.until("!document.querySelector('#keys').open")
    nameless = page.js(
        "return [...document.querySelectorAll('button, a, select, input, [role=slider]')]"
        ".filter(e => !(e.getAttribute('aria-label')"
        " || e.textContent.trim() || e.hidden || e.closest('label')?.textContent.trim())).map(e "
        "=> e.outerHTML)"
    )
    assert nameless == []


@pytest.mark.parametrize(("width", "height", "phone"), [(1280, 720, False), (390, 844, True)])
def test_page_fits_a_laptop_and_a_phone(
    blank: Page, width: int, height: int, *, phone: bool
) -> None:
    """Nothing overflows at the side, and video and list are both in view."""
    page = blank.open(width, height, phone=phone)
    assert page.js("return document.documentElement.scrollWidth") == width
    over = page.js(
        "return [...document.querySelectorAll('header *, .transport *, .tools *, .row *')]"
        ".filter(e => e.checkVisibility() &&"
        f" e.getBoundingClientRect().right > {width} + 1).map(e => e.outerHTML.slice(0, 120))"
    )
    assert over == []
    shown = page.js(
        "return ['#screen', '#rows', '#wave'].map(id => document.querySelector(id)"
        ".getBoundingClientRect().height)"
    )
    assert shown[0] >= 130, shown
    assert shown[1] >= 220, shown


def test_rows_sort_flagged_rows_first_on_request(blank: Page, project: Path) -> None:
    """A row that is far too long is flagged; W sorts it first, N selects it."""
    path = project / "transcript" / "bread.txt"
    path.write_text("\n".join([*ROWS[:6], "大约需要4到6个小时，" * 8, *ROWS[7:]]) + "\n", "utf-8")
    page = blank.open()
    flagged = page.js(
        "return [...document.querySelectorAll('.row.flagged')].map(row => row.dataset.row)"
    )
    assert "7" in flagged
    page.press("w")
    page.until("document.querySelector('.row').dataset.row === arguments[0]", flagged[0])
    shown = page.js("return [...document.querySelectorAll('.row')].map(row => row.dataset.row)")
    assert shown == [*flagged, *[str(n) for n in range(1, 13) if str(n) not in flagged]]
    page.press("w")
    page.until("document.querySelector('.row').dataset.row === '1'")
    page.press("HOME")
    page.press("n")
    page.until(
        "document.querySelector('.row.selected').dataset.row === arguments[0]",
        next(n for n in flagged if n != "1"),
    )


@pytest.mark.slow
def test_rows_stop_following_playback_while_the_reader_scrolls(page: Page) -> None:
    """Scrolling leaves the list where it is and offers a button to go back."""
    page.until("document.querySelector('video').readyState >= 3")
    page.js("document.querySelector('#rows').style.maxHeight = '220px'")
    page.press(">", ">", ">", "SPACE")
    page.until("document.querySelector('video').currentTime > 1.2")
    x, y = page.middle("document.querySelector('#rows')")
    page.browser.execute_cdp_cmd(
        "Input.dispatchMouseEvent",
        {"type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": 3000},
    )
    page.until("document.querySelector('#rows').scrollTop > 300")
    time.sleep(0.5)  # a scroll takes its time to come to rest
    rest = page.js("return document.querySelector('#rows').scrollTop")
    page.until("!document.querySelector('#follow').hidden")
    page.until("document.querySelector('video').currentTime > 5.5")
    assert page.js("return document.querySelector('#rows').scrollTop") == rest
    page.click("#follow")
    page.until("document.querySelector('#follow').hidden")
    page.press("SPACE")
    assert page.js("return document.querySelector('#rows').scrollTop") < rest
