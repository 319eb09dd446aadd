"""Cues to subtitle files and back, a second language beside the first, and what a reviewer would object to. Pure: no files, no network."""
