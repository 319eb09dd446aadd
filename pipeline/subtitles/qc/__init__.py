"""Quality checks of subtitle files against a profile, and automatic fixes."""
