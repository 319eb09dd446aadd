"""A second language's cues: merged and split for reading, inside the time of their rows."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Timeline, Track
from pipeline.subtitle_profiles import CUE_LIMITS
from pipeline.subtitles.translation_track import build_translation_track
from pipeline.text.display_width import display_width
from pipeline.text.word_segmenter import Segmenter
from pipeline.timebase import frame_from_samples, samples_from_frame
from tests.subtitles.factories import FPS, frames, make_cue, quick, timeline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.model import Cue

LIMITS = CUE_LIMITS["netflix-en"]
SEGMENTER = Segmenter()


def paired(
    rows: list[str], ends: list[int], chapters: tuple[int, ...] = (1,)
) -> tuple[Track, Track, Timeline]:
    """Return the first track (a cue a row, two frames apart), the track of `rows`, the timeline."""
    times = timeline(ends, chapters=chapters)
    first = Track(
        "zh",
        tuple(
            make_cue(time.row, start, end - 2, "字")
            for time, (start, end) in zip(times.rows, pairwise([0, *ends]), strict=True)
        ),
    )
    return first, build_translation_track(rows, times, first, LIMITS, SEGMENTER, "en"), times


def test_track_keeps_readable_rows() -> None:
    """A row that fits and has enough time is one cue with the time of its row."""
    _, second, _ = paired(
        ["The dish comes from Chengdu,", "and is over a hundred years old."], [90, 180]
    )
    assert [(cue.row, cue.last_row, cue.lines, cue.span) for cue in second.cues] == [
        (1, None, ("The dish comes from Chengdu,",), frames(0, 88)),
        (2, None, ("and is over a hundred years old.",), frames(90, 178)),
    ]


def test_track_merges_a_short_row_with_its_sentence() -> None:
    """A cue that would flash is merged with the next; its words have the times of their rows."""
    _, second, _ = paired(["However,", "this dish isn’t for beginners."], [18, 120])
    (cue,) = second.cues
    assert (cue.row, cue.last_row, cue.span) == (1, 2, frames(0, 118))
    assert " ".join(cue.lines) == cue.source == "However, this dish isn’t for beginners."
    assert [
        (cue.source[word.shown_start : word.shown_end], word.span) for word in cue.word_times
    ] == [
        ("However,", frames(0, 16)),
        ("this dish isn’t for beginners.", frames(18, 118)),
    ]


@pytest.mark.parametrize(
    ("rows", "ends", "chapters"),
    [
        (["However,", "this dish isn’t for beginners."], [18, 120], (1, 2)),
        (["Right.", "This dish isn’t for beginners."], [18, 120], (1,)),
        (
            [
                "However,",
                (
                    "this dish is one of those that take a whole afternoon "
                    "if you do everything by the book."
                ),
            ],
            [18, 160],
            (1,),
        ),
    ],
)
def test_track_merges_nothing_over_a_chapter_or_sentence(
    rows: list[str], ends: list[int], chapters: tuple[int, ...]
) -> None:
    """The start of a chapter, the end of a sentence and a long text keep a short row alone."""
    _, second, _ = paired(rows, ends, chapters)
    assert second.cues[0].lines == (rows[0],)
    assert second.cues[0].span.end < second.cues[1].span.start


def test_track_moves_no_time_over_the_start_of_a_chapter() -> None:
    """A short cue at the end of a chapter keeps its time; elsewhere it would get more."""
    rows = ["Right.", "This dish isn’t for beginners."]
    _, apart, _ = paired(rows, [18, 120], (1, 2))
    _, together, _ = paired(rows, [18, 120])
    assert (apart.cues[0].span, apart.cues[0].last_row) == (frames(0, 16), None)
    assert (together.cues[0].span, together.cues[0].last_row) == (frames(0, 25), 2)


def test_track_does_not_end_a_sentence_at_an_abbreviation() -> None:
    """The point of `Dr.` or `F.` ends no sentence."""
    _, second, _ = paired(["by Dr.", "Fuchsia Dunlop of Oxford."], [15, 120])
    assert len(second.cues) == 1


def test_track_splits_a_long_row_in_proportion() -> None:
    """A text over two lines becomes cues whose sources join to it; longer parts last longer."""
    text = (
        "The doctors followed more than two thousand patients over eleven years, "
        "and what they found about sleep "
        "surprised even the authors of the study."
    )
    _, second, _ = paired([text], [300])
    assert [cue.part for cue in second.cues] == list(range(len(second.cues)))
    assert len(second.cues) > 1
    assert "".join(cue.source for cue in second.cues) == text
    for cue in second.cues:
        assert cue.span.length / frames(0, 298).length == pytest.approx(
            len(cue.source) / len(text), abs=0.03
        )


def test_track_splits_where_the_first_language_changes() -> None:
    """If the first language changes cues nearby, both change together."""
    text = (
        "The doctors followed more than two thousand patients for over eleven long years, "
        "and what they found surprised them."
    )
    times = timeline([300])
    first = Track("zh", (make_cue(1, 0, 170, "一"), replace(make_cue(1, 172, 298, "二"), part=1)))
    second = build_translation_track([text], times, first, LIMITS, SEGMENTER, "en")
    assert [cue.span for cue in second.cues] == [frames(0, 170), frames(172, 298)]


def test_track_gives_a_joined_row_the_cue_above() -> None:
    """The text of a joined row is shown over the time of both rows."""
    _, second, _ = paired(["One text for two rows.", "", "Another."], [60, 120, 180])
    assert [(cue.row, cue.last_row, cue.span) for cue in second.cues] == [
        (1, 2, frames(0, 118)),
        (3, None, frames(120, 178)),
    ]


def test_track_shows_no_joined_row_over_the_start_of_a_chapter() -> None:
    """A text does not reach into the next chapter, though its row is joined."""
    _, second, _ = paired(
        ["One text for three rows.", "", "", "Another."], [60, 120, 180, 240], (1, 2)
    )
    assert (second.cues[0].row, second.cues[0].last_row, second.cues[0].span) == (
        1,
        3,
        frames(0, 58),
    )


def test_track_gives_a_fast_row_time_of_its_neighbour() -> None:
    """A row that is too fast begins early, and both cues are labelled with both rows."""
    rows = ["The recipe is simple.", "It needs tofu, minced beef and bean paste."]
    _, second, _ = paired(rows, [120, 180])
    assert [cue.lines for cue in second.cues] == [(rows[0],), (rows[1],)]
    assert [(cue.row, cue.last_row, cue.part) for cue in second.cues] == [
        (1, 2, 0),
        (1, 2, 1),
    ]
    slow, fast = second.cues
    assert len(rows[1]) / (fast.span.length / 48_000) <= LIMITS.cps
    assert fast.span.start - slow.span.end == frames(0, 2).length
    assert slow.span.start == 0
    assert fast.span.end == frames(0, 178).end


def test_track_takes_no_time_from_a_fast_neighbour() -> None:
    """Two rows that are too fast keep their own times."""
    rows = ["The recipe is a very, very simple one.", "It needs tofu, minced beef and bean paste."]
    _, second, _ = paired(rows, [50, 100])
    assert [cue.span for cue in second.cues] == [frames(0, 48), frames(50, 98)]


def test_track_halves_latin_limits_for_full_width_scripts() -> None:
    """42 characters of English per line are 21 of Japanese; French is counted as English is."""
    times = timeline([200])
    first = Track("zh", (make_cue(1, 0, 198, "字"),))
    text = "医師たちは十一年にわたって二千人の患者を追跡し、眠りについて調べました。"
    japanese = build_translation_track([text], times, first, LIMITS, SEGMENTER, "ja")
    assert all(display_width(line, "visual") <= 21 for cue in japanese.cues for line in cue.lines)
    assert "".join(cue.source for cue in japanese.cues) == text
    french = build_translation_track(
        ["Les médecins ont suivi deux mille patients."], times, first, LIMITS, SEGMENTER, "fr"
    )
    assert [cue.lines for cue in french.cues] == [
        ("Les médecins ont suivi", "deux mille patients.")
    ]


def test_track_has_no_cue_over_the_longest_duration() -> None:
    """A short text ends after seven seconds, a longer one is shown in parts."""
    _, second, _ = paired(["Listen."], [600])
    assert second.cues[0].span == frames(0, 210)
    _, second, _ = paired(
        ["First we listen to the whole of the song, and then we talk about it."], [400]
    )
    assert len(second.cues) == 2
    assert max(cue.span.length for cue in second.cues) <= frames(0, 210).length


def test_track_keeps_a_text_without_time() -> None:
    """Three frames for a hundred words: unreadable, but not lost."""
    text = "word " * 99 + "word."
    _, second, _ = paired([text], [5])
    (cue,) = second.cues
    assert cue.source == text
    assert cue.span == frames(0, 3)


_english = st.lists(
    st.sampled_from(
        [
            "I",
            "see",
            "the",
            "patients",
            "and",
            "Dr.",
            "GPT-4o",
            "however,",
            "slept",
            "well.",
            "Why?",
            "“yes”",
            "understanding",
            "of",
        ]
    ),
    min_size=1,
    max_size=40,
).map(" ".join)


@quick
@given(st.data())
def test_track_covers_any_rows(data: st.DataObject) -> None:
    """No text is lost, moved, or shown outside the time of its rows; cues are on the grid."""
    count = data.draw(st.integers(1, 12))
    rows = [
        data.draw(_english),
        *(data.draw(st.one_of(st.just(""), _english)) for _ in range(count - 1)),
    ]
    ends: list[int] = []
    for _ in range(count):
        ends.append((ends[-1] if ends else 0) + data.draw(st.integers(3, 300)))
    chapters = (
        (
            1,
            *sorted(
                data.draw(st.sets(st.integers(2, 12).filter(lambda row: row <= count), max_size=2))
            ),
        )
        if count > 1
        else (1,)
    )
    first, second, _ = paired(rows, ends, chapters)
    spans = {one.row: one.span for one in first.cues}

    assert _tight(cue.source for cue in second.cues) == _tight(rows)
    for cue in second.cues:
        last_row = cue.last_row or cue.row
        assert spans[cue.row].start <= cue.span.start < cue.span.end <= spans[last_row].end
        assert samples_from_frame(frame_from_samples(cue.span.start, FPS), FPS) == cue.span.start
        assert samples_from_frame(frame_from_samples(cue.span.end, FPS), FPS) == cue.span.end
        inner = [row for row in chapters if cue.row < row <= last_row]
        assert all(cue.span.end <= spans[row].start for row in inner)
        assert _tight(cue.lines) == _tight([cue.source])
        readable = cue.span.length > frames(0, 60).length
        assert not readable or (
            len(cue.lines) <= LIMITS.lines
            and all(display_width(line, "strict") <= LIMITS.characters for line in cue.lines)
        )
    assert all(one.span.end <= after.span.start for one, after in pairwise(second.cues))
    assert all([cue.part for cue in group] == list(range(len(group))) for group in _by_row(second))
    stretches = [
        cue.source[word.shown_start : word.shown_end]
        for cue in second.cues
        for word in cue.word_times
    ]
    assert _tight(stretches) == _tight(rows)


def _tight(texts: Iterable[str]) -> str:
    """Return texts as one, without white space."""
    return "".join("".join(texts).split())


def _by_row(track: Track) -> list[list[Cue]]:
    return [list(group) for _, group in groupby(track.cues, key=lambda cue: cue.row)]
