"""The host's own video as the picture: flashes stay with beeps, however the file was recorded."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from pipeline.audio.decoder import decode_samples
from pipeline.cache import Store, file_digest
from pipeline.errors import InputError
from pipeline.picture.composition import compose
from pipeline.picture.motion.clip_player import ClipPlayer
from pipeline.picture.motion.host_video import plan_host_video
from pipeline.picture.scene import ClipPlayback
from pipeline.process import ffmpeg_file_url, run_ffmpeg
from tests.slide_samples import look, timed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

FPS, RATE = 30, 48_000
FLASHES = (1.0, 2.5, 2.9, 4.4)
FLASH = 0.2


def steady(rate: Fraction, seconds: float = 5.5) -> list[float]:
    """Return the times of pictures that come at a constant rate."""
    return [float(number / rate) for number in range(int(seconds * rate))]


def uneven() -> list[float]:
    """Return the times of pictures of a screen recording.

    There are many where something moves and few where nothing does.
    """
    chance = np.random.default_rng(5)
    times = {
        0.0,
        *(time + by for time in FLASHES for by in (0.0, FLASH)),
        *(np.cumsum(chance.choice([0.008, 0.04, 0.3], 60)).tolist()),
    }
    return sorted(round(time, 3) for time in times if time < 5.5)


def host(
    path: Path,
    times: Sequence[float],
    *,
    late: float = 0.0,
    size: tuple[int, int] = (64, 48),
    sound: bool = True,
) -> Path:
    """Write a video of flashes, with a beep at each.

    Its pictures begin at `times`; they come `late` by so many s.
    """
    with av.open(str(path), "w") as out:
        pictures = out.add_stream("libx264", rate=FPS)
        pictures.width, pictures.height, pictures.pix_fmt = *size, "yuv420p"
        pictures.time_base = pictures.codec_context.time_base = Fraction(1, 1_000)
        pictures.options = {"g": "40", "bf": "2"}
        heard = out.add_stream("aac", rate=RATE, layout="mono") if sound else None
        for time in times:
            white = any(flash <= time + late + 1e-6 < flash + FLASH for flash in FLASHES)
            frame = av.VideoFrame.from_ndarray(
                np.full((size[1], size[0], 3), 235 if white else 16, np.uint8), format="rgb24"
            )
            frame.pts, frame.time_base = round((time + late) * 1_000), Fraction(1, 1_000)
            out.mux(pictures.encode(frame))
        out.mux(pictures.encode(None))
        if heard is not None:
            for start in range(0, len(BEEPS), 1_024):
                piece = av.AudioFrame.from_ndarray(
                    BEEPS[None, start : start + 1_024], format="fltp", layout="mono"
                )
                piece.sample_rate, piece.pts, piece.time_base = RATE, start, Fraction(1, RATE)
                out.mux(heard.encode(piece))
            out.mux(heard.encode(None))
    return path


def _beeps() -> NDArray[np.float32]:
    time = np.arange(round(5.5 * RATE)) / RATE
    on = sum((time >= flash) & (time < flash + FLASH) for flash in FLASHES)
    return (0.5 * np.sin(2 * np.pi * 1_000 * time) * on).astype(np.float32)


BEEPS = _beeps()


def footage(path: Path, store: Store, changes: dict[str, object] | None = None) -> ClipPlayback:
    """Return a video as the whole picture of a talk."""
    film = plan_host_video(
        path, file_digest(path), timed(2, fps=FPS), look(changes), store, chapter_bar=False
    )
    movement = film.movements[0].movement
    assert isinstance(movement, ClipPlayback)
    return movement


def onsets(lit: Sequence[bool]) -> list[int]:
    """Return where something begins."""
    return [place for place in range(1, len(lit)) if lit[place] and not lit[place - 1]]


def seen(movement: ClipPlayback, order: Sequence[int]) -> dict[int, bool]:
    """Return for frames of the video, asked for in an order, whether they are white."""
    player = ClipPlayer(movement, (320, 240))
    try:
        return {
            frame: bool(player.picture_at((frame + 0.5) / FPS)[120, 160].mean() > 128)
            for frame in order
        }
    finally:
        player.close()


RECORDED = {
    "at the video's rate": (steady(Fraction(30)), 0.0),
    "at 25": (steady(Fraction(25)), 0.0),
    "at 29.97": (steady(Fraction(30_000, 1_001)), 0.0),
    "at 60": (steady(Fraction(60)), 0.0),
    "at a changing rate": (uneven(), 0.0),
    "pictures half a second late": (steady(Fraction(30), 5.0), 0.5),
    "pictures late at a changing rate": ([time - 0.5 for time in uneven() if time >= 0.5], 0.5),
}


@pytest.mark.parametrize("ending", [".mp4", ".mkv", ".mov"])
@pytest.mark.parametrize("kind", RECORDED)
def test_host_video_keeps_flashes_with_beeps(tmp_path: Path, kind: str, ending: str) -> None:
    """Each flash is seen within a frame of where its beep is heard.

    The same holds in segments that begin anywhere.
    """
    times, late = RECORDED[kind]
    path = host(tmp_path / f"host{ending}", times, late=late)
    loud = np.abs(decode_samples(path).astype(int)) > 4_000
    beeps = [
        place / RATE
        for place in np.flatnonzero(loud)
        if not loud[max(place - 2_000, 0) : place].any()
    ]
    movement = footage(path, Store(tmp_path / "store"))
    frames = range(round(5.3 * FPS))
    straight = seen(movement, frames)
    found = [frame / FPS for frame in onsets([straight[frame] for frame in frames])]
    allowed = 1 / FPS + (
        0.04 if kind == "at 25" else 1 / 60
    )  # a picture of the file begins at or after its flash
    assert len(found) == len(beeps) == len(FLASHES)
    assert max(abs(flash - beep) for flash, beep in zip(found, beeps, strict=True)) <= allowed
    pieces = [
        frame
        for start in (90, 30, 120, 0, 60)
        for frame in range(start, min(start + 30, len(frames)))
    ]
    assert all(white == straight[frame] for frame, white in seen(movement, pieces).items())


def test_host_video_holds_its_last_picture(tmp_path: Path) -> None:
    """After the last picture it is shown on, also where a segment begins there."""
    movement = footage(
        host(tmp_path / "host.mp4", steady(Fraction(30), 1.1)), Store(tmp_path / "store")
    )
    assert seen(movement, [150, 60, 33, 30, 29]) == {
        150: True,
        60: True,
        33: True,
        30: True,
        29: False,
    }


def test_host_video_is_rotated_and_fitted(tmp_path: Path) -> None:
    """A telephone's video says how it is held; odd sizes are fitted to the picture."""
    plain = host(tmp_path / "plain.mp4", steady(Fraction(30), 1.2), size=(96, 48))
    turned = tmp_path / "turned.mp4"
    run_ffmpeg(
        [
            "-v",
            "error",
            "-display_rotation",
            "90",
            "-i",
            ffmpeg_file_url(plain),
            "-c",
            "copy",
            "-y",
            ffmpeg_file_url(turned),
        ],
        timeout=60,
    )
    for path, inside, outside in ((plain, (120, 20), (20, 160)), (turned, (20, 160), (120, 20))):
        player = ClipPlayer(
            footage(path, Store(tmp_path / "store"), {"style.background": "#203040"}), (320, 240)
        )
        pixels = player.picture_at(1.1)
        player.close()
        assert pixels[inside].min() > 200
        assert pixels[outside].tolist() == [0x20, 0x30, 0x40]


def test_host_video_is_one_movement_within_the_keyframe_interval(tmp_path: Path) -> None:
    """The whole length moves, cut where an IDR has to be.

    With the chapter bar it is cut at chapters too.
    """
    path, timeline = (
        host(tmp_path / "host.mp4", steady(Fraction(30), 1.2)),
        timed(9, (1, 6), fps=FPS),
    )
    for progress in (False, True):
        film = plan_host_video(
            path,
            file_digest(path),
            timeline,
            look(),
            Store(tmp_path / "store"),
            chapter_bar=progress,
        )
        composition = compose(
            timeline,
            film.slides,
            (),
            width=320,
            height=240,
            fps=FPS,
            keyframe_interval=4,
            movements=film.movements,
        )
        assert composition.frames == timeline.frames
        assert all(segment.movement_part for segment in composition.segments)
        assert max(segment.frames for segment in composition.segments) <= 4 * FPS
        assert len({segment.holds[0].state.slide for segment in composition.segments}) == (
            2 if progress else 1
        )


def test_plan_host_video_refuses_files_without_video(tmp_path: Path) -> None:
    """A recording without pictures, and one that is no film, are named."""
    path = tmp_path / "host.m4a"
    run_ffmpeg(
        [
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "sine=d=1",
            "-c:a",
            "aac",
            "-y",
            ffmpeg_file_url(path),
        ],
        timeout=60,
    )
    with pytest.raises(InputError, match="no video") as fault:
        footage(path, Store(tmp_path / "store"))
    assert fault.value.where == path
    path.write_bytes(b"RIFF" + bytes(100))
    with pytest.raises(InputError, match="not an MP4, MOV, WebM or MKV"):
        footage(path, Store(tmp_path / "store"))
