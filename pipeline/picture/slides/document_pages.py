"""PDF and PowerPoint documents as pictures, one per page.

They are read by other people's code, so in child processes with a time limit.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import EnvironmentFault, EpisodeError, InputError, OutputFault
from pipeline.messages import message
from pipeline.picture.drawings.worker_process import run_worker
from pipeline.picture.slides.pdf_worker import LOCKED, NOT_A_PDF, TOO_LONG
from pipeline.process import run_tool

if TYPE_CHECKING:
    from collections.abc import Iterator

PDF_SUFFIX, OFFICE_SUFFIX = ".pdf", ".pptx"

OTHER_OFFICE_SUFFIXES = (
    *(".ppt", ".pps", ".ppsx", ".pptm", ".ppsm", ".pot", ".potx", ".potm"),
    *(".odp", ".otp", ".fodp", ".sxi", ".dps", ".dpt"),
)
"""Presentations that are read where LibreOffice is installed; elsewhere they are named."""

OFFICE_SUFFIXES = (OFFICE_SUFFIX, *OTHER_OFFICE_SUFFIXES)

MAX_PAGES = 500
_TIMEOUT_SECONDS = 180.0


class RequiredProgram(NamedTuple):
    """A program that some slide files need: its name, and the commands it may have on PATH."""

    name: str
    commands: tuple[str, ...]

    def find(self) -> str | None:
        """Return the path of the first command on PATH, or None if there is none."""
        return next((path for path in map(shutil.which, self.commands) if path), None)


LIBREOFFICE = RequiredProgram("LibreOffice", ("soffice", "libreoffice"))


def draw_document_pages(path: Path, size: tuple[int, int], where: Path) -> Iterator[bytes]:
    """Yield a document's pages in order as PNG files that fit a size (width, height) in px.

    `path` is read, `where` is what people call it. Raises InputError if it cannot be read,
    EnvironmentFault if it is a presentation and LibreOffice is not installed.
    """
    with tempfile.TemporaryDirectory(prefix="episode-pages-") as name:
        folder = Path(name)
        pdf = path
        if where.suffix.lower() in OFFICE_SUFFIXES:
            pdf = _convert_to_pdf(path, folder, where)
        _run_pdf_worker(pdf, size, folder, where)
        page_files = sorted(folder.glob("[0-9]*.png"))
        if not page_files:
            raise InputError(message("picture.document_without_pages"), where=where)
        for page_file in page_files:
            yield page_file.read_bytes()


def _run_pdf_worker(pdf: Path, size: tuple[int, int], folder: Path, where: Path) -> None:
    arguments = [str(pdf), *map(str, size), str(MAX_PAGES), str(folder)]
    try:
        verdict = run_worker(
            "pipeline.picture.slides.pdf_worker", arguments, timeout=_TIMEOUT_SECONDS
        )
    except OutputFault as fault:
        raise InputError(message("picture.document_too_heavy"), where=where) from fault
    if verdict == LOCKED:
        raise InputError(message("picture.pdf_locked"), where=where)
    if verdict == TOO_LONG:
        raise InputError(message("picture.document_too_long", most=MAX_PAGES), where=where)
    if verdict == NOT_A_PDF:
        raise InputError(message("picture.not_a_pdf"), where=where)


def _convert_to_pdf(path: Path, folder: Path, where: Path) -> Path:
    office = LIBREOFFICE.find()
    if office is None:
        raise EnvironmentFault(
            message(
                "picture.program_missing", suffix=where.suffix.lower(), program=LIBREOFFICE.name
            ),
            where=where,
        )
    # A fixed name, so that no character of the author's file name reaches the other program.
    copy = folder / f"slides{where.suffix.lower()}"
    shutil.copyfile(path, copy)
    command = [
        office,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(copy),
    ]
    try:
        run_tool(command, timeout=_TIMEOUT_SECONDS)
    except EpisodeError as fault:
        raise InputError(message("picture.office_failed"), where=where) from fault
    pdf = folder / "slides.pdf"
    if not pdf.exists():
        raise InputError(message("picture.office_made_nothing"), where=where)
    return pdf
