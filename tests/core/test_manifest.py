"""What was made from what."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from pipeline.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Return a file that a step made, recorded in the ledger beside it."""
    out = tmp_path / "x.srt"
    out.write_text("cue")
    ledger = Manifest.load(tmp_path / "ledger.json")
    ledger.record("subtitles", {"rows": "a", "style": "b"}, [out], {"cues": 3})
    ledger.save()
    return out


def test_manifest_step_with_equal_inputs_and_outputs_is_up_to_date(
    tmp_path: Path, made: Path
) -> None:
    """Also in the next process; its facts are still known."""
    ledger = Manifest.load(tmp_path / "ledger.json")
    assert ledger.stale_reason("subtitles", {"rows": "a", "style": "b"}, [made]) == ""
    assert ledger.facts("subtitles") == {"cues": 3}


def test_manifest_reason_names_what_changed(tmp_path: Path, made: Path) -> None:
    """Inputs that changed, came or went; outputs gone or touched."""
    ledger = Manifest.load(tmp_path / "ledger.json")
    assert ledger.stale_reason("audio", {}, []) == "never made"
    assert (
        ledger.stale_reason("subtitles", {"rows": "z", "pace": "c"}, [made])
        == "changed: pace, rows, style"
    )
    made.write_text("edited by hand")
    assert (
        ledger.stale_reason("subtitles", {"rows": "a", "style": "b"}, [made])
        == "changed outside: x.srt"
    )
    made.unlink()
    assert ledger.stale_reason("subtitles", {"rows": "a", "style": "b"}, [made]) == "missing: x.srt"


@pytest.mark.parametrize(
    "harm", ["", "{}", "[]", "null", '{"format": 1, "steps": 3, "files": {}, "own": ""}', "\x00"]
)
@pytest.mark.usefixtures("made")
def test_manifest_that_is_damaged_counts_as_empty(tmp_path: Path, harm: str) -> None:
    """Everything is made again then, nothing fails."""
    (tmp_path / "ledger.json").write_text(harm)
    assert Manifest.load(tmp_path / "ledger.json").steps == {}


@pytest.mark.usefixtures("made")
def test_manifest_that_was_edited_counts_as_empty(tmp_path: Path) -> None:
    """The record carries its own digest."""
    body = json.loads((tmp_path / "ledger.json").read_text())
    body["steps"]["subtitles"]["inputs"]["rows"] = "forged"
    (tmp_path / "ledger.json").write_text(json.dumps(body))
    assert Manifest.load(tmp_path / "ledger.json").steps == {}


def test_manifest_digests_files_and_folders_by_their_bytes(tmp_path: Path) -> None:
    """A folder's digest changes with any file in it or any name; nothing has an empty one."""
    ledger = Manifest.load(tmp_path / "none.json")
    folder = tmp_path / "assets"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "a.png").write_bytes(b"1")
    first = ledger.digest_of(folder)
    (folder / "deep" / "a.png").write_bytes(b"22")
    second = ledger.digest_of(folder)
    (folder / "deep" / "a.png").rename(folder / "deep" / "b.png")
    third = ledger.digest_of(folder)
    assert len({first, second, third, ledger.digest_of(None)}) == 4
    assert ledger.digest_of(tmp_path / "absent") == ""


@pytest.mark.parametrize("size", [10, 5_000_000])
def test_manifest_sees_a_change_that_keeps_size_and_time(tmp_path: Path, size: int) -> None:
    """A copy or a restored backup may keep both."""
    ledger = Manifest.load(tmp_path / "none.json")
    path = tmp_path / "talk.txt"
    path.write_bytes(b"a" * size)
    os.utime(path, ns=(10**18, 10**18))
    first = ledger.digest_of(path)
    assert ledger.digest_of(path) == first
    path.write_bytes(b"b" * size)
    os.utime(path, ns=(10**18, 10**18))
    assert ledger.digest_of(path) != first
