"""A browser plays the video and the review page."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import chromium, file_server, missing_browser

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    bool(missing_browser()), reason=missing_browser() or "a browser is here"
)

PAGE = """<!doctype html><title>play</title>
<video id=v preload=auto src=bread.mp4 width=640></video>
<script>
const v = document.getElementById('v');
const ready = event => new Promise((yes, no) => {
  v.addEventListener(event, yes, {once: true});
  const fail = () => no(new Error(`media error ${v.error.code} ${v.error.message}`));
  v.addEventListener('error', fail, {once: true});
});
async function seeks(count) {
  const landed = [];
  for (let i = 0; i < count; i++) {
    const to = v.duration * ((i * 7) % count + 0.5) / count;
    const done = ready('seeked');
    v.currentTime = to;
    await done;
    landed.push(Math.abs(v.currentTime - to));
  }
  return landed;
}
</script>
"""


def test_chromium_loads_seeks_and_plays_without_a_media_error(
    rendered: tuple[Path, Any], tmp_path: Path
) -> None:
    """Twenty seeks land where they should, three seconds play, and no error occurs."""
    out = rendered[0] / "output" / "bread"
    with file_server(out) as address, chromium(tmp_path / "profile") as browser:
        (out / "play.html").write_text(PAGE)
        try:
            browser.get(f"{address}/play.html")
            state = browser.execute_async_script(
                "const done = arguments[0];"
                "(v.readyState >= 3 ? Promise.resolve() : ready('canplay'))"
                ".then(() => done([v.videoWidth, v.videoHeight, v.duration]))"
                ".catch(e => done(String(e)));"
            )
            assert state[:2] == [640, 360], state
            landed = browser.execute_async_script(
                "const done = arguments[0]; seeks(20).then(done).catch(e => done(String(e)));"
            )
            assert isinstance(landed, list), landed
            assert (len(landed), max(landed) < 0.05) == (20, True)
            browser.execute_script("v.currentTime = 1; v.play()")
            time.sleep(4)
            played, error = browser.execute_script(
                "v.pause(); return [v.currentTime, v.error && v.error.code]"
            )
            assert error is None
            assert played > 3
        finally:
            (out / "play.html").unlink()


def test_review_page_opens_from_disk_and_keeps_rows_in_step(
    rendered: tuple[Path, Any], tmp_path: Path
) -> None:
    """A click on a row seeks to it; tracks are loaded; the language can be chosen."""
    page = rendered[0] / "output" / "bread" / "review.html"
    with chromium(tmp_path / "profile") as browser:
        browser.get(page.as_uri())
        done = browser.execute_async_script(
            "const done = arguments[0], v = document.querySelector('video');"
            "const row = document.querySelectorAll('tr')[6];"
            "const track = each => [each.language, each.mode, (each.cues || []).length];"
            "const look = () => [v.currentTime * 1000 - row.dataset.start, row.className,"
            " [...v.textTracks].map(track)];"
            "v.addEventListener('seeked', () => setTimeout(() => done(look()), 300), {once: true});"
            "v.addEventListener('error', () => done('error ' + v.error.code)); row.click();"
        )
        assert isinstance(done, list), done
        assert 0 <= done[0] < 1000
        assert done[1] == "on"
        assert [done[2][0][:2], done[2][1]] == [["zh", "disabled"], ["en", "showing", 11]]
        shown = {}
        for language in ("zh", "en"):
            browser.find_element("css selector", f"nav.languages [value={language}]").click()
            shown[language] = browser.find_element("tag name", "label").text
        assert shown["zh"].startswith("只看有提示的行")
        assert shown["en"].startswith("Only rows to review")
        browser.refresh()
        assert browser.find_element("tag name", "label").text == shown["en"], "the choice is kept"
