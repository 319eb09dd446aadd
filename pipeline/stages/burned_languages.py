"""Which languages the setting `burn` draws into the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.language import base_language
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Sequence


def burned_languages(choice: str, codes: Sequence[str], episode_name: str) -> tuple[str, ...]:
    """Return the codes of the captions in the picture, the upper one first.

    `codes` are those of the episode's tracks, its own language first. A code as `choice` stands for
    the track of exactly that code, or else for the first of the same language. Raises InputError
    if there is no such track.
    """
    if choice == "none":
        return ()
    if choice == "first":
        return (codes[0],)
    if choice in {"second", "both"}:
        wanted = tuple(codes[1:2])
    else:
        alike = [code for code in codes if base_language(code) == base_language(choice)]
        wanted = (choice,) if choice in codes else tuple(alike[:1])
    if not wanted:
        raise InputError(message("stages.nothing_to_burn", choice=choice, name=episode_name))
    return (codes[0], *wanted) if choice == "both" else wanted
