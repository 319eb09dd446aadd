"""Many episodes: here, on a cluster, and in a remote project."""
