"""Which files are slides, in what order, and which are refused."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import InputError
from pipeline.picture.asset_files import check_asset_file
from pipeline.picture.slides.slide_files import (
    find_named_file,
    find_numbered_files,
    list_slide_files,
)

if TYPE_CHECKING:
    from pathlib import Path


def put(folder: Path, *names: str) -> None:
    """Make files of one byte."""
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"x")


def test_find_numbered_files_orders_by_number(tmp_path: Path) -> None:
    """Slides are ordered by number: 1, 2, 10 and not 1, 10, 2.

    Documents without a number come last; other files are not slides by themselves.
    """
    put(
        tmp_path,
        "10.png",
        "2-oven.jpg",
        "1_intro.webp",
        "deck.pdf",
        "03.mp4",
        "cover.png",
        "notes.txt",
        ".4.png",
        "5.tiff",
        "music.mp3",
    )
    assert [path.name for path in find_numbered_files(tmp_path)] == [
        "1_intro.webp",
        "2-oven.jpg",
        "03.mp4",
        "5.tiff",
        "10.png",
        "deck.pdf",
    ]


def test_list_slide_files_is_empty_without_a_folder(tmp_path: Path) -> None:
    """An episode without assets has none."""
    assert find_numbered_files(tmp_path / "missing") == ()
    assert list_slide_files(tmp_path / "missing") == ()


def test_find_named_file_takes_names_with_or_without_suffix(tmp_path: Path) -> None:
    """`oven` and `oven.jpg` mean the same file; capitals in the suffix are no matter."""
    put(tmp_path, "oven.jpg", "酵母.PNG")
    assert (
        find_named_file(tmp_path, "oven", 3)
        == find_named_file(tmp_path, "oven.jpg", 3)
        == tmp_path / "oven.jpg"
    )
    assert find_named_file(tmp_path, "酵母", 3) == tmp_path / "酵母.PNG"


def test_find_named_file_explains_ambiguous_and_unknown_names(tmp_path: Path) -> None:
    """An ambiguous name and an unknown one are input errors with the row.

    They say what to write.
    """
    put(tmp_path, "oven.jpg", "oven.png")
    with pytest.raises(InputError, match=r"row 7: .*oven\.jpg, oven\.png.*suffix"):
        find_named_file(tmp_path, "oven", 7)
    with pytest.raises(InputError, match=r"row 8: .*'ofen\.png'.*Did you mean 'oven\.png'"):
        find_named_file(tmp_path, "ofen.png", 8)


@pytest.mark.parametrize(
    "name", ["../secret.png", "/etc/passwd", "a/../../b.png", "..", "", "x\0.png", "..\\b.png"]
)
def test_find_named_file_refuses_names_that_lead_out_of_the_folder(
    tmp_path: Path, name: str
) -> None:
    """A name with a way out is refused before anything is opened."""
    put(tmp_path, "b.png")
    with pytest.raises(InputError, match="not the name of a file"):
        find_named_file(tmp_path / "episode", name, 1)


def test_check_asset_file_follows_links_inside_the_folder_only(tmp_path: Path) -> None:
    """A link to a file of the folder is followed.

    One that leads out of it is refused, as is one that leads nowhere.
    """
    folder = tmp_path / "assets"
    put(folder, "real.png")
    put(tmp_path, "secret.png")
    for name, target in (
        ("in.png", folder / "real.png"),
        ("out.png", tmp_path / "secret.png"),
        ("dead.png", folder / "gone"),
        ("loop.png", "loop.png"),
    ):
        (folder / name).symlink_to(target)
    assert check_asset_file(folder / "in.png", folder) == (folder / "real.png").resolve()
    with pytest.raises(InputError, match="outside"):
        check_asset_file(folder / "out.png", folder)
    for name in ("dead.png", "loop.png"):
        with pytest.raises(InputError, match="cannot be opened"):
            check_asset_file(folder / name, folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
def test_check_asset_file_refuses_a_pipe(tmp_path: Path) -> None:
    """A FIFO with a slide's name would block whoever opens it: it is not opened."""
    os.mkfifo(tmp_path / "01.png")
    with pytest.raises(InputError, match="not a plain file"):
        check_asset_file(tmp_path / "01.png", tmp_path)


def test_check_asset_file_refuses_folders_and_empty_files(tmp_path: Path) -> None:
    """A folder named like a slide, and a file of no bytes, each get their sentence."""
    (tmp_path / "01.png").mkdir()
    (tmp_path / "02.png").touch()
    with pytest.raises(InputError, match="not a plain file"):
        check_asset_file(tmp_path / "01.png", tmp_path)
    with pytest.raises(InputError, match="0 bytes"):
        check_asset_file(tmp_path / "02.png", tmp_path)


def test_check_asset_file_refuses_files_over_500_mb(tmp_path: Path) -> None:
    """A file of a gigabyte is refused without being read.

    It is a sparse file, so the test writes nothing.
    """
    with (tmp_path / "01.png").open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(InputError, match="larger than 500 MB"):
        check_asset_file(tmp_path / "01.png", tmp_path)


def test_list_slide_files_refuses_too_many_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder with more slides than allowed is an error, not a long wait."""
    monkeypatch.setattr("pipeline.picture.slides.slide_files._MAX_FILES", 20)
    put(tmp_path, *(f"{number}.png" for number in range(20)))
    assert len(find_numbered_files(tmp_path)) == 20
    put(tmp_path, "20.png")
    with pytest.raises(InputError, match="21 slides; at most 20 are allowed"):
        find_numbered_files(tmp_path)
