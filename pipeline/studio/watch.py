"""Whether an episode's files were changed by somebody else while a page shows them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from pipeline.errors import EpisodeError
from pipeline.studio.document import made_of, stamp

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.studio.app import Studio
    from pipeline.studio.desk import Desk

_LOOK_S = 1.0


async def watch(studio: Studio) -> None:
    """Look at the files of the episodes somebody listens to, once a second, and tell what changed.

    An edit made here is on the desk before it is in a file, so it is no change; a render from elsewhere is one.
    """
    films: dict[str, str] = {}
    stamps: dict[str, object] = {}
    broken: dict[str, str] = {}
    while True:
        await asyncio.sleep(_LOOK_S)
        for identity in studio.hub.listened():
            desk = studio.library.desk(identity)
            if desk is None or studio.jobs.of(identity).state == "running":
                films.pop(identity, None)
                continue
            try:
                now, film = await run_in_threadpool(_state, desk)
                other_film = films.setdefault(identity, film) != film
                films[identity] = film
                if stamps.get(identity) == now and not other_film:
                    continue
                stamps[identity] = now
                if other_film:
                    await run_in_threadpool(desk.built)
                if await run_in_threadpool(desk.was_changed) or other_film:
                    studio.hub.tell(identity, "changed", {"document": await studio.document(identity, desk)})
                broken.pop(identity, None)
            except EpisodeError as fault:
                if broken.get(identity) != str(fault):
                    broken[identity] = str(fault)
                    studio.hub.tell(identity, "broken", {"sentence": str(fault)})


def _state(desk: Desk) -> tuple[object, str]:
    """Return what tells states of the texts, and of the film, from each other. Raises InputError."""
    return _stamps(desk), _film(desk)


def _stamps(desk: Desk) -> object:
    """Return what tells one state of the texts from another without reading them."""
    episode = desk.episode
    paths: list[Path | None] = [episode.transcript, episode.settings, episode.times, *(path for _, path in episode.seconds)]
    return [(str(path), stamp(path)) for path in paths if path is not None]


def _film(desk: Desk) -> str:
    return stamp(made_of(desk.project, desk.episode).film)
