"""The episode that ships with the project, from its files to three tracks with estimated times."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.coverage import measure_coverage
from pipeline.model import Chapter, Track
from pipeline.settings import parse_settings
from pipeline.subtitle_profiles import CUE_LIMITS
from pipeline.subtitles.bilingual import build_bilingual_track
from pipeline.subtitles.formats import ass, srt, vtt, youtube_chapters
from pipeline.subtitles.qc.quality_check import check_cues
from pipeline.subtitles.qc.quality_finding import count_findings
from pipeline.subtitles.translation_file import parse_translation_file
from pipeline.subtitles.translation_track import build_translation_track
from pipeline.text.linebreak.line_breaker import break_row
from pipeline.text.normalization.spoken_form import spoken_rows
from pipeline.text.transcript import read_transcript
from pipeline.text.word_segmenter import Segmenter
from pipeline.timing.cue_timing import cues_from_rows
from pipeline.timing.duration_estimate import estimate_takes
from pipeline.timing.timeline_layout import lay_out_takes

if TYPE_CHECKING:
    from pipeline.model import Timeline

FOLDER = Path(__file__).parents[2] / "transcript"
ZH, EN = CUE_LIMITS["verbatim"], CUE_LIMITS["netflix-en"]


@pytest.fixture(scope="module")
def made() -> tuple[Timeline, Track, Track, Track, list[str], list[str]]:
    """Make the timeline, the three tracks and the rows of both languages."""
    segmenter = Segmenter()
    settings = parse_settings((FOLDER / "ilya-sutskever.toml").read_text("utf-8"), "settings")
    transcript = read_transcript(
        (FOLDER / "ilya-sutskever.txt").read_bytes(), "ilya-sutskever", "transcript"
    )
    rows = parse_translation_file(
        (FOLDER / "ilya-sutskever.en.txt").read_bytes(), transcript, "translation", "en"
    )
    spoken = spoken_rows(transcript.rows, settings.pronunciation, "zh")
    chapters = [Chapter(chapter.row, chapter.title) for chapter in settings.chapter]
    timeline = lay_out_takes(
        estimate_takes(spoken), spoken, transcript, chapters, settings.pauses, 30
    )
    first = cues_from_rows(
        timeline,
        transcript,
        [break_row(row.text, ZH, segmenter) for row in transcript.rows],
        ZH,
        "zh",
    )
    second = build_translation_track(rows, timeline, first, EN, segmenter, "en")
    return (
        timeline,
        first,
        second,
        build_bilingual_track(first, second, fps=30),
        [row.text for row in transcript.rows],
        list(rows),
    )


def test_tracks_cover_every_row(
    made: tuple[Timeline, Track, Track, Track, list[str], list[str]],
) -> None:
    """All 280 rows, complete and in order, in Chinese, in English and in both."""
    _, first, second, both, chinese, english = made
    for track, rows in ((first, chinese), (second, english), (both, chinese)):
        found = measure_coverage(track, rows)
        assert (found.faithful, found.rows, found.intact_rows) == (True, 280, 280)


def test_tracks_have_no_errors(
    made: tuple[Timeline, Track, Track, Track, list[str], list[str]],
) -> None:
    """No errors in any track, and no warnings in the English one."""
    _, first, second, both, chinese, english = made
    segmenter = Segmenter()
    assert count_findings(check_cues(first, ZH, rows=chinese, segmenter=segmenter))["errors"] == 0
    assert check_cues(second, EN, rows=english, segmenter=segmenter) == ()
    assert (
        count_findings(check_cues(both, ZH, below_limits=EN, rows=chinese, segmenter=segmenter))[
            "errors"
        ]
        == 0
    )


def test_bilingual_track_has_english_below_every_row(
    made: tuple[Timeline, Track, Track, Track, list[str], list[str]],
) -> None:
    """No cue lacks its translation, and none has more than one line of each language."""
    _, _, _, both, _, english = made
    assert {len(cue.lines) for cue in both.cues} == {2}
    below: dict[int, list[str]] = {}
    for cue in both.cues:
        pieces = below.setdefault(cue.row, [])
        if pieces[-1:] != [cue.lines[1]]:
            pieces.append(cue.lines[1])
    assert [" ".join(below[row]) for row in sorted(below)] == english


def test_writers_read_their_own_output(
    made: tuple[Timeline, Track, Track, Track, list[str], list[str]],
) -> None:
    """Each writer reads its output back; the chapters meet the rules of YouTube."""
    timeline, first, second, both, _, _ = made
    for track in (first, second, both):
        assert (
            srt.compose(track).count(" --> ")
            == vtt.compose(track).count(" --> ")
            == len(track.cues)
        )
    text = ass.compose([first, second], width=1920, height=1080, fps=30, karaoke=True)
    assert text.count("Dialogue: ") == len(first.cues) + len(second.cues)
    assert youtube_chapters.chapter_problems(timeline) == ()
    assert youtube_chapters.compose_chapters(timeline).startswith("0:00 GPT-4o之后的动荡\n")
