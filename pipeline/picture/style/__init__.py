"""Themes and what the channel's assets say of the look."""
