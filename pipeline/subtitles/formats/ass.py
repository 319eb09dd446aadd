"""Advanced SubStation (.ass, .ssa): styles sized to the picture, one or two languages, karaoke."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.subtitles.formats.base import (
    FileCue,
    LayoutFunctions,
    SubtitleFormat,
    cues_of_layout,
    refuse_failed_round_trip,
    refuse_too_many_cues,
)
from pipeline.subtitles.formats.cue_block import (
    CueBlock,
    FileLayout,
    UnreadLine,
    shown_lines,
)
from pipeline.subtitles.formats.escaping import escape_markup, unescape_markup, visible_lines
from pipeline.subtitles.formats.karaoke import TimedSyllable, karaoke_syllables
from pipeline.subtitles.formats.timestamps import format_ass_timestamp
from pipeline.text.line_joining import split_at_line_ends, to_single_line
from pipeline.timebase import centisecond_at, frame_from_samples, samples_from_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model import Cue, Track

# Fontsize counts ascent + descent; in Noto Sans CJK that is 1.448 times the size of a character
_LINE_HEIGHT = 1.448
_MARGIN_SHARE = 0.06
_MAX_LANGUAGES = 2
"""One above, one below."""

_STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, "
    "Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, "
    "BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding"
)


@dataclass(frozen=True, slots=True)
class AssLook:
    """The look of captions: font family, sizes as shares of the picture's height, #rrggbb colours.

    `box` puts a dark box behind the text instead of the outline. `karaoke_colour` is the colour
    that words turn to when they are heard.
    """

    font: str = "Noto Sans CJK SC"
    size: float = 0.054
    second_size: float = 0.038
    text: str = "#ffffff"
    outline: str = "#000000"
    karaoke_colour: str = "#ffd54a"
    box: bool = False


def compose(
    tracks: Sequence[Track],
    *,
    width: int,
    height: int,
    fps: int,
    look: AssLook | None = None,
    title: str = "",
    karaoke: bool = False,
    bom: bool = False,
) -> str:
    """Return one or two tracks as ASS for a picture of `width` × `height` pixels at `fps`.

    The first track is shown above the second, at the bottom. Times are cut to the 1/100 s at or
    before their frame, so that a player shows each cue from its first frame to its last. `karaoke`
    lights up the first track's words where their times are known. Raises OutputFault for a cue with
    nothing to show or text that would not be read back, InputError for more than two tracks.
    """
    if not 1 <= len(tracks) <= _MAX_LANGUAGES:
        raise InputError(message("subtitles.ass_languages", count=len(tracks)))
    look = look or AssLook()
    second = tracks[1] if len(tracks) > 1 else None
    events = [
        *_dialogue_lines(
            tracks[0],
            "Main",
            0,
            fps,
            _bottom_margins(tracks[0], second, height, look),
            karaoke=karaoke,
        ),
        *(
            _dialogue_lines(second, "Second", 1, fps, [0] * len(second.cues), karaoke=False)
            if second
            else ()
        ),
    ]
    text = "\n".join((*_header_lines(tracks, width, height, look, title), *events)) + "\n"
    for layer, track in enumerate(tracks):
        expected = [
            FileCue(start * 10, end * 10, "\n".join(visible_lines(cue)))
            for cue in track.cues
            for start, end in (_cue_centiseconds(cue, fps),)
        ]
        refuse_failed_round_trip(
            expected, parse(text, message("subtitles.just_made", format="ASS"), layer=layer), track
        )
    return "\N{BYTE ORDER MARK}" + text if bom else text


def _header_lines(
    tracks: Sequence[Track], width: int, height: int, look: AssLook, title: str
) -> list[str]:
    margin = round(height * _MARGIN_SHARE)
    styles = []
    for track, role, size in zip(
        tracks, ("Main", "Second"), (look.size, look.second_size), strict=False
    ):
        points = round(height * size * _LINE_HEIGHT)
        styles.append(
            _style_line(_style_name(role, track), points, look, look.text, margin, height)
        )
        if role == "Main":
            styles.append(
                _style_line(
                    _style_name("Karaoke", track), points, look, look.karaoke_colour, margin, height
                )
            )
    return [
        "[Script Info]",
        f"Title: {to_single_line(title)}",
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


def _style_name(role: str, track: Track) -> str:
    return f"{role}-{re.sub('[^A-Za-z0-9-]', '', track.language)}"


def _style_line(
    name: str, points: int, look: AssLook, primary: str, margin: int, height: int
) -> str:
    font = to_single_line(look.font).replace(",", " ") or AssLook().font
    outline_width = max(1, round(height / 360))
    border = (
        f"3,{2 * outline_width},0"
        if look.box
        else f"1,{outline_width},{max(1, outline_width // 2)}"
    )
    edge_colour = _ass_colour("#000000", 0x60) if look.box else _ass_colour(look.outline)
    shadow_colour = _ass_colour("#000000", 0x80)
    colours = f"{_ass_colour(primary)},{_ass_colour(look.text)},{edge_colour},{shadow_colour}"
    margins = f"{margin},{margin},{margin}"
    return f"Style: {name},{font},{points},{colours},0,0,0,0,100,100,0,0,{border},2,{margins},1"


def _ass_colour(rgb: str, transparency: int = 0) -> str:
    """Return #rrggbb as &HAABBGGRR."""
    return f"&H{transparency:02X}{rgb[5:7]}{rgb[3:5]}{rgb[1:3]}".upper()


def _dialogue_lines(
    track: Track, role: str, layer: int, fps: int, margins: Sequence[int], *, karaoke: bool
) -> Iterator[str]:
    for cue, margin in zip(track.cues, margins, strict=True):
        start, end = _cue_centiseconds(cue, fps)
        lines = visible_lines(cue)
        syllable_lines = karaoke_syllables(cue, lines, start, end) if karaoke else ()
        style = _style_name("Karaoke" if syllable_lines else role, track)
        text = "\\N".join(
            map(_karaoke_text, syllable_lines) if syllable_lines else map(escape_markup, lines)
        )
        times = f"{format_ass_timestamp(start)},{format_ass_timestamp(end)}"
        yield f"Dialogue: {layer},{times},{style},,0,0,{margin},,{text}"


def _karaoke_text(line: Sequence[TimedSyllable]) -> str:
    return "".join(f"{{\\k{length}}}{escape_markup(text)}" for text, length in line)


def _bottom_margins(
    first_track: Track, second_track: Track | None, height: int, look: AssLook
) -> list[int]:
    """Return the bottom margin of each cue of the first track in pixels; 0 for the style's own.

    A cue stands above as many lines as the second language shows during it.
    """
    if second_track is None:
        return [0] * len(first_track.cues)
    line = round(height * look.second_size * _LINE_HEIGHT)
    margins = []
    first_shown = 0
    for cue in first_track.cues:
        while (
            first_shown < len(second_track.cues)
            and second_track.cues[first_shown].span.end <= cue.span.start
        ):
            first_shown += 1
        lines = [
            len(visible_lines(other))
            for other in takewhile(
                lambda other: other.span.start < cue.span.end,  # noqa: B023 - used at once
                islice(second_track.cues, first_shown, None),
            )
        ]
        margins.append(round(height * _MARGIN_SHARE) + line * max(lines) if lines else 0)
    return margins


def _cue_centiseconds(cue: Cue, fps: int) -> tuple[int, int]:
    """Return a cue's start and end in 1/100 s, by way of the frames nearest to them."""
    start, end = (
        centisecond_at(samples_from_frame(frame_from_samples(position, fps), fps))
        for position in (cue.span.start, cue.span.end)
    )
    return start, end


_DEFAULT_FIELDS = (
    *("layer", "start", "end", "style", "name"),
    *("marginl", "marginr", "marginv", "effect", "text"),
)
"""The fields of an event in a file without a Format line."""

_SECTION = re.compile(r"^\[(?:Script Info|Events)\]", re.MULTILINE | re.IGNORECASE)
_EVENT_TIME = re.compile(r"\s*(-?)(\d{1,4}):(\d{1,2}):(\d{1,2})[.,:](\d{1,3})\s*")
_DRAWING = re.compile(r"\\p\s*([0-9])")
_LINE_BREAK = re.compile(r"\\[Nn]")
_OVERRIDE = re.compile(r"(?<!\\)\{[^{}\n]{0,2000}\}")
_ESCAPE = re.compile(r"\\([Nnh{}])")
_ESCAPED_CHARACTERS = {"N": "\n", "n": "\n", "h": " ", "{": "{", "}": "}"}


def parse(text: str, where: str, *, layer: int | None = None) -> tuple[FileCue, ...]:
    """Return the events in the file's order, of one layer if given.

    Raises InputError naming the line.
    """
    return cues_of_layout(_read_events(text, where, layer), where)


def read_layout(text: str, where: str) -> FileLayout:
    """Return the file as it is written. Raises InputError only for too many cues."""
    return _read_events(text, where, None)


def _read_events(text: str, where: str, layer: int | None) -> FileLayout:
    fields = list(_DEFAULT_FIELDS)
    in_events = False
    blocks: list[CueBlock] = []
    unread: list[UnreadLine] = []
    between: list[str] = []
    for number, raw in enumerate(split_at_line_ends(text), 1):
        line = raw.strip()
        kind, _, rest = line.partition(":")
        block: CueBlock | None = None
        if line.startswith("[") and line.endswith("]"):
            in_events = line.lower() == "[events]"
        elif in_events and kind == "Format":
            fields = [field.strip().lower() for field in rest.split(",")]
        elif in_events and kind == "Dialogue":
            try:
                block = _read_event(line, fields, layer, number, tuple(between))
            except InputError as fault:
                unread.append(UnreadLine(number, fault.problem))
        if block is None:
            between.append(raw)
            continue
        blocks.append(block)
        between = []
        refuse_too_many_cues(len(blocks), where)
    return FileLayout(tuple(blocks), tuple(unread), tuple(between))


def _read_event(
    line: str, fields: list[str], layer: int | None, number: int, before: tuple[str, ...]
) -> CueBlock | None:
    """Return the cue of a Dialogue line, or None for a drawing or another layer."""
    event = _parse_event(line.partition(":")[2], fields, "", number)
    lines = _visible_event_lines(event["text"])
    if lines is None or layer not in (None, _event_layer(event)):
        return None
    start, end = (_parse_event_time(event[key], "", number) for key in ("start", "end"))
    text_start = len(line) - len(event["text"])
    markup = tuple(_LINE_BREAK.split(event["text"]))
    return CueBlock(number, before, None, line[:text_start], markup, shown_lines(lines), start, end)


def write_block(block: CueBlock) -> list[str]:
    """Return the Dialogue line of a cue, with all its fields."""
    return [block.time_line + "\\N".join(block.markup)]


def write_times(time_line: str, start_ms: int, end_ms: int) -> str:
    """Return the start of a Dialogue line with other times, cut to 1/100 s."""
    kind, _, rest = time_line.partition(":")
    fields = rest.split(",")
    indices = [index for index, field in enumerate(fields) if _EVENT_TIME.fullmatch(field)]
    for index, ms in zip(indices, (start_ms, end_ms), strict=False):
        if _parse_event_time(fields[index], "", 0) != ms:
            fields[index] = format_ass_timestamp(ms // 10)
    return f"{kind}:{','.join(fields)}"


def _parse_event(
    event_text: str, fields: list[str], where: str, line_number: int
) -> dict[str, str]:
    values = event_text.lstrip().split(",", len(fields) - 1)
    event = dict(zip(fields, values, strict=False))
    if not {"start", "end", "text"} <= event.keys():
        raise InputError(message("subtitles.ass_event_incomplete", line=line_number), where=where)
    return event


def _event_layer(event: dict[str, str]) -> int:
    layer = event.get("layer", "0").strip()
    return int(layer) if layer.isdecimal() and len(layer) < 6 else 0  # noqa: PLR2004 - libass keeps layers in an int


def _parse_event_time(stamp: str, where: str, line_number: int) -> int:
    match = _EVENT_TIME.fullmatch(stamp)
    if match is None:
        problem = message("subtitles.ass_time", line=line_number, text=stamp.strip()[:40])
        raise InputError(problem, where=where)
    sign, hours, minutes, seconds, fraction = match.groups()
    ms = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))
    return -ms if sign else ms


def _visible_event_lines(text: str) -> list[str] | None:
    r"""Return the lines that a viewer reads, or None for a drawing.

    As in libass, `\{` is a brace, and so is an opening brace that is never closed. The hard space
    `\h` becomes an ordinary one.
    """
    visible: list[str] = []
    drawing = has_drawing = False
    position = 0
    while position < len(text):
        start, end = _find_override_block(text, position)
        if not drawing:
            visible.append(text[position:start])
        for match in _DRAWING.finditer(text, start, end):
            drawing = match[1] != "0"
            has_drawing = has_drawing or drawing
        position = end
    joined = "".join(visible)
    if has_drawing and not joined.strip():
        return None
    return [
        unescape_markup(line)
        for line in _ESCAPE.sub(lambda match: _ESCAPED_CHARACTERS[match[1]], joined).split("\n")
    ]


def _find_override_block(text: str, position: int) -> tuple[int, int]:
    """Return the start and end of the next override block; twice the text's length if none."""
    start = text.find("{", position)
    while start > 0 and text[start - 1] == "\\":
        start = text.find("{", start + 1)
    end = text.find("}", start) if start >= 0 else -1
    return (start, end + 1) if end >= 0 else (len(text), len(text))


FORMAT = SubtitleFormat(
    name="ass",
    label="Advanced SubStation",
    suffixes=(".ass", ".ssa"),
    holds="episode",
    compose=lambda tracks, options: compose(
        tracks,
        width=options.width,
        height=options.height,
        fps=options.fps,
        title=options.title,
        karaoke=options.karaoke,
        bom=options.bom,
    ),
    parse=parse,
    layout=LayoutFunctions(read_layout, write_block, write_times, _OVERRIDE),
    looks_like=lambda text: _SECTION.search(text) is not None,
)
