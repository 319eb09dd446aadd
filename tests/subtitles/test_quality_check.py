"""The quality check: each rule finds its fault and nothing else."""

from __future__ import annotations

import json

import pytest

from pipeline.model import Cue, Track
from pipeline.subtitle_profiles import CUE_LIMITS
from pipeline.subtitles.formats.subtitle_file import read_subtitle_file, track_from_subtitle_file
from pipeline.subtitles.qc.quality_check import check_cues, cue_statistics
from pipeline.subtitles.qc.quality_finding import count_findings, findings_as_json, with_details
from pipeline.subtitles.translation_track import build_translation_track
from pipeline.text.word_segmenter import Segmenter
from tests.subtitles.factories import make_cue, timeline

ZH = CUE_LIMITS["netflix-zh"]
EN = CUE_LIMITS["netflix-en"]
SEGMENTER = Segmenter()
GOOD = (
    make_cue(1, 0, 60, "今天来做麻婆豆腐"),
    make_cue(2, 62, 120, "先把豆腐切成小块"),
    make_cue(3, 150, 210, "放进热水里泡一泡"),
)


def findings_of(*cues: Cue, **more: object) -> list[tuple[str, str, int]]:
    """Return level, rule and cue of each finding."""
    return [
        (finding.level, finding.rule, finding.cue)
        for finding in check_cues(cues, ZH, segmenter=SEGMENTER, **more)  # type: ignore[arg-type]
    ]


def test_check_passes_good_cues() -> None:
    """Cues inside every limit, with gaps of two frames or of half a second and more."""
    assert findings_of(*GOOD) == []
    assert (
        check_cues(
            Track("zh", GOOD),
            ZH,
            rows=[finding.source for finding in GOOD],
            has_glyph=lambda _: True,
        )
        == ()
    )


@pytest.mark.parametrize(
    ("cues", "expected"),
    [
        ((make_cue(1, 0, 30, "今天我们来做麻婆豆腐这道菜"),), ("error", "speed", 1)),
        (
            (
                make_cue(1, 0, 200, "今天我们来做一道名叫麻婆豆腐的菜"),
                make_cue(2, 202, 400, "今天我们来做一道名叫麻婆豆腐的好菜"),
            ),
            ("warning", "length", 2),
        ),
        ((make_cue(1, 0, 24, "今天"),), ("warning", "duration-short", 1)),
        ((make_cue(1, 0, 211, "今天"),), ("error", "duration-long", 1)),
        ((make_cue(1, 0, 100, "今天", "他们", "做饭"),), ("error", "lines", 1)),
        ((make_cue(1, 0, 60, "今天"), make_cue(2, 59, 90, "明天")), ("error", "overlap", 1)),
        ((make_cue(1, 60, 90, "今天"), make_cue(2, 0, 30, "明天")), ("error", "order", 2)),
        ((make_cue(1, 0, 60, "今天"), make_cue(2, 61, 90, "明天")), ("warning", "gap-short", 1)),
        ((make_cue(1, 0, 60, "今天"), make_cue(2, 70, 100, "明天")), ("warning", "gap-open", 1)),
        ((make_cue(1, 0, 60, "今天", "，明天"),), ("error", "line-start", 1)),
        ((make_cue(1, 0, 60, "，明天"),), ("warning", "line-start", 1)),
        ((make_cue(1, 0, 60, "他的豆腐", "的味道"),), ("error", "line-start", 1)),
        ((make_cue(1, 0, 60, "他说（", "明天）"),), ("error", "line-end", 1)),
        ((make_cue(1, 0, 60, "他说（"),), ("warning", "line-end", 1)),
        ((make_cue(1, 0, 90, "他用GPT-", "4o写菜谱"),), ("error", "split", 1)),
        (
            (
                make_cue(1, 0, 60, "他用20亿"),
                Cue(1, 1, "美元开店", ("美元开店",), GOOD[1].span, "measured"),
            ),
            ("error", "split", 1),
        ),
        ((make_cue(1, 0, 60, " ", source=""),), ("error", "empty", 1)),
    ],
)
def test_check_finds_each_fault_at_its_cue(
    cues: tuple[Cue, ...], expected: tuple[str, str, int]
) -> None:
    """One fault gives one finding, as error or warning."""
    assert findings_of(*cues) == [expected]


@pytest.mark.parametrize("line", ["了解一下", "的确如此", ".NET很好", "……然后呢", "吗啡的作用"])
def test_check_allows_words_that_begin_like_a_particle(line: str) -> None:
    """Only a particle by itself may not begin a line."""
    assert findings_of(make_cue(1, 0, 90, "我们来看", line)) == []


def test_check_allows_breaking_a_word_wider_than_a_line() -> None:
    """A break that cannot be avoided is no finding."""
    assert "split" not in {
        rule
        for _, rule, _ in findings_of(
            make_cue(1, 0, 200, "Donaudampfschifffahrts", "elektrizitätenhauptbetrieb")
        )
    }


def test_check_finds_no_split_between_rows_that_share_time() -> None:
    """The end of one row and the start of the next are two words."""
    ends = [120, 180]
    first = Track("zh", (make_cue(1, 0, 118, "字"), make_cue(2, 120, 178, "字")))
    second = build_translation_track(
        ["The recipe is simple", "needs tofu, minced beef and bean paste."],
        timeline(ends),
        first,
        EN,
        SEGMENTER,
        "en",
    )
    assert [finding.last_row for finding in second.cues] == [2, 2]
    assert check_cues(second, EN, segmenter=SEGMENTER) == ()


def test_check_names_missing_glyphs() -> None:
    """The finding lists the characters that the font lacks; spaces are never missing."""
    (finding,) = check_cues(GOOD, ZH, has_glyph=lambda char: char not in "豆腐 ")[:1]
    assert (finding.level, finding.rule, finding.cue, finding.value) == (
        "error",
        "glyph",
        1,
        "腐豆",
    )
    assert finding.sentence == "Cue 1 has characters that the font lacks: 腐 豆"


def test_check_reports_both_widths() -> None:
    """A finding about a wide line gives its characters and its width."""
    (finding,) = check_cues([make_cue(1, 0, 200, "他在旧金山的Simons Institute做了一场演讲")], ZH)
    assert (finding.rule, finding.value, finding.limit) == ("length", 20.0, 16)
    assert "28 characters, 20 by width" in finding.sentence


ROWS = [
    "今天我们来做麻婆豆腐",
    "先把豆腐切成2厘米见方的小块",
    "好",
    "放进热水里泡10分钟，不要煮开",
    "接着热锅倒油",
]


@pytest.mark.parametrize(
    ("spoken_lines", "expected"),
    [
        (ROWS, []),
        (
            [
                "今天我们来做",
                "麻婆豆腐",
                "先把豆腐切成2厘米 见方的小块",
                "好",
                "放进热水里泡10分钟",
                "不要煮开",
                "接着热锅倒油",
            ],
            [],
        ),
        (ROWS[:1] + ROWS[2:], [("row-missing", 2, 2)]),
        (ROWS[:2] + ROWS[3:], [("row-missing", 3, 3)]),
        (ROWS[:4], [("row-missing", 4, 5)]),
        ([ROWS[0], "先把豆腐切成3厘米见方的小块", *ROWS[2:]], [("row-altered", 2, 2)]),
        ([*ROWS[:2], "谢谢赞助商", *ROWS[2:]], [("row-added", 3, 0)]),
        ([*ROWS, "再见"], [("row-added", 6, 0)]),
        ([ROWS[3], *ROWS[:3], ROWS[4]], [("row-added", 1, 0), ("row-order", 5, 4)]),
    ],
)
def test_check_finds_rows_missing_moved_or_changed(
    spoken_lines: list[str], expected: list[tuple[str, int, int]]
) -> None:
    """Cues are compared with the transcript however its rows were divided."""
    cues = [
        make_cue(number, number * 200, number * 200 + 150, line)
        for number, line in enumerate(spoken_lines, 1)
    ]
    rows = [
        finding
        for finding in check_cues(cues, CUE_LIMITS["verbatim"], rows=ROWS)
        if finding.rule.startswith("row")
    ]
    assert [(finding.rule, finding.cue, finding.row) for finding in rows] == expected
    assert all(finding.level == "error" for finding in rows)


def test_check_stops_comparing_unrelated_texts() -> None:
    """Two texts with nothing in common give a bounded number of findings."""
    rows = [f"第{number}行讲的是完全不同的事情{number}" for number in range(5_000)]
    cues = [
        make_cue(number, number * 200, number * 200 + 150, f"row {number} is about something else")
        for number in range(1, 3_000)
    ]
    assert (
        len(
            [
                finding
                for finding in check_cues(cues, CUE_LIMITS["verbatim"], rows=rows)
                if finding.rule.startswith("row")
            ]
        )
        <= 201
    )


def test_check_uses_both_profiles_for_a_bilingual_file() -> None:
    """The last line is checked by the second profile, over all cues that hold it."""
    cues = (
        make_cue(1, 0, 60, "豆腐要先泡十分钟", "Let the tofu rest"),
        make_cue(1, 60, 120, "豆腐要先泡十分钟", "in hot salted water.", source=""),
        make_cue(2, 122, 152, "好", "And that is already the whole secret of it."),
    )
    assert findings_of(*cues, below_limits=EN, rows=["豆腐要先泡十分钟", "好"]) == [
        ("warning", "speed", 3)
    ]


def test_check_accepts_a_file_as_a_track() -> None:
    """The cues of a subtitle file go through the same rules."""
    text = (
        "1\n00:00:00,000 --> 00:00:01,000\n今天我们来做麻婆豆腐这道菜\n\n"
        "2\n00:00:00,900 --> 00:00:02,000\n好\n"
    )
    track = track_from_subtitle_file(read_subtitle_file(text.encode(), "a.srt", "a.srt"), "zh")
    assert findings_of(*track.cues) == [("error", "speed", 1), ("error", "overlap", 1)]


def test_findings_and_figures_are_plain_json() -> None:
    """Errors and warnings are counted in all and by rule."""
    cues = [make_cue(1, 0, 24, "今天"), make_cue(2, 20, 40, "今天我们来做麻婆豆腐")]
    findings = check_cues(cues, ZH)
    assert count_findings(findings) == {
        "errors": 2,
        "warnings": 2,
        "rules": {"duration-short": 2, "overlap": 1, "speed": 1},
    }
    detailed = with_details(findings, cues)
    assert json.loads(json.dumps(findings_as_json(detailed)))[0] == {
        "level": "warning",
        "rule": "duration-short",
        "cue": 1,
        "row": 1,
        "value": 800,
        "limit": 833,
        "sentence": "Cue 1 lasts 800 ms; at least 833 ms is expected.",
        "start_ms": 0,
        "text": "今天",
        "remedy": "Hold the cue longer (`--fix` does where there is room).",
    }
    assert cue_statistics([make_cue(1, 0, 30, "GPT-4o的味道")], ZH) == {
        "cues": 1,
        "over_cps": 0,
        "fastest_cps": 6.0,
        "over_characters_strict": 0,
        "over_characters_visual": 0,
        "widest_strict": 9.0,
        "widest_visual": 6.0,
        "over_lines": 0,
        "under_duration": 0,
        "over_duration": 0,
        "overlaps": 0,
    }
