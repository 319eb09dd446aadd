"""Imported times: rows get them, whatever the file omits, adds, joins, splits or respells."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.align.text_matching import comparison_form, match_characters
from pipeline.align.textgrid import read_textgrid
from pipeline.align.timed_text_to_rows import TimedText, transfer_timestamps
from pipeline.align.timing_import import import_timings
from pipeline.align.word_json import read_word_json
from pipeline.errors import InputError
from pipeline.model import Span, SpokenRow, Token
from tests.align.recordings import spoken_rows
from tests.align.talks import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.align.alignment import Alignment

HOUR = 3600 * 48_000
ROWS = spoken_rows(row for sentence in sentences("cooking", "code") for row in sentence)
STEP = 0.15  # s a character


def characters(rows: Sequence[SpokenRow] = ROWS) -> list[TimedText]:
    """Return every spoken character with its time: 150 ms each, half a second between rows."""
    found, at = [], 1.0
    for row in rows:
        for sign in row.shown:
            if comparison_form(sign):
                found.append(TimedText(sign, at, at + STEP))
                at += STEP
        at += 0.5
    return found


def truth(rows: Sequence[SpokenRow] = ROWS) -> list[tuple[float, float]]:
    """Return each row's start and end in seconds."""
    found, at = [], 1.0
    for row in rows:
        length = STEP * sum(bool(comparison_form(sign)) for sign in row.shown)
        found.append((at, at + length))
        at += length + 0.5
    return found


def errors(alignment: Alignment, rows: Sequence[SpokenRow] = ROWS) -> list[float]:
    """Return the greater error of each row's edges, in seconds."""
    return [
        max(abs(row.span.start / 48_000 - start), abs(row.span.end / 48_000 - end))
        for row, (start, end) in zip(alignment.rows, truth(rows), strict=True)
    ]


def stamp(seconds: float) -> str:
    """Return a time as SRT writes it."""
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"


def srt(cues: Sequence[tuple[float, float, str]]) -> bytes:
    """Return cues as an SRT file."""
    return "\n".join(
        f"{number}\n{stamp(start)} --> {stamp(end)}\n{text}\n"
        for number, (start, end, text) in enumerate(cues, 1)
    ).encode()


def test_import_timings_keeps_subtitle_times_exactly() -> None:
    """A cue a row: measured, to the millisecond, nothing flagged."""
    found = import_timings(
        srt([(*edges, row.shown) for row, edges in zip(ROWS, truth(), strict=True)]),
        "x.srt",
        ROWS,
        HOUR,
        "x.srt",
    )
    assert max(errors(found)) <= 0.001
    assert {row.time_source for row in found.rows} == {"measured"}
    assert found.flags == ()
    assert found.method == "times of x.srt"


def test_import_timings_separates_joined_and_split_cues() -> None:
    """Two rows in a cue, a row in two cues, other punctuation: times follow the characters."""
    edges = truth()
    cues = [(edges[0][0], edges[1][1], f"{ROWS[0].shown}，{ROWS[1].shown}。")]
    middle = (edges[2][0] + edges[2][1]) / 2
    half = len(ROWS[2].shown) // 2
    cues += [
        (edges[2][0], middle, ROWS[2].shown[:half]),
        (middle, edges[2][1], ROWS[2].shown[half:]),
    ]
    cues += [(*edge, row.shown) for row, edge in zip(ROWS[3:], edges[3:], strict=True)]
    found = import_timings(srt(cues), "x.srt", ROWS, HOUR, "x.srt")
    assert max(errors(found)[2:]) <= 0.1
    assert max(errors(found)[:2]) <= 0.5  # the pause between them is spread over the cue
    assert [row.time_source for row in found.rows[:3]] == ["boundary", "boundary", "measured"]


@pytest.mark.parametrize("seed", range(4))
def test_transfer_timestamps_tolerates_recognition_errors(seed: int) -> None:
    """16 errors in 100 characters; every row is still within 0.35 s."""
    chance = random.Random(seed)
    heard = []
    for item in characters():
        kind = chance.random()
        if kind < 0.04:
            continue
        heard.append(item._replace(text="错") if kind < 0.12 else item)
        if kind > 0.96:
            heard.append(TimedText("呃", item.end, item.end))
    found = transfer_timestamps(ROWS, heard, HOUR, "test")
    assert max(errors(found)) <= 0.35
    assert sum(row.confidence for row in found.rows) / len(found.rows) > 0.85


def test_transfer_timestamps_places_missing_rows_between_neighbours() -> None:
    """Two rows are estimated inside their gap; a row without a gap is skipped, without a time."""
    heard = [item for item in characters() if not truth()[4][0] <= item.start < truth()[5][1]]
    found = transfer_timestamps(ROWS, heard, HOUR, "test")
    assert [(flag.row, flag.reason) for flag in found.flags] == [(5, "unsure"), (6, "unsure")]
    assert (
        found.rows[3].span.end
        <= found.rows[4].span.start
        < found.rows[5].span.end
        <= found.rows[6].span.start
    )
    assert {row.time_source for row in found.rows[4:6]} == {"estimated"}
    closed = [
        item
        if item.start < truth()[4][0]
        else item._replace(start=item.start - 7, end=item.end - 7)
        for item in heard
    ]
    gone = transfer_timestamps(ROWS, closed, HOUR, "test")
    assert {(flag.row, flag.reason) for flag in gone.flags} == {(5, "skipped"), (6, "skipped")}
    assert gone.rows[4].span.length == 0


def test_transfer_timestamps_matches_shown_and_spoken_text() -> None:
    """A row with 20%: the file may have the signs or the words."""
    row = SpokenRow(
        1,
        "涨了20%吗",
        "涨了百分之二十吗",
        (Token(0, 2, 0, 2), Token(2, 5, 2, 7), Token(5, 6, 7, 8)),
    )
    for text in ("涨了20吗", "涨了百分之二十吗"):
        found = transfer_timestamps([row], [TimedText(text, 1.0, 2.0)], HOUR, "test")
        assert found.rows[0].span == Span(48_000, 96_000)
        assert found.rows[0].confidence == 1.0
        assert found.rows[0].word_times[-1].shown_end == 6


def test_transfer_timestamps_refuses_another_text() -> None:
    """Subtitles of a different talk are not spread over the rows."""
    other = [
        TimedText(row, index * 2.0, index * 2.0 + 1)
        for index, row in enumerate(["完全不同", "另外一期", "毫无关系"])
    ]
    with pytest.raises(InputError, match="another text"):
        transfer_timestamps(ROWS, other, HOUR, "test")


@settings(max_examples=80, deadline=None)
@given(
    st.text("abcdefg", max_size=60),
    st.lists(
        st.tuples(st.sampled_from("dix"), st.integers(0, 60), st.sampled_from("abcdefg")),
        max_size=8,
    ),
)
def test_match_characters_rises_on_both_sides(ours: str, edits: list[tuple[str, int, str]]) -> None:
    """After any edits the pairs rise strictly; without any, all characters match."""
    theirs = list(ours)
    for kind, place, sign in edits:
        at = min(place, len(theirs))
        if kind == "i":
            theirs.insert(at, sign)
        elif at < len(theirs):
            theirs[at : at + 1] = [] if kind == "d" else [sign]
    found = match_characters(list(ours), theirs)
    assert all(
        first < second and left < right for (first, left), (second, right) in pairwise(found)
    )
    assert all(0 <= mine < len(ours) and 0 <= other < len(theirs) for mine, other in found)
    if not edits:
        assert found == [(place, place) for place in range(len(ours))]
    else:
        assert (
            sum(ours[mine] == theirs[other] for mine, other in found)
            >= len(ours) - 3 * len(edits) - 1
        )


def test_match_characters_is_fast_for_hours_of_text() -> None:
    """40,000 characters, one in ten wrong: nearly all others find their counterpart."""
    chance = random.Random(1)
    ours = [chr(0x4E00 + min(int(chance.paretovariate(0.7)) * 7, 5000)) for _ in range(40_000)]
    theirs = [chr(0x9F00) if chance.random() < 0.1 else sign for sign in ours]
    found = match_characters(ours, theirs)
    assert sum(mine == other for mine, other in found) > 39_000


LONG = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 2.5
tiers? <exists>
size = 3
item []:
    item [1]:
        class = "IntervalTier"
        name = "phones"
        xmin = 0
        xmax = 2.5
        intervals: size = 1
        intervals [1]:
            xmin = 0
            xmax = 2.5
            text = "a very long phone tier"
    item [2]:
        class = "TextTier"
        name = "clicks"
        xmin = 0
        xmax = 2.5
        points: size = 1
        points [1]:
            number = 1.25
            mark = "x"
    item [3]:
        class = "IntervalTier"
        name = "words"
        xmin = 0
        xmax = 2.5
        intervals: size = 3
        intervals [1]:
            xmin = 0
            xmax = 0.5
            text = ""
        intervals [2]:
            xmin = 0.5
            xmax = 1.25
            text = "say ""hi"" 3"
        intervals [3]:
            xmin = 1.25
            xmax = 2.5
            text = "你好"
"""
SHORT = (
    '"ooTextFile"\n"TextGrid"\n0\n2.5\n<exists>\n1\n"IntervalTier"\n"words"\n0\n2.5\n2\n'
    '0.5\n1.25\n"say ""hi"" 3"\n1.25\n2.5\n"你好"\n'
)
WORDS = [TimedText('say "hi" 3', 0.5, 1.25), TimedText("你好", 1.25, 2.5)]


@pytest.mark.parametrize("text", [LONG, SHORT])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_read_textgrid_reads_long_and_short_form(text: str, encoding: str) -> None:
    """Empty intervals are left out; quotes and digits in a word stay; any encoding."""
    assert read_textgrid(text.encode(encoding), "x.TextGrid") == WORDS


def test_read_textgrid_uses_the_tier_with_the_most_text() -> None:
    """A tier somebody named after himself is taken, the phones are not."""
    text = LONG.replace('"words"', '"Anna"')
    assert read_textgrid(text.encode(), "x.TextGrid") == WORDS


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hello", "not a TextGrid"),
        (LONG[:-40], "is cut off"),
        (LONG.replace("intervals: size = 3", "intervals: size = 99999999"), "claims to have"),
        (
            LONG.replace(
                "xmin = 1.25\n            xmax = 2.5", "xmin = 1.25\n            xmax = 0.1"
            ),
            "no valid time or no text",
        ),
        (SHORT.replace('"IntervalTier"', '"TextTier"'), "No tier"),
    ],
)
def test_read_textgrid_refuses_broken_files(text: str, sentence: str) -> None:
    """What is cut off, lies about its size, goes back in time or has no words."""
    with pytest.raises(InputError, match=sentence):
        read_textgrid(text.encode(), "x.TextGrid")


@pytest.mark.parametrize(
    "tree",
    [
        {
            "segments": [
                {
                    "text": "你好吗",
                    "words": [
                        {"word": "你", "start": 0.5, "end": 0.7},
                        {"word": "好吗", "start": 0.7, "end": 1.1},
                    ],
                }
            ]
        },
        {
            "segments": [
                {"words": [{"word": "你", "start": 0.5, "end": 0.7}]},
                {"text": "好吗", "start": 0.7, "end": 1.1},
            ],
            "word_segments": [],
        },
        [
            {"text": "你", "start_time": 0.5, "end_time": 0.7},
            {"text": "好吗", "start_time": 0.7, "end_time": 1.1},
        ],
        {
            "chunks": [
                {"text": " 好吗", "timestamp": [0.7, 1.1]},
                {"text": "你", "timestamp": [0.5, 0.7]},
            ]
        },
        {
            "text": "你好吗",
            "words": [
                {"word": "你", "start": 0.5, "end": 0.7},
                {"word": "好吗", "start": 0.7, "end": 1.1},
            ],
        },
    ],
)
def test_read_word_json_reads_every_recogniser(tree: object) -> None:
    """Whisper, WhisperX with a segment without words, Qwen, transformers, OpenAI."""
    assert read_word_json(json.dumps(tree).encode(), "x.json") == [
        TimedText("你", 0.5, 0.7),
        TimedText("好吗", 0.7, 1.1),
    ]


def test_read_word_json_places_words_without_times() -> None:
    """WhisperX gives numbers no time."""
    words = [
        {"word": "涨", "start": 1.0, "end": 1.2},
        {"word": "20"},
        {"word": "30"},
        {"word": "点", "start": 2.0, "end": 2.2},
    ]
    found = read_word_json(json.dumps({"word_segments": words}).encode(), "x.json")
    assert [word.start for word in found] == pytest.approx([1.0, 1.2, 1.6, 2.0])
    assert [word.end for word in found] == pytest.approx([1.2, 1.6, 2.0, 2.2])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"segments": []}', "no words with times"),
        (b'[{"word": "a", "start": NaN, "end": 1}]', "no words with times"),
        (b'[{"word": "a", "start": true, "end": "x"}]', "no words with times"),
    ],
)
def test_read_word_json_refuses_broken_files(data: bytes, sentence: str) -> None:
    """Cut off, nested without end, empty, with times that are none."""
    with pytest.raises(InputError, match=sentence):
        read_word_json(data, "x.json")


def test_import_timings_refuses_other_formats_and_sizes() -> None:
    """Only what is listed, and only up to 64 MB."""
    with pytest.raises(InputError, match="not a file of times that can be read"):
        import_timings(b"", "x.docx", ROWS, HOUR, "x.docx")
    with pytest.raises(InputError, match="at most"):
        import_timings(bytes(64 * 1024 * 1024 + 1), "x.json", ROWS, HOUR, "x.json")


def test_import_timings_chooses_the_reader_by_suffix() -> None:
    """By the name's ending, whatever its case."""
    words = json.dumps([item._asdict() for item in characters()]).encode()
    assert max(errors(import_timings(words, "w.JSON", ROWS, HOUR, "w.JSON"))) <= 0.001
    grid = (
        '"ooTextFile"\n"TextGrid"\n0\n900\n<exists>\n1\n"IntervalTier"\n"words"\n0\n900\n'
        f"{len(characters())}\n"
    )
    grid += "".join(f'{item.start:.4f}\n{item.end:.4f}\n"{item.text}"\n' for item in characters())
    assert (
        max(errors(import_timings(grid.encode(), "w.TextGrid", ROWS, HOUR, "w.TextGrid"))) <= 0.001
    )
