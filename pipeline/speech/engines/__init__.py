"""Speech engines: one module for each engine."""
