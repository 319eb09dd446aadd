"""The finished file: MP4 written box by box, and read back through ffmpeg's own demuxer."""

from pipeline.container.check import Checked, verify
from pipeline.container.mp4 import mux
from pipeline.container.video import EncodedVideo

__all__ = ["Checked", "EncodedVideo", "mux", "verify"]
