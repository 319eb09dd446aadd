"""Watch for changes of an episode's files made outside of the studio."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from pipeline.errors import EpisodeError
from pipeline.studio.localization import localized
from pipeline.studio.server.outputs import file_stamp, output_files

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.studio.server.state import Studio
    from pipeline.studio.session import EditSession

_WATCH_INTERVAL_S = 1.0


async def watch_files(studio: Studio) -> None:
    """Check the files of all episodes with listeners once a second and publish what changed.

    An edit of the studio itself is in its session before it is in a file, so it does not count. A
    render by another process does.
    """
    film_stamps: dict[str, str] = {}
    text_stamps: dict[str, object] = {}
    reported_faults: dict[str, str] = {}
    while True:
        await asyncio.sleep(_WATCH_INTERVAL_S)
        for identity in studio.events.listened_episodes():
            session = studio.library.session_of(identity)
            if session is None or studio.render_queue.status(identity).state == "running":
                film_stamps.pop(identity, None)
                continue
            try:
                text_stamp, film_stamp = await run_in_threadpool(_file_state, session)
                film_changed = film_stamps.setdefault(identity, film_stamp) != film_stamp
                film_stamps[identity] = film_stamp
                if text_stamps.get(identity) == text_stamp and not film_changed:
                    continue
                text_stamps[identity] = text_stamp
                if film_changed:
                    await run_in_threadpool(session.reload_build_times)
                if await run_in_threadpool(session.take_external_change) or film_changed:
                    studio.events.publish(
                        identity,
                        "changed",
                        {"document": await studio.build_document(identity, session)},
                    )
                reported_faults.pop(identity, None)
            except EpisodeError as fault:
                if reported_faults.get(identity) != str(fault):
                    reported_faults[identity] = str(fault)
                    studio.events.publish(identity, "broken", {"sentence": localized(fault)})


def _file_state(session: EditSession) -> tuple[object, str]:
    """Return stamps of the texts and of the video. Raises InputError."""
    return _text_stamps(session), _film_stamp(session)


def _text_stamps(session: EditSession) -> object:
    """Return a value that changes when a text file changes; no file is read."""
    episode = session.episode
    paths: list[Path | None] = [
        episode.transcript,
        episode.settings,
        episode.corrections,
        *(path for _, path in episode.translations),
    ]
    return [(str(path), file_stamp(path)) for path in paths if path is not None]


def _film_stamp(session: EditSession) -> str:
    return file_stamp(output_files(session.project, session.episode).film)
