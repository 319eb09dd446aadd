"""Bytes to rows, rows to cues' lines, rows to what is said. Pure: no files, no network, no processes."""
