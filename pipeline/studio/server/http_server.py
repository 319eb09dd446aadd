"""The HTTP server. It listens before its address is printed and stops within two seconds."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.errors import EnvironmentFault
from pipeline.messages import message
from pipeline.studio.server.access_guard import AccessGuard, AccessKeys, host_names
from pipeline.studio.server.library import EpisodeLibrary, episode_id
from pipeline.studio.server.routes import create_app
from pipeline.studio.server.state import Studio
from pipeline.studio.view.row_break_cache import RowBreakCache
from pipeline.studio.worker.preload import import_render_modules, load_dictionaries

if TYPE_CHECKING:
    from pathlib import Path

    import uvicorn

    from pipeline.project import Project

_SHUTDOWN_GRACE_S = 1


@dataclass(slots=True)
class StudioServer:
    """A studio that is ready to answer at `address`; `run` serves until it is asked to stop."""

    address: str
    _server: uvicorn.Server
    _socket: socket.socket
    _studio: Studio

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM, which is raised again when everything is closed."""
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._studio.end_workers()  # a second signal ends `run` before its own cleanup

    def stop(self) -> None:
        """Make `run` return. May be called from another thread."""
        self._server.should_exit = True


def create_server(
    project: Project,
    *,
    named_transcript: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
) -> StudioServer:
    """Return a studio for a project, bound to a port (0: any free port).

    Raises EnvironmentFault where the port is taken or the address is not one of this machine's.
    """
    import uvicorn

    listening_socket = _listen(host, port)
    bound_port = listening_socket.getsockname()[1]
    import_render_modules()
    segmenter = RowBreakCache()
    load_dictionaries(segmenter)
    library = EpisodeLibrary(project, segmenter, named_transcript)
    uvicorn_servers: list[uvicorn.Server] = []
    studio = Studio(library, lambda: bool(uvicorn_servers) and uvicorn_servers[0].should_exit)
    access_keys = AccessKeys()
    guarded_app = AccessGuard(
        create_app(studio), access_keys, host_names(host, bound_port), bound_port
    )
    config = uvicorn.Config(
        guarded_app,
        log_config=None,
        log_level="critical",
        access_log=False,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=_SHUTDOWN_GRACE_S,
    )
    uvicorn_servers.append(uvicorn.Server(config))
    shown_host = "127.0.0.1" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104 - only compared
    path = f"e/{episode_id(named_transcript)}" if named_transcript is not None else ""
    return StudioServer(
        f"http://{shown_host}:{bound_port}/{path}?token={quote(access_keys.token)}",
        uvicorn_servers[0],
        listening_socket,
        studio,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening_socket = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening_socket.bind((host, port))
        listening_socket.listen(128)
    except OSError as fault:
        listening_socket.close()
        raise EnvironmentFault(
            message("studio.cannot_listen", host=host, port=port, reason=fault.strerror)
        ) from fault
    return listening_socket
