"""Small fonts made for tests: every character a box, with a weight axis where it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables.TupleVariation import TupleVariation

if TYPE_CHECKING:
    from pathlib import Path


def small_font(path: Path, characters: str, family: str, *, variable: bool = False) -> Path:
    """Write a TrueType font in which every character is a box.

    With a weight axis the box is wider when bold.
    """
    names = {ord(character): f"u{ord(character):04X}" for character in characters}
    pen = TTGlyphPen(None)
    for step in ((100, 0), (100, 700), (500, 700), (500, 0)):
        (pen.moveTo if step == (100, 0) else pen.lineTo)(step)
    pen.closePath()
    box = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap(names)
    builder.setupGlyf(dict.fromkeys([".notdef", *names.values()], box))
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names.values()], (600, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable(
        {"familyName": family, "styleName": "Regular", "fullName": f"{family} Regular"}
    )
    builder.setupOS2()
    builder.setupPost()
    if variable:
        builder.setupFvar([("wght", 100, 400, 900, "Weight")], [])
        wider = TupleVariation(
            {"wght": (0.0, 1.0, 1.0)}, [(0, 0), (0, 0), (300, 0), (300, 0), None, None, None, None]
        )
        builder.setupGvar({name: [wider] for name in names.values()})
    builder.save(path)
    return path
