"""Labels, time stamps and stage directions are found, and nothing that is said is taken for one."""

from __future__ import annotations

import pytest

from pipeline.model import Row
from pipeline.text.normalization.spoken_form import spoken_rows
from pipeline.text.speaker_labels import find_marks, speak_without_marks


def said(*texts: str, speak_directions: bool = False) -> list[str]:
    """Return what is said for rows."""
    rows = [Row(number, number, text) for number, text in enumerate(texts, 1)]
    spoken = speak_without_marks(
        rows,
        find_marks(rows),
        lambda shorter: spoken_rows(shorter, {}),
        speak_directions=speak_directions,
    )
    for row, one in zip(rows, spoken, strict=True):
        assert one.shown == row.text
        ends = [0, *(token.shown_end for token in one.tokens)]
        assert [token.shown_start for token in one.tokens] == ends[:-1]
        assert ends[-1] == len(row.text)
        assert "".join(one.spoken[t.spoken_start : t.spoken_end] for t in one.tokens) == one.spoken
    return [one.spoken for one in spoken]


@pytest.mark.parametrize(
    ("row", "spoken"),
    [
        ("说话人1 00:00", ""),
        ("发言人 1   00:00:12", ""),
        ("张三(00:01:30): 我这边完成了", "我这边完成了"),
        ("[00:02:00.000 --> 00:02:03.000] 下面是总结", "下面是总结"),
        ("00:02:10", ""),
        ("（笑声）", ""),
        ("主持人：[停顿] 那烤箱温度呢", "那烤箱温度呢"),
        ("嘉宾：【图1】大概两成", "大概两成"),
        ("旁白：他走进了厨房", "他走进了厨房"),
        ("Speaker 2: so we begin", "so we begin"),
    ],
)
def test_marks_are_not_spoken(row: str, spoken: str) -> None:
    """The rest of the row is said, and its tokens cover the whole row."""
    assert said(row)[0].strip() == spoken


def test_names_that_take_turns_are_speakers() -> None:
    """Two names before colons, again and again, are labels."""
    rows = ("小王：今天聊面包", "小李：好的", "小王：先说面粉", "小李：再说水")
    assert said(*rows) == ["今天聊面包", "好的", "先说面粉", "再说水"]


@pytest.mark.parametrize(
    "row",
    [
        "他说：我们走吧",
        "注意：火不要太大",
        "国内生产总值（以下简称总值）增长了",
        "比分是三比二：谁也没想到",
    ],
)
def test_what_is_said_is_kept(row: str) -> None:
    """A colon or a bracket in a sentence silences nothing."""
    rows = [Row(1, 1, row)]
    assert find_marks(rows) == {}


def test_directions_are_spoken_on_request() -> None:
    """`keep` says them; labels stay silent."""
    assert said("主持人：（笑声）你好", speak_directions=True) != said("主持人：（笑声）你好")
