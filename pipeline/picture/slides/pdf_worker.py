"""PDF pages to PNG files, run as a child process.

A hostile document can crash, hang or fill the memory of this process only.
"""

from __future__ import annotations

from pathlib import Path

NOT_A_PDF, LOCKED, TOO_LONG, DRAWN = b"not a pdf", b"locked", b"too long", b"drawn"
"""What the child answers."""


def main(arguments: list[str]) -> bytes:
    """Draw the pages of FILE to fit WIDTH × HEIGHT on white, and return how it went.

    Files 0001.png and so on are written to FOLDER, at most MOST.
    """
    file, width, height, max_pages, folder = arguments
    return _draw_pages(file, (int(width), int(height)), int(max_pages), Path(folder))


def _draw_pages(file: str, size: tuple[int, int], max_pages: int, folder: Path) -> bytes:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(file)
        if len(document) > max_pages:
            return TOO_LONG
        for number in range(len(document)):
            page = document[number]
            scale = min(size[0] / max(page.get_width(), 1.0), size[1] / max(page.get_height(), 1.0))
            page.render(scale=scale).to_pil().convert("RGB").save(
                folder / f"{number + 1:04d}.png", compress_level=1
            )
            page.close()
    except pypdfium2.PdfiumError as fault:
        return (
            LOCKED if "password" in str(fault).lower() else NOT_A_PDF
        )  # pypdfium2 4 has no code for it
    return DRAWN
