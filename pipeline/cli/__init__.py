"""The `episode` command: the only place that prints."""


def main() -> int:
    """Run the command line; return its exit code."""
    return 2
