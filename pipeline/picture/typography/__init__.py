"""Fonts, glyphs and lines of text as pixels."""
