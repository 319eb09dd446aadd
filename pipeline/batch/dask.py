"""Workers on other machines through Dask.distributed, with the same project folder or URL."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.errors import EnvironmentFault, InputError
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

_CONNECT_TIMEOUT_S = 10


@contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """Give an executor over the workers of the scheduler at `address` (`tcp://host:8786`).

    An episode whose worker dies is given to another one. Raises InputError for an address of
    another form, EnvironmentFault if the extra is not installed, nobody answers, or there are no
    workers.
    """
    if "://" not in address:
        raise InputError(message("batch.not_an_address", address=address))
    try:
        from distributed import Client
    except ImportError as fault:
        raise EnvironmentFault(message("batch.no_dask")) from fault
    try:
        # type: ignore, here and below: the package ships half of its types
        client = Client(address, timeout=_CONNECT_TIMEOUT_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as fault:
        raise EnvironmentFault(message("batch.no_scheduler", address=address)) from fault
    with client:
        if not client.scheduler_info()["workers"]:
            raise EnvironmentFault(message("batch.no_workers", address=address))
        executor = client.get_executor(pure=False)  # type: ignore[no-untyped-call]
        try:
            yield executor
        finally:
            executor.shutdown(wait=False)  # cancels what still runs
