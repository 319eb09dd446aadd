"""Machine translation of a transcript's rows, through any OpenAI-compatible server.

The rows go out in batches; every row asked for must come back with its number and its own text echoed, so that an answer that has
slipped by a row is seen and asked for again. What comes back is rows; whoever called writes them to a file, once, and never over one
that is there.
"""
