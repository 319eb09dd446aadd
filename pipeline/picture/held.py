"""The held H.264 stream: each state drawn and encoded once, kept by what it shows, and held by packets that repeat the picture before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import process
from pipeline.container import EncodedVideo
from pipeline.picture.encoder import Encoder, preset_of
from pipeline.picture.shelf import Shelf
from pipeline.picture.tasks import encode_segments
from pipeline.picture.weave import packets

if TYPE_CHECKING:
    from pipeline.model import Observe
    from pipeline.picture.scene import Painter, Reel
    from pipeline.settings.picture import Picture
    from pipeline.store import Store


def encode(reel: Reel, painter: Painter, store: Store, picture: Picture, observe: Observe, workers: int = 0) -> EncodedVideo:
    """Return the reel encoded, one packet a frame, written while they are read. Other codecs than H.264, and `cfr = "plain"`: see `plain`.

    What the store lacks is encoded before this returns, in `workers` processes (0: one a core). `observe` is told of states. Raises
    OutputFault where x264 does not do what we rely on, or where an entry is lost before it is read.
    """
    if picture.codec != "h264" or picture.cfr == "plain":
        from pipeline.picture.plain import encode_plainly

        return encode_plainly(reel, painter, picture, observe)
    preset = preset_of(picture)
    shelf = Shelf(store, painter.key, preset, reel.width, reel.height, reel.fps)
    wanted = dict.fromkeys(segment.content for segment in reel.segments)
    encode_segments([segment for segment in wanted if not shelf.holds(segment)], painter, shelf, observe, workers or process.cores())
    sets = Encoder(reel.width, reel.height, preset, reel.fps).sets
    made = packets(reel, shelf, sets, picture.keyframe_interval * reel.fps)
    return EncodedVideo("h264", sets.extradata, reel.width, reel.height, reel.fps, reel.frames, made)
