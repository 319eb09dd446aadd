"""The Studio: a page on this machine to review an episode and correct it."""
