"""Workers on other machines, through Dask.distributed: they see the same project folder, or the same project URL."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.errors import EnvironmentFault, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

_CONNECT_TIMEOUT_S = 10

_START_WORKERS_HINT = (
    "Start some there: DASK_DISTRIBUTED__WORKER__DAEMON=False dask worker {address} --nthreads 1"
)


@contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """Give an executor over the workers of the scheduler at `address` (`tcp://host:8786`).

    An episode whose worker dies is given to another one. Raises InputError for an address of another form, EnvironmentFault where the
    extra is not installed, nobody answers, or there are no workers.
    """
    if "://" not in address:
        raise InputError(f"--cluster {address} is not an address.", "For example tcp://host:8786.")
    try:
        from distributed import Client
    except ImportError as fault:
        raise EnvironmentFault(
            "Dask.distributed is not installed.",
            "Run: python -m pip install 'episode-pipeline[cluster]'",
        ) from fault
    try:
        client = Client(address, timeout=_CONNECT_TIMEOUT_S, set_as_default=False)  # type: ignore[no-untyped-call] # it ships half its types
    except (OSError, ValueError) as fault:
        raise EnvironmentFault(
            f"No scheduler answers at {address}.", "Start one there: dask scheduler"
        ) from fault
    with client:
        if not client.scheduler_info()["workers"]:
            raise EnvironmentFault(
                f"The scheduler at {address} has no workers.",
                _START_WORKERS_HINT.format(address=address),
            )
        executor = client.get_executor(pure=False)  # type: ignore[no-untyped-call] # as above
        try:
            yield executor
        finally:
            executor.shutdown(wait=False)  # what still runs is cancelled
