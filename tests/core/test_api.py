"""The public Python interface."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import pipeline
from pipeline import EpisodeError, EpisodeOutput, InputError, Project, narrate, render, subtitle
from tests.small_project import make_project


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    """Return the transcript of a small project."""
    return make_project(tmp_path) / "transcript" / "bread.txt"


def test_render_makes_a_video_and_reports_progress(transcript: Path) -> None:
    """Three lines of Python make an episode; the callback receives each step's progress."""
    calls: list[tuple[str, int, int]] = []
    episode = render(transcript, progress=lambda *call: calls.append(call))
    assert episode.video is not None
    assert episode.video.stat().st_size > 10_000
    assert {path.suffix for path in episode.subtitles} == {".srt", ".vtt", ".ass"}
    assert [path.name for path in episode.narration] == ["narration.m4a"]
    assert all(path.is_file() for path in episode.files)
    assert (episode.name, episode.faithful, episode.flagged_rows) == ("bread", True, ())
    assert episode.folder == transcript.parents[1] / "output" / "bread"
    assert 20 < episode.duration < 120
    assert {"voice", "picture"} <= {step for step, _, _ in calls}
    assert all(0 <= done <= total for _, done, total in calls)

    again = render(str(transcript), project=Project(transcript.parents[1]))
    assert (again.files, again.steps) == (episode.files, ())


def test_settings_replace_those_of_the_file(transcript: Path) -> None:
    """Dotted names, as in the settings file."""
    episode = narrate(transcript, settings={"voice.rate": 20, "sound.formats": ["m4a", "wav"]})
    assert {path.suffix for path in episode.narration} == {".m4a", ".wav"}
    assert episode.video is None
    assert episode.report["voice"]["engine"] == "espeak"


def test_subtitle_fits_a_duration(transcript: Path) -> None:
    """Estimated times fill the seconds that were asked for."""
    assert subtitle(transcript, duration=60).duration == pytest.approx(60, abs=0.1)


def test_settings_in_gb18030_are_read_with_a_notice(transcript: Path) -> None:
    """The encoding is found as a transcript's is, and the person is told."""
    transcript.with_suffix(".toml").write_text('title = "天然酵母面包"\n', "gb18030")
    episode = subtitle(transcript)
    assert episode.report["title"] == "天然酵母面包"
    assert "bread.toml was read as GB18030 (GBK)." in episode.notices
    assert subtitle(transcript).notices == episode.notices


def test_project_may_be_a_folder_elsewhere(transcript: Path, tmp_path: Path) -> None:
    """A relative transcript is looked for in the project."""
    episode = subtitle("transcript/bread.txt", project=str(tmp_path))
    assert episode.name == transcript.stem


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"voice.engine": "festival"}, "voice.engine"),
        ({"voise.engine": "edge"}, "voise"),
        ({"title.length": 3}, "title.length"),
        ({"picture.width": 3}, "picture.width"),
    ],
)
def test_wrong_settings_raise_one_sentence(
    transcript: Path, settings: dict[str, object], words: str
) -> None:
    """The error names the setting and says what to do; nothing is written."""
    with pytest.raises(InputError, match=words) as caught:
        subtitle(transcript, settings=settings)
    assert isinstance(caught.value, EpisodeError)
    assert caught.value.remedy
    assert not (transcript.parents[1] / "output").exists()


def test_a_missing_transcript_raises_input_error(tmp_path: Path) -> None:
    """The remedy says what the project has."""
    make_project(tmp_path)
    with pytest.raises(InputError, match=r"nothing\.txt.*transcript/bread\.txt"):
        subtitle(tmp_path / "transcript" / "nothing.txt")


def test_an_error_in_the_callback_ends_the_build(transcript: Path) -> None:
    """A notebook may stop a build from its callback; the next call goes on."""

    def stop(_step: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        narrate(transcript, progress=stop)
    assert narrate(transcript).narration


def test_outputs_are_frozen(transcript: Path) -> None:
    """Results are values."""
    episode = subtitle(transcript)
    assert isinstance(episode, EpisodeOutput)
    with pytest.raises(AttributeError):
        episode.name = "x"  # type: ignore[misc]


def test_import_of_the_package_loads_nothing_else() -> None:
    """`import pipeline` stays fast: the interface is imported when it is first used."""
    code = (
        "import sys, pipeline; assert 'render' in dir(pipeline);"
        "print(sorted(name for name in sys.modules if name.startswith(('pipeline', 'pydantic'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['pipeline']"


def test_every_public_name_exists() -> None:
    """Names, stub and interface agree; an unknown name is an AttributeError."""
    stub = (Path(pipeline.__file__).parent / "__init__.pyi").read_text("utf-8")
    for name in pipeline.__all__:
        assert getattr(pipeline, name) is not None
        assert f"import {name} as {name}" in stub
    with pytest.raises(AttributeError, match="nothing"):
        pipeline.nothing  # type: ignore[attr-defined]  # noqa: B018 - the access is what is tested
