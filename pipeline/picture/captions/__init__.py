"""Captions in the picture."""
