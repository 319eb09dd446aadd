"""Bilingual tracks: one line of each language."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Track, Word
from pipeline.subtitle_profiles import CUE_LIMITS
from pipeline.subtitles.bilingual import build_bilingual_track
from pipeline.subtitles.translation_track import build_translation_track
from pipeline.text.word_segmenter import Segmenter
from pipeline.timebase import frame_from_samples, samples_from_frame
from tests.subtitles.factories import FPS, frames, make_cue, quick, timeline

LIMITS = CUE_LIMITS["netflix-en"]
SEGMENTER = Segmenter()


def both(
    first: Track, rows: list[str], ends: list[int]
) -> list[tuple[tuple[str, ...], int, int, str]]:
    """Return the lines, first and last frame and source of each cue of the bilingual track."""
    second = build_translation_track(rows, timeline(ends), first, LIMITS, SEGMENTER, "en")
    track = build_bilingual_track(first, second, fps=FPS)
    assert track.language == "zh-en"
    return [
        (
            cue.lines,
            frame_from_samples(cue.span.start, FPS),
            frame_from_samples(cue.span.end, FPS),
            cue.source,
        )
        for cue in track.cues
    ]


def test_bilingual_cue_has_the_translation_of_its_row_below() -> None:
    """One line above and one below, at the times of the first language, also for merged rows."""
    first = Track("zh", (make_cue(1, 0, 28, "不过"), make_cue(2, 30, 118, "这道菜不适合新手")))
    assert both(first, ["However,", "this dish isn’t for beginners."], [30, 120]) == [
        (("不过", "However,"), 0, 28, "不过"),
        (("这道菜不适合新手", "this dish isn’t for beginners."), 30, 118, "这道菜不适合新手"),
    ]


def test_two_line_cue_becomes_two_cues() -> None:
    """The second cue begins with the first word of the second line; each has its half below."""
    words = [Word(0, 4, frames(0, 40)), Word(5, 11, frames(70, 170))]
    first = Track(
        "zh",
        (
            make_cue(
                1, 0, 178, "医生们", "跟踪了两千人", source="医生们呢，跟踪了两千人", words=words
            ),
        ),
    )
    text = "For eleven years the doctors kept following two thousand patients."
    assert both(first, [text], [180]) == [
        (("医生们", "For eleven years the doctors kept"), 0, 68, "医生们呢，"),
        (("跟踪了两千人", "following two thousand patients."), 70, 178, "跟踪了两千人"),
    ]


def test_short_translation_is_held_below_both_lines() -> None:
    """A translation that fits one line is not divided."""
    first = Track("zh", (make_cue(1, 0, 118, "医生们用了十一年", "跟踪了两千人"),))
    bilingual = both(first, ["They followed two thousand people."], [120])
    assert [lines for lines, _, _, _ in bilingual] == [
        ("医生们用了十一年", "They followed two thousand people."),
        ("跟踪了两千人", "They followed two thousand people."),
    ]
    assert [source for _, _, _, source in bilingual] == ["医生们用了十一年", "跟踪了两千人"]


def test_long_translation_changes_below_a_held_line() -> None:
    """The line above stays, and its source is there only once."""
    first = Track("zh", (make_cue(1, 0, 178, "跟踪了两千人"),))
    bilingual = both(
        first, ["For eleven years the doctors kept following two thousand patients."], [180]
    )
    assert [lines[0] for lines, _, _, _ in bilingual] == ["跟踪了两千人"] * 2
    assert bilingual[0][2] == bilingual[1][1]
    assert [source for _, _, _, source in bilingual] == ["跟踪了两千人", ""]


def test_translation_that_would_flash_is_left_out() -> None:
    """The first language is shown alone where the lines below would be too short."""
    first = Track("zh", (make_cue(1, 0, 40, "跟踪了两千人"),))
    bilingual = both(
        first, ["For eleven years the doctors kept following two thousand patients."], [42]
    )
    assert bilingual == [(("跟踪了两千人",), 0, 40, "跟踪了两千人")]


def test_change_leaves_time_to_read_every_line() -> None:
    """The second language changes at its own time where the cues above would be too fast."""
    first = Track(
        "zh",
        (
            make_cue(1, 0, 38, "医生"),
            replace(make_cue(1, 40, 178, "跟踪了两千个人十一年之久"), part=1),
        ),
    )
    bilingual = both(
        first,
        ["For eleven years the doctors kept on following two thousand of their patients."],
        [180],
    )
    assert [lines[0] for lines, _, _, _ in bilingual] == [
        "医生",
        "跟踪了两千个人十一年之久",
        "跟踪了两千个人十一年之久",
    ]
    shown: dict[str, int] = {}
    for lines, start, end, _ in bilingual:
        shown[lines[-1]] = shown.get(lines[-1], 0) + end - start
    assert len(shown) == 2
    assert all(len(piece) / (length / FPS) <= 20 for piece, length in shown.items())


def test_both_languages_change_together_if_readable() -> None:
    """A change moves to where both lines can be read, and stays where it is heard otherwise."""
    text = "For eleven years the doctors kept on following two thousand of their patients."
    for heard, turned in ((40, 56), (80, 80)):
        words = [Word(0, 2, frames(0, 30)), Word(2, 14, frames(heard, 170))]
        first = Track("zh", (make_cue(1, 0, 178, "医生", "跟踪了两千个人十一年之久", words=words),))
        (_, _, gone, _), (_, come, _, _) = both(first, [text], [180])
        assert (gone, come) == (turned - 2, turned)


def test_no_line_is_shorter_than_the_minimum() -> None:
    """A translation with a line that would flash is left out."""
    first = Track("zh", (make_cue(1, 0, 120, "一"),))
    second = Track("en", (make_cue(1, 0, 120, "x" * 40, "y" * 8, "z" * 40),))
    assert [cue.lines for cue in build_bilingual_track(first, second).cues] == [("一",)]


def test_line_below_is_measured_by_width() -> None:
    """24 full-width characters are one line, 30 are two."""
    first = Track("zh", (make_cue(1, 0, 298, "一"),))
    one_line = Track("ja", (make_cue(1, 0, 298, "あ" * 24),))
    two_lines = Track("ja", (make_cue(1, 0, 298, "あ" * 15, "い" * 15),))
    assert [cue.lines for cue in build_bilingual_track(first, one_line).cues] == [("一", "あ" * 24)]
    assert [cue.lines for cue in build_bilingual_track(first, two_lines).cues] == [
        ("一", "あ" * 15),
        ("一", "い" * 15),
    ]


def test_cue_before_the_first_translation_has_one_line() -> None:
    """Cues before the first text of the second track have nothing below."""
    first = Track("zh", (make_cue(1, 0, 58, "一"), make_cue(2, 60, 118, "二")))
    assert [
        cue.lines
        for cue in build_bilingual_track(first, Track("en", (make_cue(2, 60, 118, "Two."),))).cues
    ] == [("一",), ("二", "Two.")]


_texts = st.lists(
    st.sampled_from(
        ["the", "patients", "slept", "and", "then,", "understanding", "GPT-4o", "well."]
    ),
    min_size=1,
    max_size=30,
).map(" ".join)


@quick
@given(st.data())
def test_bilingual_track_keeps_the_first_language(data: st.DataObject) -> None:
    """Sources join to the rows, cues are on the grid without overlap, translations complete."""
    count = data.draw(st.integers(1, 6))
    ends: list[int] = []
    cues = []
    rows = [data.draw(_texts) for _ in range(count)]
    for row in range(1, count + 1):
        start = ends[-1] if ends else 0
        ends.append(start + data.draw(st.integers(4, 300)))
        lines = [
            data.draw(
                st.sampled_from(["好", "跟踪了两千人", "“语重心长”地告诫", "在OpenAI的核心事项上"])
            )
            for _ in range(data.draw(st.integers(1, 2)))
        ]
        cues.append(make_cue(row, start, ends[-1] - 2, *lines))
    first = Track("zh", tuple(cues))
    track = build_bilingual_track(
        first,
        build_translation_track(rows, timeline(ends), first, LIMITS, SEGMENTER, "en"),
        fps=FPS,
    )
    for cue in first.cues:
        parts = [part for part in track.cues if part.row == cue.row]
        assert "".join(part.source for part in parts) == cue.source
        assert [part.part for part in parts] == list(range(len(parts)))
        assert (parts[0].span.start, parts[-1].span.end) == (cue.span.start, cue.span.end)
        below = [part.lines[-1] for part in parts if not set(part.lines) <= set(cue.lines)]
        pieces = [
            piece for index, piece in enumerate(below) if index == 0 or piece != below[index - 1]
        ]
        assert not pieces or "".join("".join(pieces).split()) == "".join(rows[cue.row - 1].split())
    assert all(a.span.end <= b.span.start for a, b in pairwise(track.cues))
    assert all(
        samples_from_frame(frame_from_samples(cue.span.start, FPS), FPS) == cue.span.start
        for cue in track.cues
    )
