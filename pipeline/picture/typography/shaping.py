"""From a string to placed glyphs: font runs, HarfBuzz, and the spacing a Chinese typesetter adds.

Plain shaping does not do three things: a thin space between Han and Latin; full-width punctuation
that meets other punctuation, or begins a line, set half-width (CLREQ 3.1.6); and proportional
quotation marks inside Latin text.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.text.unicode_scripts import is_cjk_letter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import uharfbuzz

    from pipeline.picture.typography.fonts import Font, FontSet, FontWeight

AUTOSPACE = 0.14
"""Space between Han and Latin in em.

CLREQ asks for at most ¼ em; ⅛ is what browsers' `text-autospace` sets.
"""

_MAX_CACHED_LINES = 64
"""Lines that are kept: a caption is measured, drawn, and drawn again for each highlighted word."""

_CLOSING = "，。、；：？！）】》」』〉〕”’"
_OPENING = "（【《「『〈〔“‘"
_SHARED_MARKS = "“”‘’…—·"
_HAN = ord("中")
_INVISIBLE_JOINERS = frozenset((0x200D, 0xFE0E, 0xFE0F))
_COMBINING = frozenset((0x200D, 0xFE0E, 0xFE0F, *range(0x0300, 0x0370), *range(0x1F3FB, 0x1F400)))


@dataclass(frozen=True, slots=True)
class PlacedGlyph:
    """A glyph of font number `font_number` in a chain.

    Its origin is at (x, y), in px right of and above the start of the baseline.
    """

    font_number: int
    glyph_id: int
    x: float
    y: float
    character_index: int


@dataclass(frozen=True, slots=True)
class ShapedLine:
    """One line of text ready to draw at one size, in px per em.

    Character i ends at `character_ends[i]` px.
    """

    text: str
    weight: FontWeight
    size: float
    glyphs: tuple[PlacedGlyph, ...]
    width: float
    character_ends: tuple[float, ...]


class TextShaper:
    """Shapes lines with the fonts of an episode.

    Native handles are opened at first use and are not pickled.
    """

    def __init__(self, fonts: FontSet) -> None:
        """Use these fonts."""
        self.fonts = fonts
        self._open_fonts: dict[Font, tuple[uharfbuzz.Font, frozenset[int], int]] = {}
        self._line_cache: dict[tuple[str, FontWeight, float, bool, float], ShapedLine] = {}

    def __getstate__(self) -> object:
        """Pickle only the paths of the fonts."""
        return self.fonts

    def __setstate__(self, fonts: FontSet) -> None:
        """Begin without open fonts."""
        self.fonts = fonts
        self._open_fonts = {}
        self._line_cache = {}

    def shape_line(
        self,
        text: str,
        weight: FontWeight,
        size: float,
        *,
        full_width: bool = True,
        tracking: float = 0.0,
    ) -> ShapedLine:
        """Return a line shaped at a size in px per em; `tracking` in em follows each character.

        `full_width` decides whether quotation marks, ellipses and dashes without Latin neighbours
        are full-width.
        """
        key = (text, weight, size, full_width, tracking)
        line = self._line_cache.get(key)
        if line is None:
            if len(self._line_cache) >= _MAX_CACHED_LINES:
                self._line_cache.clear()
            line = self._line_cache[key] = self._shape(*key)
        return line

    def _shape(
        self,
        text: str,
        weight: FontWeight,
        size: float,
        full_width: bool,  # noqa: FBT001 - the parts of a key
        tracking: float,
    ) -> ShapedLine:
        glyphs: list[PlacedGlyph] = []
        ends = [0.0] * len(text)
        pen = 0.0
        wide = _full_width_marks(text, full_width=full_width)
        half = _half_width_marks(text, wide)
        for number, start, end in self._font_runs(text, weight, wide):
            for glyph, cluster, advance, dx, dy in self._shape_run(
                text, (start, end), self.fonts.fallback_chain(weight)[number], wide, half
            ):
                glyphs.append(PlacedGlyph(number, glyph, pen + dx * size, dy * size, cluster))
                pen += (
                    advance
                    + tracking
                    + (AUTOSPACE if advance and _needs_autospace(text, cluster, end) else 0.0)
                ) * size
                ends[cluster] = pen
        for index in range(1, len(ends)):
            ends[index] = max(ends[index], ends[index - 1])
        return ShapedLine(text, weight, size, tuple(glyphs), pen - tracking * size, tuple(ends))

    def _font_runs(
        self, text: str, weight: FontWeight, wide: list[bool]
    ) -> Iterator[tuple[int, int, int]]:
        """Yield (font number in the chain, first, last) over stretches that one font draws."""
        covers = [self._open_font(font)[1] for font in self.fonts.fallback_chain(weight)]
        fonts: list[int] = []
        for _, stretch in groupby(text, key=_is_word_character):
            fonts += _choose_fonts("".join(stretch), covers)
        for index, character in enumerate(text):
            if (
                character in "…—" and not wide[index]
            ):  # a Chinese font draws both in the middle of its cell
                fonts[index] = next(
                    (
                        number
                        for number, cover in enumerate(covers)
                        if ord(character) in cover and _HAN not in cover
                    ),
                    fonts[index],
                )
        run_start = 0
        for number, group in groupby(fonts):
            count = len(list(group))
            yield number, run_start, run_start + count
            run_start += count

    def _shape_run(
        self, text: str, run: tuple[int, int], font: Font, wide: list[bool], half: list[bool]
    ) -> Iterator[tuple[int, int, float, float, float]]:
        """Yield (glyph, character, advance, dx, dy) in em, in drawing order."""
        import uharfbuzz

        native, _, upem = self._open_font(font)
        start, end = run
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text[start:end])
        buffer.guess_segment_properties()
        narrow = [
            (place - start, place - start + 1, True)
            for place in range(start, end)
            if text[place] in _SHARED_MARKS and not wide[place]
        ]
        squeezed = [
            (place - start, place - start + 1, True) for place in range(start, end) if half[place]
        ]
        ranges = {
            tag: places for tag, places in (("pwid", narrow), ("halt", squeezed)) if places
        }  # uharfbuzz refuses empty ones
        uharfbuzz.shape(native, buffer, {"kern": True, "liga": True, **ranges})
        for glyph, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            yield (
                glyph.codepoint,
                start + glyph.cluster,
                place.x_advance / upem,
                place.x_offset / upem,
                place.y_offset / upem,
            )

    def _open_font(self, font: Font) -> tuple[uharfbuzz.Font, frozenset[int], int]:
        if font not in self._open_fonts:
            import uharfbuzz

            face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(font.path)), font.face_index)
            native = uharfbuzz.Font(face)
            if font.weight_axis is not None:
                native.set_variations({"wght": font.weight_axis})
            self._open_fonts[font] = native, frozenset(face.unicodes), face.upem
        return self._open_fonts[font]


def _is_word_character(character: str) -> bool:
    """Return whether a character belongs to a word of letters.

    Such a word is drawn from one font if one has all of it.
    """
    return ord(character) in _COMBINING or (character.isalpha() and not is_cjk_letter(character))


def _choose_fonts(stretch: str, coverages: Sequence[frozenset[int]]) -> list[int]:
    """Return the number of the font that draws each character of a stretch.

    A character that no font has gets the first font, which draws a box.
    """
    codes = [ord(character) for character in stretch if ord(character) not in _INVISIBLE_JOINERS]
    whole = (
        next((number for number, cover in enumerate(coverages) if cover.issuperset(codes)), None)
        if _is_word_character(stretch[0])
        else None
    )
    fonts: list[int] = []
    for character in stretch:
        if whole is not None:
            fonts.append(whole)
        elif ord(character) in _COMBINING and fonts:
            fonts.append(fonts[-1])
        else:
            fonts.append(
                next(
                    (number for number, cover in enumerate(coverages) if ord(character) in cover), 0
                )
            )
    return fonts


def is_latin(character: str) -> bool:
    """Return whether a character belongs to words and numbers set beside Han with a thin space."""
    return (character.isalnum() and not is_cjk_letter(character)) or character in "%‰°℃$€£+#@&"


def _needs_autospace(text: str, index: int, end: int) -> bool:
    """Return whether Han meets Latin after a character (the last of its cluster counts)."""
    after = index + 1
    while after < min(end, len(text)) and ord(text[after]) in _COMBINING:
        after += 1
    if after >= len(text):
        return False
    left, right = text[index], text[after]
    return (is_cjk_letter(left) and is_latin(right)) or (is_latin(left) and is_cjk_letter(right))


def _full_width_marks(text: str, *, full_width: bool) -> list[bool]:
    """Return for every character whether a mark both scripts share is set as Chinese does."""
    wide = [full_width] * len(text)
    for place, character in enumerate(text):
        if character in "’·" and 0 < place < len(text) - 1:
            wide[place] = full_width and not (
                is_latin(text[place - 1]) and is_latin(text[place + 1])
            )
    return wide


def _half_width_marks(text: str, wide: list[bool]) -> list[bool]:
    """Return for every character whether it is full-width punctuation set half-width.

    That is so at the ends of a line and beside other punctuation.
    """
    half = [False] * len(text)
    for place, character in enumerate(text):
        if not wide[place]:
            continue
        before = text[place - 1] if place else ""
        after = text[place + 1] if place + 1 < len(text) else ""
        if character in _OPENING:
            half[place] = not before or before in _OPENING
        elif character in _CLOSING and character not in "？！":
            half[place] = not after or after in _CLOSING + _OPENING
    return half
