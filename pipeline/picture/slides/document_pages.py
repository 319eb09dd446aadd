"""PDF and PowerPoint documents as pictures, one a page. Foreign code reads them, so it runs in child processes with a deadline."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import EnvironmentFault, EpisodeError, InputError, OutputFault
from pipeline.picture.slides.pdf_worker import LOCKED, NOT_A_PDF, TOO_LONG
from pipeline.process import run_tool

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PAGES = 500
_SECONDS = 180.0
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from pipeline.picture.slides.pdf_worker import main; main(sys.argv[2:])"
)
_OFFICE_PROGRAMS = ("soffice", "libreoffice")


def draw_document_pages(path: Path, size: tuple[int, int], where: Path) -> Iterator[bytes]:
    """Yield a document's pages as PNG files that fit a size (width, height), in order.

    `path` is read, `where` is what people call it. Raises InputError where it cannot be read, EnvironmentFault where it is a .pptx and
    there is no LibreOffice.
    """
    with tempfile.TemporaryDirectory(prefix="episode-pages-") as name:
        folder = Path(name)
        pdf = path
        if where.suffix.lower() == ".pptx":
            pdf = _convert_to_pdf(path, folder, where)
        _run_pdf_worker(pdf, size, folder, where)
        drawn = sorted(folder.glob("[0-9]*.png"))
        if not drawn:
            raise InputError("The document has no pages.", "Export it again.", where=where)
        for page in drawn:
            yield page.read_bytes()


def _run_pdf_worker(pdf: Path, size: tuple[int, int], folder: Path, where: Path) -> None:
    command = [
        sys.executable,
        "-I",
        "-c",
        _START,
        json.dumps(sys.path),
        str(pdf),
        *map(str, size),
        str(MOST_PAGES),
        str(folder),
    ]
    try:
        verdict, _ = run_tool(command, timeout=_SECONDS)
    except OutputFault as fault:
        raise InputError(
            "The document could not be drawn in the time and memory allowed.",
            "Export its pages as PNG.",
            where=where,
        ) from fault
    if verdict == LOCKED:
        raise InputError("The PDF is locked by a password.", "Save it without one.", where=where)
    if verdict == TOO_LONG:
        raise InputError(
            f"The document has more than {MOST_PAGES} pages.",
            "Keep the ones this episode shows.",
            where=where,
        )
    if verdict == NOT_A_PDF:
        raise InputError("This is no PDF that can be read.", "Export it again.", where=where)


def _convert_to_pdf(path: Path, folder: Path, where: Path) -> Path:
    office = next((found for name in _OFFICE_PROGRAMS if (found := shutil.which(name))), None)
    if office is None:
        raise EnvironmentFault(
            "PowerPoint slides need LibreOffice, which is not on PATH.",
            "Install it, or export the slides as PDF.",
            where=where,
        )
    copy = (
        folder / "slides.pptx"
    )  # a plain name of ours: no character of the author's reaches the other program
    shutil.copyfile(path, copy)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    try:
        run_tool(
            [
                office,
                profile,
                "--headless",
                "--norestore",
                "--convert-to",
                "pdf",
                "--outdir",
                str(folder),
                str(copy),
            ],
            timeout=_SECONDS,
        )
    except EpisodeError as fault:
        raise InputError(
            "LibreOffice could not open the slides.", "Export them as PDF.", where=where
        ) from fault
    pdf = folder / "slides.pdf"
    if not pdf.exists():
        raise InputError(
            "LibreOffice made nothing of the slides.", "Export them as PDF.", where=where
        )
    return pdf
