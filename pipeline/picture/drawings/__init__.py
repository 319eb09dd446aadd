"""Vector drawings as pixels, and the process in which untrusted files are read."""
