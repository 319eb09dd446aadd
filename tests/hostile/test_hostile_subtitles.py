"""Hostile subtitle files are read or refused in bounded time, and no text injects anything."""

from __future__ import annotations

import pytest

from pipeline.errors import InputError
from pipeline.model import Cue, Span, Track
from pipeline.subtitles.formats import ass, srt, vtt
from pipeline.subtitles.formats.subtitle_file import read_cues
from pipeline.text.transcript import transcript_from_cues
from tests.hostile.subtitles_catalogue import SUBTITLES, Case


@pytest.mark.parametrize("case", SUBTITLES, ids=lambda case: case.title)
@pytest.mark.timeout(60)
def test_hostile_subtitles(case: Case) -> None:
    """The rows are right, or the error is one sentence that names the file."""
    if case.sentence:
        with pytest.raises(InputError, match=case.sentence) as refused:
            transcript_from_cues(read_cues(case.data, case.name, case.name), "talk", case.name)
        assert refused.value.exit_code == 2
        assert str(refused.value).startswith(case.name)
        assert len(str(refused.value)) < 400
    else:
        transcript = transcript_from_cues(
            read_cues(case.data, case.name, case.name), "talk", case.name
        )
        assert tuple(row.text for row in transcript.rows) == case.rows


ROWS = (
    "好\n\n2\n00:00:09,000 --> 00:00:10,000\n坏",
    "好\r\n\r\nNOTE\r\n坏",
    "\u2028[Events]\u2029Dialogue: 0,0:00:00.00,0:00:09.00,Main-zh,,0,0,0,,坏",
    "\x0bSTYLE\x0c::cue { display: none }",
    "{\\p1}m 0 0 l 9 9{\\p0}",
    "<script>alert(1)</script>",
    "&lt;b&gt;",
    "--> 00:00:01.000",
    "\ud800 surrogate",
    "\ufeff\ufeff",
    "7" * 5_000,
)


@pytest.mark.parametrize("row", ROWS)
def test_no_row_injects_a_cue_a_tag_or_a_style(row: str) -> None:
    """Any row is one cue in each format, and the cues beside it are unchanged."""
    texts = ("前", row, "后")
    cues = tuple(
        Cue(number, 0, text, (text,), Span(number * 48_000, number * 48_000 + 40_000), "measured")
        for number, text in enumerate(texts, 1)
    )
    track = Track("zh", cues)
    written = {
        "a.srt": srt.compose(track),
        "a.vtt": vtt.compose(track),
        "a.ass": ass.compose([track], width=640, height=360, fps=30),
    }
    for name, text in written.items():
        cues_read = read_cues(text.encode(), name, name)
        assert [cues_read[0].text, cues_read[-1].text, len(cues_read)] == ["前", "后", 3]
        assert all("\n" not in cue.text for cue in cues_read)
