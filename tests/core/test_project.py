"""Which folder is the project of a transcript, and which file a name means."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.project import find_project, project_notice


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """Return the transcript of a project."""
    path = tmp_path / "proj" / "transcript" / "talk.txt"
    path.parent.mkdir(parents=True)
    path.write_text("大家好\n", "utf-8")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "proj" / "deep" / "er").mkdir(parents=True)
    return path


@pytest.mark.parametrize(
    ("here", "argument"),
    [
        ("elsewhere", "../proj/transcript/talk.txt"),
        ("proj", "transcript/talk.txt"),
        ("proj", "talk.txt"),
        ("proj", "talk"),
        ("proj/deep/er", "talk"),
        ("proj/transcript", "talk.txt"),
        ("proj/transcript", "talk"),
        ("proj/deep", "../transcript/talk.txt"),
    ],
)
def test_find_project_takes_the_folder_above_the_transcripts(
    talk: Path, monkeypatch: pytest.MonkeyPatch, here: str, argument: str
) -> None:
    """From wherever it is called, by a path or by a bare name."""
    root = talk.parent.parent
    monkeypatch.chdir(root.parent / here)
    project = find_project(Path(argument))
    episode = project.episode(Path(argument))
    assert project.root == root
    assert episode.transcript.samefile(talk)
    assert episode.assets == root / "assets" / "talk"
    assert project_notice(episode) is None


def test_find_project_takes_an_absolute_path(
    talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in a folder that has a project of its own; --project decides before all."""
    monkeypatch.chdir(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "transcript").mkdir()
    assert find_project(talk).root == talk.parent.parent
    assert find_project(talk, tmp_path / "elsewhere").root == tmp_path / "elsewhere"
    assert find_project().root == tmp_path / "elsewhere"


def test_project_notice_says_what_is_taken_as_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transcript in no `transcript/` belongs to the folder in which the command is called."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "talk.txt").write_text("大家好\n", "utf-8")
    notice = project_notice(find_project(Path("talk.txt")).episode(Path("talk.txt")))
    assert f"The project is {tmp_path};" in str(notice)


def test_episode_suggests_the_transcript_of_a_similar_name(
    talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only the first five of the alphabet."""
    for name in "abcdefg":
        talk.with_name(f"{name}.txt").write_text("大家好\n", "utf-8")
    monkeypatch.chdir(talk.parent.parent)
    with pytest.raises(InputError) as caught:
        find_project().episode(Path("tlak.txt"))
    assert ": transcript/talk.txt, " in caught.value.remedy
