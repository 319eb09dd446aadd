"""From a transcript to exactly timed subtitles, a narration and a video."""

__version__ = "0.1.0"
