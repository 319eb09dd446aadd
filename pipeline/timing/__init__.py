"""When each row is heard: estimated, aligned, and laid out on one timeline. Pure."""
