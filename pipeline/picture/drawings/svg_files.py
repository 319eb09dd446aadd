"""SVG drawings as pictures, drawn by resvg in a child process with a time limit.

Its text is drawn in the episode's fonts, so that every machine draws the same pixels. Nothing
outside the file is read.
"""

from __future__ import annotations

import json
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import EnvironmentFault, InputError, OutputFault
from pipeline.messages import message
from pipeline.picture.drawings.svg_worker import DRAWN, MAX_SVG_BYTES, REFUSED, TOO_LARGE
from pipeline.picture.drawings.worker_process import run_worker

if TYPE_CHECKING:
    from collections.abc import Sequence

SVG_SUFFIXES = (".svg", ".svgz")
"""Suffixes of drawings, in lower case."""

_TIMEOUT_SECONDS = 60.0
_BYTES_PER_MB = 1_000_000


class DrawnSvg(NamedTuple):
    """A drawing as a PNG file, and how many pictures and HTML texts in it are not drawn."""

    png: bytes
    outside_pictures: int
    html_texts: int


def draw_svg(
    path: Path, size: tuple[int, int], font_files: Sequence[Path], where: Path
) -> DrawnSvg:
    """Return a drawing that fits a size (width, height) in px, its text in `font_files`.

    `path` is read, `where` is what people call it. Raises InputError if it cannot be drawn,
    EnvironmentFault if the renderer is not installed.
    """
    if find_spec("resvg_py") is None:
        raise EnvironmentFault(
            message("picture.package_missing", kind="SVG", package="resvg-py"), where=where
        )
    with tempfile.TemporaryDirectory(prefix="episode-svg-") as name:
        output = Path(name) / "drawing.png"
        fonts = json.dumps([str(font) for font in font_files])
        arguments = [str(path), *map(str, size), str(output), fonts]
        try:
            answer = json.loads(
                run_worker(
                    "pipeline.picture.drawings.svg_worker", arguments, timeout=_TIMEOUT_SECONDS
                )
            )
        except OutputFault as fault:
            raise InputError(message("picture.svg_too_heavy"), where=where) from fault
        if answer["verdict"] == TOO_LARGE:
            megabytes = MAX_SVG_BYTES // _BYTES_PER_MB
            raise InputError(message("picture.svg_too_large", megabytes=megabytes), where=where)
        if answer["verdict"] == REFUSED:
            raise InputError(message("picture.svg_refused"), where=where)
        if answer["verdict"] != DRAWN:
            raise InputError(message("picture.not_an_svg"), where=where)
        return DrawnSvg(output.read_bytes(), answer["outside_pictures"], answer["html_texts"])
