"""Slide cards designed from the text."""
