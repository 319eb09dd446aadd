"""The rules of the quality report, one function each; every one yields (level, rule, cue, row, value, limit, sentence)."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Literal

from pipeline.subtitles.joined import gap
from pipeline.subtitles.shown import line_ends
from pipeline.text.grammar import CLOSING, OPENING
from pipeline.text.widths import width
from pipeline.timebase import frame_from_samples, ms_from_samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.model import Cue
    from pipeline.text.profiles import Limits
    from pipeline.text.words import Segmenter

Level = Literal["error", "warning"]
Found = tuple[Level, str, int, int, "float | str", "float | str", str]

_PARTICLES = frozenset("的了吗")
_ROUNDED = 0.05  # files hold whole ms (ASS: 1/100 s), so a speed right at the limit may come out a hair above it
_HALF_SECOND_MS = 500


def of_cues(
    cues: Sequence[Cue],
    limits: Limits,
    below: Limits | None,
    covered: Callable[[str], bool] | None,
    segmenter: Segmenter | None,
    fps: int,
) -> Iterator[Found]:
    """Yield the findings of each cue in turn, then those of the splits inside each row."""
    for number, cue in enumerate(cues, 1):
        upper, lower = parts(cue, has_below=below is not None)
        yield from _empty(number, cue)
        yield from _duration(number, cue, limits)
        yield from _lines(number, cue, upper, limits)
        yield from _speed("error", number, cue, upper, limits, _shown_ms(cues, number - 1, upper, has_below=below is not None))
        if below is not None and lower:
            # the second language can be read at leisure in its own track, where being too fast is an error
            yield from _speed("warning", number, cue, lower, below, _shown_ms(cues, number - 1, lower, has_below=True))
            yield from _lines(number, cue, lower, below)
        opens = number == 1 or cues[number - 2].row != cue.row
        yield from _edges(number, cue, upper, segmenter, opens=opens)
        if covered is not None:
            yield from _glyphs(number, cue, covered)
        if number < len(cues):
            yield from _neighbours(number, cue, cues[number], limits, fps)
    if segmenter is not None:
        yield from _splits(cues, limits, segmenter, has_below=below is not None)


def parts(cue: Cue, *, has_below: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return a cue's lines of the first language, and those of the second: in a bilingual track, the last where there are several."""
    if has_below and len(cue.lines) > 1:
        return cue.lines[:-1], cue.lines[-1:]
    return cue.lines, ()


def milliseconds(cue: Cue) -> int:
    """Return a cue's duration in ms, as a file gives it."""
    return ms_from_samples(cue.span.end) - ms_from_samples(cue.span.start)


def speed(lines: Sequence[str], ms: int, limits: Limits) -> float:
    """Return the characters a second of lines shown for so many ms, counted as the profile counts widths."""
    return sum(width(line, limits.width) for line in lines) * 1000 / max(1, ms)


def is_over(value: float, limit: float) -> bool:
    """Tell whether a speed is over a limit by more than the rounding of a file's times."""
    return value > limit + _ROUNDED


def widest(lines: Sequence[str], kind: Literal["strict", "visual"]) -> float:
    """Return the width of the widest line."""
    return max((width(line, kind) for line in lines), default=0.0)


def _empty(number: int, cue: Cue) -> Iterator[Found]:
    if not any(line.strip() for line in cue.lines):
        yield "error", "empty", number, cue.row, 0, 1, f"{_name(number, cue)} shows nothing."


def _duration(number: int, cue: Cue, limits: Limits) -> Iterator[Found]:
    ms = milliseconds(cue)
    if ms < limits.min_ms:
        sentence = f"{_name(number, cue)} lasts {ms} ms; at least {limits.min_ms} are wanted."
        yield "warning", "duration-short", number, cue.row, ms, limits.min_ms, sentence
    elif ms > limits.max_ms:
        yield "error", "duration-long", number, cue.row, ms, limits.max_ms, f"{_name(number, cue)} lasts {ms} ms; at most {limits.max_ms}."


def _lines(number: int, cue: Cue, lines: Sequence[str], limits: Limits) -> Iterator[Found]:
    if len(lines) > limits.lines:
        sentence = f"{_name(number, cue)} has {len(lines)} lines; at most {limits.lines}."
        yield "error", "lines", number, cue.row, len(lines), limits.lines, sentence
    size = widest(lines, limits.width)
    if size > limits.characters:
        line = max(lines, key=lambda line: width(line, limits.width))
        counts = f"strictly {width(line, 'strict'):g} characters, visually {width(line, 'visual'):g}"
        sentence = f"{_name(number, cue)} has a line of {counts}; at most {limits.characters} ({limits.width})."
        yield "warning", "length", number, cue.row, size, limits.characters, sentence


def _shown_ms(cues: Sequence[Cue], index: int, lines: Sequence[str], *, has_below: bool) -> int:
    """Return how long some lines of a cue are on the screen: in a bilingual track one language may stay while the other turns."""
    first = last = index
    if has_below:
        while first and _stay(lines, cues[first - 1]) and _close(cues[first - 1], cues[first]):
            first -= 1
        while last + 1 < len(cues) and _stay(lines, cues[last + 1]) and _close(cues[last], cues[last + 1]):
            last += 1
    return ms_from_samples(cues[last].span.end) - ms_from_samples(cues[first].span.start)


def _stay(lines: Sequence[str], other: Cue) -> bool:
    return tuple(lines) in parts(other, has_below=True)


def _close(before: Cue, after: Cue) -> bool:
    return ms_from_samples(after.span.start) - ms_from_samples(before.span.end) < _HALF_SECOND_MS


def _speed(level: Level, number: int, cue: Cue, lines: Sequence[str], limits: Limits, ms: int) -> Iterator[Found]:
    cps = speed(lines, ms, limits)
    if ms > 0 and is_over(cps, limits.cps):
        sentence = f"{_name(number, cue)} is read at {cps:.1f} characters a second; at most {limits.cps:g}."
        yield level, "speed", number, cue.row, round(cps, 2), limits.cps, sentence


def _neighbours(number: int, cue: Cue, after: Cue, limits: Limits, fps: int) -> Iterator[Found]:
    """Look at what lies between a cue and the next: an overlap, a flash of nothing, a pause that should have been closed."""
    between = ms_from_samples(after.span.start) - ms_from_samples(cue.span.end)
    frames = frame_from_samples(after.span.start, fps) - frame_from_samples(cue.span.end, fps)
    if after.span.start < cue.span.start:
        sentence = f"{_name(number + 1, after)} starts before {_name(number, cue).lower()}."
        yield "error", "order", number + 1, after.row, ms_from_samples(after.span.start), ms_from_samples(cue.span.start), sentence
    elif between < 0:
        sentence = f"{_name(number, cue)} is still shown when the next one comes, for {-between} ms."
        yield "error", "overlap", number, cue.row, between, 0, sentence
    elif frames < limits.gap_frames and not _held(cue, after):
        sentence = f"{_name(number, cue)} ends {frames} frames before the next one; {limits.gap_frames} are wanted."
        yield "warning", "gap-short", number, cue.row, frames, limits.gap_frames, sentence
    elif frames > limits.gap_frames and between < _HALF_SECOND_MS:
        sentence = (
            f"{_name(number, cue)} leaves the screen empty for {between} ms; pauses under 0.5 s are closed to {limits.gap_frames} frames."
        )
        yield "warning", "gap-open", number, cue.row, frames, limits.gap_frames, sentence


def _held(cue: Cue, after: Cue) -> bool:
    """Tell whether a line stays on the screen from one cue to the next: there a gap would be a flicker."""
    return len(cue.lines) > 1 and bool(cue.lines[:-1] == after.lines[:-1])


def _edges(number: int, cue: Cue, lines: Sequence[str], segmenter: Segmenter | None, *, opens: bool) -> Iterator[Found]:
    """Look at how lines begin and end. Where the row itself begins or ends so, it is the author's and only a warning."""
    for index, line in enumerate(lines):
        own = (index == 0 and opens, index == len(lines) - 1)
        if line[:1] in CLOSING and line[:1] and not _opens_a_word(line):
            sentence = f"{_name(number, cue)} has a line that begins with “{line[0]}”."
            yield "warning" if own[0] else "error", "line-start", number, cue.row, line[0], "", sentence
        elif line[:1] in _PARTICLES and segmenter is not None and segmenter.words(line[:8])[0] == (0, 1):
            sentence = f"{_name(number, cue)} has a line that begins with “{line[0]}”, which belongs to the word before it."
            yield "warning" if own[0] else "error", "line-start", number, cue.row, line[0], "", sentence
        if line[-1:] in OPENING and line[-1:]:
            sentence = f"{_name(number, cue)} has a line that ends with “{line[-1]}”."
            yield "warning" if own[1] else "error", "line-end", number, cue.row, line[-1], "", sentence


def _opens_a_word(line: str) -> bool:
    """Tell whether a mark that may not begin a line is part of a word here: `.NET`, `—` of a speaker, `…` of a sentence going on."""
    return line[0] in ".—…-·~～" and len(line) > 1


def _glyphs(number: int, cue: Cue, covered: Callable[[str], bool]) -> Iterator[Found]:
    missing = "".join(sorted({char for line in cue.lines for char in line if not char.isspace() and not covered(char)}))
    if missing:
        sentence = f"{_name(number, cue)} has characters the font lacks: {' '.join(missing[:20])}"
        yield "error", "glyph", number, cue.row, missing, "", sentence


def _splits(cues: Sequence[Cue], limits: Limits, segmenter: Segmenter, *, has_below: bool) -> Iterator[Found]:
    """Find lines and cues of a row that end inside a word, where the word would have fitted one line."""
    for _, group in groupby(enumerate(cues, 1), key=lambda pair: pair[1].row):
        text = ""
        ends: list[tuple[int, int, Cue]] = []
        before: Cue | None = None
        for number, cue in group:
            lines = parts(cue, has_below=has_below)[0]
            if before is not None and _of_other_rows(before, cue):
                text += gap(text, cue.source)
            before = cue
            ends += [(len(text) + end, number, cue) for end in line_ends(cue.source, lines) if cue.source]
            text += cue.source
        inside = _inside(text, [end for end, _, _ in ends[:-1]], limits, segmenter) if len(ends) > 1 else {}
        for end, number, cue in ends[:-1]:
            if end in inside:
                sentence = f"{_name(number, cue)} breaks “{inside[end]}” in two."
                yield "error", "split", number, cue.row, inside[end], "", sentence


def _of_other_rows(before: Cue, cue: Cue) -> bool:
    """Tell whether two second-language cues labelled with the same rows (one lent the other time) say different rows' texts."""
    return cue.last_row is not None and bool(before.words and cue.words) and before.words[-1].span != cue.words[0].span


def _inside(text: str, ends: Sequence[int], limits: Limits, segmenter: Segmenter) -> dict[int, str]:
    """Return the word each end lies inside of; words too wide for a line have to be broken and are left out."""
    words = [(start, end) for start, end in segmenter.words(text) if end - start > 1]
    found = {}
    at = 0
    for end in ends:
        while at < len(words) and words[at][1] <= end:
            at += 1
        if at < len(words) and words[at][0] < end and width(text[slice(*words[at])], limits.width) <= limits.characters:
            found[end] = text[slice(*words[at])]
    return found


def _name(number: int, cue: Cue) -> str:
    return f"Cue {number}" if cue.row == number else f"Cue {number} (row {cue.row})"
