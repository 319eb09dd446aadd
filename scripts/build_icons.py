"""Build the bundled icons: what `icon_words.txt` names, of Tabler Icons (MIT).

Fetch the package from the npm registry and run it whenever the list changes:

    npm pack @tabler/icons-webfont@3.49.0
    python scripts/build_icons.py tabler-icons-webfont-3.49.0.tgz

A package with another digest is refused. The same package gives the same bytes. Icons have
code points in the order of the list, from U+E000 on.
"""

from __future__ import annotations

import hashlib
import io
import re
import sys
import tarfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from pipeline.picture.cards.icons import FIRST_CODE_POINT, ICON_WORDS, read_icon_words

DIGEST = "48c69c65a5f9013d482a17cab8899a09dcaec50750d1ac7324eb63a061fffb82"
TARGET = Path(__file__).resolve().parents[1] / "pipeline" / "fonts" / "tabler-icons-subset.ttf"
_CODE_POINT = re.compile(r'\.ti-([\w-]+):before\s*\{\s*content:\s*"\\([0-9a-f]+)"')


def main(package: Path) -> None:
    """Write the subset of the package's font."""
    data = package.read_bytes()
    if hashlib.sha256(data).hexdigest() != DIGEST:
        sys.exit(f"{package}: not the package whose digest is pinned")
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        files = {
            name: archive.extractfile(f"package/dist/{name}")
            for name in ("tabler-icons.css", "fonts/tabler-icons.ttf")
        }
        css, font_data = (file.read() if file else b"" for file in files.values())
    code_points = {name: int(code, 16) for name, code in _CODE_POINT.findall(css.decode())}
    names = [name for name, _ in read_icon_words(ICON_WORDS)]
    font = TTFont(io.BytesIO(font_data), recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = []
    options.notdef_outline = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code_points[name] for name in names])
    subsetter.subset(font)
    glyphs = font.getBestCmap()
    own = {FIRST_CODE_POINT + place: glyphs[code_points[name]] for place, name in enumerate(names)}
    font["cmap"].tables = [table for table in font["cmap"].tables if table.isUnicode()]
    for table in font["cmap"].tables:
        table.cmap = own
    font.save(TARGET)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
