"""What the page shows of an episode, as JSON."""
