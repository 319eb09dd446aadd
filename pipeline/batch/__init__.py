"""Many episodes: on this machine, on a cluster, in a remote project."""
