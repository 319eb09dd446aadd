"""An SVG file to a PNG file, run as a child process.

The renderer would read any file that a picture in the SVG names by its absolute path. So the file
is written anew before it is drawn, without what leads out of it: only `#names` of its own parts
and pictures in `data:` addresses stay.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

MAX_SVG_BYTES = 30_000_000
"""An SVG of more bytes, unpacked, is refused; maps and plots of a million points are below it."""

NOT_AN_SVG, TOO_LARGE, REFUSED, DRAWN = "not an svg", "too large", "refused", "drawn"
"""What the child answers, as `verdict` in JSON."""

_CSS_DPI = 96.0  # CSS: without it, sizes in mm or inches are refused
_GZIP_MAGIC = b"\x1f\x8b"
_MAX_ENTITY_CHARS = 300  # the namespaces that Illustrator declares as entities are below 100


class HostileSvgError(Exception):
    """The SVG declares entities that grow, or that lead out of it."""


def main(arguments: list[str]) -> bytes:
    """Draw FILE to fit WIDTH × HEIGHT as OUTPUT, in FONTS (a JSON list), and return how it went."""
    file, width, height, output, fonts = arguments
    answer = _draw(Path(file), (int(width), int(height)), Path(output), json.loads(fonts))
    return json.dumps(answer).encode()


def _draw(file: Path, size: tuple[int, int], output: Path, fonts: list[str]) -> dict[str, Any]:
    import resvg_py

    data = _unpacked(file)
    if len(data) > MAX_SVG_BYTES:
        return {"verdict": TOO_LARGE}
    try:
        svg = SelfContainedSvg(data)
    except HostileSvgError:
        return {"verdict": REFUSED}
    except (expat.ExpatError, ValueError, LookupError):
        return {"verdict": NOT_AN_SVG}
    family = _family_name(fonts[0])
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=svg.text,
            width=size[0],
            height=size[1],
            dpi=_CSS_DPI,
            skip_system_fonts=True,
            font_files=fonts,
            font_family=family,
            serif_family=family,
            sans_serif_family=family,
            cursive_family=family,
            fantasy_family=family,
            monospace_family=family,
        )
    except ValueError:
        return {"verdict": NOT_AN_SVG}
    output.write_bytes(png)
    return {
        "verdict": DRAWN,
        "outside_pictures": svg.outside_pictures,
        "html_texts": svg.html_texts,
    }


def _unpacked(file: Path) -> bytes:
    """Return the file's bytes, of an .svgz unpacked, one more than allowed at most."""
    with file.open("rb") as raw:
        is_packed = raw.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        raw.seek(0)
        if not is_packed:
            return raw.read(MAX_SVG_BYTES + 1)
        try:
            with gzip.GzipFile(fileobj=raw) as unpacked:
                return unpacked.read(MAX_SVG_BYTES + 1)
        except (OSError, EOFError):
            return b""


def _family_name(font: str) -> str:
    """Return the family of a font file: the typographic one of its name table, or the first."""
    from fontTools.ttLib import TTFont

    with TTFont(font, fontNumber=0, lazy=True) as face:
        names = face["name"]
        return str(names.getDebugName(16) or names.getDebugName(1) or "")


class SelfContainedSvg:
    """An SVG written anew, without what leads out of it.

    `text` is the SVG, `outside_pictures` the count of pictures left out because they lie elsewhere,
    `html_texts` that of HTML texts (`foreignObject`) that no SVG text stands for: no renderer but a
    browser draws them. Raises expat.ExpatError if it is no XML, HostileSvgError if it declares
    entities that grow.
    """

    def __init__(self, data: bytes) -> None:
        """Read an SVG file's bytes."""
        self.outside_pictures = 0
        self.html_texts = 0
        self._parts: list[str] = []
        self._length = 0
        self._open_names: list[str] = []
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._write_text
        parser.EntityDeclHandler = _check_entity
        parser.Parse(data, True)  # noqa: FBT003 - its second parameter has no name
        self.text = "".join(self._parts)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local_name(name)
        if not self._open_names and local != "svg":
            raise ValueError(name)
        if local == "foreignObject" and self._open_names[-1:] != ["switch"]:
            self.html_texts += 1
        kept = []
        for key, value in attributes.items():
            if _local_name(key) == "href" and not _is_inside(local, value):
                self.outside_pictures += local in {"image", "feImage", "use"}
            else:
                kept.append(f" {key}={quoteattr(value)}")
        self._open_names.append(local)
        self._write(f"<{name}{''.join(kept)}>")

    def _end(self, name: str) -> None:
        self._open_names.pop()
        self._write(f"</{name}>")

    def _write_text(self, text: str) -> None:
        self._write(escape(text))

    def _write(self, text: str) -> None:
        self._length += len(text)
        if self._length > 2 * MAX_SVG_BYTES:
            raise HostileSvgError
        self._parts.append(text)


def _local_name(name: str) -> str:
    return name.rpartition(":")[2]


def _is_inside(element: str, address: str) -> bool:
    """Return whether an address is a part of the SVG, or a picture that is written into it."""
    start = address.strip().lower()
    return start.startswith("#") or (
        element in {"image", "feImage"} and start.startswith("data:image/")
    )


def _check_entity(  # noqa: PLR0917 - expat's parameters
    name: str,
    is_parameter: bool,  # noqa: FBT001 - expat's parameters
    value: str | None,
    base: str | None,
    system_id: str | None,
    public_id: str | None,
    notation: str | None,
) -> None:
    """Refuse entities but short ones of plain text, which cannot grow by naming one another."""
    del name, base, system_id, public_id, notation
    if is_parameter or value is None or len(value) > _MAX_ENTITY_CHARS or set(value) & set("&<%"):
        raise HostileSvgError
