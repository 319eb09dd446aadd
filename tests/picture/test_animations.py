"""Animated pictures are clips: each frame for its time, looped or held."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.cache import Store
from pipeline.errors import InputError
from pipeline.picture.motion.animation_player import AnimationPlayer, open_player
from pipeline.picture.scene import ClipPlayback
from pipeline.picture.slides import animation_files
from pipeline.picture.slides.animation_files import frame_durations, open_animation
from pipeline.picture.slides.slide_loader import SlideLoader
from pipeline.picture.slides.slide_store import ClipSlide, Slide
from pipeline.picture.transparency import LIGHT_GROUND
from tests.slide_samples import BLUE, GREEN, RED, clip, encoded, look, picture

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal

SIZE = (320, 240)
FORMATS: dict[str, dict[str, object]] = {
    "GIF": {},
    "WEBP": {"lossless": True},
    "PNG": {},
    "AVIF": {"quality": 95, "subsampling": "4:4:4"},
}


def animation(folder: Path, kind: str = "GIF", times: tuple[int, ...] = (100, 200, 300)) -> Path:
    """Write an animation of red, green and blue frames with these times in ms."""
    frames = [picture((RED, GREEN, BLUE)[index % 3]) for index in range(len(times))]
    path = folder / f"01.{kind.lower()}"
    options = FORMATS[kind] | {"append_images": frames[1:], "duration": list(times)}
    path.write_bytes(encoded(frames[0], kind, save_all=True, loop=0, **options))
    return path


def play(path: Path, length: int, mode: Literal["loop", "hold"] = "loop") -> AnimationPlayer:
    """Open an animation of so many ms as a movement does."""
    playback = ClipPlayback(
        str(path), "", Fraction(1_000), length, mode, fit_mode="fit", background=(0, 0, 0)
    )
    player = open_player(playback, SIZE)
    assert isinstance(player, AnimationPlayer)
    return player


def colour_at(player: AnimationPlayer, seconds: float) -> str:
    """Return which colour the middle has at a time."""
    pixel = player.picture_at(seconds)[120, 160].astype(int)
    return min(
        (np.abs(pixel - colour).sum(), name)
        for name, colour in (("red", RED), ("green", GREEN), ("blue", BLUE))
    )[1]


@pytest.mark.parametrize("kind", FORMATS)
def test_animation_player_shows_each_frame_for_its_time(tmp_path: Path, kind: str) -> None:
    """GIF, WebP, PNG and AVIF keep their own times, in a second round and backwards too."""
    player = play(animation(tmp_path, kind), 600)
    times = (0.0, 0.09, 0.1, 0.29, 0.3, 0.59, 0.6, 0.71, 1.19, 0.15)
    shown = [colour_at(player, seconds) for seconds in times]
    player.close()
    assert shown == [
        *("red", "red", "green", "green", "blue", "blue"),
        *("red", "green", "blue", "green"),
    ]


def test_animation_player_holds_the_last_frame(tmp_path: Path) -> None:
    """With `play = "hold"` it stays on its last frame."""
    player = play(animation(tmp_path), 600, "hold")
    assert [colour_at(player, seconds) for seconds in (0.5, 0.7, 90.0)] == ["blue"] * 3
    player.close()


def test_animation_player_keeps_one_ground(tmp_path: Path) -> None:
    """Black lines on nothing lie on a light ground in every frame, whatever the frame shows."""
    frames = []
    for x in (8, 30):
        frame = Image.new("RGBA", (64, 48), (0, 0, 0, 0))
        ImageDraw.Draw(frame).rectangle((x, 8, x + 12, 40), outline=(0, 0, 0, 255), width=2)
        frames.append(frame)
    path = tmp_path / "01.webp"
    options = {"save_all": True, "append_images": frames[1:], "duration": 100, "lossless": True}
    path.write_bytes(encoded(frames[0], "WEBP", **options))
    player = play(path, 200)
    assert [tuple(player.picture_at(at)[2, 2]) for at in (0.0, 0.1)] == [LIGHT_GROUND] * 2
    assert (player.picture_at(0.0) != player.picture_at(0.1)).any()
    player.close()


def test_open_player_tells_videos_from_pictures(tmp_path: Path) -> None:
    """A video stays with the player of videos."""
    path = tmp_path / "01.mp4"
    clip(path)
    player = open_player(
        ClipPlayback(str(path), "", Fraction(10), 9, "loop", fit_mode="fit", background=(0, 0, 0)),
        SIZE,
    )
    assert not isinstance(player, AnimationPlayer)
    player.close()


@pytest.mark.parametrize("times", [(0, 0), (10, 10)])
def test_frame_durations_are_those_of_browsers(tmp_path: Path, times: tuple[int, ...]) -> None:
    """Frames that ask for 10 ms or less are shown for 100."""
    path = animation(tmp_path, times=times)
    with open_animation(path, path) as opened:
        assert frame_durations(opened, path) == (100, 100)


def test_frame_durations_refuses_too_many_frames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An animation as long as a film is told to be saved as one."""
    monkeypatch.setattr(animation_files, "MAX_ANIMATION_FRAMES", 2)
    path = animation(tmp_path)
    with (
        open_animation(path, path) as opened,
        pytest.raises(InputError, match=r"3 pictures; at most 2.*MP4"),
    ):
        frame_durations(opened, path)


@pytest.mark.parametrize("kind", FORMATS)
def test_load_file_makes_clips_of_animations(tmp_path: Path, kind: str) -> None:
    """An animation is a clip with its length; read from the cache it is the same."""
    path = animation(tmp_path, kind)
    loader = SlideLoader(Store(tmp_path / "store"), look(), tmp_path)
    (found,) = loader.load_file(path, "hold")
    assert isinstance(found, ClipSlide)
    assert (found.frames / found.fps, found.width, found.height) == (Fraction(6, 10), 64, 48)
    assert found.play_mode == "hold"
    assert loader.load_file(path, "hold") == (found,)


def test_load_file_leaves_still_pictures_still(tmp_path: Path) -> None:
    """A GIF of one frame is a picture."""
    path = tmp_path / "01.gif"
    path.write_bytes(encoded(picture(RED), "GIF"))
    (found,) = SlideLoader(Store(tmp_path / "store"), look(), tmp_path).load_file(path)
    assert isinstance(found, Slide)


def test_load_file_makes_pages_of_scans(tmp_path: Path) -> None:
    """A TIFF of two sheets is two slides, named as pages of a document are."""
    path = tmp_path / "01.tif"
    path.write_bytes(encoded(picture(RED), "TIFF", save_all=True, append_images=[picture(BLUE)]))
    loader = SlideLoader(Store(tmp_path / "store"), look(), tmp_path)
    assert [slide.name for slide in loader.load_file(path)] == ["01.tif p. 1", "01.tif p. 2"]
    assert loader.load_page(path, "01.tif#2", 1, "loop").name == "01.tif p. 2"


def test_load_file_names_a_broken_animation(tmp_path: Path) -> None:
    """An animation that breaks off ends in one sentence with its path."""
    path = animation(tmp_path, "WEBP")
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(InputError, match=r"01\.webp: "):
        SlideLoader(Store(tmp_path / "store"), look(), tmp_path).load_file(path)
