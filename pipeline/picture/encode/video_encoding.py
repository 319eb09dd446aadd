"""The encoded video: each state is drawn and encoded once, and repeated by tiny packets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import process
from pipeline.mux.encoded_video import EncodedVideo
from pipeline.picture.encode.packetizer import packetize
from pipeline.picture.encode.parallel_encoding import encode_segments
from pipeline.picture.encode.segment_cache import SegmentCache
from pipeline.picture.encode.x264_encoder import X264Encoder, preset_for

if TYPE_CHECKING:
    from pipeline.cache import Store
    from pipeline.model import ProgressCallback
    from pipeline.picture.scene import Composition, FrameRenderer
    from pipeline.settings.sections import PictureSettings


def encode_video(
    composition: Composition,
    renderer: FrameRenderer,
    store: Store,
    picture: PictureSettings,
    observe: ProgressCallback,
    workers: int = 0,
) -> EncodedVideo:
    """Return the composition encoded, one packet per frame; packets are made while they are read.

    Codecs other than H.264 and `cfr = "plain"` are encoded by `full_encode`.

    What the store lacks is encoded before this returns, in `workers` processes (0: one a core).
    `observe` is told of states. Raises OutputFault where x264 does not do what we rely on, or where
    an entry is lost before it is read.
    """
    if picture.codec != "h264" or picture.cfr == "plain":
        from pipeline.picture.encode.full_encode import encode_every_frame

        return encode_every_frame(composition, renderer, picture, observe)
    preset = preset_for(picture)
    segment_cache = SegmentCache(
        store, renderer.key, preset, composition.width, composition.height, composition.fps
    )
    wanted = dict.fromkeys(segment.content for segment in composition.segments)
    encode_segments(
        [segment for segment in wanted if not segment_cache.has_segment(segment)],
        renderer,
        segment_cache,
        observe,
        workers or process.core_count(),
    )
    parameter_sets = X264Encoder(
        composition.width, composition.height, preset, composition.fps
    ).parameter_sets
    video_packets = packetize(
        composition, segment_cache, parameter_sets, picture.keyframe_interval * composition.fps
    )
    return EncodedVideo(
        "h264",
        parameter_sets.extradata,
        composition.width,
        composition.height,
        composition.fps,
        composition.frames,
        video_packets,
    )
