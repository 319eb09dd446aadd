"""The finished file: MP4 written box by box, and read back through ffmpeg's own demuxer."""

from __future__ import annotations

from pipeline.mux.encoded_video import EncodedVideo
from pipeline.mux.mp4 import write_mp4
from pipeline.mux.verify import VerifiedMp4, verify_mp4

__all__ = ["EncodedVideo", "VerifiedMp4", "verify_mp4", "write_mp4"]
