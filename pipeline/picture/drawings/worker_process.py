"""Child processes that read files of strangers: started with a time limit, bounded in memory."""

from __future__ import annotations

import json
import sys
from importlib import import_module

from pipeline.process import run_tool

_MAX_MEMORY_BYTES = 3 << 30
_WORKER_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from pipeline.picture.drawings.worker_process import answer; answer(*sys.argv[2:])"
)


def run_worker(module: str, arguments: list[str], *, timeout: float) -> bytes:
    """Run `main(arguments)` of a module of this program in a child process; return its answer.

    `timeout` is in seconds. Raises OutputFault if the child fails or is too slow.
    """
    command = [sys.executable, "-I", "-c", _WORKER_CODE, json.dumps(sys.path), module, *arguments]
    output, _ = run_tool(command, timeout=timeout)
    return output


def answer(module: str, *arguments: str) -> None:
    """In the child: limit its memory, and write what `main` of the module returns to the pipe."""
    _limit_memory()
    sys.stdout.buffer.write(import_module(module).main(list(arguments)))


def _limit_memory() -> None:
    """Limit the memory of this process to 3 GiB where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(
        resource.RLIMIT_AS,
        (
            _MAX_MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(_MAX_MEMORY_BYTES, hard),
            hard,
        ),
    )
