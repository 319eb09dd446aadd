"""Which files are the music: by name, by folder, of themselves; never from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.audio.music_files import MusicFiles, find_music_files
from pipeline.errors import InputError
from pipeline.settings.sections import MusicSettings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    """Return assets with an episode, a channel's music and something outside."""
    for name in (
        "ep/music.mp3",
        "ep/own.wav",
        "jingle.mp3",
        "beds/02.flac",
        "beds/01.mp3",
        "beds/cover.png",
        "beds/.hidden.mp3",
        "../secret.wav",
    ):
        path = tmp_path / "assets" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path / "assets"


def folders(assets: Path) -> list[Path]:
    """Return where music is looked for."""
    return [assets / "ep", assets]


def test_find_music_files_uses_the_episodes_own_music(assets: Path) -> None:
    """`music.mp3` of the episode, without a setting."""
    assert find_music_files(MusicSettings(), folders(assets)) == MusicFiles(
        (assets / "ep" / "music.mp3",)
    )


def test_find_music_files_ignores_channel_music_without_a_setting(assets: Path) -> None:
    """Only the episode's own folder is looked through."""
    (assets / "ep" / "music.mp3").rename(assets / "music.mp3")
    assert find_music_files(MusicSettings(), folders(assets)) == MusicFiles()


def test_find_music_files_looks_in_the_episode_first(assets: Path) -> None:
    """Then among the channel's."""
    (assets / "own.wav").write_bytes(b"y")
    found = find_music_files(
        MusicSettings(file="own.wav", intro="jingle.mp3", outro="beds/01.mp3"), folders(assets)
    )
    assert found == MusicFiles(
        (assets / "ep" / "own.wav",), assets / "jingle.mp3", assets / "beds" / "01.mp3"
    )
    assert found.paths == (
        assets / "ep" / "own.wav",
        assets / "jingle.mp3",
        assets / "beds" / "01.mp3",
    )


def test_find_music_files_lists_a_folder_in_order(assets: Path) -> None:
    """Pictures and hidden files are not music."""
    assert find_music_files(MusicSettings(file="beds"), folders(assets)).bed == (
        assets / "beds" / "01.mp3",
        assets / "beds" / "02.flac",
    )


@pytest.mark.parametrize(
    "name",
    [
        "../secret.wav",
        "/etc/passwd",
        "nothing.mp3",
        "jingel.mp3",
        "\0",
        "x" * 5_000,
        "..",
        "ep/../../secret.wav",
    ],
)
def test_find_music_files_refuses_names_outside_the_assets(assets: Path, name: str) -> None:
    """With the setting's name."""
    with pytest.raises(InputError, match=r"music\.intro") as fault:
        find_music_files(MusicSettings(intro=name), folders(assets))
    assert ("jingle.mp3" in fault.value.remedy) == (name == "jingel.mp3")


def test_find_music_files_does_not_follow_links_outside(assets: Path) -> None:
    """Neither named nor in a folder."""
    (assets / "beds" / "00.mp3").symlink_to(assets.parent / "secret.wav")
    (assets / "ep" / "link.mp3").symlink_to(assets.parent / "secret.wav")
    assert (
        find_music_files(MusicSettings(file="beds"), folders(assets)).bed[0]
        == assets / "beds" / "01.mp3"
    )
    with pytest.raises(InputError, match=r"link\.mp3"):
        find_music_files(MusicSettings(file="link.mp3"), folders(assets))


def test_find_music_files_refuses_a_folder_without_audio(assets: Path) -> None:
    """Silence is not made of a mistake."""
    (assets / "empty").mkdir()
    with pytest.raises(InputError, match="no audio files in this folder"):
        find_music_files(MusicSettings(file="empty"), folders(assets))


def test_find_music_files_without_assets_finds_none(tmp_path: Path) -> None:
    """Folders need not be there."""
    assert find_music_files(MusicSettings(), [tmp_path / "ep", tmp_path]) == MusicFiles()
