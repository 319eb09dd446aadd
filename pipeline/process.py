"""Start and end other processes: tools with a deadline, and worker pools. Nothing else does.

Each tool runs in its own process group and never outlives this process.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, ParamSpec, TypeVar

from pipeline.debug_log import DEBUG_VARIABLE, start_debug_log
from pipeline.errors import EnvironmentFault, OutputFault
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType, TracebackType

_LOG = logging.getLogger(__name__)

TaskParams = ParamSpec("TaskParams")
TaskResult = TypeVar("TaskResult")

_ERROR_TAIL_CHARS = 600
_DISK_FULL_MESSAGES = ("No space left on device", "Disk quota exceeded")
_GRACE_S = 1.0
"""Time for a worker to end its own children; after it the worker is killed."""

_EXIT_DELAY_S = 0.3
_SIGTERM_EXIT_CODE = 143
_NEW_GROUP = 0x200  # CREATE_NEW_PROCESS_GROUP, which subprocess names on Windows only


def ffmpeg_path() -> str:
    """Return the path of the ffmpeg that was installed with us. Raises EnvironmentFault."""
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as fault:
        raise EnvironmentFault(message("errors.no_ffmpeg")) from fault


def ffmpeg_file_url(path: Path) -> str:
    """Return a name that ffmpeg takes literally, whatever characters it holds."""
    return f"file:{path}"


def run_ffmpeg(
    arguments: Sequence[str], *, timeout: float, stdin: bytes | None = None
) -> tuple[bytes, str]:
    """Run ffmpeg with safe defaults (no console, files and pipes only); see `run_tool`."""
    leading_arguments = (
        [ffmpeg_path(), "-nostdin", "-hide_banner"]
        if stdin is None
        else [ffmpeg_path(), "-hide_banner"]
    )
    return run_tool(
        [*leading_arguments, "-protocol_whitelist", "file,pipe", *arguments],
        timeout=timeout,
        stdin=stdin,
    )


def run_tool(
    arguments: Sequence[str], *, timeout: float, stdin: bytes | None = None
) -> tuple[bytes, str]:
    """Run a tool to its end and return its standard output (bytes) and standard error (text).

    `timeout` is in seconds. Raises OutputFault if it fails or is too slow, EnvironmentFault if it
    cannot be started or the disk is full.
    """
    tool = Path(arguments[0]).name
    began = time.monotonic()
    with running_process(arguments) as child:
        try:
            out, err = child.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired as late:
            problem = message("errors.tool_too_slow", tool=tool, seconds=round(timeout))
            raise OutputFault(problem) from late
    _LOG.debug("%s ended with %d: %.2f s", tool, child.returncode, time.monotonic() - began)
    text = err.decode("utf-8", "replace")
    if child.returncode and any(words in text for words in _DISK_FULL_MESSAGES):
        raise EnvironmentFault(message("errors.disk_full"))
    if child.returncode:
        output = text.strip()[-_ERROR_TAIL_CHARS:]
        raise OutputFault(
            message("errors.tool_failed", tool=tool, code=child.returncode, output=output)
        )
    return out, text


@contextmanager
def running_process(arguments: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Start a tool with three pipes, in its own process group; end the group on any way out.

    Raises EnvironmentFault if it cannot be started.
    """
    _LOG.debug("%s", shlex.join(arguments))
    children: list[_TrackedProcess] = []
    try:
        try:
            child = _TrackedProcess(arguments, children)
        except OSError as fault:
            problem = message(
                "errors.tool_not_started", tool=arguments[0], reason=str(fault.strerror)
            )
            raise EnvironmentFault(problem) from fault
        yield child
    finally:
        for created in children:
            created.kill_tree()


class _TrackedProcess(subprocess.Popen[bytes]):
    """A child that is in `children` before it starts, since a signal may arrive while it starts."""

    pid = 0

    def __init__(self, arguments: Sequence[str], children: list[_TrackedProcess]) -> None:
        children.append(self)
        with _deferred_signals():
            super().__init__(
                list(arguments),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=os.name == "posix",
                creationflags=_NEW_GROUP if os.name == "nt" else 0,
            )

    def kill_tree(self) -> None:
        if not self.pid:
            return
        if self.poll() is None:
            kill_process_group(self.pid)
            self.kill()
        for pipe in (self.stdin, self.stdout, self.stderr):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self.wait()


@contextmanager
def _deferred_signals() -> Iterator[None]:
    """Defer SIGINT and SIGTERM until a child's id is known; before that, nobody could end it."""
    if threading.current_thread() is not threading.main_thread():
        yield  # handlers run in the main thread only
        return
    received: list[int] = []
    signal_numbers = [
        number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) is not None
    ]
    previous_handlers = {
        number: signal.signal(number, lambda number, _: received.append(number))
        for number in signal_numbers
    }
    try:
        yield
    finally:
        for number, handler in previous_handlers.items():
            signal.signal(number, handler)
        for received_number in received:
            signal.raise_signal(received_number)


def kill_process_group(pid: int) -> None:
    """Kill the process group of a child that `running_process` started."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


class WorkerPool(ProcessPoolExecutor):
    """Fresh worker processes that inherit no state, so that they are the same on every system.

    If the `with` is left by an error or an interrupt, the workers and their children are ended at
    once instead of being waited for.
    """

    def __init__(self, workers: int) -> None:
        """Prepare up to `workers` processes; they start with the first task."""
        super().__init__(
            workers, mp_context=multiprocessing.get_context("spawn"), initializer=_initialize_worker
        )

    def submit(
        self,
        task: Callable[TaskParams, TaskResult],
        /,
        *args: TaskParams.args,
        **kwargs: TaskParams.kwargs,
    ) -> Future[TaskResult]:
        """Give a task to the workers, and start one where it is needed.

        A signal waits meanwhile: a worker whose parent ended while it started it would print a
        traceback.
        """
        with _deferred_signals():
            return super().submit(task, *args, **kwargs)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for the tasks, or on an error end the workers."""
        if kind is not None:
            self.stop_workers()
        self.shutdown(wait=True)

    def stop_workers(self) -> None:
        """End the workers and their children at once instead of waiting for their tasks."""
        workers = list((self._processes or {}).values())
        self.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.terminate()
        deadline = time.monotonic() + _GRACE_S
        for worker in workers:
            worker.join(max(0.0, deadline - time.monotonic()))
            worker.kill()


def core_count() -> int:
    """Return how many processes can run at once on this machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def may_start_processes() -> bool:
    """Tell whether this process may have worker processes of its own; a daemonic one may not."""
    return not multiprocessing.current_process().daemon


def worker_pool(workers: int) -> WorkerPool:
    """Return an executor of `workers` processes, to be used in a `with`."""
    return WorkerPool(workers)


def _initialize_worker() -> None:
    """Prepare a worker: it ignores interrupts, and ends with its children when its parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.environ.get(DEBUG_VARIABLE):
        start_debug_log()
    parent = multiprocessing.parent_process()

    def exit_with_parent() -> None:
        if parent is not None:
            parent.join()
            if hasattr(signal, "pthread_kill"):
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
                time.sleep(_GRACE_S)
            os._exit(1)

    threading.Thread(target=exit_with_parent, daemon=True).start()
    default_hook = sys.unraisablehook
    sys.unraisablehook = lambda fault: (
        None if fault.exc_type is SystemExit else default_hook(fault)
    )  # a stop inside a destructor is no fault
    # last, since the executor prints the traceback of whatever unwinds in this function
    signal.signal(signal.SIGTERM, _unwind_and_exit)


def _unwind_and_exit(_number: int, _frame: FrameType | None) -> NoReturn:
    """Unwind, so that every `running_process` ends its child; then exit in any case."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    exit_timer = threading.Timer(_EXIT_DELAY_S, os._exit, (_SIGTERM_EXIT_CODE,))
    exit_timer.daemon = True
    exit_timer.start()
    raise SystemExit(_SIGTERM_EXIT_CODE)
