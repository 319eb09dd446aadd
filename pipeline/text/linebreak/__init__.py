"""Where a line may break, and where it breaks best."""
