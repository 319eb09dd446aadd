"""The times of rows and cues: estimates, pauses, corrections and the timeline; no files."""
