"""One open episode: its files, edits written completely or not at all, exact undo."""

from __future__ import annotations

import os
import shutil
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import EnvironmentFault, InputError
from pipeline.messages import message
from pipeline.project import Project
from pipeline.studio.editing.commands import parse_edit
from pipeline.studio.editing.edit_history import EditStep, UndoHistory
from pipeline.studio.editing.sources import SourceFiles
from pipeline.studio.localization import EditRefused
from pipeline.studio.server.library import EpisodeLibrary, episode_id
from pipeline.studio.session import EditSession, VersionConflict
from pipeline.studio.view.row_break_cache import RowBreakCache
from tests.small_project import ROWS, make_project

if TYPE_CHECKING:
    from pathlib import Path

BENCH = RowBreakCache()


@pytest.fixture
def session(tmp_path: Path) -> EditSession:
    """Return a session of the small episode."""
    return opened(make_project(tmp_path))


def opened(folder: Path) -> EditSession:
    """Return a session of a project's episode."""
    return EditSession(Project(folder), folder / "transcript" / "bread.txt", BENCH)


def edit(session: EditSession, **do: object) -> None:
    """Edit the current version."""
    session.edit(session.current_view().source.files.version, parse_edit(do))


def bodies(session: EditSession) -> dict[str, bytes]:
    """Return every file beside the transcript."""
    return {
        path.name: path.read_bytes() for path in sorted(session.transcript_path.parent.iterdir())
    }


EDITS = st.one_of(
    st.fixed_dictionaries(
        {
            "kind": st.just("text"),
            "row": st.integers(1, 12),
            "text": st.sampled_from(["改了", "@x", "two words"]),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("second"),
            "row": st.integers(1, 12),
            "text": st.sampled_from(["Changed", "", "@slide"]),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("split"),
            "row": st.integers(1, 12),
            "at": st.integers(1, 5),
            "second_at": st.none() | st.just(4),
        }
    ),
    st.fixed_dictionaries({"kind": st.just("merge"), "row": st.integers(1, 11)}),
    st.fixed_dictionaries(
        {
            "kind": st.just("times"),
            "row": st.integers(1, 12),
            "start_ms": st.integers(0, 30_000),
            "end_ms": st.integers(0, 40_000),
        }
    ),
    st.fixed_dictionaries({"kind": st.just("untime"), "row": st.integers(1, 12)}),
)


@given(
    edits=st.lists(EDITS, min_size=1, max_size=6),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_session_undo_and_redo_restore_exact_bytes(
    tmp_path: Path, edits: list[dict[str, object]], encoding: str
) -> None:
    """Undo passes through every earlier state on disk, redo through the same."""
    folder = tmp_path / "project"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    session = opened(make_project(folder))
    session.transcript_path.write_bytes(("\r\n".join(ROWS)).encode(encoding))
    states = [bodies(session)]
    for do in edits:
        try:
            edit(session, **do)
        except EditRefused:
            assert bodies(session) == states[-1]
            continue
        if bodies(session) != states[-1]:
            states.append(bodies(session))
            assert opened(folder).current_view().source == session.current_view().source
    for state in states[-2::-1]:
        session.undo(session.version)
        assert bodies(session) == state
    with pytest.raises(EditRefused):
        session.undo(session.version)
    for state in states[1:]:
        session.redo(session.version)
        assert bodies(session) == state


def test_session_refuses_an_edit_of_another_version(session: EditSession) -> None:
    """A file written by somebody else stays, and no undo overwrites it."""
    edit(session, kind="text", row=1, text="我的")
    base = session.version
    theirs = session.transcript_path.read_text("utf-8").replace("烘烤", "焙烤")
    session.transcript_path.write_text(theirs, "utf-8")
    with pytest.raises(VersionConflict):
        session.edit(base, parse_edit({"kind": "text", "row": 2, "text": "也是我的"}))
    assert session.transcript_path.read_text("utf-8") == theirs
    assert session.undo_labels() == (None, None)
    with pytest.raises(EditRefused):
        session.undo(session.version)


@pytest.mark.parametrize("name", ["bread.toml", "bread.en.txt", "bread.times.toml"])
def test_session_notices_a_change_of_any_file(session: EditSession, name: str) -> None:
    """Settings, translation and corrections are part of what an edit is based on."""
    base = session.current_view().source.files.version
    path = session.transcript_path.with_name(name)
    body = path.read_text("utf-8") if path.exists() else ""
    path.write_text(
        body.replace("Thanks", "Thank you") + ("\n" if name.endswith("toml") else ""), "utf-8"
    )
    with pytest.raises(VersionConflict):
        session.edit(base, parse_edit({"kind": "text", "row": 2, "text": "新的"}))


def test_session_reports_an_external_change_once(session: EditSession) -> None:
    """The page's own edits do not count; others do, also where slides were planned first."""
    session.current_view()
    edit(session, kind="text", row=2, text="新的")
    assert not session.take_external_change()
    session.transcript_path.write_text(
        session.transcript_path.read_text("utf-8").replace("新的", "别人的"), "utf-8"
    )
    assert session.current_view().source.row_texts[1] == "别人的"
    assert session.take_external_change()
    assert not session.take_external_change()


def test_session_changes_nothing_where_a_file_cannot_be_written(session: EditSession) -> None:
    """A split writes four files; where one cannot be written, all are restored."""
    edit(session, kind="times", row=3, start_ms=9_000, end_ms=9_900)
    before, rows = bodies(session), session.current_view().rows
    blocked = session.transcript_path.with_name("bread.times.toml")
    blocked.unlink()
    blocked.mkdir()
    states = {name: body for name, body in before.items() if name != blocked.name}
    session.current_view()
    with pytest.raises(EnvironmentFault):
        edit(session, kind="times", row=2, start_ms=5_000, end_ms=5_500)
    blocked.rmdir()
    assert bodies(session) == states
    assert session.undo_labels() == (None, None)
    assert len(session.current_view().rows) == len(rows)


def test_session_writes_through_a_link(session: EditSession, tmp_path: Path) -> None:
    """A link inside the folder is followed and stays a link; one to another folder is refused."""
    real = session.transcript_path.rename(session.transcript_path.with_name("real.text"))
    session.transcript_path.symlink_to(real.name)
    edit(session, kind="text", row=1, text="在这里")
    assert session.transcript_path.is_symlink()
    assert real.read_text("utf-8").startswith("在这里\n")
    other = tmp_path / "elsewhere.txt"
    shutil.copy(real, other)
    session.transcript_path.unlink()
    session.transcript_path.symlink_to(other)
    body = other.read_bytes()
    with pytest.raises(InputError, match="another folder"):
        edit(session, kind="text", row=1, text="在那里")
    assert other.read_bytes() == body


def test_session_reports_invalid_files_and_recovers(session: EditSession) -> None:
    """An unreadable transcript is an error with its location until it is fixed."""
    session.current_view()
    good = session.transcript_path.read_text("utf-8")
    session.transcript_path.write_text(f"@slied 1.png\n{good}", "utf-8")
    with pytest.raises(InputError, match="slide"):
        session.current_view()
    session.transcript_path.write_text(good, "utf-8")
    assert len(session.current_view().rows) == len(ROWS)


def test_session_reports_a_change_of_encoding(session: EditSession) -> None:
    """The file becomes UTF-8, and a notice says so once."""
    text = "我們今天來學習中文\n大家一起說吧\n"
    session.transcript_path.with_name("bread.en.txt").unlink()
    session.transcript_path.with_suffix(".toml").unlink()
    session.transcript_path.write_bytes(text.encode("cp950"))
    _, said = session.edit(
        session.current_view().source.files.version,
        parse_edit({"kind": "text", "row": 2, "text": "龙🐉"}),
    )
    assert said is not None
    assert "Big5" in said
    assert session.transcript_path.read_text("utf-8") == "我們今天來學習中文\n龙🐉\n"


def test_undo_history_discards_the_oldest_steps_first() -> None:
    """Many edits of a huge text do not fill the memory; the newest can always be undone."""
    history = UndoHistory()
    label = message("studio.edit_text", row=1)
    states = [SourceFiles("a.txt", bytes([number]) * 9_000_000) for number in range(12)]
    for before, after in pairwise(states):
        history.record(EditStep(label, before, after))
    assert 1 < len(history.applied) < 11
    assert history.applied[-1].files_after == states[-1]


def test_library_opens_only_its_own_episodes_by_id(tmp_path: Path) -> None:
    """An id is a digest of the path; only transcripts of the project and the named one have one."""
    make_project(tmp_path)
    outside = tmp_path / "talk.txt"
    outside.write_text("一行\n", "utf-8")
    plain, named = (
        EpisodeLibrary(Project(tmp_path), BENCH),
        EpisodeLibrary(Project(tmp_path), BENCH, outside),
    )
    assert plain.session_of(episode_id(outside)) is None
    assert named.session_of(episode_id(outside)) is not None
    assert "bread" not in "".join(plain.transcript_paths())
    assert plain.session_of(str(outside)) is None


def test_library_lists_the_status_of_each_episode(tmp_path: Path) -> None:
    """An episode is never rendered, or broken with the reason; both have their titles."""
    make_project(tmp_path)
    (tmp_path / "transcript" / "odd.txt").write_text("@nothing\n一行\n", "utf-8")
    told = {one["name"]: one for one in EpisodeLibrary(Project(tmp_path), BENCH).episode_statuses()}
    assert (told["bread"]["state"], told["bread"]["title"], told["bread"]["rows"]) == (
        "never",
        "天然酵母面包",
        12,
    )
    assert told["odd"]["state"] == "broken"
    assert "@nothing" in told["odd"]["sentence"]["zh"]


def test_session_view_writes_no_file(session: EditSession) -> None:
    """The document starts no voice, network request or build."""
    files = {path for path in session.project.root.rglob("*") if path.is_file()}
    session.current_view()
    session.is_outdated()
    assert {path for path in session.project.root.rglob("*") if path.is_file()} == files
    assert os.environ.get("EPISODE_CACHE") is None


def test_a_shift_of_the_settings_is_seen_at_once(tmp_path: Path) -> None:
    """The view of a subtitle file has the times that the next build will have, and says so late."""
    (tmp_path / "transcript").mkdir()
    path = tmp_path / "transcript" / "talk.srt"
    path.write_text(
        "1\n01:00:01,000 --> 01:00:03,000\n今天聊面包\n\n2\n01:00:04,000 --> 01:00:06,000\n再见\n",
        "utf-8",
    )
    view = EditSession(Project(tmp_path), path, BENCH).current_view()
    assert any("01:00:01" in str(notice) for notice in view.notices)
    shifted = EditSession(Project(tmp_path), path, BENCH)
    path.with_suffix(".toml").write_text("[text]\nshift = -3600\n", "utf-8")
    starts = [cue.span.start // 48 for cue in shifted.current_view().track.cues]
    ends = [cue.span.end // 48 for cue in shifted.current_view().track.cues]
    assert (starts, ends) == ([1000, 4000], [3000, 6000])
    path.with_suffix(".toml").write_text("[text]\nshift = -3590\n", "utf-8")
    assert [cue.span.start // 48 for cue in shifted.current_view().track.cues] == [11000, 14000]
