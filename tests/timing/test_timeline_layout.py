"""The timeline: its invariants, pauses, chapters and given times."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.model import Chapter, Directive, RowTime, Span, Take, Timeline
from pipeline.settings.sections import PauseSettings
from pipeline.text.normalization.spoken_form import spoken_rows
from pipeline.timebase import frames_covering, samples_from_frame, samples_from_ms
from pipeline.timing.timeline_layout import check_timeline, lay_out_takes, lay_out_times
from tests.timing.factories import FPS, Talk, quick, talks, transcript_of


def laid(talk: Talk) -> Timeline:
    """Lay a made-up talk out."""
    return lay_out_takes(
        talk.takes, talk.spoken, talk.transcript, talk.chapters, talk.pauses, talk.fps
    )


def of_rows(
    *texts: str,
    directives: tuple[Directive, ...] = (),
    chapters: tuple[Chapter, ...] = (),
    closed: tuple[int, ...] = (),
) -> Timeline:
    """Lay out rows of one second each, one take a row, with pauses that tell themselves apart."""
    transcript = transcript_of(texts, directives)
    takes = [
        Take((RowTime(row.number, Span(0, 48_000), "measured"),), 48_000, "key")
        for row in transcript.rows
    ]
    pauses = PauseSettings(
        row=100, clause=200, sentence=400, chapter=900, lead_in=1_000, tail=2_000
    )
    return lay_out_takes(
        takes,
        spoken_rows(transcript.rows, {}),
        transcript,
        chapters,
        pauses,
        30,
        sentence_end_rows=closed,
    )


def gaps_ms(timeline: Timeline) -> list[int]:
    """Return the silences between rows in ms."""
    return [(second.span.start - first.span.end) // 48 for first, second in pairwise(timeline.rows)]


@quick
@given(talks())
def test_lay_out_takes_keeps_the_invariants(talk: Talk) -> None:
    """For any takes, pauses, chapters and frame rate."""
    timeline = laid(talk)
    assert [row.row for row in timeline.rows] == [row.number for row in talk.transcript.rows]
    assert all(first.span.end <= second.span.start for first, second in pairwise(timeline.rows))
    assert all(0 <= row.span.start <= row.span.end <= timeline.length for row in timeline.rows)
    assert timeline.length == samples_from_frame(timeline.frames, talk.fps)
    assert timeline.frames >= 1
    check_timeline(timeline, len(talk.transcript.rows))


@quick
@given(talks())
def test_lay_out_takes_keeps_rows_and_words_in_their_take(talk: Talk) -> None:
    """Every row and word is as far from the start of its placed take as in the take itself."""
    timeline = laid(talk)
    rows = iter(timeline.rows)
    for take, piece in zip(talk.takes, timeline.placed_takes, strict=True):
        assert (piece.audio_key, piece.span.length) == (take.audio_key, take.sample_count)
        for own in take.rows:
            row = next(rows)
            assert row.span == own.span.shifted_by(piece.span.start)
            assert row.word_times == tuple(
                replace(word, span=word.span.shifted_by(piece.span.start))
                for word in own.word_times
            )


@quick
@given(talks())
def test_length_is_the_sum_up_to_a_frame(talk: Talk) -> None:
    """Lead-in, takes, pauses and tail fill the timeline up to the frame that covers them."""
    timeline = laid(talk)
    last = timeline.placed_takes[-1].span.end
    author_pauses = [
        directive
        for directive in talk.transcript.directives
        if directive.row == len(talk.transcript.rows) + 1
    ]
    tail = (
        int(sum(float(directive.value) for directive in author_pauses) * 48_000)
        if author_pauses
        else samples_from_ms(talk.pauses.tail)
    )
    assert timeline.frames == max(1, frames_covering(last + tail, talk.fps))


@quick
@given(talks())
def test_chapter_mark_is_just_before_its_row(talk: Talk) -> None:
    """A mark is on a frame, at most 0.3 s and a frame before its row; the first one at 0."""
    timeline = laid(talk)
    starts = {row.row: row.span for row in timeline.rows}
    assert [mark.chapter for mark in timeline.chapters] == list(talk.chapters)
    for mark in timeline.chapters:
        start = starts[mark.chapter.row].start
        if mark.chapter.row == 1:
            assert mark.start_sample == 0
        else:
            assert start - 14_400 - 48_000 // talk.fps - 1 <= mark.start_sample <= start
            assert mark.start_sample >= starts[mark.chapter.row - 1].end - 48_000 // talk.fps - 1


def test_pause_follows_the_kind_of_boundary() -> None:
    """Row, clause, sentence and chapter each have their own; lead-in and tail are at the ends."""
    timeline = of_rows(
        "他读了", "这本书，", "并且喜欢。", "第二天", "走了", chapters=(Chapter(5, "走"),)
    )
    assert gaps_ms(timeline) == [200, 200, 400, 900]
    assert timeline.rows[0].span.start == 48_000
    assert timeline.length == timeline.rows[-1].span.end + 96_000


def test_pause_inside_a_clause_is_the_shortest() -> None:
    """Neither punctuation nor an opening word is at the boundary."""
    assert gaps_ms(of_rows("联合创始人兼", "首席科学家")) == [100]


def test_discourse_opener_begins_a_sentence() -> None:
    """Rows of a talk seldom have full stops; 首先 and 不过 begin sentences."""
    assert gaps_ms(of_rows("我们开始", "首先看论文", "不过要快", "“那么”什么时候")) == [
        400,
        400,
        400,
    ]


def test_discourse_word_alone_is_followed_by_a_clause_pause() -> None:
    """The pause after 不过 is longer than inside a clause."""
    assert gaps_ms(of_rows("不过", "研究进展很快", "大楼")) == [200, 100]


def test_sentence_end_rows_get_a_sentence_pause() -> None:
    """The pause follows the end of a thought in the voice, whatever the text shows."""
    assert gaps_ms(of_rows("联合创始人", "首席科学家", "大楼", closed=(1,))) == [400, 100]


@pytest.mark.parametrize(
    ("text", "pause"),
    [
        ("他走了。”", 400),
        ("真的？", 400),
        ("J. K.", 100),
        ("It ended.", 400),
        ("然后……", 400),
        ("他说：", 200),
        ("好——", 200),
    ],
)
def test_sentence_end_is_found_before_closing_quotes(text: str, pause: int) -> None:
    """Closing quotes do not hide the full stop, and an initial is none."""
    assert gaps_ms(of_rows(text, "大楼")) == [pause]


def test_author_pause_is_exact_and_adds_up() -> None:
    """@pause replaces the pause of the boundary, before the first row and after the last too."""
    orders = tuple(
        Directive("pause", value, row, 1)
        for value, row in (("0.333", 1), ("1", 2), ("0.25", 2), ("3", 3))
    )
    timeline = of_rows("一。", "二。", directives=orders)
    assert timeline.rows[0].span.start == 15_984
    assert gaps_ms(timeline) == [1_250]
    assert timeline.length == samples_from_frame(
        frames_covering(timeline.rows[-1].span.end + 144_000, 30), 30
    )


@pytest.mark.parametrize("value", ["", "soon", "-1", "601", "nan", "inf", "1e9", "０．５秒"])
def test_author_pause_must_be_a_number_of_seconds(value: str) -> None:
    """The error names the line and shows how to write it."""
    with pytest.raises(InputError, match="Line 7") as caught:
        of_rows("一", "二", directives=(Directive("pause", value, 2, 7),))
    assert caught.value.row == 2
    assert "@pause 1.5" in caught.value.remedy


def take(*rows: RowTime, samples: int = 100) -> Take:
    """Return a take of rows."""
    return Take(rows, samples, None)


@pytest.mark.parametrize(
    ("takes", "invariant"),
    [
        ([take(RowTime(1, Span(0, 100), "measured"))], "every row once"),
        (
            [take(RowTime(2, Span(0, 50), "measured")), take(RowTime(1, Span(0, 50), "measured"))],
            "in order",
        ),
        (
            [
                take(RowTime(1, Span(0, 50), "measured"), RowTime(1, Span(50, 60), "measured")),
                take(RowTime(2, Span(0, 9), "measured")),
            ],
            "every row once",
        ),
        (
            [take(RowTime(1, Span(0, 60), "measured"), RowTime(2, Span(50, 90), "measured"))],
            "no overlap",
        ),
        (
            [take(RowTime(1, Span(0, 60), "measured"), RowTime(2, Span(60, 101), "measured"))],
            "inside the length",
        ),
        (
            [
                take(RowTime(1, Span(0, 60), "measured")),
                take(),
                take(RowTime(2, Span(0, 60), "measured")),
            ],
            "every row once",
        ),
        ([], "every row once"),
    ],
)
def test_broken_invariant_is_refused_by_name(takes: list[Take], invariant: str) -> None:
    """A row that is lost, doubled, moved, overlapping or outside is a ValueError that says so."""
    transcript = transcript_of(["一", "二"])
    with pytest.raises(ValueError, match=invariant):
        lay_out_takes(takes, spoken_rows(transcript.rows, {}), transcript, (), PauseSettings(), 30)


def test_chapter_must_begin_at_a_row() -> None:
    """A chapter beyond the last row is a ValueError."""
    with pytest.raises(ValueError, match="row 3 of 2"):
        of_rows("一", "二", chapters=(Chapter(3, "后"),))


@quick
@given(
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 200_000)), min_size=1, max_size=10),
    FPS,
)
def test_lay_out_times_keeps_given_times(steps: list[tuple[int, int]], fps: int) -> None:
    """The times of a subtitle file come back sample by sample."""
    spans, at = [], 0
    for gap, length in steps:
        spans.append(Span(at + gap, at + gap + length))
        at += gap + length
    transcript = replace(transcript_of(["字"] * len(spans)), times=tuple(spans))
    timeline = lay_out_times(transcript, (Chapter(1, "头"),), PauseSettings(tail=0), fps)
    assert [row.span for row in timeline.rows] == spans
    assert {row.time_source for row in timeline.rows} == {"measured"}
    assert timeline.frames == max(1, frames_covering(at, fps))


def test_lay_out_times_cuts_overlaps_at_the_next_start() -> None:
    """Rows never overlap; every start stays."""
    transcript = replace(transcript_of(["一", "二"]), times=(Span(0, 500), Span(400, 900)))
    timeline = lay_out_times(transcript, (), PauseSettings(), 30)
    assert [row.span for row in timeline.rows] == [Span(0, 400), Span(400, 900)]


def test_lay_out_times_names_a_row_out_of_order() -> None:
    """The error names the row that begins before the one above it."""
    transcript = replace(transcript_of(["一", "二"]), times=(Span(500, 900), Span(400, 450)))
    with pytest.raises(InputError) as caught:
        lay_out_times(transcript, (), PauseSettings(), 30)
    assert caught.value.row == 2


def test_lay_out_times_needs_times() -> None:
    """A transcript without times is a ValueError."""
    with pytest.raises(ValueError, match="no times"):
        lay_out_times(transcript_of(["一"]), (), PauseSettings(), 30)
