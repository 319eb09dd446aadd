"""Parts of the video in which something moves."""
