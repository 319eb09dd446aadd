"""From a transcript to exactly timed subtitles, a narration and a video.

In a notebook or a script::

    from pipeline import render

    episode = render("transcript/talk.txt", progress=print)
    episode.video

`Project`, `render`, `narrate`, `subtitle`, `align_to_recording` and the errors are the public
interface (`pipeline.api`). They are imported when they are first used, so that `import pipeline`
takes no time.
"""

from __future__ import annotations

import importlib

__version__ = "0.1.0"

__all__ = [
    "EnvironmentFault",
    "EpisodeError",
    "EpisodeOutput",
    "FlaggedRow",
    "InputError",
    "OutputFault",
    "Project",
    "ServiceError",
    "align_to_recording",
    "narrate",
    "render",
    "subtitle",
]


def __getattr__(name: str) -> object:
    """Import a name of the public interface on its first use. Raises AttributeError."""
    if name in __all__:
        return getattr(importlib.import_module("pipeline.api"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    """List the public interface for completion."""
    return sorted({*globals(), *__all__})
