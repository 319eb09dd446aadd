"""Flagged rows: the report, the terminal, `episode check` and the review page agree on them."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.model import Row, RowTime, Span
from pipeline.stages.row_flags import uncorrected_flags
from pipeline.timing.corrections import Correction
from tests.align.aligned_project import built, project_of, written
from tests.align.recordings import Plan, compose
from tests.align.talks import sentences
from tests.small_project import episode

if TYPE_CHECKING:
    from pipeline.project import Project
    from tests.align.recordings import Recording

REMARK = "对了，这个地方我想再多说一句，记得给我点赞。"
SAID = {
    8: "Row 8: it is not heard in the recording.",
    14: "Row 14: it is said more than once in the recording.",
    20: "Row 20: something that is not in the text is said next to it.",
}
SETTINGS = """
[voice]
engine = "recording"
file = "talk.wav"
aligner = "self"
aligner_model = "not looked for"
[picture]
width = 320
height = 240
fps = 25
burn = "none"
"""


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Recording]:
    """Return an episode with a skipped row, a repeated one and a remark, and its recording."""
    rows = sentences("cooking", "history")
    recording = compose(
        rows, Plan(skipped=frozenset({8}), repeated=frozenset({14}), adlibs=((20, REMARK),), seed=5)
    )
    project = project_of(
        tmp_path_factory.mktemp("talk"), [row.shown for row in recording.rows], SETTINGS
    )
    written(project.assets / "talk/talk.wav", recording.samples, recording.rate)
    built(project, {}, "render")
    return project, recording


def checked(project: Project, file: str) -> list[tuple[int, str]]:
    """Return what `episode check` says of the recording in a file, as (row, sentence)."""
    (answer,) = episode("check", file, "--json", "--quiet", cwd=project.root).json
    return [
        (one["row"], one["sentence"]) for one in answer["findings"] if one["rule"] == "recording"
    ]


def sentences_of_review_page(project: Project) -> list[str]:
    """Return the English sentences beside the rows of the review page."""
    page = (project.output / "talk/review.html").read_text("utf-8")
    english = re.compile(r'<b><span data-text="en" lang="en">(.*?)</span>')
    return [html.unescape(sentence) for sentence in english.findall(page)]


def test_report_lists_flagged_rows_with_text_reason_and_time(
    talk: tuple[Project, Recording],
) -> None:
    """Their place in the video, their confidence, and the time of the extra speech."""
    project, recording = talk
    report = json.loads((project.output / "talk/report.json").read_text("utf-8"))
    voice = report["voice"]
    flagged = {one["row"]: one for one in voice["flagged_rows"]}
    assert voice["version"] == "learnt from the recording"
    assert {row: one["reason"] for row, one in flagged.items()} == {
        8: "skipped",
        14: "repeated",
        20: "ad-lib",
    }
    assert {row: one["sentence"] for row, one in flagged.items()} == SAID
    assert {row: one["text"] for row, one in flagged.items()} == {
        row: recording.rows[row - 1].shown for row in SAID
    }
    assert max(one["confidence"] for one in flagged.values()) < 0.5
    for row in (14, 20):
        true = recording.truth[row - 1]
        assert true is not None
        assert flagged[row]["start_ms"] == pytest.approx(true.start / 48, abs=150)
    heard = flagged[20]["heard_ms"]
    assert heard == pytest.approx(
        [recording.extra[1].start / 48, recording.extra[1].end / 48], abs=600
    )


def test_terminal_lists_flagged_rows_on_a_second_run(
    talk: tuple[Project, Recording],
) -> None:
    """Row, time, text and reason in a table; the summary counts them."""
    project, recording = talk
    ran = episode("render", "transcript/talk.txt", cwd=project.root)
    assert (ran.code, "nothing to do" in ran.err) == (0, True)
    for row, sentence in SAID.items():
        line = next(line for line in ran.err.splitlines() if recording.rows[row - 1].shown in line)
        assert re.search(rf"\b{row}\b", line)
        assert re.search(r"\d:\d\d\.\d", line)
        assert sentence.partition(": ")[2].rstrip(".") in line
    assert re.search(r"rows to review +3\b", ran.err)


def test_check_lists_all_findings_of_the_review_page(talk: tuple[Project, Recording]) -> None:
    """Every finding of the transcript, not only the flags, at the frame rate of the settings."""
    project, _ = talk
    shown = sentences_of_review_page(project)
    (answer,) = episode("check", "transcript/talk.txt", "--json", "--quiet", cwd=project.root).json
    assert sorted(one["sentence"] for one in answer["findings"]) == sorted(shown)
    assert len(shown) > len(SAID)


@pytest.mark.parametrize(
    "file",
    [
        "transcript/talk.txt",
        "output/talk/talk.zh.srt",
        "output/talk/talk.zh.vtt",
        "output/talk/talk.ass",
    ],
)
def test_check_agrees_with_the_review_page(talk: tuple[Project, Recording], file: str) -> None:
    """The transcript and each subtitle file have the sentences of the page, at the same rows."""
    project, _ = talk
    shown = [text for text in sentences_of_review_page(project) if text.startswith("Row ")]
    assert shown == list(SAID.values())
    assert checked(project, file) == list(SAID.items())


def test_check_does_not_use_the_report_for_a_changed_subtitle_file(
    talk: tuple[Project, Recording],
) -> None:
    """Its cues stand elsewhere now: nobody knows which of them the recording made doubtful."""
    project, _ = talk
    text = (project.output / "talk/talk.zh.srt").read_text("utf-8")
    (project.output / "talk/edited.zh.srt").write_text(
        re.sub(r"\d\d:\d\d:\d\d,\d\d\d", "00:00:00,020", text, count=1), "utf-8"
    )
    assert checked(project, "output/talk/edited.zh.srt") == []


def test_row_with_a_corrected_time_is_not_flagged() -> None:
    """But one set for another text is; what is left comes in the order of the rows."""
    rows = [Row(number, number, text) for number, text in enumerate("一二三", 1)]
    times = [
        RowTime(number, Span(48_000 * number, 48_000 * number + 4_800), "measured", (), 0.3)
        for number in (1, 2, 3)
    ]
    flags: list[dict[str, Any]] = [
        {"row": row, "reason": "unsure", "heard": [480, 960] if row == 3 else None}
        for row in (3, 2, 1)
    ]
    corrections = [Correction(1, "别的", Span(0, 10)), Correction(2, "二", Span(0, 10))]
    first, third = (one.report_entry for one in uncorrected_flags(flags, times, rows, corrections))
    assert first == {
        "row": 1,
        "reason": "unsure",
        "text": "一",
        "start_ms": 1000,
        "end_ms": 1100,
        "confidence": 0.3,
        "sentence": "Row 1: its time is uncertain.",
    }
    assert (third["row"], third["heard_ms"]) == (3, [10, 20])
