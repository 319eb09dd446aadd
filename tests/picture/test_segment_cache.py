"""What is encoded again, and what is not: segments are kept by what they show."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.cache import Store
from pipeline.errors import OutputFault
from pipeline.picture.encode import video_encoding
from pipeline.picture.encode.segment_encoder import SlideSegmentEncoder, find_band_top
from pipeline.picture.encode.x264_encoder import PRESETS
from pipeline.picture.scene import Hold, Segment
from pipeline.settings.sections import PictureSettings
from tests.compositions import composition_of, decoded_by
from tests.still_renderer import StillRenderer

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.mux.encoded_video import EncodedVideo
    from pipeline.picture.scene import Composition, ScreenState
    from tests.compositions import Planned

TALK: list[Planned] = [
    (slide, text, 20) for slide in "abc" for n in range(6) for text in ("", f"{slide} 的第{n}句")
]


class Encodings(list[int]):
    """Counts the states that were encoded."""

    def __call__(self, _: str, done: int, __: int) -> None:
        """Take note."""
        self.append(done)

    @property
    def states(self) -> int:
        """How many states were encoded in the last run."""
        return self[-1] if self else 0


def run(
    composition: Composition, store: Store, renderer: StillRenderer | None = None, **picture: object
) -> tuple[EncodedVideo, int]:
    """Return the stream, and how many states had to be encoded for it."""
    seen = Encodings()
    video = video_encoding.encode_video(
        composition,
        renderer or StillRenderer(),
        store,
        PictureSettings().model_copy(update=picture),
        seen,
        workers=1,
    )
    return video, seen.states


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "store")


def test_encode_video_encodes_nothing_after_retiming(store: Store) -> None:
    """The same states held longer and shorter, at another rate, are all there."""
    assert run(composition_of(TALK), store)[1] == 3 * 7
    retimed = composition_of(
        [(slide, text, 11 + 7 * n % 40) for n, (slide, text, _) in enumerate(TALK)]
    )
    video, encoded = run(dataclasses.replace(retimed, fps=50), store)
    assert (encoded, video.fps, len(list(video.packets))) == (0, 50, retimed.frames)


def test_encode_video_encodes_only_the_segment_of_an_edited_row(store: Store) -> None:
    """Another text in the second slide encodes that slide's states, and no other's."""
    run(composition_of(TALK), store)
    edited = [
        (slide, text.replace("b 的第3句", "b 的另一句"), frames) for slide, text, frames in TALK
    ]
    assert run(composition_of(edited), store)[1] == 7


@pytest.mark.parametrize(
    "change", [{"quality": "draft"}, {"renderer": StillRenderer(lift=10)}, {"width": 336}]
)
def test_segment_key_depends_on_all_that_decides_the_bits(
    store: Store, change: dict[str, object]
) -> None:
    """Another quality, another way of drawing, another size: all is encoded again."""
    run(composition_of(TALK), store)
    renderer = change.pop("renderer", None)
    width = change.pop("width", 320)
    assert isinstance(width, int)
    assert renderer is None or isinstance(renderer, StillRenderer)
    assert (
        run(
            composition_of(TALK, width=width),
            store,
            renderer or StillRenderer(width=width),
            **change,
        )[1]
        == 3 * 7
    )


@pytest.mark.parametrize("kind", ["segment", "above"])
def test_encode_video_remakes_damaged_or_missing_entries(store: Store, kind: str) -> None:
    """A cut entry costs its segment's time, and the stream is the same, byte by byte."""
    before = b"".join(packet for packet, _ in run(composition_of(TALK), store)[0].packets)
    entry = min(path for path in (store.root / kind).rglob("*") if path.is_file())
    entry.write_bytes(entry.read_bytes()[:-9])
    video, encoded = run(composition_of(TALK), store)
    assert encoded == 7
    assert b"".join(packet for packet, _ in video.packets) == before


def test_segment_cache_reports_an_entry_that_disappears(store: Store) -> None:
    """A segment that is lost while packets are written is an error.

    It says to run again; the video never becomes shorter.
    """
    video, _ = run(composition_of(TALK), store)
    min(path for path in (store.root / "segment").rglob("*") if path.is_file()).unlink()
    with pytest.raises(OutputFault, match="missing from the cache"):
        list(video.packets)


def test_encode_video_gives_the_same_bytes_with_workers(tmp_path: Path) -> None:
    """Two worker processes and this one make the same bytes, and say how far they are."""
    composition = composition_of(
        [(slide, text, 5) for slide in "abcdef" for n in range(8) for text in ("", f"{slide}{n}")]
    )
    alone, _ = run(composition, Store(tmp_path / "alone"))
    seen = Encodings()
    together = video_encoding.encode_video(
        composition,
        StillRenderer(),
        Store(tmp_path / "together"),
        PictureSettings(),
        seen,
        workers=2,
    )
    assert list(together.packets) == list(alone.packets)
    assert together.extradata == alone.extradata
    assert seen.states == 6 * 9
    assert list(seen) == sorted(seen)


def test_encode_video_passes_on_an_error_of_a_worker(tmp_path: Path) -> None:
    """An error in a worker process reaches the caller with its sentence, and no worker is left."""
    import multiprocessing

    composition = composition_of([(slide, f"{slide}{n}", 5) for slide in "abcd" for n in range(20)])
    others = set(multiprocessing.active_children())
    with pytest.raises(OutputFault, match=r"A slide is gone\."):
        video_encoding.encode_video(
            composition,
            Torn(),
            Store(tmp_path / "store"),
            PictureSettings(),
            Encodings(),
            workers=2,
        )
    for worker in set(multiprocessing.active_children()) - others:
        worker.join(10)
        with pytest.raises(
            ProcessLookupError
        ):  # is_alive() is wrong where another thread has waited for the process
            os.kill(worker.pid or 0, 0)


class Torn(StillRenderer):
    """A renderer whose slides are lost."""

    def slide_pixels(self, slide: str) -> NDArray[np.uint8]:
        """Fail."""
        raise OutputFault("A slide is gone.", f"Run again ({slide}).")


class Echo(StillRenderer):
    """Captions that copy the slide from so many rows above.

    A motion search finds these first.
    """

    def caption_band_over(
        self, state: ScreenState, pixels: NDArray[np.uint8]
    ) -> tuple[int, NDArray[np.uint8]] | None:
        """Return the slide's rows 320 to 344 as if it had slid down."""
        shift = int(state.captions[0].lines[0]) if state.captions else 0
        return (320, pixels[320 - shift : 344 - shift].copy()) if shift else None


def test_segment_encoder_keeps_motion_vectors_inside_the_band(tmp_path: Path) -> None:
    """In every state's picture, vectors of the band point into rows of the band.

    The three macroblock rows at its top are skipped.
    """
    import av

    renderer = Echo(640, 352)
    texts = [str(shift) for shift in range(3, 47, 2)]
    composition = composition_of(
        [("photo", text, 1) for one in texts for text in ("", one)], width=640, height=352
    )
    path = tmp_path / "held.h264"
    video = video_encoding.encode_video(
        composition,
        renderer,
        Store(tmp_path / "store"),
        PictureSettings(),
        lambda *_: None,
        workers=1,
    )
    path.write_bytes(video.extradata + b"".join(packet for packet, _ in video.packets))
    piece = SlideSegmentEncoder("photo", renderer, PRESETS["good"]).encode_segment(
        [hold.state for hold in composition.segments[0].holds[:2]]
    )
    split = piece.band_top
    assert split == find_band_top([320], 352) > 0
    seen = 0
    with av.open(str(path)) as container:
        container.streams.video[0].codec_context.options = {"flags2": "+export_mvs"}
        for frame in container.decode(video=0):
            exported: Any = frame.side_data.get("MOTION_VECTORS")
            if exported is None:
                continue  # an IDR has none
            vectors = exported.to_ndarray()
            band = vectors[vectors["dst_y"] >= split]
            still = (band["motion_x"] == 0) & (band["motion_y"] == 0)
            seen += int((~still).sum())
            assert (still | (band["src_y"] - band["h"].astype(int) // 2 - 3 >= split)).all()
            assert still[band["dst_y"] < split + 48].all()
    assert seen > 500


def test_find_band_top_leaves_three_macroblock_rows_above_captions() -> None:
    """The band begins with a macroblock row, 48 rows or more above the uppermost caption.

    A band of most of the picture is the picture.
    """
    for top in range(0, 1_080, 2):
        split = find_band_top([1_078, top], 1_080)
        assert split == 0 or (split % 16 == 0 and 48 <= top - split < 48 + 16)
        assert (split == 0) == (top < 272 + 48)
    assert find_band_top([], 1_080) == 0


def test_encode_video_encodes_equal_segments_once(store: Store) -> None:
    """A slide shown twice with the same captions is encoded once, and decodes."""
    once = composition_of(TALK[:4])
    twice = dataclasses.replace(
        once, segments=(*once.segments, *composition_of([("z", "", 3)]).segments, *once.segments)
    )
    assert run(twice, store)[1] == 3 + 1
    assert twice.segments[0] == Segment(
        tuple(Hold(hold.state, 20) for hold in once.segments[0].holds)
    )
    path = store.root / "twice.h264"
    video, _ = run(twice, store)
    path.write_bytes(video.extradata + b"".join(packet for packet, _ in video.packets))
    assert decoded_by("h264", path).said == ""
