"""The pace and pauses measured from a timed episode."""

from __future__ import annotations

import random
from dataclasses import astuple
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.model import Row, Span, SpokenRow
from pipeline.settings.sections import PauseSettings
from pipeline.text.normalization.spoken_form import spoken_rows
from pipeline.timing.calibration import calibrate_pace, calibrate_pauses
from pipeline.timing.duration_estimate import Pace, row_seconds

TALK = [
    "今天我们来聊一聊糖尿病",
    "空腹血糖高于7.0就要警惕了",
    "血压长期在140/90以上的人，要特别当心",
    "心脏病发作的风险会增加2到3倍",
    "医生通常建议每天步行30分钟",
    "首先把鸡蛋、面粉、牛奶和糖打散",
    "锅里放两勺油：烧到七成热",
    "公元前221年，秦始皇统一了六国",
    "他废除分封，推行郡县制",
    "丝绸之路从长安出发",
    "我们用Python写一个简单的爬虫",
    "第一步，安装requests这个库",
    "GitHub Actions会在每次提交时自动测试",
    "然后定义一个函数，叫做fetch",
    "湖人队以112:108险胜勇士",
    "詹姆斯砍下35分、10个篮板和8次助攻",
    "英伟达的股价今年已经涨了180%",
    "可是市场为什么还是不买账呢？",
    "OpenAI发布了GPT-4o",
    "好了",
    "风吹过来了，树叶沙沙地响",
    "你有没有想过：宇宙的尽头是什么？",
    "Ilya Sutskever和Geoffrey Hinton一起写了这篇论文",
    "那么",
]


def spoken(texts: list[str]) -> tuple[SpokenRow, ...]:
    """Return the spoken form of rows."""
    return spoken_rows([Row(number, number, text) for number, text in enumerate(texts, 1)], {})


def timed(
    rows: tuple[SpokenRow, ...], speaker: Pace, *, noise: float = 0.0, seed: int = 1
) -> list[Span]:
    """Return spans a speaker would take, each off by up to `noise` of its length."""
    chance = random.Random(seed)
    return [
        Span(
            0,
            round(48_000 * row_seconds(row.spoken, speaker) * (1 + chance.uniform(-noise, noise))),
        )
        for row in rows
    ]


def error(rows: tuple[SpokenRow, ...], times: list[Span], pace: Pace) -> float:
    """Return the mean absolute error of a pace, as a share of each row's time."""
    return sum(
        abs(row_seconds(row.spoken, pace) / (time.length / 48_000) - 1)
        for row, time in zip(rows, times, strict=True)
    ) / len(rows)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.5, 2.0), st.floats(0.6, 1.5), st.floats(0.3, 2.0), st.integers(1, 99))
def test_calibrate_pace_measures_a_noisy_speaker(
    rate: float, english: float, pauses: float, seed: int
) -> None:
    """Rate, English and pauses are measured so that other rows come out within 4 %."""
    usual = Pace()
    speaker = Pace(
        0.205 * rate,
        0.185 * rate * english,
        0.109 * rate,
        *(pauses * each for each in astuple(usual)[3:]),
    )
    learnt, others = spoken(TALK[::2]), spoken(TALK[1::2])
    pace = calibrate_pace(learnt, timed(learnt, speaker, noise=0.05, seed=seed))
    assert error(others, timed(others, speaker), pace) < 0.04 + 0.04 * abs(pauses - rate) / rate


def test_calibrate_pace_separates_han_and_latin_syllables() -> None:
    """The embedded voice says English syllables twice as fast; both come out within 8 %."""
    speaker = Pace(han=0.175, latin=0.09, row=0.0, comma=0.12, list=0.1, colon=0.2, stop=0.3)
    rows = spoken(TALK)
    pace = calibrate_pace(rows, timed(rows, speaker, noise=0.02))
    assert (pace.han, pace.latin) == pytest.approx((0.175, 0.09), rel=0.08)


def test_calibrate_pace_ignores_outliers() -> None:
    """Three rows of ten times their length do not change the pace."""
    rows = spoken(TALK)
    speaker = Pace().scale_by(0.8)
    times = timed(rows, speaker, noise=0.03)
    for at in (2, 9, 15):
        times[at] = Span(0, times[at].length * 10)
    assert error(rows, timed(rows, speaker), calibrate_pace(rows, times)) < 0.03


def test_calibrate_pace_keeps_the_share_of_unseen_measures() -> None:
    """Rows without English or punctuation scale those measures with the rest."""
    rows = spoken(
        [
            "今天天气真好",
            "我们出门散步",
            "山上开满了花",
            "大家都很高兴",
            "晚上回家吃饭",
            "明天还要上班",
        ]
    )
    pace = calibrate_pace(rows, timed(rows, Pace().scale_by(2.0)))
    assert pace.latin == pytest.approx(2 * 0.185, rel=0.05)
    assert pace.comma == pytest.approx(2 * 0.214, rel=0.05)


def test_calibrate_pace_skips_silent_rows() -> None:
    """Emoji and empty cues change nothing."""
    rows = spoken([*TALK, "😀", "大家好"])
    times = timed(rows[:-2], Pace())
    assert astuple(calibrate_pace(rows, [*times, Span(0, 999_999), Span(5, 5)])) == pytest.approx(
        astuple(calibrate_pace(rows[:-2], times))
    )


def test_calibrate_pace_refuses_too_few_rows() -> None:
    """Four rows are too few."""
    rows = spoken(TALK[:4])
    with pytest.raises(InputError, match="Only 4 timed rows"):
        calibrate_pace(rows, timed(rows, Pace()))


def test_calibrate_pauses_takes_the_median_of_each_kind() -> None:
    """A kind with fewer than three examples, chapters and the ends keep the settings."""
    texts = ["一"] * 4 + ["一，"] * 4 + ["一。"] * 2 + ["一"]
    gaps = [0.1, 0.1, 0.4, 0.1, 0.2, 0.3, 9.0, 0.2, 1.0, 2.0]
    ends = accumulate([1.0, *(gap + 1.0 for gap in gaps)])
    times = [Span(round((end - 1) * 48_000), round(end * 48_000)) for end in ends]
    pauses = calibrate_pauses(spoken(texts), times, PauseSettings())
    assert (pauses.row, pauses.clause, pauses.sentence, pauses.chapter) == (
        100,
        200,
        PauseSettings().sentence,
        PauseSettings().chapter,
    )
