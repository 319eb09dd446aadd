"""PDF and PowerPoint pages as slides, and what hostile documents come to."""

from __future__ import annotations

import io
import shutil
import stat
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import EnvironmentFault, InputError
from pipeline.picture.drawings import worker_process
from pipeline.picture.slides import document_pages
from pipeline.picture.slides.document_pages import draw_document_pages
from pipeline.picture.slides.slide_kinds import kind_of_file
from pipeline.picture.slides.unshown_files import unshown_file_notices
from tests.slide_samples import BLUE, RED, locked_pdf, pdf

if TYPE_CHECKING:
    from pathlib import Path

SIZE = (320, 240)


def colours(path: Path) -> list[tuple[int, ...]]:
    """Return the middle pixel of every page."""
    found = []
    for page in draw_document_pages(path, SIZE, path):
        image = np.asarray(Image.open(io.BytesIO(page)).convert("RGB"))
        assert max(image.shape[1] / SIZE[0], image.shape[0] / SIZE[1]) == pytest.approx(1, abs=0.01)
        found.append(tuple(int(part) for part in image[image.shape[0] // 2, image.shape[1] // 2]))
    return found


def test_draw_document_pages_gives_pages_in_order_at_the_slides_size(tmp_path: Path) -> None:
    """Every page is drawn to fit the slide, in the document's order."""
    path = tmp_path / "deck.pdf"
    path.write_bytes(pdf(RED, BLUE))
    first, second = colours(path)
    assert np.abs(np.subtract(first, RED)).max() < 6
    assert np.abs(np.subtract(second, BLUE)).max() < 6


@pytest.mark.parametrize("content", [b"%PDF-1.4 and then nothing", b"plain text", b"\0" * 5_000])
def test_draw_document_pages_refuses_broken_documents(tmp_path: Path, content: bytes) -> None:
    """What is no PDF gets one sentence with the file's name."""
    path = tmp_path / "deck.pdf"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"deck\.pdf: This is not a readable PDF"):
        list(draw_document_pages(path, SIZE, path))


def test_draw_document_pages_refuses_locked_documents(tmp_path: Path) -> None:
    """A PDF behind a password says so."""
    path = tmp_path / "deck.pdf"
    path.write_bytes(locked_pdf())
    with pytest.raises(InputError, match="password"):
        list(draw_document_pages(path, SIZE, path))


def test_draw_document_pages_refuses_too_many_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document of more pages than allowed is refused before any is drawn."""
    monkeypatch.setattr(document_pages, "MAX_PAGES", 1)
    path = tmp_path / "deck.pdf"
    path.write_bytes(pdf(RED, BLUE))
    with pytest.raises(InputError, match="more than 1 pages"):
        list(draw_document_pages(path, SIZE, path))


def test_draw_document_pages_scales_a_huge_page(tmp_path: Path) -> None:
    """A page's own size decides no memory: it is drawn to fit."""
    path = tmp_path / "deck.pdf"
    path.write_bytes(
        pdf(RED).replace(b"/MediaBox [ 0 0 160.0 120.0 ]", b"/MediaBox [ 0 0 160000 900 ]")
    )
    (page,) = draw_document_pages(path, SIZE, path)
    assert Image.open(io.BytesIO(page)).width == 320


def test_draw_document_pages_reports_a_crashing_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the child that draws pages dies, the file is named and nothing else suffers."""
    monkeypatch.setattr(worker_process, "_WORKER_CODE", "import os; os.abort()")
    path = tmp_path / "deck.pdf"
    path.write_bytes(pdf(RED))
    with pytest.raises(InputError, match=r"deck\.pdf: The document could not be drawn"):
        list(draw_document_pages(path, SIZE, path))


def test_draw_document_pages_stops_a_hanging_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that never ends is stopped at the deadline."""
    monkeypatch.setattr(worker_process, "_WORKER_CODE", "import time; time.sleep(60)")
    monkeypatch.setattr(document_pages, "_TIMEOUT_SECONDS", 0.5)
    path = tmp_path / "deck.pdf"
    path.write_bytes(pdf(RED))
    with pytest.raises(InputError, match="time and memory allowed"):
        list(draw_document_pages(path, SIZE, path))


def test_draw_document_pages_says_that_libreoffice_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where LibreOffice is not on PATH, the message names it and the way round it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "deck.pptx"
    path.write_bytes(b"PK")
    with pytest.raises(EnvironmentFault, match=r"LibreOffice.*not on PATH.*PDF"):
        list(draw_document_pages(path, SIZE, path))


def office(folder: Path, body: str) -> None:
    """Put a program named `soffice` into a folder; it sees LibreOffice's own arguments."""
    program = folder / "soffice"
    program.write_text(
        f"#!{sys.executable}\nimport pathlib, shutil, sys\nout = "
        f"pathlib.Path(sys.argv[sys.argv.index('--outdir') + 1])\n{body}\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@pytest.mark.skipif(
    sys.platform == "win32", reason="a script with a shebang stands in for LibreOffice"
)
@pytest.mark.parametrize("suffix", [".pptx", ".ppt", ".odp", ".PPSX"])
def test_draw_document_pages_converts_presentations_by_libreoffice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """The slides reach `soffice` under a plain name with a profile of their own.

    The pages of its PDF come back.
    """
    (tmp_path / "made.pdf").write_bytes(pdf(RED, BLUE))
    check = (
        f"assert pathlib.Path(sys.argv[-1]).name == 'slides{suffix.lower()}' and "
        "sys.argv[1].startswith('-env:UserInstallation=file:')"
    )
    read = "assert pathlib.Path(sys.argv[-1]).read_bytes() == b'PK'"
    office(
        tmp_path,
        f"{check}\n{read}\nshutil.copy({str(tmp_path / 'made.pdf')!r}, out / 'slides.pdf')",
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / f"-rf $(x) 幻灯{suffix}"
    path.write_bytes(b"PK")
    assert len(colours(path)) == 2
    kind = kind_of_file(path)
    assert kind is not None
    assert kind.name == "document"


@pytest.mark.parametrize("name", ["1.ppt", "2.odp", "deck.ppsx"])
def test_presentations_are_named_where_libreoffice_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """They are no slides then, and the author is told what to save them as."""
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / name).write_bytes(b"x")
    assert kind_of_file(tmp_path / name) is None
    (notice,) = unshown_file_notices(tmp_path, ())
    assert name in str(notice)
    assert "PDF" in str(notice)


@pytest.mark.skipif(
    sys.platform == "win32", reason="a script with a shebang stands in for LibreOffice"
)
@pytest.mark.parametrize("body", ["sys.exit(9)", "pass", "(out / 'slides.pdf').write_text('no')"])
def test_draw_document_pages_reports_a_failing_libreoffice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    """A failure of the office program ends in one sentence with the file's name.

    It fails, makes nothing, or makes no PDF.
    """
    office(tmp_path, body)
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "deck.pptx"
    path.write_bytes(b"PK")
    with pytest.raises(InputError, match=r"deck\.pptx"):
        list(draw_document_pages(path, SIZE, path))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on PATH")
@pytest.mark.slow
def test_draw_document_pages_reports_what_libreoffice_cannot_read(tmp_path: Path) -> None:
    """The real program, given no presentation, ends in an input error."""
    path = tmp_path / "deck.pptx"
    path.write_bytes(b"PK rubbish")
    with pytest.raises(InputError):
        list(draw_document_pages(path, SIZE, path))
