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

_LAST_WORDS = 600
_FULL = ("No space left on device", "Disk quota exceeded")
_GRACE_S = 1.0
"""For a worker to end its own children; one in the middle of a long computation is killed after it."""

_UNWIND_S = 0.3
_TERMINATED = 143
_NEW_GROUP = 0x200  # CREATE_NEW_PROCESS_GROUP, which subprocess names on Windows only


def ffmpeg() -> str:
    """Return the path of the ffmpeg that came with the install. Raises EnvironmentFault where there is none."""
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as fault:
        raise EnvironmentFault("No ffmpeg was found.", "Run: python -m pip install --force-reinstall imageio-ffmpeg") from fault


def file_name(path: Path) -> str:
    """Return a name ffmpeg takes literally, whatever characters it holds."""
    return f"file:{path}"


def run_ffmpeg(arguments: Sequence[str], *, timeout: float, stdin: bytes | None = None) -> tuple[bytes, str]:
    """Run ffmpeg with safe defaults (no console, files and pipes only); see `run`."""
    head = [ffmpeg(), "-nostdin", "-hide_banner"] if stdin is None else [ffmpeg(), "-hide_banner"]
    return run([*head, "-protocol_whitelist", "file,pipe", *arguments], timeout=timeout, stdin=stdin)


def run(arguments: Sequence[str], *, timeout: float, stdin: bytes | None = None) -> tuple[bytes, str]:
    """Run a tool to its end and return its standard output (bytes) and standard error (text).

    `timeout` is in seconds. Raises OutputFault where it fails or is too slow, EnvironmentFault where it cannot be started.
    """
    tool = Path(arguments[0]).name
    with started(arguments) as child:
        try:
            out, err = child.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired as late:
            raise OutputFault(f"{tool} did not end within {timeout:.0f} s and was stopped.", "Run again on a quieter machine.") from late
    text = err.decode("utf-8", "replace")
    if child.returncode and any(words in text for words in _FULL):
        raise EnvironmentFault("The disk is full.", "Free some space and run again; nothing already made is lost.")
    if child.returncode:
        raise OutputFault(f"{tool} failed ({child.returncode}): {text.strip()[-_LAST_WORDS:]}", "Run `episode doctor`.")
    return out, text


@contextmanager
def started(arguments: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Start a tool with three pipes, in its own process group; on any way out the whole group is ended.

    Raises EnvironmentFault where it cannot be started.
    """
    born: list[_Child] = []
    try:
        try:
            child = _Child(arguments, born)
        except OSError as fault:
            raise EnvironmentFault(f"{arguments[0]} could not be started: {fault.strerror}.", "Run `episode doctor`.") from fault
        yield child
    finally:
        for one in born:
            one.end()


class _Child(subprocess.Popen[bytes]):
    """A child that is in `born` before anything can go wrong: a stop may come while it is being started, and must end it all the same."""

    pid = 0

    def __init__(self, arguments: Sequence[str], born: list[_Child]) -> None:
        born.append(self)
        with _undisturbed():
            super().__init__(
                list(arguments),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=os.name == "posix",
                creationflags=_NEW_GROUP if os.name == "nt" else 0,
            )

    def end(self) -> None:
        if not self.pid:
            return
        if self.poll() is None:
            end_group(self.pid)
            self.kill()
        for pipe in (self.stdin, self.stdout, self.stderr):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self.wait()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Put a stop off until a child's number is known (between fork and knowing it, nobody could end it)."""
    if threading.current_thread() is not threading.main_thread():
        yield  # handlers run in the main thread only
        return
    came: list[int] = []
    numbers = [number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) is not None]
    before = {number: signal.signal(number, lambda number, _: came.append(number)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for one in came:
            signal.raise_signal(one)


def end_group(pid: int) -> None:
    """Kill a process group that `started` made."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


class Pool(ProcessPoolExecutor):
    """Fresh worker processes: nothing of ours is inherited, so a worker is the same on every system.

    Left by an error or an interrupt, it ends its workers, and they their children, at once instead of waiting for what they do.
    """

    def __init__(self, workers: int) -> None:
        """Prepare up to `workers` processes; they start with the first task."""
        super().__init__(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_live_with_parent)

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        """Wait for the tasks, or on an error end the workers."""
        if kind is not None:
            self.end()
        self.shutdown(wait=True)

    def end(self) -> None:
        """End the workers, and they their children, at once instead of waiting for what they do."""
        workers = list((self._processes or {}).values())
        self.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.terminate()
        patience = time.monotonic() + _GRACE_S
        for worker in workers:
            worker.join(max(0.0, patience - time.monotonic()))
            worker.kill()


def cores() -> int:
    """Return how many processes can run at once on this machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def may_start() -> bool:
    """Tell whether this process may have worker processes of its own; a daemonic one may not."""
    return not multiprocessing.current_process().daemon


def pool(workers: int) -> Pool:
    """Return an executor of `workers` processes, to be used in a `with`."""
    return Pool(workers)


def _live_with_parent() -> None:
    """In a worker: leave interrupts to the parent, end when told to or when the parent ends, however it does, and end one's children."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            if hasattr(signal, "pthread_kill"):
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
                time.sleep(_GRACE_S)
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
    told = sys.unraisablehook
    sys.unraisablehook = lambda fault: None if fault.exc_type is SystemExit else told(fault)  # a stop inside a destructor is no fault
    signal.signal(signal.SIGTERM, _leave)  # last: what unwinds in here, the executor writes to the terminal


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    """Unwind, so that every `started` ends its child, and then end, whatever the executor makes of the unwinding."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    soon = threading.Timer(_UNWIND_S, os._exit, (_TERMINATED,))
    soon.daemon = True
    soon.start()
    raise SystemExit(_TERMINATED)
