"""Slides moved: what is written for it, and what is shown then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.project import Project
from pipeline.studio.editing.move_slide import move_slide
from pipeline.studio.editing.slide_changes import SlideChange, list_slide_changes
from pipeline.studio.localization import EditRefused
from pipeline.studio.server.document import slide_strip_json
from pipeline.studio.session import EditSession
from pipeline.studio.view.row_break_cache import RowBreakCache
from pipeline.studio.worker import background_tasks
from tests.made_slides import encoded, pdf, picture
from tests.small_project import make_project

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.messages import Message

BENCH = RowBreakCache()


@pytest.fixture
def desk(tmp_path: Path) -> EditSession:
    """Return the small episode at work."""
    make_project(tmp_path)
    return EditSession(Project(tmp_path), tmp_path / "transcript" / "bread.txt", BENCH)


def shown(desk: EditSession) -> tuple[SlideChange, ...]:
    """Return the changes of slides as the files say them now."""
    view = desk.current_view()
    plan = background_tasks.plan_slides(desk.project.root, desk.transcript_path)
    assert set(plan.thumbnail_keys) >= set(plan.deck.slides)
    return list_slide_changes(view.source, view.timeline, plan.deck)


def move(desk: EditSession, index: int, row: int) -> Message | None:
    """Move a slide, as the page does, and return what is said of it."""
    changes = shown(desk)
    said: list[Message | None] = []

    def make(view):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - as Desk.change wants it
        after, label, notice = move_slide(view.source, changes, view.chapters, index, row)
        said.append(notice)
        return after, label

    desk.change(desk.current_view().source.files.version, make)
    return said[0]


def places(changes: tuple[SlideChange, ...]) -> list[tuple[int, str]]:
    """Return (row, name) of every change."""
    return [(change.row, change.name) for change in changes]


def pictures(desk: EditSession, *names: str) -> None:
    """Put pictures, each of its own colour, into the episode's assets."""
    folder = desk.project.assets / "bread"
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names, 1):
        (folder / name).write_bytes(encoded(picture((40 * number, 10, 200 - 30 * number))))


def test_a_named_slide_takes_its_line_along(desk: EditSession) -> None:
    """The @slide line goes before the new row, and nothing else moves."""
    pictures(desk, "oven.png")
    desk.transcript_path.write_text(
        desk.transcript_path.read_text("utf-8").replace(
            "然后是烘烤", "@slide oven.png\n然后是烘烤"
        ),
        "utf-8",
    )
    before = shown(desk)
    index = [change.name for change in before].index("oven.png")
    assert (before[index].row, before[index].origin, before[index].kind) == (
        8,
        "directive",
        "picture",
    )
    assert move(desk, index, 10) is None
    lines = desk.transcript_path.read_text("utf-8").splitlines()
    assert lines[9:11] == ["@slide oven.png", "这样面包的表皮才会又薄又脆"]
    assert (10, "oven.png") in places(shown(desk))


def test_a_slide_of_the_settings_moves_there(desk: EditSession) -> None:
    """Its table gets the new row; the transcript is left alone."""
    pictures(desk, "oven.png")
    toml = desk.transcript_path.with_suffix(".toml")
    toml.write_text(
        toml.read_text("utf-8") + '[[slide]]\nrow = 9 # hot\nfile = "oven.png"\n', "utf-8"
    )
    text = desk.transcript_path.read_bytes()
    index = [change.name for change in shown(desk)].index("oven.png")
    assert move(desk, index, 6) is None
    assert "row = 6 # hot" in toml.read_text("utf-8")
    assert desk.transcript_path.read_bytes() == text
    assert (6, "oven.png") in places(shown(desk))


@pytest.mark.parametrize(
    "names", [("1.png", "2.png", "3.png"), ("1.png", "2.png", "3.png", "4.png", "5.png")]
)
def test_a_slide_of_a_series_pins_the_series(desk: EditSession, names: tuple[str, ...]) -> None:
    """One slide moves, every other one stays exactly where it was, and the page is told that they are fixed now."""
    pictures(desk, *names)
    before = shown(desk)
    assert [change.origin for change in before] == ["text", *["spread"] * (len(names) - 1)]
    said = move(desk, 2, before[2].row + 1)
    assert said is not None
    wanted = places(before)
    wanted[2] = (before[2].row + 1, before[2].name)
    assert places(shown(desk)) == wanted


def test_pages_of_a_document_stay_in_their_places(desk: EditSession) -> None:
    """A deck that is one file is written down page by page, over the chapters' cards too."""
    folder = desk.project.assets / "bread"
    folder.mkdir(parents=True)
    (folder / "deck.pdf").write_bytes(pdf((200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 200, 0)))
    before = shown(desk)
    assert {change.kind for change in before} == {"page"}
    move(desk, 1, before[1].row + 1)
    wanted = [place for place in places(before) if place[0] > 0]
    wanted[0] = (before[1].row + 1, before[1].name)
    assert [place for place in places(shown(desk)) if place[0] > 1] == wanted
    assert (1, "deck.pdf p. 1") in places(shown(desk))


def test_a_chapters_card_moves_the_chapter(desk: EditSession) -> None:
    """The table of the settings gets the new row, so marks and lists follow."""
    before = shown(desk)
    index = next(
        index
        for index, change in enumerate(before)
        if change.origin == "chapter" and change.row == 8
    )
    assert move(desk, index, 9) is None
    assert [chapter.row for chapter in desk.current_view().chapters] == [1, 5, 9]
    assert 9 in [change.row for change in shown(desk)]


def test_chapters_that_were_found_are_written_down(desk: EditSession) -> None:
    """Moving one of them sets them all, with the titles they were found with."""
    desk.transcript_path.with_suffix(".toml").write_text(
        '[voice]\nengine = "espeak"\n[picture]\nwidth = 640\nheight = 360\n', "utf-8"
    )
    talk = [
        f"第{number}部分讲{topic}，{topic}很要紧"
        for topic in ("发酵", "烘烤", "面粉")
        for number in range(1, 16)
    ]
    desk.transcript_path.with_name("bread.en.txt").unlink()
    desk.transcript_path.write_text("\n".join(talk), "utf-8")
    chapters = desk.current_view().chapters
    assert len(chapters) > 1, "this talk turns to something else"
    index = next(index for index, change in enumerate(shown(desk)) if change.origin == "chapter")
    assert move(desk, index, chapters[1].row + 1) is not None
    now = desk.current_view().chapters
    assert [chapter.title for chapter in now] == [chapter.title for chapter in chapters]
    assert [chapter.row for chapter in now] == [
        1,
        chapters[1].row + 1,
        *(chapter.row for chapter in chapters[2:]),
    ]


def test_what_comes_with_words_stays(desk: EditSession) -> None:
    """Title and closing cards are not movable, and asking for it all the same is refused."""
    changes = shown(desk)
    told = slide_strip_json(changes, "id", {}, 30)
    assert (told[0]["movable"], told[-1]["movable"]) == (False, False)
    for index in (0, len(changes) - 1, len(changes)):
        with pytest.raises(EditRefused):
            move(desk, index, 6)


def test_a_series_keeps_its_order(desk: EditSession) -> None:
    """A slide of a series goes no further than its neighbours, and no slide beyond the last row."""
    pictures(desk, "1.png", "2.png", "3.png")
    before = shown(desk)
    for row in (before[2].row, before[2].row + 1, 13):
        with pytest.raises(EditRefused):
            move(desk, 1, row)
    assert places(shown(desk)) == places(before)
