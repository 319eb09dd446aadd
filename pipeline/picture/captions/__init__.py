"""Captions burnt into the picture: line breaks, style, drawing, and when each is shown."""
