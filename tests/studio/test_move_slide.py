"""Moving slides: what is written, and what is shown afterwards."""

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
from tests.slide_samples import encoded, pdf, picture
from tests.small_project import make_project

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.messages import Message

BENCH = RowBreakCache()


@pytest.fixture
def session(tmp_path: Path) -> EditSession:
    """Return a session of the small episode."""
    make_project(tmp_path)
    return EditSession(Project(tmp_path), tmp_path / "transcript" / "bread.txt", BENCH)


def shown(session: EditSession) -> tuple[SlideChange, ...]:
    """Return the changes of slides according to the current files."""
    view = session.current_view()
    plan = background_tasks.plan_slides(session.project.root, session.transcript_path)
    assert set(plan.thumbnail_keys) >= set(plan.deck.slides)
    return list_slide_changes(view.source, view.timeline, plan.deck)


def move(session: EditSession, index: int, row: int) -> Message | None:
    """Move a slide as the page does and return the notice."""
    changes = shown(session)
    said: list[Message | None] = []

    def make(view):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - as Desk.change wants it
        after, label, notice = move_slide(view.source, changes, view.chapters, index, row)
        said.append(notice)
        return after, label

    session.change(session.current_view().source.files.version, make)
    return said[0]


def places(changes: tuple[SlideChange, ...]) -> list[tuple[int, str]]:
    """Return (row, name) of every change."""
    return [(change.row, change.name) for change in changes]


def pictures(session: EditSession, *names: str) -> None:
    """Put pictures, each in its own color, into the episode's assets."""
    folder = session.project.assets / "bread"
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names, 1):
        (folder / name).write_bytes(encoded(picture((40 * number, 10, 200 - 30 * number))))


def test_move_slide_moves_the_directive_line(session: EditSession) -> None:
    """The @slide line goes before the new row; nothing else moves."""
    pictures(session, "oven.png")
    session.transcript_path.write_text(
        session.transcript_path.read_text("utf-8").replace(
            "然后是烘烤", "@slide oven.png\n然后是烘烤"
        ),
        "utf-8",
    )
    before = shown(session)
    index = [change.name for change in before].index("oven.png")
    assert (before[index].row, before[index].origin, before[index].kind) == (
        8,
        "directive",
        "picture",
    )
    assert move(session, index, 10) is None
    lines = session.transcript_path.read_text("utf-8").splitlines()
    assert lines[9:11] == ["@slide oven.png", "这样面包的表皮才会又薄又脆"]
    assert (10, "oven.png") in places(shown(session))


def test_move_slide_changes_the_settings_table(session: EditSession) -> None:
    """Its table gets the new row; the transcript is unchanged."""
    pictures(session, "oven.png")
    toml = session.transcript_path.with_suffix(".toml")
    toml.write_text(
        toml.read_text("utf-8") + '[[slide]]\nrow = 9 # hot\nfile = "oven.png"\n', "utf-8"
    )
    text = session.transcript_path.read_bytes()
    index = [change.name for change in shown(session)].index("oven.png")
    assert move(session, index, 6) is None
    assert "row = 6 # hot" in toml.read_text("utf-8")
    assert session.transcript_path.read_bytes() == text
    assert (6, "oven.png") in places(shown(session))


@pytest.mark.parametrize(
    "names", [("1.png", "2.png", "3.png"), ("1.png", "2.png", "3.png", "4.png", "5.png")]
)
def test_move_slide_writes_a_whole_series_as_directives(
    session: EditSession, names: tuple[str, ...]
) -> None:
    """One slide moves, all others stay where they were, and the page gets a notice."""
    pictures(session, *names)
    before = shown(session)
    assert [change.origin for change in before] == ["text", *["spread"] * (len(names) - 1)]
    said = move(session, 2, before[2].row + 1)
    assert said is not None
    wanted = places(before)
    wanted[2] = (before[2].row + 1, before[2].name)
    assert places(shown(session)) == wanted


def test_move_slide_keeps_the_other_pages_of_a_document(session: EditSession) -> None:
    """A deck in one file is written page by page, over chapter cards too."""
    folder = session.project.assets / "bread"
    folder.mkdir(parents=True)
    (folder / "deck.pdf").write_bytes(pdf((200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 200, 0)))
    before = shown(session)
    assert {change.kind for change in before} == {"page"}
    move(session, 1, before[1].row + 1)
    wanted = [place for place in places(before) if place[0] > 0]
    wanted[0] = (before[1].row + 1, before[1].name)
    assert [place for place in places(shown(session)) if place[0] > 1] == wanted
    assert (1, "deck.pdf p. 1") in places(shown(session))


def test_move_slide_moves_the_chapter_of_a_chapter_card(session: EditSession) -> None:
    """The settings table gets the new row, so chapter marks and lists follow."""
    before = shown(session)
    index = next(
        index
        for index, change in enumerate(before)
        if change.origin == "chapter" and change.row == 8
    )
    assert move(session, index, 9) is None
    assert [chapter.row for chapter in session.current_view().chapters] == [1, 5, 9]
    assert 9 in [change.row for change in shown(session)]


def test_move_slide_writes_detected_chapters_as_directives(session: EditSession) -> None:
    """Moving one of them writes all of them, with their detected titles."""
    session.transcript_path.with_suffix(".toml").write_text(
        '[voice]\nengine = "espeak"\n[picture]\nwidth = 640\nheight = 360\n', "utf-8"
    )
    talk = [
        f"第{number}部分讲{topic}，{topic}很要紧"
        for topic in ("发酵", "烘烤", "面粉")
        for number in range(1, 16)
    ]
    session.transcript_path.with_name("bread.en.txt").unlink()
    session.transcript_path.write_text("\n".join(talk), "utf-8")
    chapters = session.current_view().chapters
    assert len(chapters) > 1, "this talk turns to something else"
    index = next(index for index, change in enumerate(shown(session)) if change.origin == "chapter")
    assert move(session, index, chapters[1].row + 1) is not None
    now = session.current_view().chapters
    assert [chapter.title for chapter in now] == [chapter.title for chapter in chapters]
    assert [chapter.row for chapter in now] == [
        1,
        chapters[1].row + 1,
        *(chapter.row for chapter in chapters[2:]),
    ]


def test_move_slide_refuses_cards_that_belong_to_text(session: EditSession) -> None:
    """Title and closing cards are not movable; a request to move them is refused."""
    changes = shown(session)
    told = slide_strip_json(changes, "id", {}, 30)
    assert (told[0]["movable"], told[-1]["movable"]) == (False, False)
    for index in (0, len(changes) - 1, len(changes)):
        with pytest.raises(EditRefused):
            move(session, index, 6)


def test_move_slide_keeps_the_order_of_a_series(session: EditSession) -> None:
    """A slide of a series cannot pass its neighbors, and no slide passes the last row."""
    pictures(session, "1.png", "2.png", "3.png")
    before = shown(session)
    for row in (before[2].row, before[2].row + 1, 13):
        with pytest.raises(EditRefused):
            move(session, 1, row)
    assert places(shown(session)) == places(before)
