"""One build: its notices, its times for other programs, and one place for its context."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import pipeline
from pipeline.build import build, changed_inputs
from pipeline.messages import Message
from pipeline.project import Project
from pipeline.run import BuildRequest
from pipeline.script import read_script, read_settings
from pipeline.stages.snapshot import last_timeline
from pipeline.text.word_segmenter import Segmenter

if TYPE_CHECKING:
    from pipeline.run import BuildResult
    from pipeline.script import Script


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project with an episode in GB18030, which is told in a notice."""
    texts = tmp_path / "transcript"
    texts.mkdir()
    (texts / "talk.txt").write_text("大家好\n今天我们聊面包\n谢谢\n", "gb18030")
    return Project(tmp_path)


def script_of(project: Project) -> Script:
    """Read the episode."""
    episode = project.episode(project.transcript_folder / "talk.txt")
    return read_script(episode, read_settings(episode, {}), Segmenter())


def subtitle(project: Project) -> BuildResult:
    """Build the episode's subtitles."""
    episode = project.episode(project.transcript_folder / "talk.txt")
    return build(project, episode, BuildRequest("subtitle"), lambda *_: None)


def test_notices_of_an_earlier_build_can_still_be_translated(project: Project) -> None:
    """The manifest keeps keys and values, so that the language can be chosen later."""
    first, second = subtitle(project), subtitle(project)
    assert first.steps
    assert not second.steps
    assert first.notices == second.notices
    assert [type(notice) for notice in second.notices] == [Message] * len(second.notices)
    assert second.notices
    for before, after in zip(first.notices, second.notices, strict=True):
        assert isinstance(before, Message)
        assert isinstance(after, Message)
        assert before.in_language("zh") == after.in_language("zh") != str(after)


def test_changed_inputs_names_what_changed_since_the_build(project: Project) -> None:
    """None before the first build, nothing after it, then the changed file."""
    episode = project.episode(project.transcript_folder / "talk.txt")
    assert changed_inputs(project, episode, "subtitle") is None
    subtitle(project)
    assert changed_inputs(project, episode, "subtitle") == ()
    episode.transcript.write_text("大家好\n再见\n", "utf-8")
    assert changed_inputs(project, episode, "subtitle") == ("transcript",)


def test_last_timeline_is_that_of_the_build(project: Project) -> None:
    """Without a build it is an estimate, the same that a build makes."""
    estimate = last_timeline(project, script_of(project))
    subtitle(project)
    assert last_timeline(project, script_of(project)) == estimate


def test_last_timeline_of_other_texts_counts_only_where_it_may(project: Project) -> None:
    """The studio moves old times to the new text; a check must have those of the same text."""
    subtitle(project)
    old_texts = last_timeline(project, script_of(project)).texts
    (project.transcript_folder / "talk.txt").write_text("大家好\n再见\n", "utf-8")
    script = script_of(project)
    assert last_timeline(project, script).texts == old_texts
    same_text = last_timeline(project, script, same_text=True)
    assert same_text.texts == ("大家好", "再见")
    assert len(same_text.timeline.rows) == 2


def test_last_timeline_at_another_frame_rate_is_an_estimate(project: Project) -> None:
    """Cues lie on the frame grid, so that a build at another rate is of no use."""
    subtitle(project)
    (project.transcript_folder / "talk.toml").write_text("[picture]\nfps = 25\n", "utf-8")
    assert last_timeline(project, script_of(project)).timeline.fps == 25


def test_the_context_of_a_build_is_made_in_one_place() -> None:
    """Nothing but `create_context` calls the constructor."""
    callers = {
        path.name
        for path in Path(pipeline.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "BuildContext"
    }
    assert callers == {"run.py"}
