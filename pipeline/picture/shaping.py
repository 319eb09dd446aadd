"""From a string to placed glyphs: font runs, HarfBuzz, and the spacing a Chinese typesetter adds.

Three things plain shaping does not do: a thin space between Han and Latin; full-width punctuation that meets other punctuation, or begins
a line, set half-width (CLREQ 3.1.6); and proportional quotation marks inside Latin text.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import uharfbuzz

    from pipeline.picture.fonts import Faces, Font, Weight

AUTOSPACE = 0.14
"""Space between Han and Latin in em (CLREQ asks ¼ em at most; ⅛ is what browsers' `text-autospace` sets)."""

_MOST_RECENT = 64
"""Lines remembered: a caption is measured, drawn, and drawn again with the next word lit."""

_CLOSING = "，。、；：？！）】》」』〉〕”’"
_OPENING = "（【《「『〈〔“‘"
_AMBIGUOUS = "“”‘’…—·"
_FIRST_HAN = 0x2E80
_FULL_WIDTH = ((0x3040, 0x9FFF), (0x2E80, 0x2FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_HAN = ord("中")
_UNDRAWN = frozenset((0x200D, 0xFE0E, 0xFE0F))
_JOINERS = frozenset((0x200D, 0xFE0E, 0xFE0F, *range(0x0300, 0x0370), *range(0x1F3FB, 0x1F400)))


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph of font number `font` in a chain, drawn with its origin at (x, y), in px right of and above the baseline's start."""

    font: int
    glyph: int
    x: float
    y: float
    character: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text ready to draw at one size (px an em); `ends[i]` is where character i ends, in px."""

    text: str
    weight: Weight
    size: float
    glyphs: tuple[Glyph, ...]
    width: float
    ends: tuple[float, ...]


class Shaper:
    """Shapes lines with the fonts of an episode; native handles are opened at first use and do not travel between processes."""

    def __init__(self, faces: Faces) -> None:
        """Use these fonts."""
        self.faces = faces
        self._opened: dict[Font, tuple[uharfbuzz.Font, frozenset[int], int]] = {}
        self._recent: dict[tuple[str, Weight, float, bool, float], Line] = {}

    def __getstate__(self) -> object:
        """Travel as the fonts' paths alone."""
        return self.faces

    def __setstate__(self, faces: Faces) -> None:
        """Open the fonts anew."""
        self.faces = faces
        self._opened = {}
        self._recent = {}

    def line(self, text: str, weight: Weight, size: float, *, chinese: bool = True, tracking: float = 0.0) -> Line:
        """Return a line shaped at a size in px an em; `tracking` is added after each character, in em.

        `chinese` decides whether quotation marks, ellipses and dashes without Latin neighbours are full-width.
        """
        key = (text, weight, size, chinese, tracking)
        line = self._recent.get(key)
        if line is None:
            if len(self._recent) >= _MOST_RECENT:
                self._recent.clear()
            line = self._recent[key] = self._set(*key)
        return line

    def _set(self, text: str, weight: Weight, size: float, chinese: bool, tracking: float) -> Line:  # noqa: FBT001 - the parts of a key
        glyphs: list[Glyph] = []
        ends = [0.0] * len(text)
        pen = 0.0
        wide = _wide_marks(text, chinese=chinese)
        half = _half_width(text, wide)
        for number, start, end in self._runs(text, weight, wide):
            for glyph, cluster, advance, dx, dy in self._shaped(text, (start, end), self.faces.chain(weight)[number], wide, half):
                glyphs.append(Glyph(number, glyph, pen + dx * size, dy * size, cluster))
                pen += (advance + tracking + (AUTOSPACE if advance and _meets(text, cluster, end) else 0.0)) * size
                ends[cluster] = pen
        for place in range(1, len(ends)):
            ends[place] = max(ends[place], ends[place - 1])
        return Line(text, weight, size, tuple(glyphs), pen - tracking * size, tuple(ends))

    def _runs(self, text: str, weight: Weight, wide: list[bool]) -> Iterator[tuple[int, int, int]]:
        """Yield (font number in the chain, first, last) over stretches that one font draws."""
        covers = [self._open(font)[1] for font in self.faces.chain(weight)]
        fonts: list[int] = []
        for _, stretch in groupby(text, key=_in_word):
            fonts += _fonts_of("".join(stretch), covers)
        for index, character in enumerate(text):
            if character in "…—" and not wide[index]:  # a Chinese font draws both in the middle of its cell
                fonts[index] = next(
                    (number for number, cover in enumerate(covers) if ord(character) in cover and _HAN not in cover), fonts[index]
                )
        place = 0
        for number, group in groupby(fonts):
            count = len(list(group))
            yield number, place, place + count
            place += count

    def _shaped(
        self, text: str, part: tuple[int, int], font: Font, wide: list[bool], half: list[bool]
    ) -> Iterator[tuple[int, int, float, float, float]]:
        """Yield (glyph, character, advance, dx, dy) in em, in drawing order."""
        import uharfbuzz

        native, _, upem = self._open(font)
        start, end = part
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text[start:end])
        buffer.guess_segment_properties()
        narrow = [(place - start, place - start + 1, True) for place in range(start, end) if text[place] in _AMBIGUOUS and not wide[place]]
        squeezed = [(place - start, place - start + 1, True) for place in range(start, end) if half[place]]
        ranges = {tag: places for tag, places in (("pwid", narrow), ("halt", squeezed)) if places}  # uharfbuzz refuses empty ones
        uharfbuzz.shape(native, buffer, {"kern": True, "liga": True, **ranges})
        for glyph, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            yield glyph.codepoint, start + glyph.cluster, place.x_advance / upem, place.x_offset / upem, place.y_offset / upem

    def _open(self, font: Font) -> tuple[uharfbuzz.Font, frozenset[int], int]:
        if font not in self._opened:
            import uharfbuzz

            face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(font.path)), font.index)
            native = uharfbuzz.Font(face)
            if font.wght is not None:
                native.set_variations({"wght": font.wght})
            self._opened[font] = native, frozenset(face.unicodes), face.upem
        return self._opened[font]


def _in_word(character: str) -> bool:
    """Return whether a character stands in a word of letters: such a word is drawn from one font where one has all of it."""
    return ord(character) in _JOINERS or (character.isalpha() and not is_han(character))


def _fonts_of(stretch: str, covers: Sequence[frozenset[int]]) -> list[int]:
    """Return the number of the font each character of a stretch is drawn from (the first font's box stands for one no font has)."""
    codes = [ord(character) for character in stretch if ord(character) not in _UNDRAWN]
    whole = next((number for number, cover in enumerate(covers) if cover.issuperset(codes)), None) if _in_word(stretch[0]) else None
    fonts: list[int] = []
    for character in stretch:
        if whole is not None:
            fonts.append(whole)
        elif ord(character) in _JOINERS and fonts:
            fonts.append(fonts[-1])
        else:
            fonts.append(next((number for number, cover in enumerate(covers) if ord(character) in cover), 0))
    return fonts


def is_han(character: str) -> bool:
    """Return whether a character is written on the full-width grid (Han, kana, bopomofo, hangul)."""
    code = ord(character)
    return code >= _FIRST_HAN and any(first <= code <= last for first, last in _FULL_WIDTH)


def is_latin(character: str) -> bool:
    """Return whether a character belongs to words and numbers set beside Han with a thin space."""
    return (character.isalnum() and not is_han(character)) or character in "%‰°℃$€£+#@&"


def _meets(text: str, place: int, end: int) -> bool:
    """Return whether Han meets Latin after a character (the last of its cluster counts)."""
    after = place + 1
    while after < min(end, len(text)) and ord(text[after]) in _JOINERS:
        after += 1
    if after >= len(text):
        return False
    left, right = text[place], text[after]
    return (is_han(left) and is_latin(right)) or (is_latin(left) and is_han(right))


def _wide_marks(text: str, *, chinese: bool) -> list[bool]:
    """Return for every character whether a mark both scripts share is set as Chinese does."""
    wide = [chinese] * len(text)
    for place, character in enumerate(text):
        if character in "’·" and 0 < place < len(text) - 1:
            wide[place] = chinese and not (is_latin(text[place - 1]) and is_latin(text[place + 1]))
    return wide


def _half_width(text: str, wide: list[bool]) -> list[bool]:
    """Return for every character whether full-width punctuation is set half-width: at a line's ends and beside other punctuation."""
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
