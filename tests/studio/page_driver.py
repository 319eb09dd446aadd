"""A real studio process and a real browser on its page."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

_PATIENCE_S = 30
"""Seconds to wait for anything that has to happen; no duration is measured by it."""

_HEAR = """
window.heard = [];
for (const name of ['error', 'unhandledrejection'])
  addEventListener(name, event => heard.push(`${name}: ${event.message ?? event.reason}`));
addEventListener('securitypolicyviolation', event =>
  heard.push(`policy: ${event.violatedDirective} ${event.blockedURI}`));
"""

_MIDDLE = """
const [done] = arguments, frame = () => new Promise(requestAnimationFrame);
(async () => {
  let last = null;
  for (let tries = 0; tries < 60; tries += 1) {  // rows get their real heights in view
    const found = FIND;
    found.scrollIntoViewIfNeeded?.();
    await frame();
    await frame();
    const box = found.getBoundingClientRect();
    const at = [box.left + box.width / 2, box.top + box.height / 2];
    if (last && at[0] === last[0] && at[1] === last[1]) return done(at);
    last = at;
  }
  done(last);
})();
"""


@contextmanager
def studio(project: Path, *arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run `episode studio` in a project; gives the address it printed, and its process."""
    command = [sys.executable, "-m", "pipeline", "studio", *arguments, "--no-browser"]
    process = subprocess.Popen(
        command,
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "COLUMNS": "200"},
    )
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"http://\S+token=\S+", line):
                yield found[0], process
                break
        else:
            raise AssertionError("".join(said))
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(20)
        process.stdout.close()


def record_page_errors(browser: Chrome) -> None:
    """Let every page of the browser record its errors from the first line on."""
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _HEAR})


def console_entries(browser: Chrome) -> list[dict[str, Any]]:
    """Return the entries of the browser's console since the last call."""
    return list(browser.execute("getLog", {"type": "browser"})["value"])


def restore_folder(folder: Path, kept: Path) -> None:
    """Restore a folder from its copy, touching only files that differ.

    A server may be using it, so its cache stays.
    """
    wanted = {path.relative_to(kept): path for path in kept.rglob("*") if path.is_file()}
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if path.relative_to(folder) not in wanted and ".cache" not in path.parts:
            path.unlink()
    for name, path in wanted.items():
        there, was = folder / name, path.stat()
        if not there.exists() or (there.stat().st_size, there.stat().st_mtime_ns) != (
            was.st_size,
            was.st_mtime_ns,
        ):
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, there)


@dataclass(frozen=True, slots=True)
class Page:
    """A browser on the studio's page."""

    browser: Chrome
    address: str

    def open(
        self,
        width: int = 1600,
        height: int = 900,
        *,
        lang: str = "zh",
        scheme: str = "dark",
        phone: bool = False,
    ) -> Page:
        """Open the only episode of the list and wait until the page is ready."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
        )
        self.browser.get(f"{self.address}&lang={lang}")
        self.until("document.querySelector('.cards a')")
        self.goto(self.js("return document.querySelector('.cards a').href"))
        return self

    def goto(self, address: str) -> None:
        """Open an episode's address and wait until the page is ready."""
        self.browser.get(address)
        self.until("performance.getEntriesByName('studio:ready').length")

    def js(self, script: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever the page answers
        """Run a script in the page."""
        return self.browser.execute_script(script, *arguments)

    def until(self, condition: str, *arguments: object) -> Any:  # noqa: ANN401 - as above
        """Wait until an expression in the page is true; return its value."""
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            if value := self.js(f"return {condition}", *arguments):
                return value
            time.sleep(0.03)
        rows = self.js(
            "return [document.querySelector('#banner')?.innerText, document"
            ".querySelector('#toasts')?.innerText, window.heard]"
        )
        raise AssertionError(f"never came true: {condition} {arguments}; the page says {rows}")

    def press(
        self, *keys: str, control: bool = False, shift: bool = False, alt: bool = False
    ) -> None:
        """Press keys one after another, with modifiers held."""
        from selenium.webdriver import ActionChains, Keys

        held = [
            key for key, on in ((Keys.CONTROL, control), (Keys.SHIFT, shift), (Keys.ALT, alt)) if on
        ]
        chain = ActionChains(self.browser, duration=0)
        for key in held:
            chain.key_down(key)
        for key in keys:
            chain.send_keys(getattr(Keys, key) if len(key) > 1 and hasattr(Keys, key) else key)
        for key in held:
            chain.key_up(key)
        chain.perform()

    def click(self, css: str, index: int = 0) -> None:
        """Click the middle of an element."""
        x, y = self.middle(f"document.querySelectorAll({json.dumps(css)})[{index}]")
        self.mouse(("mousePressed", x, y), ("mouseReleased", x, y))

    def middle(self, element: str) -> tuple[float, float]:
        """Return the position of an element (an expression), scrolled into view and at rest."""
        x, y = self.browser.execute_async_script(_MIDDLE.replace("FIND", element))
        return float(x), float(y)

    def mouse(self, *events: tuple[str, float, float]) -> None:
        """Send mouse events to the page's pixels."""
        for kind, x, y in events:
            pressed = 0 if kind == "mouseReleased" else 1
            event = {
                "type": kind,
                "x": x,
                "y": y,
                "button": "left",
                "buttons": pressed,
                "clickCount": 1,
                "pointerType": "mouse",
            }
            self.browser.execute_cdp_cmd("Input.dispatchMouseEvent", event)

    def drag(self, x: float, y: float, by: float) -> None:
        """Drag sideways in ten steps."""
        steps = [("mouseMoved", x + by * step / 10, y) for step in range(1, 11)]
        self.mouse(("mousePressed", x, y), *steps, ("mouseReleased", x + by, y))

    def row(self, number: int, part: str = ".text") -> str:
        """Return the text of a row, counted from 1."""
        return str(
            self.js(
                f"return document.querySelectorAll('.row')[{number - 1}].querySelector('{part}').t"
                f"extContent"
            )
        )

    def rows(self, part: str = ".text") -> list[str]:
        """Return the texts of all rows."""
        return list(
            self.js(
                f"return [...document.querySelectorAll('.row')].map(row => "
                f"row.querySelector('{part}')?.textContent)"
            )
        )

    def saved(self) -> None:
        """Wait until all edits are saved."""
        self.until("['已保存', 'Saved'].includes(document.querySelector('#saved').textContent)")

    def document(self) -> Any:  # noqa: ANN401 - as above
        """Return the document that the server sends now."""
        return self.browser.execute_async_script(
            "const done = arguments[0]; fetch(`/api/e/${document.body.dataset.id}`).then(answer "
            "=> answer.json()).then(done)"
        )

    def regions(self) -> str:
        """Return an expression for the regions in the waveform."""
        return (
            "[...document.querySelector('#wave .surface > div').shadowRoot"
            ".querySelectorAll('[part~=region]')]"
        )

    def region(self, index: int) -> str:
        """Return an expression for a row's region in the waveform."""
        return (
            f"{self.regions()}.find(region => "
            f"region.querySelector('[part=region-number]')?.textContent === '{index + 1}')"
        )

    def problems(self) -> list[str]:
        """Return errors of the page, and requests to other hosts."""
        own = self.address.split("/?")[0]
        console = [
            entry["message"]
            for entry in console_entries(self.browser)
            if entry["level"] == "SEVERE"
        ]
        asked = self.js("return performance.getEntriesByType('resource').map(entry => entry.name)")
        foreign = [name for name in asked if not name.startswith((own, "blob:", "data:"))]
        return [*self.js("return window.heard ?? []"), *console, *foreign]

    def picture(self, path: Path) -> None:
        """Save a screenshot of the page, for a person to look at."""
        path.write_bytes(
            base64.b64decode(
                self.browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
            )
        )
