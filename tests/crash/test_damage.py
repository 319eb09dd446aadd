"""Whatever in the cache is damaged is found and made again."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from pipeline.cache import Store
from tests.crash.six_rows import outputs, render

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.crash.conftest import Whole

HARMS: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda raw: raw[: len(raw) // 2],
    "emptied": lambda _: b"",
    "bit flipped": lambda raw: (
        raw[: len(raw) * 3 // 4]
        + bytes([raw[len(raw) * 3 // 4] ^ 4])
        + raw[len(raw) * 3 // 4 + 1 :]
    ),
}
KINDS = ("speech", "take", "cut", "narration", "card", "slide", "segment", "above", "still")
CASES = [
    pytest.param(kind, harm, id=f"{kind} {harm}", marks=() if kind == "every" else pytest.mark.slow)
    for kind in ("every", *KINDS)
    for harm in HARMS
]


def test_every_kind_of_cache_entry_is_tested(whole: Whole) -> None:
    """Each kind of entry a run leaves is damaged below."""
    assert {kind for kind, *_ in Store(whole.folder / ".cache").entries()} == set(KINDS)


@pytest.mark.parametrize(("kind", "harm"), CASES)
def test_damaged_cache_entries_are_rebuilt(
    whole: Whole, tmp_path: Path, kind: str, harm: str
) -> None:
    """With all entries of a kind damaged and no outputs, the outputs come back byte-equal."""
    folder = _copy(whole, tmp_path)
    harmed = [
        path for each, path, *_ in Store(folder / ".cache").entries() if kind in {each, "every"}
    ]
    assert harmed
    for path in harmed:
        path.write_bytes(HARMS[harm](path.read_bytes()))
    shutil.rmtree(folder / "output")
    ran = render(folder)
    assert (ran.code, ran.err) == (0, "")
    assert outputs(folder) == whole.outputs


@pytest.mark.parametrize("harm", HARMS)
def test_damaged_manifest_is_rebuilt(whole: Whole, tmp_path: Path, harm: str) -> None:
    """It counts as empty: every step runs, every output is the same."""
    folder = _copy(whole, tmp_path)
    for ledger in (folder / ".cache/ledgers").iterdir():
        ledger.write_bytes(HARMS[harm](ledger.read_bytes()))
    ran = render(folder, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert [step["why"] for step in ran.json["steps"]].count("never made") > 3
    assert outputs(folder) == whole.outputs


def _copy(whole: Whole, tmp_path: Path) -> Path:
    """Return a copy of the whole run, with its manifest under the new output folder's name."""
    folder = tmp_path / "p"
    shutil.copytree(whole.folder, folder)
    assert render(folder).code == 0
    return folder
