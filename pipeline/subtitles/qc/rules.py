"""The rules of the quality report, one function each; every one yields (level, rule, cue, row, value, limit, sentence)."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Literal

from pipeline.subtitles.source_positions import line_ends_in_source
from pipeline.text.display_width import display_width
from pipeline.text.line_joining import joining_space
from pipeline.text.linebreak.penalties_zh import CLOSING_PUNCTUATION, OPENING_PUNCTUATION
from pipeline.timebase import frame_from_samples, ms_from_samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.model import Cue
    from pipeline.text.subtitle_profiles import CueLimits
    from pipeline.text.word_segmenter import Segmenter

Severity = Literal["error", "warning"]
RuleFinding = tuple[Severity, str, int, int, "float | str", "float | str", str]
_TRAILING_PARTICLES = frozenset("的了吗")
_SPEED_TOLERANCE = 0.05  # files hold whole ms (ASS: 1/100 s), so a speed right at the limit may come out a hair above it
_HALF_SECOND_MS = 500


def findings_of_cues(
    cues: Sequence[Cue],
    limits: CueLimits,
    below_limits: CueLimits | None,
    has_glyph: Callable[[str], bool] | None,
    segmenter: Segmenter | None,
    fps: int,
) -> Iterator[RuleFinding]:
    """Yield the findings of each cue in turn, then those of the splits inside each row."""
    for number, cue in enumerate(cues, 1):
        upper, lower = lines_by_language(cue, has_below=below_limits is not None)
        yield from _check_empty(number, cue)
        yield from _check_duration(number, cue, limits)
        yield from _check_lines(number, cue, upper, limits)
        yield from _check_speed(
            "error",
            number,
            cue,
            upper,
            limits,
            _time_on_screen_ms(cues, number - 1, upper, has_below=below_limits is not None),
        )
        if below_limits is not None and lower:
            # the second language can be read at leisure in its own track, where being too fast is an error
            yield from _check_speed(
                "warning",
                number,
                cue,
                lower,
                below_limits,
                _time_on_screen_ms(cues, number - 1, lower, has_below=True),
            )
            yield from _check_lines(number, cue, lower, below_limits)
        begins_row = number == 1 or cues[number - 2].row != cue.row
        yield from _check_line_edges(number, cue, upper, segmenter, begins_row=begins_row)
        if has_glyph is not None:
            yield from _check_glyphs(number, cue, has_glyph)
        if number < len(cues):
            yield from _check_gap(number, cue, cues[number], limits, fps)
    if segmenter is not None:
        yield from _check_split_words(cues, limits, segmenter, has_below=below_limits is not None)


def lines_by_language(cue: Cue, *, has_below: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return a cue's lines of the first language, and those of the second: in a bilingual track, the last where there are several."""
    if has_below and len(cue.lines) > 1:
        return cue.lines[:-1], cue.lines[-1:]
    return cue.lines, ()


def duration_ms(cue: Cue) -> int:
    """Return a cue's duration in ms, as a file gives it."""
    return ms_from_samples(cue.span.end) - ms_from_samples(cue.span.start)


def reading_speed(lines: Sequence[str], ms: int, limits: CueLimits) -> float:
    """Return the characters a second of lines shown for so many ms, counted as the profile counts widths."""
    return sum(display_width(line, limits.width_kind) for line in lines) * 1000 / max(1, ms)


def is_over_limit(value: float, limit: float) -> bool:
    """Tell whether a speed is over a limit by more than the rounding of a file's times."""
    return value > limit + _SPEED_TOLERANCE


def widest_line(lines: Sequence[str], kind: Literal["strict", "visual"]) -> float:
    """Return the width of the widest line."""
    return max((display_width(line, kind) for line in lines), default=0.0)


def _check_empty(number: int, cue: Cue) -> Iterator[RuleFinding]:
    if not any(line.strip() for line in cue.lines):
        yield "error", "empty", number, cue.row, 0, 1, f"{_cue_label(number, cue)} shows nothing."


def _check_duration(number: int, cue: Cue, limits: CueLimits) -> Iterator[RuleFinding]:
    ms = duration_ms(cue)
    if ms < limits.min_ms:
        sentence = f"{_cue_label(number, cue)} lasts {ms} ms; at least {limits.min_ms} are wanted."
        yield "warning", "duration-short", number, cue.row, ms, limits.min_ms, sentence
    elif ms > limits.max_ms:
        yield (
            "error",
            "duration-long",
            number,
            cue.row,
            ms,
            limits.max_ms,
            f"{_cue_label(number, cue)} lasts {ms} ms; at most {limits.max_ms}.",
        )


def _check_lines(
    number: int, cue: Cue, lines: Sequence[str], limits: CueLimits
) -> Iterator[RuleFinding]:
    if len(lines) > limits.lines:
        sentence = f"{_cue_label(number, cue)} has {len(lines)} lines; at most {limits.lines}."
        yield "error", "lines", number, cue.row, len(lines), limits.lines, sentence
    size = widest_line(lines, limits.width_kind)
    if size > limits.characters:
        line = max(lines, key=lambda line: display_width(line, limits.width_kind))
        counts = f"strictly {display_width(line, 'strict'):g} characters, visually {display_width(line, 'visual'):g}"
        sentence = f"{_cue_label(number, cue)} has a line of {counts}; at most {limits.characters} ({limits.width_kind})."
        yield "warning", "length", number, cue.row, size, limits.characters, sentence


def _time_on_screen_ms(
    cues: Sequence[Cue], index: int, lines: Sequence[str], *, has_below: bool
) -> int:
    """Return how long some lines of a cue are on the screen: in a bilingual track one language may stay while the other turns."""
    first_index = last_index = index
    if has_below:
        while (
            first_index
            and _also_shows(lines, cues[first_index - 1])
            and _is_next_to(cues[first_index - 1], cues[first_index])
        ):
            first_index -= 1
        while (
            last_index + 1 < len(cues)
            and _also_shows(lines, cues[last_index + 1])
            and _is_next_to(cues[last_index], cues[last_index + 1])
        ):
            last_index += 1
    return ms_from_samples(cues[last_index].span.end) - ms_from_samples(
        cues[first_index].span.start
    )


def _also_shows(lines: Sequence[str], other: Cue) -> bool:
    return tuple(lines) in lines_by_language(other, has_below=True)


def _is_next_to(before: Cue, after: Cue) -> bool:
    return ms_from_samples(after.span.start) - ms_from_samples(before.span.end) < _HALF_SECOND_MS


def _check_speed(
    level: Severity, number: int, cue: Cue, lines: Sequence[str], limits: CueLimits, ms: int
) -> Iterator[RuleFinding]:
    cps = reading_speed(lines, ms, limits)
    if ms > 0 and is_over_limit(cps, limits.cps):
        sentence = f"{_cue_label(number, cue)} is read at {cps:.1f} characters a second; at most {limits.cps:g}."
        yield level, "speed", number, cue.row, round(cps, 2), limits.cps, sentence


def _check_gap(
    number: int, cue: Cue, after: Cue, limits: CueLimits, fps: int
) -> Iterator[RuleFinding]:
    """Look at what lies between a cue and the next: an overlap, a flash of nothing, a pause that should have been closed."""
    between = ms_from_samples(after.span.start) - ms_from_samples(cue.span.end)
    frames = frame_from_samples(after.span.start, fps) - frame_from_samples(cue.span.end, fps)
    if after.span.start < cue.span.start:
        sentence = (
            f"{_cue_label(number + 1, after)} starts before {_cue_label(number, cue).lower()}."
        )
        yield (
            "error",
            "order",
            number + 1,
            after.row,
            ms_from_samples(after.span.start),
            ms_from_samples(cue.span.start),
            sentence,
        )
    elif between < 0:
        sentence = (
            f"{_cue_label(number, cue)} is still shown when the next one comes, for {-between} ms."
        )
        yield "error", "overlap", number, cue.row, between, 0, sentence
    elif frames < limits.gap_frames and not _line_stays(cue, after):
        sentence = f"{_cue_label(number, cue)} ends {frames} frames before the next one; {limits.gap_frames} are wanted."
        yield "warning", "gap-short", number, cue.row, frames, limits.gap_frames, sentence
    elif frames > limits.gap_frames and between < _HALF_SECOND_MS:
        sentence = f"{_cue_label(number, cue)} leaves the screen empty for {between} ms; pauses under 0.5 s are closed to {limits.gap_frames} frames."
        yield "warning", "gap-open", number, cue.row, frames, limits.gap_frames, sentence


def _line_stays(cue: Cue, after: Cue) -> bool:
    """Tell whether a line stays on the screen from one cue to the next: there a gap would be a flicker."""
    return len(cue.lines) > 1 and bool(cue.lines[:-1] == after.lines[:-1])


def _check_line_edges(
    number: int, cue: Cue, lines: Sequence[str], segmenter: Segmenter | None, *, begins_row: bool
) -> Iterator[RuleFinding]:
    """Look at how lines begin and end. Where the row itself begins or ends so, it is the author's and only a warning."""
    for index, line in enumerate(lines):
        is_row_edge = (index == 0 and begins_row, index == len(lines) - 1)
        if line[:1] in CLOSING_PUNCTUATION and line[:1] and not _begins_a_word(line):
            sentence = f"{_cue_label(number, cue)} has a line that begins with “{line[0]}”."
            yield (
                "warning" if is_row_edge[0] else "error",
                "line-start",
                number,
                cue.row,
                line[0],
                "",
                sentence,
            )
        elif (
            line[:1] in _TRAILING_PARTICLES
            and segmenter is not None
            and segmenter.words(line[:8])[0] == (0, 1)
        ):
            sentence = f"{_cue_label(number, cue)} has a line that begins with “{line[0]}”, which belongs to the word before it."
            yield (
                "warning" if is_row_edge[0] else "error",
                "line-start",
                number,
                cue.row,
                line[0],
                "",
                sentence,
            )
        if line[-1:] in OPENING_PUNCTUATION and line[-1:]:
            sentence = f"{_cue_label(number, cue)} has a line that ends with “{line[-1]}”."
            yield (
                "warning" if is_row_edge[1] else "error",
                "line-end",
                number,
                cue.row,
                line[-1],
                "",
                sentence,
            )


def _begins_a_word(line: str) -> bool:
    """Tell whether a mark that may not begin a line is part of a word here: `.NET`, `—` of a speaker, `…` of a sentence going on."""
    return line[0] in ".—…-·~～" and len(line) > 1


def _check_glyphs(number: int, cue: Cue, has_glyph: Callable[[str], bool]) -> Iterator[RuleFinding]:
    missing = "".join(
        sorted(
            {
                char
                for line in cue.lines
                for char in line
                if not char.isspace() and not has_glyph(char)
            }
        )
    )
    if missing:
        sentence = (
            f"{_cue_label(number, cue)} has characters the font lacks: {' '.join(missing[:20])}"
        )
        yield "error", "glyph", number, cue.row, missing, "", sentence


def _check_split_words(
    cues: Sequence[Cue], limits: CueLimits, segmenter: Segmenter, *, has_below: bool
) -> Iterator[RuleFinding]:
    """Find lines and cues of a row that end inside a word, where the word would have fitted one line."""
    for _, group in groupby(enumerate(cues, 1), key=lambda pair: pair[1].row):
        text = ""
        ends: list[tuple[int, int, Cue]] = []
        before: Cue | None = None
        for number, cue in group:
            lines = lines_by_language(cue, has_below=has_below)[0]
            if before is not None and _come_from_different_rows(before, cue):
                text += joining_space(text, cue.source)
            before = cue
            ends += [
                (len(text) + end, number, cue)
                for end in line_ends_in_source(cue.source, lines)
                if cue.source
            ]
            text += cue.source
        split_words = (
            _words_split_at(text, [end for end, _, _ in ends[:-1]], limits, segmenter)
            if len(ends) > 1
            else {}
        )
        for end, number, cue in ends[:-1]:
            if end in split_words:
                sentence = f"{_cue_label(number, cue)} breaks “{split_words[end]}” in two."
                yield "error", "split", number, cue.row, split_words[end], "", sentence


def _come_from_different_rows(before: Cue, cue: Cue) -> bool:
    """Tell whether two second-language cues labelled with the same rows (one lent the other time) say different rows' texts."""
    return (
        cue.last_row is not None
        and bool(before.word_times and cue.word_times)
        and before.word_times[-1].span != cue.word_times[0].span
    )


def _words_split_at(
    text: str, ends: Sequence[int], limits: CueLimits, segmenter: Segmenter
) -> dict[int, str]:
    """Return the word each end lies inside of; words too wide for a line have to be broken and are left out."""
    words = [(start, end) for start, end in segmenter.words(text) if end - start > 1]
    split_words = {}
    word_index = 0
    for end in ends:
        while word_index < len(words) and words[word_index][1] <= end:
            word_index += 1
        if (
            word_index < len(words)
            and words[word_index][0] < end
            and display_width(text[slice(*words[word_index])], limits.width_kind)
            <= limits.characters
        ):
            split_words[end] = text[slice(*words[word_index])]
    return split_words


def _cue_label(number: int, cue: Cue) -> str:
    return f"Cue {number}" if cue.row == number else f"Cue {number} (row {cue.row})"
