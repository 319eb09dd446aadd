"""The finished file: MP4 written box by box, and read back through ffmpeg's own demuxer."""
