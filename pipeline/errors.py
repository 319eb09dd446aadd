"""The error tree, split by what the person who sees the error can do about it.

EpisodeError                 one sentence says what is wrong, a second what to do now
├── InputError               change the transcript, the settings, an asset or the command   exit 2
├── EnvironmentFault         free the disk, allow the folder, install the tool              exit 1
├── ServiceError             wait, look at the network or the key, run again                exit 1
│   └── ServiceRefused       the same request will not be answered: do not retry            exit 1
├── OutputFault              what was made is not right: report it                          exit 1
└── Interrupted              asked to stop                                                  exit 130 (143 on SIGTERM)
"""

from __future__ import annotations

from pathlib import Path


class EpisodeError(Exception):
    """Anything that ends the work on an episode; `what` is a sentence, `todo` says what to do now."""

    exit_code = 1

    def __init__(
        self,
        problem: str,
        remedy: str = "",
        *,
        where: Path | str | None = None,
        row: int | None = None,
    ) -> None:
        """Keep the parts; `where` is a file, `row` a row number counted from 1 (a line number where `where` is TOML)."""
        super().__init__(problem, remedy, where, row)
        self.problem = problem
        self.remedy = remedy
        self.where = where
        self.row = row

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes with every part."""
        return _rebuild_error, (type(self), self.problem, self.remedy, self.where, self.row)

    def __str__(self) -> str:
        """Return file, row, what is wrong and what to do, as one line."""
        location = "" if self.where is None else str(self.where)
        if self.row is not None:
            location = f"{location}, row {self.row}" if location else f"row {self.row}"
        text = f"{location}: {self.problem}" if location else self.problem
        return " ".join(f"{text} {self.remedy}".split())


def _rebuild_error(
    error_type: type[EpisodeError],
    problem: str,
    remedy: str,
    where: Path | str | None,
    row: int | None,
) -> EpisodeError:
    return error_type(problem, remedy, where=where, row=row)


class InputError(EpisodeError):
    """The transcript, the settings, an asset or the command line is wrong."""

    exit_code = 2


class EnvironmentFault(EpisodeError):
    """The machine lacks something: space, permission, a tool."""


class ServiceError(EpisodeError):
    """A service did not give what was asked of it; later it may."""


class ServiceRefused(ServiceError):
    """A service refused for good: the same request will not be answered."""


class OutputFault(EpisodeError):
    """Something made here, or by a tool started here, did not pass its check."""


class Interrupted(EpisodeError):
    """The person or the system asked to stop."""

    exit_code = 130


def defect_message(fault: BaseException) -> str:
    """Return the sentence for a defect: what it is and where in the code it showed, in one line."""
    trace = fault.__traceback__
    location = ""
    while trace is not None:
        frame, trace = trace, trace.tb_next
        if "pipeline" in frame.tb_frame.f_code.co_filename:
            location = f" at {Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}"
    text = f"Something unforeseen went wrong ({type(fault).__name__}{location}: {fault}). Please report it, with the transcript."
    return " ".join(text.split())


def environment_fault(fault: OSError, path: Path) -> EnvironmentFault:
    """Return the sentence for an operating system's refusal."""
    import errno

    if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
        return EnvironmentFault(
            "The disk is full.",
            "Free some space and run again; nothing already made is lost.",
            where=path,
        )
    if fault.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return EnvironmentFault(
            "This place cannot be written or read.",
            "Allow it, or choose another folder.",
            where=path,
        )
    return EnvironmentFault(
        f"{fault.strerror or fault}.", "Look at the folder and run again.", where=path
    )
