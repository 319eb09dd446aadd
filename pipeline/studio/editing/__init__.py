"""Edits of an episode's texts and times: values in, new values out."""
