"""Times that a person has corrected."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.model import Row, RowTime, Span, Timeline, Word
from pipeline.timebase import samples_from_frame, samples_from_ms
from pipeline.timing.corrections import (
    Correction,
    apply_corrections,
    compose_corrections,
    parse_corrections,
)


def laid_out(count: int) -> tuple[Timeline, list[Row]]:
    """Return a timeline of rows of a second each with half a second between, and its rows."""
    rows = [Row(number, number, f"第{number}行") for number in range(1, count + 1)]
    times = []
    for number in range(1, count + 1):
        start = samples_from_ms(1500 * number)
        span = Span(start, start + samples_from_ms(1000))
        words = (
            Word(0, 1, Span(start, start + samples_from_ms(250))),
            Word(1, 3, Span(start + samples_from_ms(250), span.end)),
        )
        times.append(RowTime(number, span, "boundary", words))
    frames = 30 * (2 * count + 4)
    return Timeline(tuple(times), (), (), 30, frames, samples_from_frame(frames, 30)), rows


MS = st.integers(0, 30_000)


@given(st.lists(st.tuples(st.integers(1, 10), MS, MS), max_size=6))
def test_apply_keeps_rows_in_order_without_overlap(
    wanted: list[tuple[int, int, int]],
) -> None:
    """Any corrections give a valid timeline, with words inside their rows."""
    timeline, rows = laid_out(10)
    corrections = [
        Correction(row, "", Span(samples_from_ms(min(a, b)), samples_from_ms(max(a, b) + 1)))
        for row, a, b in wanted
    ]
    corrected, _ = apply_corrections(
        timeline, list({correction.row: correction for correction in corrections}.values()), rows
    )
    assert [row.row for row in corrected.rows] == list(range(1, 11))
    assert all(a.span.end <= b.span.start for a, b in pairwise(corrected.rows))
    assert all(0 <= row.span.start <= row.span.end <= corrected.length for row in corrected.rows)
    assert all(
        row.span.start <= word.span.start <= word.span.end <= row.span.end
        for row in corrected.rows
        for word in row.word_times
    )


def test_apply_shortens_the_neighbours_of_a_corrected_row() -> None:
    """Row 2 from 2.0 to 4.7 s: row 1 ends there, row 3 begins there, row 4 stays."""
    timeline, rows = laid_out(4)
    corrected, notices = apply_corrections(
        timeline, [Correction(2, "第2行", Span(samples_from_ms(2000), samples_from_ms(4700)))], rows
    )
    spans = [(row.span.start // 48, row.span.end // 48) for row in corrected.rows]
    assert (spans, notices) == ([(1500, 2000), (2000, 4700), (4700, 5500), (6000, 7000)], ())


def test_apply_stretches_words_with_their_row() -> None:
    """A quarter of the row stays a quarter."""
    timeline, rows = laid_out(1)
    corrected, _ = apply_corrections(
        timeline, [Correction(1, "", Span(samples_from_ms(2000), samples_from_ms(4000)))], rows
    )
    assert [
        (word.span.start // 48, word.span.end // 48) for word in corrected.rows[0].word_times
    ] == [
        (2000, 2500),
        (2500, 4000),
    ]


def test_apply_reports_a_correction_of_another_text() -> None:
    """A changed or removed row keeps its new time."""
    timeline, rows = laid_out(2)
    corrected, notices = apply_corrections(
        timeline, [Correction(1, "旧的", Span(0, 48)), Correction(9, "", Span(0, 48))], rows
    )
    assert corrected == timeline
    assert ["row 1" in notices[0], "row 9" in notices[1]] == [True, True]


@given(
    st.lists(
        st.tuples(st.integers(1, 999), st.text(max_size=12), MS, st.integers(1, 9999)), max_size=8
    )
)
def test_compose_and_parse_round_trip(entries: list[tuple[int, str, int, int]]) -> None:
    """Any text and any ms."""
    text_rows = {
        row: Correction(row, text, Span(samples_from_ms(a), samples_from_ms(a + length)))
        for row, text, a, length in entries
    }
    wanted = tuple(text_rows[row] for row in sorted(text_rows))
    assert parse_corrections(compose_corrections(wanted), "x.times.toml") == wanted


@pytest.mark.parametrize(
    "text",
    [
        "[[row]]\nrow=1\nstart=2\nend=1",
        "[[row]]\nrow=0\nstart=0\nend=1",
        "row=3",
        "[[row]]\nrow=1\nbegin=2",
        "a=",
        "[[row]]\nrow=1\nstart=nan\nend=1",
    ],
)
def test_parse_refuses_wrong_corrections(text: str) -> None:
    """The error names the file."""
    with pytest.raises(InputError, match=r"x\.times\.toml"):
        parse_corrections(text, "x.times.toml")
