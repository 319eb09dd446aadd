"""No file that its author may take for a slide is left out without the true reason and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.picture.slides.slide_files import (
    find_named_file,
    find_numbered_files,
    list_slide_files,
)
from pipeline.picture.slides.slide_kinds import SLIDE_KINDS
from pipeline.picture.slides.unread_kinds import UNREAD_KINDS
from pipeline.picture.slides.unshown_files import unshown_file_notices


def put(folder: Path, *names: str) -> Path:
    """Make files of one byte."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"x")
    return folder


def names(folder: Path) -> list[str]:
    """Return the names of the numbered slides, in order."""
    return [path.name for path in find_numbered_files(folder)]


def notices(folder: Path) -> list[str]:
    """Return what is told of a folder whose numbered slides are shown."""
    return [str(told) for told in unshown_file_notices(folder, set(find_numbered_files(folder)))]


@pytest.mark.parametrize(
    ("first", "second", "tenth"),
    [
        ("幻灯片1.PNG", "幻灯片2.PNG", "幻灯片10.PNG"),
        ("Slide1.PNG", "Slide2.PNG", "Slide10.PNG"),
        ("talk.001.jpeg", "talk.002.jpeg", "talk.010.jpeg"),
        ("投影片1.JPG", "投影片2.JPG", "投影片10.JPG"),
        ("スライド1.PNG", "スライド2.PNG", "スライド10.PNG"),
        ("图片1.heic", "图片2.png", "图片10.svg"),
        ("Diapositive1.tif", "Diapositive2.tif", "Diapositive10.tif"),
        ("IMG_0001.HEIC", "IMG_0002.HEIC", "IMG_0010.HEIC"),
    ],
)
def test_find_numbered_files_orders_exported_names(
    tmp_path: Path, first: str, second: str, tenth: str
) -> None:
    """Pictures as PowerPoint, Keynote, WPS and telephones name them come by their numbers."""
    folder = put(tmp_path, tenth, second, first)
    assert names(folder) == [first, second, tenth]
    assert notices(folder) == []


@pytest.mark.parametrize(
    "owner_file", ["~$deck.pptx", ".~lock.deck.pptx#", "._deck.pptx", "Thumbs.db", ".DS_Store"]
)
def test_find_numbered_files_leaves_out_system_files(tmp_path: Path, owner_file: str) -> None:
    """A lock beside a deck is no slide, and nothing is said of it."""
    folder = put(tmp_path, "deck.pdf", owner_file, "desktop.ini")
    assert names(folder) == ["deck.pdf"]
    assert notices(folder) == []
    with pytest.raises(InputError, match="file of a program, not a slide"):
        find_named_file(folder, owner_file, 1)


@pytest.mark.parametrize("pdf", ["deck.pdf", "Deck.PDF"])
def test_find_numbered_files_takes_the_pdf_for_its_pptx(tmp_path: Path, pdf: str) -> None:
    """A PDF beside its PPTX is what is shown and named; LibreOffice is not asked."""
    folder = put(tmp_path, "deck.pptx", pdf, "other.pptx")
    assert names(folder) == [pdf, "other.pptx"]
    assert find_named_file(folder, "deck.pptx", 1) == folder / pdf
    assert find_named_file(folder, "deck", 1) == folder / pdf
    assert notices(folder) == [f"deck.pptx is not read: {pdf} beside it is shown in its place."]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("02.psd", ".psd files are not read. Save it as PNG."),
        ("cover.psd", ".psd files are not read. Save it as PNG."),
        ("talk.key", ".key files are not read. Export it as PDF."),
        ("talk.odp", ".odp files are not read. Export it as PDF."),
        ("talk.ppt", ".ppt files are not read. Export it as PDF."),
        ("3.docx", ".docx files are not read. Export it as PDF."),
        ("04.avi", ".avi files are not read. Save it as MP4."),
        ("05.WMV", ".WMV files are not read. Save it as MP4."),
        ("06.cr2", ".cr2 files are not read. Save it as PNG."),
        ("07.xyz", ".xyz files are not read. Save it as PNG, PDF or MP4."),
        ("Slide8", "Slide8 files are not read. Save it as PNG, PDF or MP4."),
    ],
)
def test_unshown_file_notices_name_the_remedy(tmp_path: Path, name: str, remedy: str) -> None:
    """A file that is not read is named with what to save it as; so is it where a row names it."""
    folder = put(tmp_path, "01.png", name)
    assert names(folder) == ["01.png"]
    assert notices(folder) == [f"{name} is not shown: {remedy}"]
    with pytest.raises(InputError, match=r"is in the folder, but such files are not read\. \w+ it"):
        find_named_file(folder, name, 1)


def test_unshown_file_notices_tell_why_a_number_does_not_count(tmp_path: Path) -> None:
    """The reason is the true one: no number at all, or one that is a size or a version."""
    told = notices(put(tmp_path, "cover.png", "logo@2x.png", "bg-1920x1080.jpg"))
    assert [notice.split(", and")[0] for notice in told] == [
        "bg-1920x1080.jpg is not shown: the number in its name is a size, a version or a copy's",
        "cover.png is not shown: its name has no number",
        "logo@2x.png is not shown: the number in its name is a size, a version or a copy's",
    ]


def test_unshown_file_notices_leave_other_files_alone(tmp_path: Path) -> None:
    """Music, notes, subtitles, times, and what a shown picture was exported from need no word."""
    folder = put(tmp_path, "01.mp3", "notes.docx", "1.srt", "talk.json", "02.psd", "02.png")
    assert names(folder) == ["02.png"]
    assert notices(folder) == []
    assert (
        list(unshown_file_notices(put(folder, "host.mp4"), {folder / "02.png"}, {"host.mp4"})) == []
    )


def test_unshown_file_notices_tell_of_folders(tmp_path: Path) -> None:
    """PowerPoint exports into a folder of its own: its slides are counted."""
    put(tmp_path / "deck", "幻灯片1.PNG", "幻灯片2.PNG")
    put(tmp_path / "empty")
    (told,) = notices(tmp_path)
    assert told.startswith("The folder deck holds 2 slides that are not shown: move them")
    shown = {tmp_path / "deck" / "幻灯片1.PNG"}
    assert list(unshown_file_notices(tmp_path, shown)) == []


def test_find_named_file_takes_capitals_for_small_letters(tmp_path: Path) -> None:
    """`@slide 02.heic` finds `02.HEIC`, unless several names differ by that only."""
    folder = put(tmp_path, "02.HEIC", "スライド3.png")
    for name in ("02.HEIC", "02.heic", "02"):
        assert find_named_file(folder, name, 1) == folder / "02.HEIC"
    assert find_named_file(folder, "スライド3", 1) == folder / "スライド3.png"


def test_find_numbered_files_leaves_out_files_with_another_purpose(tmp_path: Path) -> None:
    """The host's recording is no slide because its name has a number."""
    folder = put(tmp_path, "take 2.mp4", "01.png")
    assert [path.name for path in find_numbered_files(folder, {"take 2.mp4"})] == ["01.png"]


def test_unread_kinds_are_no_slides() -> None:
    """No suffix is in both tables."""
    read = [suffix for kind in SLIDE_KINDS for suffix in kind.suffixes]
    unread = [suffix for kind in UNREAD_KINDS for suffix in kind.suffixes]
    assert len({*read, *unread}) == len(read) + len(unread)


@pytest.mark.skipif(
    not (Path(__file__).parents[3] / "shared/cases/slides_ppt_names").is_dir(),
    reason="needs the shared cases",
)
def test_list_slide_files_reads_the_shared_cases() -> None:
    """The folders of the reports: 1, 2, 10; no lock; nothing numbered is lost."""
    cases = Path(__file__).parents[3] / "shared/cases"
    shown = names(cases / "slides_ppt_names")
    for series in (
        ["幻灯片1.PNG", "幻灯片2.PNG", "幻灯片10.PNG"],
        ["Slide1.PNG", "Slide2.PNG", "Slide10.PNG"],
        ["talk.001.jpeg", "talk.002.jpeg", "talk.003.jpeg"],
    ):
        assert [name for name in shown if name in series] == series
    assert names(cases / "lockfile_pptx") == ["deck.pdf"]
    assert names(cases / "slides_unsupported_silent") == ["01.png", "02.HEIC", "03.png", "04.gif"]
    assert len(list_slide_files(cases / "slides_ppt_names")) == 9
