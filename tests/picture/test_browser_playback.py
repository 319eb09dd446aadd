"""A browser plays the encoded video, and a seek shows the frame at its time."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pipeline.cache import Store
from pipeline.mux.mp4 import write_mp4
from pipeline.picture.encode import video_encoding
from pipeline.settings.sections import PictureSettings
from tests.browser import chromium, file_server, missing_browser
from tests.compositions import composition_of, rgb_from_frame
from tests.still_renderer import StillRenderer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.compositions import Planned

pytestmark = pytest.mark.skipif(bool(missing_browser()), reason=missing_browser())

FPS = 30
TALK: list[Planned] = [
    (slide, text, frames)
    for slide in ("a", "b", "photo", "c")
    for number in range(5)
    for text, frames in (("", 2), (f"{slide}{number}", 70 + 23 * number))
]
PAGE = """<!doctype html><video id=v src="film.mp4" muted></video>
<canvas id=c width=80 height=48></canvas><script>
const v = document.getElementById('v'), canvas = document.getElementById('c');
const c = canvas.getContext('2d', {willReadFrequently: true});
async function seek(time) {
  const presented = new Promise((yes, no) => {
    v.requestVideoFrameCallback(yes);
    v.onerror = () => no(v.error.message);
  });
  const done = new Promise(yes => { v.onseeked = yes; });
  const begun = performance.now();
  v.currentTime = time;
  await done;
  const took = performance.now() - begun;
  await presented;
  c.drawImage(v, 0, 0, 80, 48);
  return [took, Array.from(c.getImageData(0, 0, 80, 48).data)];
}
async function play(seconds) {
  const done = new Promise((yes, no) => {
    v.ontimeupdate = () => { if (v.currentTime >= seconds) yes(); };
    v.onerror = () => no(v.error.message);
  });
  v.currentTime = 0;
  await v.play();
  await done;
  v.pause();
  const quality = v.getVideoPlaybackQuality();
  const {totalVideoFrames, corruptedVideoFrames} = quality;
  return [
    v.currentTime, totalVideoFrames, corruptedVideoFrames, v.duration, v.videoWidth, v.videoHeight
  ];
}
</script>"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a film of about 75 s and a page that plays it."""
    folder = tmp_path_factory.mktemp("film")
    composition = composition_of(TALK, width=640, height=384)
    video = video_encoding.encode_video(
        composition,
        StillRenderer(640, 384),
        Store(folder / "store"),
        PictureSettings(),
        lambda *_: None,
        workers=1,
    )
    write_mp4(
        video,
        None,
        (),
        (),
        title="t",
        language="zh",
        poster=None,
        burnt=True,
        out=folder / "film.mp4",
    )
    (folder / "index.html").write_text(PAGE, "utf-8")
    return folder


@pytest.fixture(scope="module")
def browser(film: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return a browser that has opened the page."""
    with file_server(film) as address, chromium(tmp_path_factory.mktemp("profile")) as driver:
        driver.get(f"{address}/index.html")
        yield driver


def small(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return a picture at the canvas's size, by means of blocks."""
    blocks = pixels.reshape(48, pixels.shape[0] // 48, 80, pixels.shape[1] // 80, 3)
    return np.asarray(blocks.mean((1, 3)), np.float64)


def test_browser_shows_the_frame_of_a_seek(film: Path, browser: Any) -> None:  # noqa: ANN401 - selenium has no types
    """A player that seeks in any order shows the right picture each time.

    It is the picture that a decoder gives for that frame.
    """
    import av

    frames = random.Random(7).sample(range(sum(frames for _, _, frames in TALK)), 20)
    with av.open(str(film / "film.mp4")) as container:
        wanted = {
            n: small(rgb_from_frame(frame))
            for n, frame in enumerate(container.decode(video=0))
            if n in frames
        }
    for frame in frames:
        script = (
            "const done = arguments[1]; seek(arguments[0]).then(done, e => done([0, String(e)]));"
        )
        _, pixels = browser.execute_async_script(script, (frame + 0.5) / FPS)
        assert isinstance(pixels, list), pixels
        shown = np.array(pixels, float).reshape(48, 80, 4)[..., :3]
        error = np.abs(shown - wanted[frame]).mean()
        # a canvas scales with other weights than means of blocks; a caption or a slide changes far
        # more than that
        assert error < 4
        others = [other for other in frames if np.abs(wanted[other] - wanted[frame]).mean() > 1]
        assert all(error < np.abs(shown - wanted[other]).mean() for other in others)


def test_browser_plays_from_the_start(browser: Any) -> None:  # noqa: ANN401 - selenium has no types
    """Three seconds play through a slide's first captions without a corrupted frame.

    At the film's size and length.
    """
    script = "const done = arguments[0]; play(3).then(done, e => done([0, String(e)]));"
    reached, total, corrupted, length, width, height = browser.execute_async_script(script)
    assert reached >= 3
    assert total >= 60
    assert corrupted == 0
    assert (round(length * FPS), width, height) == (sum(frames for _, _, frames in TALK), 640, 384)
