"""Rows with labels and stage directions left out: everything that names a row moves with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.cache import Store
from pipeline.errors import InputError
from pipeline.project import Project
from pipeline.script import read_script, read_settings
from pipeline.speech.engines.registry import assign_voices, create_engine
from pipeline.speech.utterances import group_into_utterances
from pipeline.text.word_segmenter import Segmenter
from pipeline.timebase import samples_from_seconds
from tests.small_project import episode

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.script import Script

INTERVIEW = """主持人：欢迎收听
@slide 01.png
（掌声）
@slide 02.png
00:00:12
主持人：今天聊面包
嘉宾：谢谢（笑）你们
我做了十年
主持人：[停顿] 烤箱呢
（片尾音乐）
"""
ENGLISH = """Host: Welcome.
(applause)

Host: Today: bread.
Guest: Thank you (laughs) all.
I have baked for ten years.
Host: And the oven?
(music)
"""
SETTINGS = """
[[chapter]]
row = 2
title = "开场"
[[chapter]]
row = 5
title = "面包"
[[chapter]]
row = 8
title = "片尾"
[[slide]]
row = 7
file = "card"
[voice]
engine = "espeak"
"""
CORRECTION = '[[row]]\nrow = 5\ntext = "嘉宾：谢谢（笑）你们"\nstart = 5.0\nend = 7.0\n'


def script_with(folder: Path, text_settings: str, **options: bool) -> Script:
    """Read the interview under some settings of its text."""
    texts = folder / "transcript"
    texts.mkdir(exist_ok=True)
    (texts / "talk.txt").write_text(INTERVIEW, "utf-8")
    (texts / "talk.en.txt").write_text(ENGLISH, "utf-8")
    (texts / "talk.toml").write_text(f"{SETTINGS}[text]\n{text_settings}", "utf-8")
    (texts / "talk.times.toml").write_text(CORRECTION, "utf-8")
    talk = Project(folder).episode(texts / "talk.txt")
    return read_script(talk, read_settings(talk, {}), Segmenter(), **options)


def test_what_is_dropped_takes_chapters_slides_times_and_translations_along(
    tmp_path: Path,
) -> None:
    """Rows are counted anew; what began at a row that is gone begins at the next."""
    script = script_with(tmp_path, 'labels = "drop"\ndirections = "drop"\n')
    rows = script.transcript.rows
    assert [row.text for row in rows] == [
        "欢迎收听",
        "今天聊面包",
        "谢谢你们",
        "我做了十年",
        "烤箱呢",
    ]
    assert [row.number for row in rows] == [1, 2, 3, 4, 5]
    assert [(one.value, one.row) for one in script.transcript.directives] == [("02.png", 2)]
    assert [(one.row, one.title) for one in script.chapters] == [
        (1, "开场"),
        (2, "开场"),
        (3, "面包"),
    ]
    assert [table.row for table in script.settings.slide] == [5]
    (correction,) = script.corrections
    assert (correction.row, correction.text) == (3, "谢谢你们")
    assert correction.span.start == samples_from_seconds(5.0)
    assert dict(script.translations)["en"] == (
        "Welcome.",
        "Today: bread.",
        "Thank you all.",
        "I have baked for ten years.",
        "And the oven?",
    )
    assert script.rows_left_out == 3
    assert [one.spoken for one in script.spoken_rows] == [row.text for row in rows]


def test_a_row_that_is_only_a_time_stamp_is_no_subtitle(tmp_path: Path) -> None:
    """By default the rest is shown as it is, and a person is told."""
    script = script_with(tmp_path, "")
    texts = [row.text for row in script.transcript.rows]
    assert texts == [
        line for line in INTERVIEW.splitlines() if line[0] != "@" and line != "00:00:12"
    ]
    assert script.rows_left_out == 1
    assert any("1 row is left out" in str(notice) for notice in script.notices)


def test_programs_that_edit_rows_see_all_of_them(tmp_path: Path) -> None:
    """The studio and the translator work on what the author wrote."""
    script = script_with(tmp_path, 'labels = "drop"\ndirections = "drop"\n', all_rows=True)
    assert len(script.transcript.rows) == 8
    assert len(dict(script.translations)["en"]) == 8


def test_each_speaker_has_a_voice_of_their_own(tmp_path: Path) -> None:
    """A row without a label goes on with the speaker before; a name may choose its voice."""
    script = script_with(tmp_path, 'labels = "voices"\n')
    groups = group_into_utterances(script.spoken_rows, script.transcript, ())
    engine = create_engine("espeak", script.settings, Store(tmp_path / "cache"))
    voices = assign_voices(engine, "", script.transcript.directives).voices
    spoken = {row.spoken: voices[group.voice] for group in groups for row in group.rows}
    assert spoken["欢迎收听"] == spoken["今天聊面包"] == spoken["烤箱呢"] == voices[""]
    assert spoken["谢谢你们"] == spoken["我做了十年"] != voices[""]

    named = script_with(tmp_path, 'labels = "voices"\n[voice.speakers]\n"嘉宾" = "cmn+f3"\n')
    assert [one.value for one in named.transcript.directives if one.kind == "voice"] == [
        "speaker:0",
        "cmn+f3",
        "speaker:0",
    ]


@pytest.mark.parametrize("engine_name", ["edge", "espeak", "openai"])
def test_four_speakers_have_four_voices(tmp_path: Path, engine_name: str) -> None:
    """The first has the episode's own; the same text has the same voices every time."""
    rows = "".join(f"{name}：我说一句\n" for name in ("甲", "乙", "丙", "丁") * 2)
    (tmp_path / "transcript").mkdir()
    path = tmp_path / "transcript" / "talk.txt"
    path.write_text(rows, "utf-8")
    path.with_suffix(".toml").write_text(
        '[text]\nlabels = "voices"\n[voice]\nbase_url = "http://localhost:9/v1"\n', "utf-8"
    )
    talk = Project(tmp_path).episode(path)
    script = read_script(talk, read_settings(talk, {}), Segmenter())
    engine = create_engine(engine_name, script.settings, Store(tmp_path / "cache"))
    voices = assign_voices(engine, "", script.transcript.directives).voices
    assert len(set(voices.values())) == 4
    assert voices["speaker:0"] == voices[""]


def test_a_text_of_stamps_alone_is_refused(tmp_path: Path) -> None:
    """It says what to do."""
    (tmp_path / "transcript").mkdir()
    path = tmp_path / "transcript" / "talk.txt"
    path.write_text("00:01:00\n00:02:00\n", "utf-8")
    talk = Project(tmp_path).episode(path)
    with pytest.raises(InputError, match="Nothing is left"):
        read_script(talk, read_settings(talk, {}), Segmenter())


def test_subtitles_and_the_report_count_what_is_left_out(tmp_path: Path) -> None:
    """Through the command line: no label, no direction, no stamp in the file."""
    script_with(tmp_path, 'labels = "drop"\ndirections = "drop"\n')
    (tmp_path / "assets" / "talk").mkdir(parents=True)
    ran = episode("subtitle", "transcript/talk.txt", "--json", cwd=tmp_path)
    assert ran.code == 0, ran.err
    subtitles = (tmp_path / "output" / "talk" / "talk.zh.srt").read_text("utf-8")
    for mark in ("主持人", "嘉宾", "掌声", "00:00:12\n", "笑"):
        assert mark not in subtitles
    report = (tmp_path / "output" / "talk" / "report.json").read_text("utf-8")
    assert '"rows_left_out": 3' in report
