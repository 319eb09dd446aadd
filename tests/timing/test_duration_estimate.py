"""The durations of rows estimated from their text."""

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
def test_estimate_gives_a_take_with_words_for_each_row(texts: list[str], pace: int) -> None:
    """Words are in order without overlap and fill the row from its first sound to its last."""
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


def test_silent_row_has_a_duration_of_its_own() -> None:
    """A row of emoji is long enough to be seen."""
    assert [take.sample_count for take in estimate_takes(spoken("😀", "……"))] == [
        48 * SILENT_ROW_MS
    ] * 2


def test_default_pace_is_the_measured_narrator() -> None:
    """Rows of an ordinary talk come out at about 269 syllables per minute with inner pauses."""
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
def test_pace_scales_speech_and_pauses(pace: int) -> None:
    """Half the pace takes twice the time, pauses too."""
    text = "首先，GPT-4、Claude：都是模型。对吗"
    assert seconds(text, pace=pace) == pytest.approx(
        seconds(text) * USUAL_SYLLABLES_PER_MINUTE / pace, abs=1 / 48_000
    )


def test_longer_speech_gets_more_time() -> None:
    """Numbers, spelled acronyms, full syllables and punctuation take more time."""
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


def test_comma_pause_is_between_two_words() -> None:
    """The word before the comma ends with its sound; the next begins 214 ms later."""
    words = estimate_takes(spoken("好，走"))[0].rows[0].word_times
    assert [(word.shown_start, word.shown_end) for word in words] == [(0, 2), (2, 3)]
    assert words[1].span.start - words[0].span.end == pytest.approx(0.214 * 48_000, abs=1)


def test_like_speaker_replaces_the_pace() -> None:
    """With `like_speaker` the syllables per minute do not count."""
    slow = Pace(han=1.0, latin=1.0, row=0.0, comma=2.0, list=0.0, colon=0.0, stop=0.0)
    take: Take = estimate_takes(spoken("大，大"), syllables_per_minute=600, like_speaker=slow)[0]
    assert take.sample_count / 48_000 == pytest.approx(4.0, rel=0.1)
    assert row_seconds("大，大", slow) == pytest.approx(take.sample_count / 48_000, abs=1e-4)
