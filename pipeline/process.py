"""The one door to other processes: tools run in their own group, with a deadline, and never outlive us."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pipeline.errors import EnvironmentFault, OutputFault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType, TracebackType

_ERROR_TAIL_CHARS = 600
_DISK_FULL_MESSAGES = ("No space left on device", "Disk quota exceeded")
_GRACE_S = 1.0
"""For a worker to end its own children; one in the middle of a long computation is killed after it."""

_EXIT_DELAY_S = 0.3
_SIGTERM_EXIT_CODE = 143
_NEW_GROUP = 0x200  # CREATE_NEW_PROCESS_GROUP, which subprocess names on Windows only


def ffmpeg_path() -> str:
    """Return the path of the ffmpeg that came with the install. Raises EnvironmentFault where there is none."""
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as fault:
        raise EnvironmentFault(
            "No ffmpeg was found.", "Run: python -m pip install --force-reinstall imageio-ffmpeg"
        ) from fault


def ffmpeg_file_url(path: Path) -> str:
    """Return a name ffmpeg takes literally, whatever characters it holds."""
    return f"file:{path}"


def run_ffmpeg(
    arguments: Sequence[str], *, timeout: float, stdin: bytes | None = None
) -> tuple[bytes, str]:
    """Run ffmpeg with safe defaults (no console, files and pipes only); see `run`."""
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

    `timeout` is in seconds. Raises OutputFault where it fails or is too slow, EnvironmentFault where it cannot be started.
    """
    tool = Path(arguments[0]).name
    with running_process(arguments) as child:
        try:
            out, err = child.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired as late:
            raise OutputFault(
                f"{tool} did not end within {timeout:.0f} s and was stopped.",
                "Run again on a quieter machine.",
            ) from late
    text = err.decode("utf-8", "replace")
    if child.returncode and any(words in text for words in _DISK_FULL_MESSAGES):
        raise EnvironmentFault(
            "The disk is full.", "Free some space and run again; nothing already made is lost."
        )
    if child.returncode:
        raise OutputFault(
            f"{tool} failed ({child.returncode}): {text.strip()[-_ERROR_TAIL_CHARS:]}",
            "Run `episode doctor`.",
        )
    return out, text


@contextmanager
def running_process(arguments: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Start a tool with three pipes, in its own process group; on any way out the whole group is ended.

    Raises EnvironmentFault where it cannot be started.
    """
    children: list[_TrackedProcess] = []
    try:
        try:
            child = _TrackedProcess(arguments, children)
        except OSError as fault:
            raise EnvironmentFault(
                f"{arguments[0]} could not be started: {fault.strerror}.", "Run `episode doctor`."
            ) from fault
        yield child
    finally:
        for created in children:
            created.kill_tree()


class _TrackedProcess(subprocess.Popen[bytes]):
    """A child that is in `born` before anything can go wrong: a stop may come while it is being started, and must end it all the same."""

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
    """Put a stop off until a child's number is known (between fork and knowing it, nobody could end it)."""
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
    """Kill a process group that `started` made."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


class WorkerPool(ProcessPoolExecutor):
    """Fresh worker processes: nothing of ours is inherited, so a worker is the same on every system.

    Left by an error or an interrupt, it ends its workers, and they their children, at once instead of waiting for what they do.
    """

    def __init__(self, workers: int) -> None:
        """Prepare up to `workers` processes; they start with the first task."""
        super().__init__(
            workers, mp_context=multiprocessing.get_context("spawn"), initializer=_initialize_worker
        )

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
        """End the workers, and they their children, at once instead of waiting for what they do."""
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
    """In a worker: leave interrupts to the parent, end when told to or when the parent ends, however it does, and end one's children."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
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
    signal.signal(
        signal.SIGTERM, _unwind_and_exit
    )  # last: what unwinds in here, the executor writes to the terminal


def _unwind_and_exit(_number: int, _frame: FrameType | None) -> NoReturn:
    """Unwind, so that every `started` ends its child, and then end, whatever the executor makes of the unwinding."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    exit_timer = threading.Timer(_EXIT_DELAY_S, os._exit, (_SIGTERM_EXIT_CODE,))
    exit_timer.daemon = True
    exit_timer.start()
    raise SystemExit(_SIGTERM_EXIT_CODE)
