"""Cache entries and atomic publishing."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from pipeline.atomic import publish, publish_bytes
from pipeline.cache import Store, digest
from pipeline.errors import EnvironmentFault, OutputFault, environment_fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_cache_returns_an_entry_as_it_was_put(tmp_path: Path) -> None:
    """Any bytes, the empty ones and ones with line ends too."""
    store = Store(tmp_path)
    for number, body in enumerate([b"", b"\n\n", bytes(range(256)) * 99]):
        store.put("take", digest(number), body)
        assert store.get("take", digest(number)) == body


def test_cache_returns_none_for_a_missing_entry(tmp_path: Path) -> None:
    """Nothing was put, nothing is found, no folder is made."""
    assert Store(tmp_path / "cache").get("take", digest("x")) is None
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda raw: raw[:-1], id="truncated"),
        pytest.param(lambda _: b"", id="emptied"),
        pytest.param(
            lambda raw: raw[:-3] + bytes([raw[-3] ^ 1]) + raw[-2:], id="bit flipped in the body"
        ),
        pytest.param(lambda raw: bytes([raw[20] ^ 1]) + raw[1:], id="bit flipped in the header"),
        pytest.param(lambda raw: raw + b"more", id="longer"),
    ],
)
def test_cache_removes_a_damaged_entry(tmp_path: Path, harm: Callable[[bytes], bytes]) -> None:
    """Damage is found at the first read, whatever it is."""
    store, key = Store(tmp_path), digest("entry")
    store.put("take", key, b"samples" * 100)
    path = store.entry_path("take", key)
    path.write_bytes(harm(path.read_bytes()))
    assert store.get("take", key) is None
    assert not path.exists()


def test_digest_differs_by_type_and_order() -> None:
    """Keys that look alike as text differ."""
    keys = {
        digest("1"),
        digest(1),
        digest("1", "2"),
        digest(["1", "2"]),
        digest("12"),
        digest(b"1"),
        digest({"a": 1}),
        digest({"a": "1"}),
    }
    assert len(keys) == 8
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


def test_publish_keeps_the_old_file_if_writing_fails(tmp_path: Path) -> None:
    """Whatever write or check raise, the folder looks as before."""
    target = tmp_path / "x.srt"
    target.write_bytes(b"old")

    def write(path: Path) -> None:
        path.write_bytes(b"half")

    def refuse(path: Path) -> None:
        raise OutputFault(f"{path.read_bytes()!r} is not right.")

    with pytest.raises(OutputFault, match="half"):
        publish(target, write, refuse)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x.srt", b"old")]


def test_publish_bytes_leaves_equal_files_untouched(tmp_path: Path) -> None:
    """An unchanged file keeps its time stamp, so that nothing made from it is made again."""
    target = tmp_path / "x.srt"
    publish_bytes(target, b"text")
    before = target.stat()
    publish_bytes(target, b"text")
    assert (target.stat().st_ino, target.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "disk is full"),
        (errno.EACCES, "cannot be written"),
        (errno.EROFS, "cannot be written"),
    ],
)
def test_environment_fault_is_one_sentence_for_each_errno(
    tmp_path: Path, number: int, words: str
) -> None:
    """Full disks and closed folders are told apart."""
    fault = environment_fault(OSError(number, "raw words"), tmp_path)
    assert isinstance(fault, EnvironmentFault)
    assert words in str(fault)
    assert "\n" not in str(fault)


def test_publish_into_a_file_instead_of_a_folder_is_refused(tmp_path: Path) -> None:
    """The error names the path."""
    (tmp_path / "output").write_text("a file")
    with pytest.raises(EnvironmentFault, match="output"):
        publish_bytes(tmp_path / "output" / "x.srt", b"text")
