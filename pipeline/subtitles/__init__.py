"""Cues out to files and back in, checked against the standards. Pure."""
