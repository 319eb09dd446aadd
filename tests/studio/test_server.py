"""The server as a page uses it: document, edits, media, events, renders."""

from __future__ import annotations

import io
import json
import threading
import wave
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.build import build
from pipeline.cache import digest
from pipeline.lock import hold_lock
from pipeline.project import Project
from pipeline.run import BuildRequest
from tests.small_project import ENGLISH, ROWS, make_project
from tests.studio.studio_client import Client, EventListener, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    """Return a page on a rendered episode, and its project."""
    folder = make_project(tmp_path_factory.mktemp("rendered"))
    project = Project(folder)
    build(
        project,
        project.episode(folder / "transcript" / "bread.txt"),
        BuildRequest("render"),
        lambda *_: None,
    )
    with running(folder) as found:
        yield found.enter(), folder


@pytest.fixture
def folder(served: tuple[Client, Path]) -> Path:
    """Return that project's folder."""
    return served[1]


@pytest.fixture
def client(served: tuple[Client, Path]) -> Iterator[Client]:
    """Return that page; afterwards the texts are restored."""
    client, folder = served
    before = {path: path.read_bytes() for path in (folder / "transcript").iterdir()}
    yield client
    for path in (folder / "transcript").iterdir():
        path.unlink()
    for path, body in before.items():
        path.write_bytes(body)
    assert client.document()["outdated"] is False


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    """Return a page on an episode that tests render, and its project."""
    folder = make_project(tmp_path_factory.mktemp("workshop"))
    with running(folder) as found:
        yield found.enter(), folder


def test_document_holds_texts_times_media_and_chapters(client: Client, folder: Path) -> None:
    """It has texts, measured times, media, tracks and chapters, and the video is up to date."""
    document = client.document()
    assert [row["text"] for row in document["rows"]] == list(ROWS)
    assert [row["second"] for row in document["rows"]] == list(ENGLISH)
    assert [row["row"] for row in document["rows"] if row["joins"]] == [11]
    assert (document["title"], document["language"], document["second"], document["burnt"]) == (
        "天然酵母面包",
        "zh",
        "en",
        ["zh"],
    )
    assert (document["outdated"], document["undo"], document["redo"]) == (False, None, None)
    assert document["job"] == {"state": "idle", "step": "", "done": 0, "total": 0, "sentence": ""}
    assert [(chapter["row"], chapter["title"]) for chapter in document["chapters"]] == [
        (1, "开场"),
        (5, "发酵"),
        (8, "烘烤"),
    ]
    assert [row["chapter"] for row in document["rows"]][::4] == ["开场", "发酵", None]
    report = json.loads((folder / "output" / "bread" / "report.json").read_text("utf-8"))
    assert (document["frames"], document["fps"]) == (report["frames"], report["fps"])
    shown = [
        (cue["row"], cue["part"], cue["start_ms"], cue["end_ms"])
        for cue in report["cues"]
        if cue["language"] == "zh"
    ]
    assert [
        (row["row"], cue["part"], cue["start_ms"], cue["end_ms"])
        for row in document["rows"]
        for cue in row["cues"]
    ] == shown
    assert {row["known"] for row in document["rows"]} <= {"measured", "boundary"}
    assert all(row["start_ms"] < row["end_ms"] for row in document["rows"])


def test_tracks_equal_the_files_and_follow_edits(client: Client, folder: Path) -> None:
    """The caption track equals the file without its style; after an edit it has a new address."""
    document = client.document()
    for track in document["tracks"]:
        written = (folder / "output" / "bread" / f"bread.{track['language']}.vtt").read_bytes()
        sent = client.get(track["src"]).body
        assert b"STYLE" not in sent
        assert sent.partition(b"-->")[2] == written.partition(b"-->")[2] != b""
    edited = client.edit(document["version"], kind="text", row=2, text="今天聊馒头").json
    assert edited["tracks"][0]["src"] != document["tracks"][0]["src"]
    assert "今天聊馒头" in client.get(edited["tracks"][0]["src"]).body.decode()


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        (None, 200, slice(None)),
        ("bytes=0-99", 206, slice(0, 100)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=-50", 206, slice(-50, None)),
        ("bytes=99999999999-", 416, None),
    ],
)
@pytest.mark.parametrize("kind", ["film", "sound", "poster", "thumb"])
def test_media_answers_byte_ranges(
    client: Client, folder: Path, kind: str, asked: str | None, status: int, part: slice | None
) -> None:
    """Players seek by requesting a part of a file."""
    source = shown(client)["slides"][0]["thumb"] if kind == "thumb" else client.document()[kind]
    files = {"film": "bread.mp4", "sound": "narration.m4a", "poster": "poster.png"}
    whole = (
        client.get(source).body
        if kind == "thumb"
        else (folder / "output" / "bread" / files[kind]).read_bytes()
    )
    answer = client.get(source, Range=asked)
    assert answer.status == status
    if part is not None:
        assert answer.body == whole[part]
        assert answer.headers["accept-ranges"] == "bytes"


def shown(client: Client) -> Any:  # noqa: ANN401 - JSON
    """Return the slides of an event."""
    ear = EventListener(client)
    client.document()
    told = ear.wait("slides")[1]
    ear.close()
    return told


def test_edit_returns_only_what_changed(client: Client, folder: Path) -> None:
    """One row is returned and is in the file; undo restores it and the exact bytes."""
    before = (folder / "transcript" / "bread.txt").read_bytes()
    document = client.document()
    answer = client.edit(document["version"], kind="text", row=4, text="它的历史很长")
    assert answer.status == 200
    told = answer.json
    assert (
        told["patch"]["at"],
        told["patch"]["drop"],
        [row["text"] for row in told["patch"]["rows"]],
    ) == (3, 1, ["它的历史很长"])
    assert told["patch"]["rows"][0]["start_ms"] == document["rows"][3]["start_ms"]
    assert told["patch"]["rows"][0]["known"] == "estimated"
    assert (told["outdated"], told["undo"], told["redo"]) == (
        True,
        {"zh": "修改第 4 行", "en": "Edit row 4"},
        None,
    )
    assert (folder / "transcript" / "bread.txt").read_text("utf-8").splitlines()[
        3
    ] == "它的历史很长"
    undone = client.request("POST", f"{client.path}/undo", {"base": told["version"]}).json
    assert (undone["version"], undone["outdated"], undone["patch"]["rows"]) == (
        document["version"],
        False,
        [document["rows"][3]],
    )
    assert (folder / "transcript" / "bread.txt").read_bytes() == before
    redone = client.request("POST", f"{client.path}/redo", {"base": undone["version"]}).json
    assert redone["version"] == told["version"]


def test_patches_add_up_to_the_document(client: Client) -> None:
    """A page that only applies patches has the same as one that loads the document."""
    document = client.document()
    rows, version = document["rows"], document["version"]
    for do in (
        {"kind": "split", "row": 4, "at": 5, "second_at": 11},
        {
            "kind": "times",
            "row": 6,
            "start_ms": rows[4]["start_ms"] + 100,
            "end_ms": rows[4]["end_ms"] + 90,
        },
        {"kind": "merge", "row": 8},
        {"kind": "second", "row": 10, "text": ""},
        {"kind": "text", "row": 1, "text": "各位好"},
    ):
        answer = client.edit(version, **do)
        assert answer.status == 200, answer
        version, patch = answer.json["version"], answer.json["patch"]
        rows[patch["at"] : patch["at"] + patch["drop"]] = patch["rows"]
        for number, row in enumerate(rows, 1):
            row["row"] = number
        assert rows == client.document()["rows"]


def test_edit_of_outdated_texts_is_a_conflict_and_loses_nothing(
    client: Client, folder: Path
) -> None:
    """The edit gets 409 with the new document; listening pages get an event."""
    document = client.document()
    path = folder / "transcript" / "bread.txt"
    ear = EventListener(client)
    path.write_text(path.read_text("utf-8").replace("烘烤", "焙烤"), "utf-8")
    assert ear.wait("changed")[1]["document"]["rows"][7]["text"] == "然后是焙烤"
    answer = client.edit(document["version"], kind="text", row=1, text="我的")
    assert answer.status == 409
    assert answer.json["document"]["rows"][7]["text"] == "然后是焙烤"
    assert set(answer.json["error"]) == {"zh", "en"}
    path.write_text("@nonsense\n", "utf-8")
    assert "@nonsense" in ear.wait("broken")[1]["sentence"]["zh"]
    assert client.get(client.path).status == 422
    ear.close()


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"[" * 100_000, b"\xff\xfe", b'{"base": 1, "do": {}}'],
)
@pytest.mark.parametrize("verb", ["edit", "voice"])
def test_invalid_requests_are_answered_with_a_sentence(
    client: Client, verb: str, body: bytes
) -> None:
    """Every response to an invalid request has a sentence."""
    answer = client.request("POST", f"{client.path}/{verb}", body=body)
    assert answer.status == 422
    assert set(answer.json["error"]) == {"zh", "en"}


def test_render_reports_progress_and_the_new_video(workshop: tuple[Client, Path]) -> None:
    """Progress events come first, then the document with the new video and measured times."""
    client, folder = workshop
    document = client.document()
    version = client.edit(document["version"], kind="text", row=3, text="也就是老面面包").json[
        "version"
    ]
    ear = EventListener(client)
    assert client.request("POST", f"{client.path}/render").status == 202
    assert client.document()["job"]["state"] == "running"
    name, step = ear.wait("progress")
    assert set(step) == {"step", "done", "total"}
    name, told = ear.wait("made", "failed")
    assert name == "made", told
    now = told["document"]
    assert now["version"] == version
    assert now["film"] != document["film"]
    assert (now["outdated"], now["job"]["state"], now["rows"][2]["known"] != "estimated") == (
        False,
        "idle",
        True,
    )
    assert told["seconds"] > 0
    assert "老面面包" in (folder / "output" / "bread" / "bread.zh.srt").read_text("utf-8")
    ear.close()


def test_render_can_be_stopped_and_started_again(workshop: tuple[Client, Path]) -> None:
    """After a stop no temporary file is left and the lock is free; two requests render twice."""
    client, folder = workshop
    client.edit(client.document()["version"], kind="text", row=3, text="也就是野生酵母面包")
    ear = EventListener(client)
    client.request("POST", f"{client.path}/render")
    ear.wait("progress")
    assert client.request("POST", f"{client.path}/stop").status == 202
    ear.wait("stopped")
    assert client.document()["job"]["state"] == "idle"
    client.request("POST", f"{client.path}/render")
    ear.wait("progress")
    client.request("POST", f"{client.path}/render")
    assert ear.wait("made", "failed")[0] == "made"
    assert ear.wait("made", "failed")[0] == "made"
    assert list((folder / "output").rglob(".tmp-*")) == []
    ear.close()


def test_render_reports_why_it_failed(workshop: tuple[Client, Path]) -> None:
    """A locked episode or a missing slide gives a sentence, and the page continues."""
    client, folder = workshop
    ear = EventListener(client)
    client.edit(client.document()["version"], kind="text", row=3, text="改过了")
    lock = (
        folder / ".cache" / "locks" / digest(str(folder / "output" / "bread"))[:20]
    )  # as build.py names it
    with hold_lock(lock, "the episode"):
        client.request("POST", f"{client.path}/render")
        name, told = ear.wait("failed", "made")
    assert name == "failed"
    assert "working on" in told["sentence"]["en"]
    assert client.document()["job"]["state"] == "failed"
    ear.close()


def test_voice_returns_one_row_in_the_voice_of_the_settings(client: Client) -> None:
    """The response is a cached WAV of that row; another text gives another sound."""
    first = client.request("POST", f"{client.path}/voice", {"row": 8})
    assert first.status == 200, first
    sound = client.get(first.json["src"])
    with wave.open(io.BytesIO(sound.body)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 2)
        assert 0.4 < file.getnframes() / 48_000 < 4
    assert client.request("POST", f"{client.path}/voice", {"row": 8}).json == first.json
    client.edit(client.document()["version"], kind="text", row=8, text="接着是很长很长的一段烘烤")
    assert (
        client.request("POST", f"{client.path}/voice", {"row": 8}).json["src"] != first.json["src"]
    )
    assert client.request("POST", f"{client.path}/voice", {"row": 99}).status == 422
    assert client.request("POST", f"{client.path}/voice", {"row": "8"}).status == 422


def test_peaks_match_the_audio(client: Client) -> None:
    """There are fifty a second, silent at both ends and loud where somebody speaks."""
    document = client.document()
    told = client.get(document["peaks"]).json
    assert told["per_second"] == 50
    assert len(told["peaks"]) == pytest.approx(document["length_ms"] / 20, abs=10)
    assert all(0 <= peak <= 127 for peak in told["peaks"])
    row = document["rows"][3]
    assert max(told["peaks"][row["start_ms"] // 20 : row["end_ms"] // 20]) > 30
    assert max(told["peaks"][: document["rows"][0]["start_ms"] // 20 - 2]) <= 2


def test_slides_have_thumbnails_and_can_be_moved(client: Client, folder: Path) -> None:
    """The strip arrives when the cards are drawn; a chapter card moves with its chapter."""
    slides = shown(client)["slides"]
    assert [slide["index"] for slide in slides] == list(range(len(slides)))
    assert client.get(slides[1]["thumb"]).body.startswith(b"\xff\xd8\xff")
    index = next(slide["index"] for slide in slides if slide["row"] == 8)
    assert (slides[index]["kind"], slides[index]["movable"]) == ("card", True)
    answer = client.edit(client.document()["version"], kind="slide", index=index, row=9)
    assert answer.status == 200, answer
    assert answer.json["slides"][index]["row"] == 9
    assert "row = 9" in (folder / "transcript" / "bread.toml").read_text("utf-8")
    assert [chapter["row"] for chapter in answer.json["chapters"]] == [1, 5, 9]
    assert client.edit(answer.json["version"], kind="slide", index=0, row=3).status == 422


def test_list_shows_an_episode_with_its_video(client: Client) -> None:
    """It is up to date while the texts are those of the video, and outdated after an edit."""
    (one,) = client.get("/api/episodes").json
    assert (one["state"], one["rows"], one["title"]) == ("current", 12, "天然酵母面包")
    assert one["seconds"] > 10
    assert client.get(one["poster"]).status == 200
    client.edit(client.document()["version"], kind="second", row=1, text="Hi")
    assert client.get("/api/episodes").json[0]["state"] == "outdated"


@pytest.mark.parametrize(
    ("asked", "accepts", "wanted"),
    [
        ("", None, "zh"),
        ("?lang=en", "zh-CN", "en"),
        ("", "en-GB,en;q=0.8,zh;q=0.5", "en"),
        ("?lang=xx", "fr, zh;q=0.3", "zh"),
        ("", "de", "zh"),
    ],
)
def test_page_uses_the_language_asked_for(
    client: Client, asked: str, accepts: str | None, wanted: str
) -> None:
    """The address comes first, then the last choice, the browser's preference, Chinese."""
    answer = client.get(f"/{asked}", Accept_Language=accepts)
    assert f'data-lang="{wanted}"' in answer.body.decode()
    assert ("set-cookie" in answer.headers) == (asked == "?lang=en")
    if asked == "?lang=en":
        chosen = answer.headers["set-cookie"].split(";")[0]
        assert (
            'data-lang="en"'
            in client.get(
                "/", Cookie=f"{client.cookie}; {chosen}", Accept_Language="zh"
            ).body.decode()
        )


def test_static_files_are_not_sent_twice(client: Client) -> None:
    """Scripts have an ETag that changes with them."""
    first = client.get("/static/api.js")
    assert first.status == 200
    assert client.get("/static/api.js", If_None_Match=first.headers["etag"]).status == 304


def test_simultaneous_edits_leave_complete_files(client: Client, folder: Path) -> None:
    """Two pages edit at the same time: one succeeds, the other gets a conflict."""
    base = client.document()["version"]
    answers: list[int] = []

    def one(number: int) -> None:
        answers.append(
            client.edit(base, kind="text", row=number, text=f"同时的第{number}个").status
        )

    threads = [threading.Thread(target=one, args=(number,)) for number in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409, 409, 409, 409, 409]
    lines = (folder / "transcript" / "bread.txt").read_text("utf-8").splitlines()
    assert sum(line.startswith("同时") for line in lines) == 1
    assert len(lines) == len(ROWS)


def test_server_stops_while_pages_listen(tmp_path: Path) -> None:
    """Neither listening pages nor a busy worker delay the end."""
    with running(make_project(tmp_path)) as found:
        client = found.enter()
        ears = [EventListener(client) for _ in range(3)]
        client.document()
        client.request("POST", f"{client.path}/render")
    for ear in ears:
        ear.thread.join(10)
        assert not ear.thread.is_alive()
