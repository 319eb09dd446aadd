"""Subtitle formats, translated and bilingual tracks, and quality checks; no files, no network."""
