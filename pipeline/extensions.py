"""Extensions of other people's packages: engines, subtitle formats and card layouts found by their entry points.

The groups are `episode.engines`, `episode.formats` and `episode.cards`. What each entry must be is said by the table
that it extends.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from pipeline.errors import EnvironmentFault
from pipeline.messages import message


def load_extensions(group: str) -> dict[str, object]:
    """Return the objects of an entry point group by name, in order of name. Raises EnvironmentFault for one that fails to load."""
    entries = sorted(entry_points(group=group), key=lambda entry: entry.name)
    return {entry.name: _load(entry) for entry in entries}


def _load(entry: EntryPoint) -> object:
    try:
        return entry.load()
    except Exception as fault:
        problem = message(
            "errors.extension_failed",
            name=entry.name,
            group=entry.group,
            value=entry.value,
            reason=str(fault),
        )
        raise EnvironmentFault(problem) from fault
