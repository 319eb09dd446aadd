"""Advanced SubStation (.ass): named styles, sized to the picture, one or two languages, karaoke on request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.subtitles.ass_events import parse
from pipeline.subtitles.clock import ass_stamp_of
from pipeline.subtitles.karaoke import Syllable, syllables
from pipeline.subtitles.literal import guarded, one_line, shown_lines
from pipeline.subtitles.srt import refuse_unlike
from pipeline.subtitles.timed import Timed
from pipeline.timebase import centisecond_at, frame_from_samples, samples_from_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model import Cue, Track

_LINE_HEIGHT = 1.448  # Fontsize counts ascent + descent; in Noto Sans CJK that is 1.448 times the size of a character
_MARGIN = 0.06
_STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, "
    "ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding"
)


@dataclass(frozen=True, slots=True)
class Look:
    """How captions look: font family, sizes of a character in parts of the picture's height, colours as #rrggbb.

    `box` puts a dark box behind the text in place of the outline; `sung` is the colour karaoke turns words to.
    """

    font: str = "Noto Sans CJK SC"
    size: float = 0.054
    second_size: float = 0.038
    text: str = "#ffffff"
    outline: str = "#000000"
    sung: str = "#ffd54a"
    box: bool = False


def compose(
    tracks: Sequence[Track],
    *,
    width: int,
    height: int,
    fps: int,
    look: Look | None = None,
    title: str = "",
    karaoke: bool = False,
    bom: bool = False,
) -> str:
    """Return one or two tracks as ASS for a picture of `width` × `height` pixels at `fps` frames a second.

    The first track stands above the second at the bottom. Times are cut to the 1/100 s at or before their frame, so that a player
    shows each cue from its first frame to its last. `karaoke` lets the first track's words light up where their times are known.
    Raises OutputFault for a cue with nothing to show or text that would not read back, InputError for more than two tracks.
    """
    if not 1 <= len(tracks) <= 2:  # noqa: PLR2004 - above and below
        raise InputError(f"An .ass file holds one or two languages, not {len(tracks)}.", "Choose two.")
    look = look or Look()
    second = tracks[1] if len(tracks) > 1 else None
    events = [
        *_events(tracks[0], "Main", 0, fps, _lifts(tracks[0], second, height, look), karaoke=karaoke),
        *(_events(second, "Second", 1, fps, [0] * len(second.cues), karaoke=False) if second else ()),
    ]
    text = "\n".join((*_head(tracks, width, height, look, title), *events)) + "\n"
    for layer, track in enumerate(tracks):
        meant = [Timed(start * 10, end * 10, "\n".join(shown_lines(cue))) for cue in track.cues for start, end in (_times(cue, fps),)]
        refuse_unlike(meant, parse(text, "the ASS just made", layer=layer), track)
    return "\N{BYTE ORDER MARK}" + text if bom else text


def _head(tracks: Sequence[Track], width: int, height: int, look: Look, title: str) -> list[str]:
    margin = round(height * _MARGIN)
    styles = []
    for track, role, size in zip(tracks, ("Main", "Second"), (look.size, look.second_size), strict=False):
        points = round(height * size * _LINE_HEIGHT)
        styles.append(_style(_named(role, track), points, look, look.text, margin, height))
        if role == "Main":
            styles.append(_style(_named("Karaoke", track), points, look, look.sung, margin, height))
    return [
        "[Script Info]",
        f"Title: {one_line(title)}",
        "ScriptType: v4.00+",
        f"PlayResX: {width}",
        f"PlayResY: {height}",
        f"LayoutResX: {width}",
        f"LayoutResY: {height}",
        "WrapStyle: 0",
        "ScaledBorderAndShadow: yes",
        "YCbCr Matrix: TV.709",
        "",
        "[V4+ Styles]",
        f"Format: {_STYLE_FIELDS}",
        *styles,
        "",
        "[Events]",
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ]


def _named(role: str, track: Track) -> str:
    return f"{role}-{re.sub('[^A-Za-z0-9-]', '', track.language)}"


def _style(name: str, points: int, look: Look, primary: str, margin: int, height: int) -> str:
    font = one_line(look.font).replace(",", " ") or Look().font
    edge = max(1, round(height / 360))
    border = f"3,{2 * edge},0" if look.box else f"1,{edge},{max(1, edge // 2)}"
    edge_colour = _colour("#000000", 0x60) if look.box else _colour(look.outline)
    colours = f"{_colour(primary)},{_colour(look.text)},{edge_colour},{_colour('#000000', 0x80)}"
    return f"Style: {name},{font},{points},{colours},0,0,0,0,100,100,0,0,{border},2,{margin},{margin},{margin},1"


def _colour(web: str, transparency: int = 0) -> str:
    """Return #rrggbb as &HAABBGGRR."""
    return f"&H{transparency:02X}{web[5:7]}{web[3:5]}{web[1:3]}".upper()


def _events(track: Track, role: str, layer: int, fps: int, margins: Sequence[int], *, karaoke: bool) -> Iterator[str]:
    for cue, margin in zip(track.cues, margins, strict=True):
        start, end = _times(cue, fps)
        lines = shown_lines(cue)
        sung = syllables(cue, lines, start, end) if karaoke else ()
        style = _named("Karaoke" if sung else role, track)
        text = "\\N".join(map(_sung, sung) if sung else map(guarded, lines))
        yield f"Dialogue: {layer},{ass_stamp_of(start)},{ass_stamp_of(end)},{style},,0,0,{margin},,{text}"


def _sung(line: Sequence[Syllable]) -> str:
    return "".join(f"{{\\k{length}}}{guarded(text)}" for text, length in line)


def _lifts(first: Track, second: Track | None, height: int, look: Look) -> list[int]:
    """Return each first cue's bottom margin: above as many lines as the second language shows during it (0: the style's own)."""
    if second is None:
        return [0] * len(first.cues)
    line = round(height * look.second_size * _LINE_HEIGHT)
    margins = []
    at = 0
    for cue in first.cues:
        while at < len(second.cues) and second.cues[at].span.end <= cue.span.start:
            at += 1
        lines = [
            len(shown_lines(other))
            for other in takewhile(lambda other: other.span.start < cue.span.end, islice(second.cues, at, None))  # noqa: B023 - used at once
        ]
        margins.append(round(height * _MARGIN) + line * max(lines) if lines else 0)
    return margins


def _times(cue: Cue, fps: int) -> tuple[int, int]:
    """Return a cue's 1/100 s, by way of the frames its times are nearest to."""
    start, end = (centisecond_at(samples_from_frame(frame_from_samples(at, fps), fps)) for at in (cue.span.start, cue.span.end))
    return start, end
