"""Analysis of synthesized speech: samples, energy, the time of each character, what is missing.

Nothing here imports an engine; engines and the modules of `pipeline.speech` build on it.
"""
