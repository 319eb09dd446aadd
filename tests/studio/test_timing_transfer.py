"""Times stay the same while texts are edited."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import RowTime, Span, Word
from pipeline.stages.snapshot import Snapshot
from pipeline.studio.editing.commands import parse_edit
from pipeline.studio.editing.sources import EpisodeSource, SourceFiles, escaped_row, parse_source
from pipeline.studio.editing.text_edits import apply_edit
from pipeline.studio.editing.timing_transfer import map_rows, sample_of_character, transfer_timeline
from pipeline.studio.view.episode_view import DetectedChapters, build_view
from pipeline.studio.view.row_break_cache import RowBreakCache
from pipeline.text.topics.chapters import chapters_for
from tests.studio.factories import ROWS, quick, readings, snapshot_of, timeline_of

BENCH = RowBreakCache()


def heart() -> EpisodeSource:
    """Return the source of a talk."""
    return parse_source(SourceFiles("heart.txt", "\n".join(map(escaped_row, ROWS)).encode()))


@given(
    old=st.lists(st.sampled_from(ROWS), min_size=1, max_size=12),
    new=st.lists(st.sampled_from([*ROWS, "新的一行", "又一行"]), min_size=1, max_size=14),
)
@quick
def test_transfer_gives_every_row_a_time_in_order(old: list[str], new: list[str]) -> None:
    """Every row has a time inside the episode without overlaps; unchanged rows keep theirs."""
    reading = parse_source(SourceFiles("a.txt", "\n".join(map(escaped_row, old)).encode()))
    told = snapshot_of(reading, BENCH)
    timeline = transfer_timeline(told, new, ())  # raises where an invariant of timelines is broken
    kept, moved = map_rows(told.texts, new)
    for before, now in kept.items():
        assert replace(told.timeline.rows[before - 1], row=now) == timeline.rows[now - 1]
    assert len(moved) == len(old)
    assert (timeline.frames, timeline.length) == (told.timeline.frames, told.timeline.length)


@given(reading=readings(), data=st.data())
@quick
def test_transfer_keeps_the_span_of_an_edited_row(
    reading: EpisodeSource, data: st.DataObject
) -> None:
    """A new text keeps the row's span as an estimate; all other rows keep theirs."""
    told = snapshot_of(reading, BENCH)
    row = data.draw(st.integers(1, len(reading.row_texts)))
    new = [*reading.row_texts[: row - 1], "完全不同的话", *reading.row_texts[row:]]
    timeline = transfer_timeline(told, new, ())
    assert [one.span for one in timeline.rows] == [one.span for one in told.timeline.rows]
    assert timeline.rows[row - 1].time_source == "estimated"


@given(place=st.integers(1, len(ROWS)), data=st.data())
@quick
def test_transfer_splits_a_row_at_its_word_times(place: int, data: st.DataObject) -> None:
    """Both halves fill the row's span, split where the second half's first character begins."""
    reading = heart()
    told = snapshot_of(reading, BENCH)
    text, time = ROWS[place - 1], told.timeline.rows[place - 1]
    at = data.draw(st.integers(1, len(text) - 1))
    timeline = transfer_timeline(
        told, [*ROWS[: place - 1], text[:at], text[at:], *ROWS[place:]], ()
    )
    first, second = timeline.rows[place - 1 : place + 1]
    assert (first.span.start, second.span.end) == (time.span.start, time.span.end)
    assert first.span.end == second.span.start == sample_of_character(text, time, at)


def test_transfer_gives_a_merged_row_the_span_of_both() -> None:
    """The pause between two rows belongs to the merged row."""
    told = snapshot_of(heart(), BENCH)
    timeline = transfer_timeline(told, [ROWS[0] + ROWS[1], *ROWS[2:]], ())
    assert timeline.rows[0].span == Span(
        told.timeline.rows[0].span.start, told.timeline.rows[1].span.end
    )


def test_transfer_puts_a_new_row_into_the_pause() -> None:
    """A new row takes no time from the others; the next render gives it its own."""
    told = snapshot_of(heart(), BENCH)
    timeline = transfer_timeline(told, [ROWS[0], "插进来的", *ROWS[1:]], ())
    assert timeline.rows[1].span == Span(
        told.timeline.rows[0].span.end, told.timeline.rows[1].span.start
    )


@pytest.mark.parametrize(("at", "wanted"), [(0, 0), (1, 100), (2, 250), (3, 400), (4, 900)])
def test_sample_of_character_follows_word_times(at: int, wanted: int) -> None:
    """A character's time is inside its word; a pause belongs to the text before it."""
    time = RowTime(
        1,
        Span(0, 900),
        "measured",
        (Word(0, 1, Span(0, 80)), Word(1, 3, Span(100, 400)), Word(3, 4, Span(400, 900))),
    )
    assert sample_of_character("心房收缩", time, at) == wanted


def test_transfer_does_not_accumulate_errors() -> None:
    """Times come from the build, not from the last edit, so undo restores them."""
    reading = heart()
    told, found = (
        snapshot_of(reading, BENCH),
        DetectedChapters(
            reading.row_texts, chapters_for(reading.transcript, reading.settings, BENCH)
        ),
    )
    view = first = build_view(reading, told, found, BENCH)
    for text in ("别的", "再改", ROWS[3]):
        changed, _ = apply_edit(
            view.source, parse_edit({"kind": "text", "row": 4, "text": text}), view.timeline
        )
        view = build_view(changed, told, found, BENCH, previous_view=view)
    assert (view.rows, view.timeline, view.track) == (first.rows, first.timeline, first.track)


@given(reading=readings(), data=st.data())
@quick
def test_build_view_is_the_same_with_and_without_its_memo(
    reading: EpisodeSource, data: st.DataObject
) -> None:
    """A view made with the previous one equals a view made from nothing."""
    told = snapshot_of(reading, BENCH)
    found = DetectedChapters(
        reading.row_texts, chapters_for(reading.transcript, reading.settings, BENCH)
    )
    before = build_view(reading, told, found, BENCH)
    row = data.draw(st.integers(1, len(reading.row_texts)))
    changed, _ = apply_edit(
        reading, parse_edit({"kind": "split", "row": row, "at": 1}), before.timeline
    )
    warm, cold = (
        build_view(changed, told, found, BENCH, previous_view=before),
        build_view(changed, told, found, RowBreakCache()),
    )
    assert (warm.rows, warm.timeline, warm.chapters) == (cold.rows, cold.timeline, cold.chapters)


def test_build_view_keeps_alignment_reasons_with_their_rows() -> None:
    """A row that the recording skips is flagged at its new number; a rewritten row is not."""
    reading = heart()
    told = Snapshot(
        reading.row_texts, timeline_of(reading, BENCH), {3: ("skipped",), 5: ("unsure",)}
    )
    found = DetectedChapters(reading.row_texts, ())
    split, _ = apply_edit(reading, parse_edit({"kind": "split", "row": 1, "at": 3}), told.timeline)
    view = build_view(split, told, found, BENCH)
    assert [
        row["row"]
        for row in view.rows
        if any(flag["code"] == "recording-skipped" for flag in row["flags"])
    ] == [4]
    mended, _ = apply_edit(
        split, parse_edit({"kind": "text", "row": 4, "text": "重新写的"}), view.timeline
    )
    codes = {
        flag["code"] for row in build_view(mended, told, found, BENCH).rows for flag in row["flags"]
    }
    assert "recording-skipped" not in codes
    assert "recording-unsure" in codes
