"""Text: bytes to rows, rows to subtitle lines, rows to spoken text, rows to chapters.

Pure functions: no files of the user, no network, no processes.
"""
