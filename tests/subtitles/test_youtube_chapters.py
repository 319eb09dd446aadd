"""The chapter list for YouTube."""

from __future__ import annotations

import pytest

from pipeline.model import Chapter, ChapterMark, Timeline
from pipeline.subtitles.formats import youtube_chapters
from pipeline.timebase import samples_from_frame
from tests.subtitles.factories import FPS, frames


def marked(*marks: tuple[int, str], seconds: int) -> Timeline:
    """Return a timeline with chapters at these seconds."""
    chapters = tuple(
        ChapterMark(
            Chapter(row, title, (("en", f"{title} in English"),)), samples_from_frame(at * FPS, FPS)
        )
        for row, (at, title) in enumerate(marks, 1)
    )
    return Timeline((), (), chapters, FPS, seconds * FPS, frames(0, seconds * FPS).end)


def test_compose_writes_chapters_as_youtube_reads_them() -> None:
    """The first is at 0:00; hours appear from the first hour on; a title cannot hold < or >."""
    timeline = marked((1, "开始"), (95, "a <b> c"), (3_599, "三"), (3_600, "四"), seconds=4_000)
    assert (
        youtube_chapters.compose_chapters(timeline)
        == "0:00 开始\n1:35 a ‹b› c\n59:59 三\n1:00:00 四\n"
    )
    assert (
        youtube_chapters.compose_chapters(timeline, language="en").splitlines()[0]
        == "0:00 开始 in English"
    )


def test_compose_adds_an_opening_before_a_late_chapter() -> None:
    """YouTube needs a chapter at 0:00, so an opening comes before a first chapter that is later."""
    timeline = marked((40, "一"), (80, "二"), seconds=120)
    assert (
        youtube_chapters.compose_chapters(timeline, opening_title="开场")
        == "0:00 开场\n0:40 一\n1:20 二\n"
    )
    assert youtube_chapters.chapter_problems(timeline) == ()


@pytest.mark.parametrize(
    ("marks", "seconds", "expected"),
    [
        ([], 100, ["There are no chapters."]),
        ([(0, "一"), (50, "二")], 100, ["at least 3; there are 2"]),
        (
            [(0, "一"), (9, "二"), (50, "三"), (95, "四")],
            100,
            ["“一” at 0:00 has only 9 s", "“四” at 1:35 has only 5 s"],
        ),
        ([(0, "一"), (20, "二" * 4_990), (50, "三")], 100, ["5,000 characters"]),
    ],
)
def test_problems_name_what_youtube_refuses(
    marks: list[tuple[int, str]], seconds: int, expected: list[str]
) -> None:
    """Too few chapters, too short ones and too much text each give a sentence."""
    problems = youtube_chapters.chapter_problems(marked(*marks, seconds=seconds))
    assert [
        word for word, sentence in zip(expected, problems, strict=True) if word in sentence
    ] == expected


def test_problems_are_none_for_good_chapters() -> None:
    """Three chapters of ten seconds are enough."""
    assert (
        youtube_chapters.chapter_problems(marked((0, "一"), (10, "二"), (20, "三"), seconds=30))
        == ()
    )
