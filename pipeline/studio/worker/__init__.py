"""The studio's worker process."""
