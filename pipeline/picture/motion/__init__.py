"""Spans of the film in which something moves."""
