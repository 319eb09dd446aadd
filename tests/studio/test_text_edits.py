"""Edits of texts change what was asked for and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.messages import languages
from pipeline.settings import parse_settings
from pipeline.studio.editing.commands import parse_edit
from pipeline.studio.editing.sources import EpisodeSource, SourceFiles, parse_source
from pipeline.studio.editing.text_edits import apply_edit
from pipeline.studio.localization import EditRefused
from pipeline.studio.view.row_break_cache import RowBreakCache
from pipeline.text.line_joining import join_texts
from tests.studio.factories import ENGLISH, ROWS, quick, readings, timeline_of

BENCH = RowBreakCache()
MORE = st.sampled_from(
    [
        *ROWS,
        "@slide x",
        "@@",
        "两\n行",
        "x\u2028y\tz",
        "😀😀",
        "\ufeffa\u200bb",
        "<script>alert(1)</script>",
    ]
)


def after(reading: EpisodeSource, **do: object) -> EpisodeSource:
    """Return the source after an edit, parsed again from its bytes."""
    changed, _ = apply_edit(reading, parse_edit(do), timeline_of(reading, BENCH))
    assert parse_source(changed.files) == changed
    return changed


def outside(reading: EpisodeSource) -> object:
    """Return what no edit of texts may change."""
    return [
        (one.kind, one.value) for one in reading.transcript.directives
    ], reading.transcript.encoding


@given(reading=readings(), data=st.data(), text=MORE)
@quick
def test_set_text_changes_only_its_row(
    reading: EpisodeSource, data: st.DataObject, text: str
) -> None:
    """Other rows, directives, the translation and the settings are unchanged."""
    row = data.draw(st.integers(1, len(reading.row_texts)))
    try:
        changed = after(reading, kind="text", row=row, text=text)
    except EditRefused:
        assert reading.transcript.encoding == "never", "every text here can be kept"
    places = [(one.kind, one.value, one.row) for one in reading.transcript.directives]
    assert [(one.kind, one.value, one.row) for one in changed.transcript.directives] == places
    assert (*changed.row_texts[: row - 1], *changed.row_texts[row:]) == (
        *reading.row_texts[: row - 1],
        *reading.row_texts[row:],
    )
    assert "".join(changed.row_texts[row - 1].split()) == "".join(
        text.replace("\ufeff", "").replace("\u200b", "").split()
    )
    assert (changed.translations, changed.files.settings) == (
        reading.translations,
        reading.files.settings,
    )
    assert [one.span for one in changed.corrections] == [one.span for one in reading.corrections]


@given(
    reading=readings(),
    data=st.data(),
    text=st.sampled_from([*ENGLISH, "@slide x", "@@y", "two\nlines", "", "好 <b>"]),
)
@quick
def test_set_translation_changes_only_its_row(
    reading: EpisodeSource, data: st.DataObject, text: str
) -> None:
    """The row has the text in one line; other rows and the transcript's bytes are unchanged."""
    row = data.draw(st.integers(1, len(reading.row_texts)))
    if (
        not text
        if row == 1 and reading.translations
        else text and row > 1 and not reading.translations
    ):
        with pytest.raises(EditRefused):
            after(reading, kind="second", row=row, text=text)
        return
    changed = after(reading, kind="second", row=row, text=text)
    assert changed.files.transcript == reading.files.transcript
    if reading.translations:
        (_, old), (_, new) = reading.translations[0], changed.translations[0]
        assert new == (*old[: row - 1], text.replace("\n", " "), *old[row:])


@given(reading=readings(), data=st.data())
@quick
def test_split_and_merge_restore_the_text(reading: EpisodeSource, data: st.DataObject) -> None:
    """Both halves have every character; all that belongs to rows moves with them."""
    row = data.draw(st.integers(1, len(reading.row_texts)))
    text = reading.row_texts[row - 1]
    at = data.draw(st.integers(1, len(text) - 1))
    second = reading.translations[0][1][row - 1] if reading.translations else ""
    second_at = data.draw(st.none() | st.integers(0, len(second)))
    changed = after(reading, kind="split", row=row, at=at, second_at=second_at)
    assert len(changed.row_texts) == len(reading.row_texts) + 1
    assert "".join("".join(changed.row_texts[row - 1 : row + 1]).split()) == "".join(text.split())
    assert outside(changed) == outside(reading)
    assert [one.row for one in changed.settings.chapter] == [
        one.row + (one.row > row) for one in reading.settings.chapter
    ]
    for one, old in zip(changed.transcript.directives, reading.transcript.directives, strict=True):
        assert one.row == old.row + (old.row > row)
    kept = [one for one in changed.corrections if one.row not in {row, row + 1}]
    assert [(one.row - (one.row > row), one.span) for one in kept] == [
        (one.row, one.span) for one in reading.corrections if one.row != row
    ]
    back = after(changed, kind="merge", row=row)
    assert back.row_texts == (
        *reading.row_texts[: row - 1],
        join_texts(changed.row_texts[row - 1 : row + 1]),
        *reading.row_texts[row:],
    )
    assert [one.row for one in back.settings.chapter] == [
        one.row for one in reading.settings.chapter
    ]
    assert [(one.row, one.span.start) for one in back.corrections if one.row != row] == [
        (one.row, one.span.start) for one in reading.corrections if one.row != row
    ]


@given(reading=readings(), data=st.data())
@quick
def test_merge_loses_nothing_or_is_refused(reading: EpisodeSource, data: st.DataObject) -> None:
    """Every directive is kept, no kind twice at a row, and both translations are joined."""
    row = data.draw(st.integers(1, len(reading.row_texts) - 1))
    try:
        changed = after(reading, kind="merge", row=row)
    except EditRefused:
        between = [
            one for one in reading.transcript.directives if one.row == row + 1
        ] or reading.settings.chapter
        assert between, "only what stands between two rows can be in the way"
        return
    assert sorted(outside(changed)[0]) == sorted(outside(reading)[0])  # type: ignore[index]
    assert changed.row_texts == (
        *reading.row_texts[: row - 1],
        join_texts(reading.row_texts[row - 1 : row + 1]),
        *reading.row_texts[row + 1 :],
    )
    if reading.translations:
        old = reading.translations[0][1]
        assert changed.translations[0][1] == (
            *old[: row - 1],
            join_texts(old[row - 1 : row + 1]),
            *old[row + 1 :],
        )
    rows = [one.row for one in changed.transcript.directives if one.kind in {"slide", "chapter"}]
    assert all(1 <= at <= len(changed.row_texts) or at == len(changed.row_texts) + 1 for at in rows)


def heart(text: str, **more: bytes | None) -> EpisodeSource:
    """Return the source of a few lines."""
    return parse_source(SourceFiles("heart.txt", text.encode(), **more))  # type: ignore[arg-type] # times and settings


def test_merge_keeps_a_slide_between_the_rows() -> None:
    """The second row's slide goes before the merged row, a pause after it."""
    changed = after(heart("心脏\n@slide heart.png\n@pause 2\n在这里\n完\n"), kind="merge", row=1)
    assert changed.files.transcript.decode() == "@slide heart.png\n心脏在这里\n@pause 2\n完\n"


def test_merge_is_refused_where_a_slide_has_no_place_left() -> None:
    """A slide goes to the next row where its own has one; where both do, nothing is done."""
    changed = after(heart("@slide a.png\n心脏\n@slide b.png\n在这里\n完\n"), kind="merge", row=1)
    assert changed.files.transcript.decode() == "@slide a.png\n心脏在这里\n@slide b.png\n完\n"
    with pytest.raises(EditRefused, match=r"@slide b\.png"):
        after(
            heart("@slide a.png\n心脏\n@slide b.png\n在这里\n@slide c.png\n完\n"),
            kind="merge",
            row=1,
        )


def test_split_renumbers_settings_and_keeps_their_comments() -> None:
    """A chapter and a slide of the settings stay with their text."""
    toml = (
        '# mine\ntitle = "心"\r\n'
        '[[chapter]]\nrow = 3 # here\ntitle = "三"\n'
        '[[slide]]\nrow = 1\nfile = "a.png"\n'
    )
    changed = after(heart("一一\n二二\n三三\n", settings=toml.encode()), kind="split", row=2, at=1)
    assert changed.files.settings == toml.replace("row = 3", "row = 4").encode()


def test_merge_is_refused_where_two_chapters_would_meet() -> None:
    """The refusal has a sentence in every language."""
    toml = '[[chapter]]\nrow = 1\ntitle = "一"\n[[chapter]]\nrow = 2\ntitle = "二"\n'
    with pytest.raises(EditRefused) as fault:
        after(heart("一一\n二二\n三三\n", settings=toml.encode()), kind="merge", row=1)
    assert all(map(fault.value.in_language, languages()))


def test_set_text_keeps_a_corrected_time() -> None:
    """Fixing a typo does not discard a time that a person has set."""
    times = '[[row]]\nrow = 1\ntext = "心脏"\nstart = 1.5\nend = 2.5\n'.encode()
    changed = after(heart("心脏\n完\n", times=times), kind="text", row=1, text="心房")
    assert [(one.text, one.span.start) for one in changed.corrections] == [("心房", 72_000)]


def test_set_times_aligns_edges_to_frames() -> None:
    """A dragged edge is on a frame, never one early, and sending it back changes nothing."""
    reading = heart("心脏在这里跳动\n完\n")
    changed = after(reading, kind="times", row=1, start_ms=1033, end_ms=2_100)
    assert [(one.row, one.span.start // 48, one.span.end // 48) for one in changed.corrections] == [
        (1, 1034, 2100)
    ]
    again = after(changed, kind="times", row=1, start_ms=1034, end_ms=2_100)
    assert again.files == changed.files
    assert after(changed, kind="untime", row=1).files.times is None


@pytest.mark.parametrize(
    "do",
    [
        {"kind": "text", "row": 9, "text": "x"},
        {"kind": "text", "row": 0, "text": "x"},
        {"kind": "text", "row": 1, "text": " \n\u200b "},
        {"kind": "text", "row": 1, "text": "长" * 10_001},
        {"kind": "text", "row": "1", "text": "x"},
        {"kind": "text", "row": True, "text": "x"},
        {"kind": "text", "row": 1, "text": "x", "path": "/etc/passwd"},
        {"kind": "split", "row": 1, "at": 0},
        {"kind": "split", "row": 1, "at": 2},
        {"kind": "split", "row": 1, "at": 99},
        {"kind": "split", "row": 1, "at": -1},
        {"kind": "merge", "row": 2},
        {"kind": "times", "row": 1, "start_ms": 2_000, "end_ms": 2_000},
        {"kind": "times", "row": 1, "start_ms": 2_000, "end_ms": 1_000},
        {"kind": "times", "row": 1, "start_ms": float("nan"), "end_ms": 1_000},
        {"kind": "texts", "texts": [{"row": 3, "text": "x"}]},
        {"kind": "rm", "row": 1},
        {"row": 1},
        [],
        None,
        "text",
    ],
    ids=str,
)
def test_impossible_edits_are_refused_in_every_language(do: object) -> None:
    """Missing rows, empty rows, empty halves and values of other kinds change nothing."""
    reading = heart("心脏\n完\n")
    with pytest.raises(EditRefused) as fault:
        apply_edit(reading, parse_edit(do), timeline_of(reading, BENCH))
    assert all(map(fault.value.in_language, languages()))


def test_set_many_texts_is_one_step() -> None:
    """Replacing all changes the named rows and translations and leaves the lines between them."""
    reading = parse_source(
        SourceFiles(
            "a.txt", "心脏\n\n@pause 1\n二\n心房\n".encode(), (("en", b"heart\ntwo\natrium\n"),)
        )
    )
    changed = after(
        reading,
        kind="texts",
        texts=[{"row": 1, "text": "肝脏"}, {"row": 3, "text": "肝叶"}],
        seconds=[{"row": 1, "text": "liver"}],
    )
    assert changed.files.transcript.decode() == "肝脏\n\n@pause 1\n二\n肝叶\n"
    assert changed.files.seconds == (("en", b"liver\ntwo\natrium\n"),)


def test_edit_is_refused_for_a_subtitle_file() -> None:
    """Rows of an .srt have no lines to edit; their times can still be corrected."""
    srt = "1\n00:00:01,000 --> 00:00:02,000\n心脏\n\n2\n00:00:03,000 --> 00:00:04,000\n完\n"
    reading = parse_source(SourceFiles("heart.srt", srt.encode()))
    with pytest.raises(EditRefused):
        after(reading, kind="text", row=1, text="心房")
    assert len(after(reading, kind="times", row=1, start_ms=1_200, end_ms=1_900).corrections) == 1


def test_set_translation_begins_with_the_first_row() -> None:
    """The new file joins all rows to the first."""
    changed = after(heart("心脏\n完\n"), kind="second", row=1, text="The heart")
    assert changed.files.seconds == (("en", b"The heart\n\n"),)
    assert parse_settings("", "x") == changed.settings


@pytest.mark.parametrize("code", ["en", ""])
def test_set_text_keeps_utf_8_with_a_single_sign(code: str) -> None:
    """An English file with one ° is UTF-8, and is saved as UTF-8 with its sign."""
    body = "It is 25°C today.\nFlour and water.\n".encode()
    files = SourceFiles("x.txt", body, ((code, body),) if code else ())
    source = parse_source(files)
    changed = after(source, kind="text", row=2, text="½ cup, ±5%")
    assert changed.files.transcript == "It is 25°C today.\n½ cup, ±5%\n".encode()
    if code:
        changed = after(source, kind="second", row=2, text="½ cup, ±5%")
        assert dict(changed.files.seconds)[code] == "It is 25°C today.\n½ cup, ±5%\n".encode()
