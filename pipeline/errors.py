"""The error tree, split by what the person who sees the error can do about it.

EpisodeError                 one sentence says what is wrong, a second what to do now
├── InputError               change the transcript, the settings, an asset or the command   exit 2
├── EnvironmentFault         free the disk, allow the folder, install the tool              exit 1
├── ServiceError             wait, look at the network or the key, run again                exit 1
│   └── ServiceRefused       the same request will not be answered: do not retry            exit 1
└── OutputFault              what was made is not right: report it                          exit 1
"""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.messages import ENGLISH, Message, message, text_in

_FULL_WIDTH_GAP = re.compile(r"(?<=[。！？：；，]) ")
"""A space after full-width punctuation, where Chinese has none."""


class EpisodeError(Exception):
    """Anything that ends the work on an episode: a sentence on the problem, one on the remedy.

    Both are catalogue messages; plain English text is accepted from extensions of other people.
    """

    exit_code = 1

    def __init__(
        self,
        problem: str,
        remedy: str = "",
        *,
        where: Path | str | None = None,
        row: int | None = None,
    ) -> None:
        """Keep the parts of the error.

        `remedy` defaults to the one that the catalogue gives with the problem. `where` is a file,
        `row` a row number counted from 1 (a line number where `where` is TOML).
        """
        super().__init__(problem, remedy, where, row)
        self.problem = problem
        self._remedy = remedy
        self.where = where
        self.row = row

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes with every part."""
        return _rebuild_error, (type(self), self.problem, self._remedy, self.where, self.row)

    def __str__(self) -> str:
        """Return file, row, problem and remedy as one line in English."""
        return self.in_language(ENGLISH)

    @property
    def remedy(self) -> str:
        """What to do now, in English; "" where there is nothing to do."""
        return self.remedy_in(ENGLISH)

    def remedy_in(self, language: str) -> str:
        """Return what to do now in a language of the interface."""
        if not self._remedy and isinstance(self.problem, Message):
            return self.problem.remedy_in(language)
        return text_in(self._remedy, language)

    def in_language(self, language: str) -> str:
        """Return file, row, problem and remedy as one line in a language of the interface."""
        where = "" if self.where is None else self.where
        location = text_in(where, language) if isinstance(where, str) else str(where)
        if self.row is not None:
            row = message("errors.row", row=self.row).in_language(language)
            comma = message("errors.comma").in_language(language)
            location = f"{location}{comma}{row}" if location else row
        problem = text_in(self.problem, language)
        colon = message("errors.colon").in_language(language)
        text = f"{location}{colon}{problem}" if location else problem
        line = " ".join(f"{text} {self.remedy_in(language)}".split())
        return line if language == ENGLISH else _FULL_WIDTH_GAP.sub("", line)


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


def defect_message(fault: BaseException) -> Message:
    """Return the sentence for a defect in this program: what it is and where in the code it was."""
    trace = fault.__traceback__
    location: Message | str = ""
    while trace is not None:
        frame, trace = trace, trace.tb_next
        if "pipeline" in frame.tb_frame.f_code.co_filename:
            file_name = Path(frame.tb_frame.f_code.co_filename).name
            location = message("errors.defect_at", file=file_name, line=frame.tb_lineno)
    reason = " ".join(str(fault).split())
    text = message("errors.defect", kind=type(fault).__name__, location=location, reason=reason)
    return message("errors.fault", fault=EpisodeError(text))


def environment_fault(fault: OSError, path: Path) -> EnvironmentFault:
    """Return the error that tells a person what the operating system refused."""
    import errno

    if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
        return EnvironmentFault(message("errors.disk_full"), where=path)
    if fault.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return EnvironmentFault(message("errors.no_access"), where=path)
    reason = str(fault.strerror or fault)
    return EnvironmentFault(message("errors.system_error", reason=reason), where=path)
