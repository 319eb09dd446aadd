"""SVG drawings become pictures; what is hostile in them is refused or left out, and told."""

from __future__ import annotations

import base64
import gzip
import io
from typing import TYPE_CHECKING
from xml.parsers import expat

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import EnvironmentFault, InputError
from pipeline.picture.drawings import svg_files, worker_process
from pipeline.picture.drawings.svg_files import DrawnSvg, draw_svg
from pipeline.picture.drawings.svg_worker import HostileSvgError, SelfContainedSvg
from pipeline.picture.typography.fonts import font_files
from tests.slide_samples import GREEN, RED, encoded, look, picture

if TYPE_CHECKING:
    from pathlib import Path

SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SIZE = (320, 240)


def draw(tmp_path: Path, text: str | bytes, name: str = "01.svg") -> DrawnSvg:
    """Draw an SVG to fit 320 × 240."""
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return draw_svg(path, SIZE, font_files(look().fonts), path)


def pixels(drawing: DrawnSvg) -> np.ndarray:
    """Return a drawing's pixels, RGBA."""
    with Image.open(io.BytesIO(drawing.png), formats=["PNG"]) as image:
        return np.asarray(image.convert("RGBA"))


def rectangle(shape: str = 'width="100" height="50"', more: str = "") -> str:
    """Return an SVG that is red all over."""
    return f'<svg {SVG} {shape}><rect width="100%" height="100%" fill="#c81e1e"/>{more}</svg>'


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ('width="100" height="50"', (320, 160)),
        ('width="10mm" height="40mm"', (61, 240)),
        ('viewBox="0 0 4 3"', (320, 240)),
        ('width="100000" height="75000"', (320, 240)),
    ],
)
def test_draw_svg_fits_the_picture(tmp_path: Path, shape: str, size: tuple[int, int]) -> None:
    """A drawing has no size of its own: it is drawn as large as the picture, in its proportions."""
    drawn = pixels(draw(tmp_path, rectangle(shape)))
    assert (drawn.shape[1], drawn.shape[0]) == size
    assert tuple(drawn[size[1] // 2, size[0] // 2]) == (*RED, 255)


def test_draw_svg_unpacks_svgz(tmp_path: Path) -> None:
    """A packed drawing is drawn, by whatever suffix it has."""
    packed = gzip.compress(rectangle().encode())
    assert pixels(draw(tmp_path, packed, "01.svgz")).shape == (160, 320, 4)
    assert pixels(draw(tmp_path, packed)).shape == (160, 320, 4)


def test_draw_svg_draws_text_in_the_episodes_fonts(tmp_path: Path) -> None:
    """Text of a font that is not here is drawn all the same, Chinese too."""
    text = '<text x="5" y="40" font-family="Arial" font-size="30">{}</text>'
    for words in ("Hi", "酵母"):
        drawn = pixels(
            draw(tmp_path, f'<svg {SVG} width="100" height="50">{text.format(words)}</svg>')
        )
        assert (drawn[..., 3] > 200).sum() > 300


@pytest.mark.parametrize(
    "address",
    ["{path}", "file://{path}", "secret.png", "http://127.0.0.1:9/a.png", "//127.0.0.1/a.png"],
)
@pytest.mark.parametrize("attribute", ["href", "xlink:href"])
def test_draw_svg_reads_no_other_file(tmp_path: Path, address: str, attribute: str) -> None:
    """A picture outside the SVG is not read, wherever it lies, and its absence is told."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(encoded(picture(GREEN)))
    image = f'<image width="100" height="50" {attribute}="{address.format(path=secret)}"/>'
    drawing = draw(tmp_path, rectangle(more=image))
    assert drawing.outside_pictures == 1
    assert (pixels(drawing)[..., :3] == RED).all()


def test_draw_svg_reads_no_file_by_a_drawing_inside(tmp_path: Path) -> None:
    """A drawing that is embedded in a drawing reads no file either."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(encoded(picture(GREEN)))
    inner = f'<svg {SVG} width="9" height="9"><image width="9" height="9" href="{secret}"/></svg>'
    address = "data:image/svg+xml;base64," + base64.b64encode(inner.encode()).decode()
    image = f'<image width="100" height="50" href="{address}"/>'
    assert (pixels(draw(tmp_path, rectangle(more=image)))[..., :3] == RED).all()


def test_draw_svg_shows_embedded_pictures_and_own_parts(tmp_path: Path) -> None:
    """Pictures in data: addresses are drawn, and `use` of parts of the SVG."""
    address = "data:image/png;base64," + base64.b64encode(encoded(picture(GREEN))).decode()
    image = f'<image id="a" width="50" height="50" preserveAspectRatio="none" href="{address}"/>'
    drawing = draw(tmp_path, rectangle(more=image + '<use xlink:href="#a" x="50"/>'))
    assert drawing.outside_pictures == 0
    assert (pixels(drawing)[80, [80, 240], :3] == GREEN).all()


def test_draw_svg_counts_texts_that_only_browsers_draw(tmp_path: Path) -> None:
    """HTML inside is told, unless the drawing has a text of its own for it."""
    html = '<foreignObject width="9" height="9"><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>'
    assert draw(tmp_path, rectangle(more=html)).html_texts == 1
    both = f"<switch>{html}<text>x</text></switch>"
    assert draw(tmp_path, rectangle(more=both)).html_texts == 0


def test_draw_svg_takes_the_entities_of_illustrator(tmp_path: Path) -> None:
    """Short entities of plain text, such as namespaces, are what they stand for."""
    head = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/a.dtd" [<!ENTITY ns "http://www.w3.org/2000/svg">]>'
    body = (
        '<svg xmlns="&ns;" width="4" height="3"><rect width="4" height="3" fill="#c81e1e"/></svg>'
    )
    assert tuple(pixels(draw(tmp_path, head + body))[120, 160, :3]) == RED


@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">',
        '<!ENTITY c SYSTEM "file:///etc/passwd">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1/a.dtd">',
        f'<!ENTITY c "{"x" * 5_000}">',
        '<!ENTITY c "<rect/>">',
    ],
)
def test_draw_svg_refuses_entities_that_grow_or_lead_out(tmp_path: Path, entities: str) -> None:
    """Laughs in millions, files of the machine and addresses are not expanded."""
    text = f"<!DOCTYPE svg [{entities}]><svg {SVG}><text>x</text></svg>"
    with pytest.raises(InputError, match="entities that could grow"):
        draw(tmp_path, text)


@pytest.mark.parametrize(
    "text", ["", "<svg", "no xml", "<html/>", f"<svg {SVG}><g></svg>", b"\x1f\x8b\x08broken", b"\0"]
)
def test_draw_svg_refuses_what_is_no_svg(tmp_path: Path, text: str | bytes) -> None:
    """Anything else is one sentence with what to do."""
    with pytest.raises(InputError, match=r"not a readable SVG.*save it as PNG"):
        draw(tmp_path, text)


def test_draw_svg_refuses_a_bomb_of_gzip(tmp_path: Path) -> None:
    """A small file that unpacks to more than is allowed is not unpacked further."""
    with pytest.raises(InputError, match="larger than 30 MB"):
        draw(tmp_path, gzip.compress(b" " * 40_000_000))


@pytest.mark.parametrize("code", ["import os; os.abort()", "import time; time.sleep(60)"])
def test_draw_svg_survives_its_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    """Where the child dies or hangs, the file is named and nothing else suffers."""
    monkeypatch.setattr(worker_process, "_WORKER_CODE", code)
    monkeypatch.setattr(svg_files, "_TIMEOUT_SECONDS", 1.0)
    with pytest.raises(InputError, match=r"01\.svg: .*time and memory"):
        draw(tmp_path, rectangle())


def test_draw_svg_names_the_missing_renderer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without resvg-py the sentence says what to install."""
    monkeypatch.setattr(svg_files, "find_spec", lambda _name: None)
    with pytest.raises(EnvironmentFault, match="resvg-py"):
        draw(tmp_path, rectangle())


def test_self_contained_svg_stops_growing() -> None:
    """Many names of one short entity do not make a huge drawing."""
    entity = f'<!DOCTYPE svg [<!ENTITY a "{"x" * 300}">]>'
    with pytest.raises((HostileSvgError, expat.ExpatError)):  # newer expats have their own limit
        SelfContainedSvg(f"{entity}<svg {SVG}><text>{'&a;' * 400_000}</text></svg>".encode())
