"""How long rows are taken to last from their text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Row, SpokenRow, Take
from pipeline.text.normalization.spoken_form import spoken_rows
from pipeline.timing.duration_estimate import (
    SILENT_ROW_MS,
    USUAL_SYLLABLES_PER_MINUTE,
    Pace,
    estimate_takes,
    row_seconds,
)
from tests.timing.factories import TEXTS, quick


def spoken(*texts: str) -> tuple[SpokenRow, ...]:
    """Return the spoken form of rows."""
    return spoken_rows([Row(number, number, text) for number, text in enumerate(texts, 1)], {})


def seconds(text: str, *, pace: int = USUAL_SYLLABLES_PER_MINUTE) -> float:
    """Return how long one row is taken to last."""
    return estimate_takes(spoken(text), syllables_per_minute=pace)[0].sample_count / 48_000


@quick
@given(st.lists(TEXTS | st.text(max_size=20), max_size=8), st.integers(60, 600))
def test_each_row_is_a_take_with_its_words_in_order_inside_it(texts: list[str], pace: int) -> None:
    """One take a row without audio; words cover shown characters in order, do not overlap, and fill the row from first to last sound."""
    rows = spoken(*texts)
    takes = estimate_takes(rows, syllables_per_minute=pace)
    assert [len(take.rows) for take in takes] == [1] * len(rows)
    for row, take in zip(rows, takes, strict=True):
        time = take.rows[0]
        assert (time.row, time.time_source, take.audio_key) == (row.row, "estimated", None)
        assert (time.span.start, time.span.end) == (0, take.sample_count)
        assert take.sample_count > 0
        if time.word_times:
            assert (time.word_times[0].span.start, time.word_times[-1].span.end) == (
                0,
                take.sample_count,
            )
            assert (time.word_times[0].shown_start, time.word_times[-1].shown_end) == (
                0,
                len(row.shown),
            )
        assert all(
            first.shown_end == second.shown_start and first.span.end <= second.span.start
            for first, second in pairwise(time.word_times)
        )


def test_a_silent_row_stands_a_moment() -> None:
    """A row of emoji is seen, for a time of its own."""
    assert [take.sample_count for take in estimate_takes(spoken("😀", "……"))] == [
        48 * SILENT_ROW_MS
    ] * 2


def test_the_usual_pace_is_the_narrators() -> None:
    """An ordinary talk's rows run at about 269 syllables a minute, pauses inside counted (FACTS)."""
    rows = [
        "今天我们来聊一聊糖尿病",
        "血压长期偏高的人，要特别当心",
        "医生通常建议每天步行三十分钟",
        "这道菜的关键，就在于火候",
        "光每秒能走三十万公里",
    ]
    syllables = sum(character != "，" for row in rows for character in row)
    assert 60 * syllables / sum(map(seconds, rows)) == pytest.approx(
        USUAL_SYLLABLES_PER_MINUTE, rel=0.04
    )


@given(st.integers(60, 600))
def test_pace_scales_every_time_alike(pace: int) -> None:
    """Half the pace is twice the time, pauses too."""
    text = "首先，GPT-4、Claude：都是模型。对吗"
    assert seconds(text, pace=pace) == pytest.approx(
        seconds(text) * USUAL_SYLLABLES_PER_MINUTE / pace, abs=1 / 48_000
    )


def test_what_is_longer_to_say_lasts_longer() -> None:
    """Read-out numbers, acronyms by the letter, full syllables over particles, marks inside over none."""
    assert seconds("在2005年") > seconds("在那年")
    assert seconds("123456个") > seconds("1个")
    assert seconds("WWW") > seconds("AAA")
    assert seconds("他们的呢吧") < seconds("他国大学院")
    assert seconds("好，走") > seconds("好走")
    assert seconds("好：走") > seconds("好，走") > seconds("好、走")
    assert row_seconds("it is 3.5, not 1,000", Pace()) < row_seconds(
        "it is 3. 5, not 1, 000", Pace()
    )
    assert row_seconds("well, yes", Pace()) > row_seconds("well yes", Pace())
    assert row_seconds("好走。", Pace()) == row_seconds("好走", Pace())
    assert seconds("三酸床") > seconds("啊一衣")


def test_the_pause_of_a_mark_lies_between_two_words() -> None:
    """The word before the comma ends with its sound; the next begins after the pause of 214 ms."""
    words = estimate_takes(spoken("好，走"))[0].rows[0].word_times
    assert [(word.shown_start, word.shown_end) for word in words] == [(0, 2), (2, 3)]
    assert words[1].span.start - words[0].span.end == pytest.approx(0.214 * 48_000, abs=1)


def test_a_speakers_own_measures_are_taken_as_they_are() -> None:
    """With `like` the pace does not count."""
    slow = Pace(han=1.0, latin=1.0, row=0.0, comma=2.0, list=0.0, colon=0.0, stop=0.0)
    take: Take = estimate_takes(spoken("大，大"), syllables_per_minute=600, like_speaker=slow)[0]
    assert take.sample_count / 48_000 == pytest.approx(4.0, rel=0.1)
    assert row_seconds("大，大", slow) == pytest.approx(take.sample_count / 48_000, abs=1e-4)
