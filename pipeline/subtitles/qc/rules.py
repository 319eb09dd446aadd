"""The rules of the quality check, one function each; every one yields its findings."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Literal

from pipeline.messages import message
from pipeline.subtitles.qc.quality_finding import QualityFinding
from pipeline.subtitles.source_positions import line_ends_in_source
from pipeline.text.display_width import display_width
from pipeline.text.line_joining import joining_space
from pipeline.text.linebreak.penalties_zh import CLOSING_PUNCTUATION, OPENING_PUNCTUATION
from pipeline.timebase import frame_from_samples, ms_from_samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.messages import Message
    from pipeline.model import Cue
    from pipeline.subtitle_profiles import CueLimits
    from pipeline.subtitles.qc.quality_finding import Severity
    from pipeline.text.word_segmenter import Segmenter

_TRAILING_PARTICLES = frozenset("的了吗")
_SPEED_TOLERANCE = 0.05
"""Characters per second; files hold whole ms (ASS: 1/100 s), so a speed may exceed its limit."""

_HALF_SECOND_MS = 500
_MAX_NAMED_CHARACTERS = 20


def findings_of_cues(
    cues: Sequence[Cue],
    limits: CueLimits,
    below_limits: CueLimits | None,
    has_glyph: Callable[[str], bool] | None,
    segmenter: Segmenter | None,
    fps: int,
) -> Iterator[QualityFinding]:
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
            # only a warning: the second language can be read in its own track, where it is an error
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
    """Return the lines of the first language of a cue, and those of the second.

    The second language of a bilingual track is the last line of a cue with several lines.
    """
    if has_below and len(cue.lines) > 1:
        return cue.lines[:-1], cue.lines[-1:]
    return cue.lines, ()


def duration_ms(cue: Cue) -> int:
    """Return the duration of a cue in ms, between the whole ms of a subtitle file."""
    return ms_from_samples(cue.span.end) - ms_from_samples(cue.span.start)


def reading_speed(lines: Sequence[str], ms: int, limits: CueLimits) -> float:
    """Return the characters per second of lines shown for `ms`, in the width of the profile."""
    return sum(display_width(line, limits.width_kind) for line in lines) * 1000 / max(1, ms)


def is_over_limit(value: float, limit: float) -> bool:
    """Return whether a speed exceeds a limit by more than the rounding of the times in a file."""
    return value > limit + _SPEED_TOLERANCE


def widest_line(lines: Sequence[str], kind: Literal["strict", "visual"]) -> float:
    """Return the width of the widest line."""
    return max((display_width(line, kind) for line in lines), default=0.0)


def _check_empty(number: int, cue: Cue) -> Iterator[QualityFinding]:
    if not any(line.strip() for line in cue.lines):
        sentence = message("subtitles.qc_empty", cue=_cue_label(number, cue))
        yield QualityFinding("error", "empty", number, cue.row, 0, 1, sentence)


def _check_duration(number: int, cue: Cue, limits: CueLimits) -> Iterator[QualityFinding]:
    ms, label = duration_ms(cue), _cue_label(number, cue)
    if ms == 0:
        sentence = message("subtitles.qc_duration_none", cue=label)
        yield QualityFinding("error", "duration-none", number, cue.row, ms, limits.min_ms, sentence)
    elif ms < limits.min_ms:
        sentence = message("subtitles.qc_duration_short", cue=label, ms=ms, limit=limits.min_ms)
        yield QualityFinding(
            "warning", "duration-short", number, cue.row, ms, limits.min_ms, sentence
        )
    elif ms > limits.max_ms:
        sentence = message("subtitles.qc_duration_long", cue=label, ms=ms, limit=limits.max_ms)
        yield QualityFinding("error", "duration-long", number, cue.row, ms, limits.max_ms, sentence)


def _check_lines(
    number: int, cue: Cue, lines: Sequence[str], limits: CueLimits
) -> Iterator[QualityFinding]:
    label = _cue_label(number, cue)
    if len(lines) > limits.lines:
        sentence = message("subtitles.qc_lines", cue=label, count=len(lines), limit=limits.lines)
        yield QualityFinding("error", "lines", number, cue.row, len(lines), limits.lines, sentence)
    width = widest_line(lines, limits.width_kind)
    if width > limits.characters:
        line = max(lines, key=lambda line: display_width(line, limits.width_kind))
        sentence = message(
            "subtitles.qc_length",
            cue=label,
            strict=display_width(line, "strict"),
            visual=display_width(line, "visual"),
            limit=limits.characters,
            kind=message(f"subtitles.width_{limits.width_kind}"),
        )
        yield QualityFinding(
            "warning", "length", number, cue.row, width, limits.characters, sentence
        )


def _time_on_screen_ms(
    cues: Sequence[Cue], index: int, lines: Sequence[str], *, has_below: bool
) -> int:
    """Return how long lines of a cue are on the screen, in ms.

    In a bilingual track one language may stay while the other changes.
    """
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
) -> Iterator[QualityFinding]:
    cps = reading_speed(lines, ms, limits)
    if ms > 0 and is_over_limit(cps, limits.cps):
        sentence = message(
            "subtitles.qc_speed", cue=_cue_label(number, cue), cps=cps, limit=limits.cps
        )
        yield QualityFinding(level, "speed", number, cue.row, round(cps, 2), limits.cps, sentence)


def _check_gap(
    number: int, cue: Cue, after: Cue, limits: CueLimits, fps: int
) -> Iterator[QualityFinding]:
    """Check the time between a cue and the next: an overlap, a flash, a pause to be closed."""
    between_ms = ms_from_samples(after.span.start) - ms_from_samples(cue.span.end)
    frames = frame_from_samples(after.span.start, fps) - frame_from_samples(cue.span.end, fps)
    label = _cue_label(number, cue)
    if after.span.start < cue.span.start:
        sentence = message(
            "subtitles.qc_order",
            cue=_cue_label(number + 1, after),
            previous=_cue_label(number, cue, inside=True),
        )
        start_ms, previous_ms = (ms_from_samples(other.span.start) for other in (after, cue))
        yield QualityFinding(
            "error", "order", number + 1, after.row, start_ms, previous_ms, sentence
        )
    elif between_ms < 0:
        sentence = message("subtitles.qc_overlap", cue=label, ms=-between_ms)
        yield QualityFinding("error", "overlap", number, cue.row, between_ms, 0, sentence)
    elif frames < limits.gap_frames and not _line_stays(cue, after):
        sentence = message(
            "subtitles.qc_gap_short", cue=label, frames=frames, limit=limits.gap_frames
        )
        yield QualityFinding(
            "warning", "gap-short", number, cue.row, frames, limits.gap_frames, sentence
        )
    elif frames > limits.gap_frames and between_ms < _HALF_SECOND_MS:
        sentence = message(
            "subtitles.qc_gap_open", cue=label, ms=between_ms, limit=limits.gap_frames
        )
        yield QualityFinding(
            "warning", "gap-open", number, cue.row, frames, limits.gap_frames, sentence
        )


def _line_stays(cue: Cue, after: Cue) -> bool:
    """Return whether a line stays on the screen into the next cue; a gap would be a flicker."""
    return len(cue.lines) > 1 and bool(cue.lines[:-1] == after.lines[:-1])


def _check_line_edges(
    number: int, cue: Cue, lines: Sequence[str], segmenter: Segmenter | None, *, begins_row: bool
) -> Iterator[QualityFinding]:
    """Check how lines begin and end; only a warning where the author's row does so itself."""
    label = _cue_label(number, cue)
    for index, line in enumerate(lines):
        start_level: Severity = "warning" if index == 0 and begins_row else "error"
        end_level: Severity = "warning" if index == len(lines) - 1 else "error"
        if line[:1] in CLOSING_PUNCTUATION and line[:1] and not _begins_a_word(line):
            sentence = message("subtitles.qc_line_start", cue=label, character=line[0])
            yield QualityFinding(start_level, "line-start", number, cue.row, line[0], "", sentence)
        elif (
            line[:1] in _TRAILING_PARTICLES
            and segmenter is not None
            and segmenter.words(line[:8])[0] == (0, 1)
        ):
            sentence = message("subtitles.qc_line_start_particle", cue=label, character=line[0])
            yield QualityFinding(start_level, "line-start", number, cue.row, line[0], "", sentence)
        if line[-1:] in OPENING_PUNCTUATION and line[-1:]:
            sentence = message("subtitles.qc_line_end", cue=label, character=line[-1])
            yield QualityFinding(end_level, "line-end", number, cue.row, line[-1], "", sentence)


def _begins_a_word(line: str) -> bool:
    """Return whether a mark that may not begin a line begins a word here.

    Examples are `.NET`, the `—` of a speaker, and the `…` of a sentence that goes on.
    """
    return line[0] in ".—…-·~～" and len(line) > 1


def _check_glyphs(
    number: int, cue: Cue, has_glyph: Callable[[str], bool]
) -> Iterator[QualityFinding]:
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
        sentence = message(
            "subtitles.qc_glyph",
            cue=_cue_label(number, cue),
            characters=" ".join(missing[:_MAX_NAMED_CHARACTERS]),
        )
        yield QualityFinding("error", "glyph", number, cue.row, missing, "", sentence)


def _check_split_words(
    cues: Sequence[Cue], limits: CueLimits, segmenter: Segmenter, *, has_below: bool
) -> Iterator[QualityFinding]:
    """Find lines and cues that end inside a word that would have fitted on one line."""
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
                sentence = message(
                    "subtitles.qc_split", cue=_cue_label(number, cue), word=split_words[end]
                )
                yield QualityFinding(
                    "error", "split", number, cue.row, split_words[end], "", sentence
                )


def _come_from_different_rows(before: Cue, cue: Cue) -> bool:
    """Return whether two translated cues that share their rows show texts of different rows."""
    return (
        cue.last_row is not None
        and bool(before.word_times and cue.word_times)
        and before.word_times[-1].span != cue.word_times[0].span
    )


def _words_split_at(
    text: str, ends: Sequence[int], limits: CueLimits, segmenter: Segmenter
) -> dict[int, str]:
    """Return the word that each end is inside of, except words that are too wide for a line."""
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


def _cue_label(number: int, cue: Cue, *, inside: bool = False) -> Message:
    """Return the name of a cue in a sentence; `inside` is for one that does not begin with it."""
    suffix = "_inside" if inside else ""
    if cue.name:
        return message(f"subtitles.cue{suffix}", number=cue.name)
    if cue.row == number:
        return message(f"subtitles.cue{suffix}", number=number)
    return message(f"subtitles.cue_and_row{suffix}", number=number, row=cue.row)
