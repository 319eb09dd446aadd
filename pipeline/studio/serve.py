"""The server: bound before anything is said, warm before its address is told, gone within two seconds of being asked to go."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.errors import EnvironmentFault
from pipeline.studio.app import Studio, application
from pipeline.studio.bench import Bench
from pipeline.studio.guard import Guard, Keys, names_of
from pipeline.studio.library import Library, id_of
from pipeline.studio.warm import heat, warm

if TYPE_CHECKING:
    from pathlib import Path

    import uvicorn

    from pipeline.project import Project

_LAST_ANSWERS_S = 1


@dataclass(slots=True)
class Server:
    """A studio that is ready to answer at `address`; `run` answers until it is asked to stop."""

    address: str
    _server: uvicorn.Server
    _socket: socket.socket
    _studio: Studio

    def run(self) -> None:
        """Answer until SIGINT or SIGTERM, which is raised again when all is closed."""
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._studio.end()  # somebody who asks twice does not wait for an orderly end

    def stop(self) -> None:
        """Have `run` come to its end; may be called from another thread."""
        self._server.should_exit = True


def server(project: Project, program: str, *, named: Path | None = None, host: str = "127.0.0.1", port: int = 0) -> Server:
    """Return a studio for a project (and the transcript that was named), bound to a port (0: any that is free).

    Raises EnvironmentFault where the port is taken or the address is none of this machine's.
    """
    import uvicorn

    bound = _bound(host, port)
    number = bound.getsockname()[1]
    warm()
    bench = Bench()
    heat(bench)
    library = Library(project, bench, program, named)
    running: list[uvicorn.Server] = []
    studio = Studio(library, lambda: bool(running) and running[0].should_exit)
    keys = Keys()
    guarded = Guard(application(studio), keys, names_of(host, number), number)
    config = uvicorn.Config(
        guarded,
        log_config=None,
        log_level="critical",
        access_log=False,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=_LAST_ANSWERS_S,
    )
    running.append(uvicorn.Server(config))
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104 - only compared
    path = f"e/{id_of(named)}" if named is not None else ""
    return Server(f"http://{shown}:{number}/{path}?token={quote(keys.token)}", running[0], bound, studio)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(128)
    except OSError as fault:
        found.close()
        raise EnvironmentFault(
            f"The studio cannot listen at {host}:{port}: {fault.strerror}.", "Choose another --port or --host."
        ) from fault
    return found
