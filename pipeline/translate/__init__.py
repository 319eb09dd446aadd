"""Machine translation of a transcript's rows, through any OpenAI-compatible server.

Rows are sent in batches. Every row must come back with its number and an echo of its own text, so
that an answer that slipped by a row is noticed and requested again. The result is rows; the caller
writes them to a file, and never over an existing one.
"""
