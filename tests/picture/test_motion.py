"""Movements planned over slides, and the pictures in them.

Their seams with the held spans are tested too.
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cache import Store
from pipeline.errors import InputError
from pipeline.model import Cue, Span, Timeline, Track
from pipeline.picture.composition import compose
from pipeline.picture.encode import video_encoding
from pipeline.picture.encode.yuv import yuv_from_rgb
from pipeline.picture.motion.clip_player import ClipPlayer
from pipeline.picture.motion.motion_plan import (
    WHOLE_SLIDE,
    MotionOptions,
    is_photograph,
    pan_zoom_boxes,
    plan_motion,
)
from pipeline.picture.motion.movement_renderer import (
    crop_to_full_size,
    ease_in_out,
    render_moving_frames,
)
from pipeline.picture.scene import (
    ClipPlayback,
    Hold,
    MovementPart,
    PanZoom,
    ScreenState,
    Segment,
    SlideTransition,
    TimedMovement,
)
from pipeline.picture.slides.slide_store import (
    ClipSlide,
    Slide,
    load_slide,
    store_slide,
)
from pipeline.settings import parse_settings
from pipeline.settings.sections import MotionSettings, PictureSettings, TransitionSettings
from pipeline.timebase import samples_from_frame
from tests.compositions import decoded_by, decoders, pictures, psnr, written
from tests.still_renderer import StillRenderer

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.picture.scene import Composition

WIDTH, HEIGHT = 320, 192
STILL = MotionOptions(TransitionSettings(), MotionSettings(), (WIDTH, HEIGHT), "fit", (0, 0, 0))


def moving(**changes: Any) -> MotionOptions:  # noqa: ANN401 - settings by name
    """Return what moves by these settings."""
    return dataclasses.replace(STILL, **changes)


def timeline(frames: int) -> Timeline:
    """Return a timeline at 30 fps."""
    return Timeline((), (), (), 30, frames, samples_from_frame(frames, 30))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "store")


@dataclasses.dataclass(frozen=True)
class StorePainter(StillRenderer):
    """Draws slides that are in the store; others as ever."""

    store: Store | None = None

    def slide_pixels(self, slide: str) -> NDArray[np.uint8]:
        """Return a slide's pixels."""
        return (
            load_slide(self.store, slide)
            if self.store and len(slide) == 64
            else StillRenderer.slide_pixels(self, slide)
        )


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> ClipSlide:
    """Return a clip of 12 pictures at 24 fps, each of another grey, wide as the video."""
    import av

    path = tmp_path_factory.mktemp("clip") / "greys.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"crf": "8", "g": "5"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(12):
            frame = av.VideoFrame.from_ndarray(
                np.full((HEIGHT, WIDTH, 3), 20 * number + 10, np.uint8), format="rgb24"
            )
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return ClipSlide("first", "greys", path, Fraction(24), 12, WIDTH, HEIGHT)


def footage(clip: ClipSlide, **changes: Any) -> ClipPlayback:  # noqa: ANN401 - fields by name
    """Return a clip as what plays."""
    return dataclasses.replace(
        ClipPlayback(str(clip.path), "digest", clip.fps, clip.frames, "loop", "fit", (0, 0, 0)),
        **changes,
    )


def test_plan_motion_moves_nothing_by_default(store: Store) -> None:
    """By default slides of files stay as they are, and there is no movement."""
    slides = ((0, "a"), (90, "b"))
    files: dict[str, Slide | ClipSlide] = {key: Slide(key, key) for key in ("a", "b")}
    assert plan_motion(slides, 200, 30, files, STILL, store) == (
        slides,
        (),
    )


@pytest.mark.parametrize("kind", ["crossfade", "push", "fade"])
def test_plan_motion_starts_a_transition_at_the_slides_first_frame(store: Store, kind: str) -> None:
    """Each slide but the first comes in by a transition that begins where the slide did.

    It takes at most half of the slide's time.
    """
    chosen = moving(transition=TransitionSettings.model_validate({"kind": kind, "seconds": 0.5}))
    slides, moves = plan_motion(((0, "a"), (90, "b"), (100, "c")), 200, 30, {}, chosen, store)
    assert [(move.first_frame, move.frames, move.movement) for move in moves] == [
        (90, 5, SlideTransition(kind, "a", "b")),  # type: ignore[arg-type]
        (100, 15, SlideTransition(kind, "b", "c")),  # type: ignore[arg-type]
    ]
    assert {frame: name for frame, name in slides if frame in {0, 90, 100}} == {
        0: "a",
        90: "b",
        100: "c",
    }


def test_plan_motion_ignores_changes_of_the_chapter_bar(store: Store) -> None:
    """The same slide with another chapter's bar comes without a transition."""
    chosen = moving(transition=TransitionSettings(kind="crossfade"))
    assert plan_motion(((0, "a~1"), (90, "a~2")), 200, 30, {}, chosen, store)[1] == ()


def photograph() -> NDArray[np.uint8]:
    """Return a grainy picture."""
    return StillRenderer(WIDTH, HEIGHT).slide_pixels("photo")


def test_plan_motion_moves_photographs_only(store: Store) -> None:
    """A photograph from a file zooms and then rests where it ends.

    A drawn page and a card stay still.
    """
    flat = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    flat[40:60, 40:200] = 200
    photo, page = store_slide(store, photograph()), store_slide(store, flat)
    assert (is_photograph(store, photo), is_photograph(store, page)) == (True, False)
    known = {photo: Slide(photo, "1.jpg"), page: Slide(page, "2.png")}
    slides, moves = plan_motion(
        ((0, photo), (300, page), (400, "card")),
        500,
        30,
        known,
        moving(motion=MotionSettings(kind="zoom", seconds=4)),
        store,
    )
    assert [(move.first_frame, move.frames) for move in moves] == [(0, 120)]
    assert [frame for frame, _ in slides] == [0, 120, 300, 400]
    (move,) = moves
    assert isinstance(move.movement, PanZoom)
    assert np.array_equal(
        load_slide(store, slides[1][1]), crop_to_full_size(photograph(), move.movement.end_box)
    )


def test_plan_motion_pans_as_long_as_the_slide_is_shown(store: Store) -> None:
    """`seconds = 0` moves the whole time.

    It begins after the transition and ends at the next slide's first frame.
    """
    photo = store_slide(store, photograph())
    chosen = moving(
        motion=MotionSettings(kind="pan", seconds=0),
        transition=TransitionSettings(kind="fade", seconds=1),
    )
    slides, moves = plan_motion(
        ((0, "a"), (60, photo), (360, "b")), 400, 30, {photo: Slide(photo, "1.jpg")}, chosen, store
    )
    assert [(move.first_frame, move.frames) for move in moves] == [(60, 30), (90, 270), (360, 20)]
    last = moves[2].movement
    assert isinstance(last, SlideTransition)
    assert np.array_equal(
        load_slide(store, last.slide_before),
        crop_to_full_size(photograph(), (0.0, 0.04, 0.92, 0.92)),
    )
    assert dict(slides)[360] == "b"


@given(st.sampled_from(["zoom", "pan"]), st.floats(0.01, 0.5), st.integers(0, 9))
def test_pan_zoom_boxes_stay_inside_the_slide(kind: str, amount: float, number: int) -> None:
    """Both ends lie inside the slide and keep its shape; every second slide goes the other way."""
    for left, top, width, height in pan_zoom_boxes(kind, amount, number):
        assert min(left, top) >= 0
        assert max(left + width, top + height) <= 1 + 1e-9
        assert width == height
    assert pan_zoom_boxes(kind, amount, number) == pan_zoom_boxes(kind, amount, number + 1)[::-1]
    assert (pan_zoom_boxes("zoom", amount, 0)[0]) == WHOLE_SLIDE


@settings(deadline=None, max_examples=50)
@given(
    st.dictionaries(
        st.integers(0, 999), st.sampled_from(["a", "b", "c~1", "c~2"]), min_size=1, max_size=8
    ),
    st.floats(0.1, 5),
)
def test_plan_motion_gives_movements_that_do_not_overlap(
    tmp_path_factory: pytest.TempPathFactory, slides: dict[int, str], seconds: float
) -> None:
    """Movements are in order, apart and inside the video.

    This holds however closely slides follow each other.
    """
    chosen = moving(transition=TransitionSettings(kind="push", seconds=seconds))
    shown, moves = plan_motion(
        tuple(sorted(slides.items())),
        1_000,
        30,
        {},
        chosen,
        Store(tmp_path_factory.getbasetemp() / "none"),
    )
    ends = [0, *(move.first_frame + move.frames for move in moves)]
    assert all(
        move.first_frame >= end and move.frames > 0 for move, end in zip(moves, ends, strict=False)
    )
    assert ends[-1] <= 1_000
    assert [frame for frame, _ in shown] == sorted({frame for frame, _ in shown})


def shown(segment: Segment, renderer: StillRenderer | None = None) -> list[NDArray[np.uint8]]:
    """Return a moving segment's pictures."""
    return list(
        render_moving_frames(segment, renderer or StillRenderer(WIDTH, HEIGHT), (WIDTH, HEIGHT), 30)
    )


def whole(
    movement: SlideTransition | PanZoom | ClipPlayback, frames: int, slide: str = "b"
) -> Segment:
    """Return a segment that shows all of a movement, without captions."""
    return Segment((Hold(ScreenState(slide), frames),), MovementPart(movement, 0, frames))


def test_crossfade_mixes_both_slides() -> None:
    """Each picture is the mean of both slides by a rising share.

    Neither slide shows alone.
    """
    renderer = StillRenderer(WIDTH, HEIGHT)
    before, after = (renderer.slide_pixels(slide).astype(float) for slide in "ab")
    for number, picture in enumerate(shown(whole(SlideTransition("crossfade", "a", "b"), 10))):
        part = (number + 0.5) / 10
        assert np.abs(picture - (before * (1 - part) + after * part)).max() <= 2


def test_push_moves_both_slides() -> None:
    """Every picture is the left part of the new slide beside the right part of the old one."""
    renderer = StillRenderer(WIDTH, HEIGHT)
    before, after = renderer.slide_pixels("a"), renderer.slide_pixels("b")
    edges = []
    for number, picture in enumerate(shown(whole(SlideTransition("push", "a", "b"), 8))):
        edge = round(WIDTH * ease_in_out((number + 0.5) / 8))
        assert np.array_equal(picture, np.concatenate([before[:, edge:], after[:, :edge]], axis=1))
        edges.append(edge)
    assert edges == sorted(set(edges))


def test_fade_passes_through_black() -> None:
    """The old slide grows dark and the new one grows light, darkest in the middle."""
    light = [
        float(picture.mean()) for picture in shown(whole(SlideTransition("fade", "a", "b"), 12))
    ]
    assert min(light) < 6
    assert light[:6] == sorted(light[:6], reverse=True)
    assert light[6:] == sorted(light[6:])


def test_pan_zoom_is_at_rest_at_both_ends() -> None:
    """A zoom begins and ends with what is held before and after it.

    Between, no picture leaps ahead of the next.
    """
    renderer = StillRenderer(WIDTH, HEIGHT)
    start, end = pan_zoom_boxes("zoom", 0.1, 0)
    made = shown(whole(PanZoom("photo", start, end), 40), renderer)
    base = renderer.slide_pixels("photo")
    assert np.abs(made[0].astype(int) - crop_to_full_size(base, start)).mean() < 0.5
    assert np.abs(made[-1].astype(int) - crop_to_full_size(base, end)).mean() < 0.5
    steps = [np.abs(a.astype(int) - b).mean() for a, b in pairwise(made)]
    assert max(steps) < 4
    assert steps[20] > 2 * steps[0]


def test_clip_player_keeps_the_clips_pace(clip: ClipSlide) -> None:
    """A clip of 12 pictures at 24 fps in a video of 30 fps keeps its times.

    Every picture is shown in its time, for a whole round and the next.
    """
    greys = [int(picture.mean()) for picture in shown(whole(footage(clip), 30))]
    wanted = [20 * (int((frame + 0.5) / 30 * 24 + 1e-6) % 12) + 10 for frame in range(30)]
    assert max(abs(a - b) for a, b in zip(greys, wanted, strict=True)) <= 3


def test_clip_player_seeks(clip: ClipSlide) -> None:
    """A segment that begins in the middle shows what playing from the start shows there."""
    every = shown(whole(footage(clip), 40))
    late = shown(Segment((Hold(ScreenState("b"), 7),), MovementPart(footage(clip), 33, 40)))
    assert all(np.array_equal(a, b) for a, b in zip(every[33:], late, strict=True))


def test_clip_player_holds_the_last_picture(store: Store, clip: ClipSlide) -> None:
    """`hold` plays once and costs frames only so long.

    The still after it is the clip's last picture.
    """
    slides, moves = plan_motion(
        ((0, "first"), (200, "b")),
        300,
        30,
        {"first": dataclasses.replace(clip, play_mode="hold")},
        STILL,
        store,
    )
    assert [(move.first_frame, move.frames) for move in moves] == [(0, 15)]
    assert [frame for frame, _ in slides] == [0, 15, 200]
    assert abs(int(load_slide(store, slides[1][1]).mean()) - 230) <= 3


def test_plan_motion_ends_a_cut_clip_on_its_last_shown_picture(
    store: Store, clip: ClipSlide
) -> None:
    """The slide after a clip comes in over the picture the clip was cut at, not over its first."""
    chosen = moving(transition=TransitionSettings(kind="crossfade", seconds=0.2))
    _, moves = plan_motion(((0, "first"), (10, "b")), 60, 30, {"first": clip}, chosen, store)
    last = moves[-1].movement
    assert isinstance(last, SlideTransition)
    assert (
        abs(int(load_slide(store, last.slide_before).mean()) - (20 * int(9.5 / 30 * 24) + 10)) <= 3
    )


def test_clip_player_reports_an_incomplete_clip(tmp_path: Path, clip: ClipSlide) -> None:
    """A clip cut short after it was read is an error that names the file."""
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(clip.path.read_bytes()[:60])
    with pytest.raises(InputError, match="clip"):
        ClipPlayer(footage(clip, path=str(torn)), (WIDTH, HEIGHT)).picture_at(0)


def test_render_moving_frames_draws_captions_over_movements() -> None:
    """During a crossfade every picture has the caption of its frame.

    The renderer draws it and changes nothing else.
    """
    renderer = StillRenderer(WIDTH, HEIGHT)
    track = Track(
        "zh",
        (
            Cue(
                1,
                1,
                "盐",
                ("盐",),
                Span(samples_from_frame(4, 30), samples_from_frame(9, 30)),
                "measured",
            ),
        ),
    )
    fade = SlideTransition("crossfade", "a", "b")
    composition = compose(
        timeline(12),
        [(0, "b")],
        [track],
        width=WIDTH,
        height=HEIGHT,
        fps=30,
        movements=[TimedMovement(fade, 0, 12)],
    )
    (segment,) = composition.segments
    bare = shown(whole(fade, 12))
    for number, (picture, under) in enumerate(zip(shown(segment, renderer), bare, strict=True)):
        top = HEIGHT - 8 - 24
        assert np.array_equal(picture[:top], under[:top])
        assert np.array_equal(picture, under) == (not 4 <= number < 9)


def film(store: Store, clip: ClipSlide) -> tuple[Composition, StorePainter]:
    """Return a composition with everything that moves between held spans.

    Captions lie over the seams.
    """
    renderer = StorePainter(WIDTH, HEIGHT, store=store)
    photo, first = (
        store_slide(store, photograph()),
        store_slide(store, np.full((HEIGHT, WIDTH, 3), 10, np.uint8)),
    )
    known: dict[str, Slide | ClipSlide] = {
        photo: Slide(photo, "1.jpg"),
        first: dataclasses.replace(clip, key=first),
    }
    chosen = moving(
        transition=TransitionSettings(kind="push", seconds=0.3),
        motion=MotionSettings(kind="zoom", seconds=1),
    )
    slides, moves = plan_motion(
        ((0, "a"), (40, photo), (100, first), (130, "c")), 170, 30, known, chosen, store
    )
    spans = ((10, 30), (38, 60), (62, 98), (99, 128), (140, 160))
    cues = tuple(
        Cue(
            n,
            1,
            str(n),
            (str(n),),
            Span(samples_from_frame(a, 30), samples_from_frame(b, 30)),
            "measured",
        )
        for n, (a, b) in enumerate(spans)
    )
    composition = compose(
        timeline(170),
        slides,
        [Track("zh", cues)],
        width=WIDTH,
        height=HEIGHT,
        fps=30,
        movements=moves,
    )
    return composition, renderer


def test_encode_video_joins_movements_and_stills(
    tmp_path: Path, store: Store, clip: ClipSlide
) -> None:
    """The stream decodes without messages to what was drawn, frame by frame.

    Only what moves costs frames.
    """
    composition, renderer = film(store, clip)
    costs: list[int] = []
    video = video_encoding.encode_video(
        composition,
        renderer,
        store,
        PictureSettings(),
        lambda _, __, total: costs.append(total),
        workers=1,
    )
    written(video, tmp_path / "film.h264")
    said = {decoder: decoded_by(decoder, tmp_path / "film.h264") for decoder in decoders()}
    assert {one.said for one in said.values()} == {""}
    assert len({tuple(one.digests) for one in said.values()}) == 1
    wanted: list[NDArray[np.uint8]] = []
    for segment in composition.segments:
        if segment.movement_part:
            wanted += [yuv_from_rgb(picture, WIDTH, HEIGHT) for picture in shown(segment, renderer)]
            continue
        for hold in segment.holds:
            pixels = renderer.slide_pixels(hold.state.slide).copy()
            band = renderer.caption_band(hold.state)
            if band is not None:
                pixels[band[0] : band[0] + band[1].shape[0]] = band[1]
            wanted += [yuv_from_rgb(pixels, WIDTH, HEIGHT)] * hold.frames
    made = list(pictures(tmp_path / "film.h264"))
    assert len(made) == composition.frames == 170
    assert min(psnr(a, b) for a, b in zip(made, wanted, strict=True)) > 36
    moves = sum(segment.frames for segment in composition.segments if segment.movement_part)
    assert moves == 9 + 30 + 9 + 21 + 9
    assert costs[-1] == moves + sum(
        len(segment.states) for segment in composition.segments if not segment.movement_part
    )
    runs = [len(list(same)) for _, same in groupby(said["h264"].digests)]
    assert max(runs) > 8


def test_segment_cache_keeps_moving_segments(store: Store, clip: ClipSlide) -> None:
    """A second run encodes nothing, at another frame rate what moves is made again."""
    composition, renderer = film(store, clip)
    costs: list[int] = []
    for one in (composition, composition, dataclasses.replace(composition, fps=25)):
        costs.append(0)
        video_encoding.encode_video(
            one,
            renderer,
            store,
            PictureSettings(),
            lambda *_: costs.__setitem__(-1, _[2]),
            workers=1,
        )
    assert costs[1] == 0
    assert costs[2] == sum(
        segment.frames for segment in composition.segments if segment.movement_part
    )


def test_settings_choose_the_motion() -> None:
    """The tables of the settings file, and what they refuse."""
    made = parse_settings(
        '[transition]\nkind = "push"\nseconds = 0.4\n[motion]\nkind = "zoom"\namount = 0.1\n',
        "x.toml",
    )
    assert (
        made.transition.kind,
        made.transition.seconds,
        made.motion.kind,
        made.motion.amount,
    ) == ("push", 0.4, "zoom", 0.1)
    with pytest.raises(InputError, match=r"transition\.kind"):
        parse_settings('[transition]\nkind = "wipe"\n', "x.toml")
