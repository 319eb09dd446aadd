"""A project behind a URL: on another disk, in a bucket."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.batch.remote import open_remote_project
from pipeline.errors import InputError
from tests.crash.six_rows import outputs, six_rows
from tests.small_project import episode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

fsspec = pytest.importorskip("fsspec")


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the episode made without any URL."""
    folder = six_rows(tmp_path_factory.mktemp("alone") / "p")
    assert episode("batch", "--quiet", cwd=folder).code == 0
    return folder


def batch(here: Path, url: str, **environment: str) -> Any:  # noqa: ANN401 - JSON
    """Run the batch of a URL with a cache of its own."""
    here.mkdir(exist_ok=True)
    ran = episode(
        "batch",
        "--remote",
        url,
        "--json",
        "--quiet",
        cwd=here,
        EPISODE_CACHE=str(here / "cache"),
        **environment,
    )
    assert ran.code == 0, ran.out + ran.err
    return ran.json


def test_remote_project_on_another_disk_gets_its_outputs(alone: Path, tmp_path: Path) -> None:
    """Outputs, page and report arrive; a second machine uses the speech of the first."""
    there = six_rows(tmp_path / "there")
    url = there.as_uri()
    assert batch(tmp_path / "one", url)["made"] == 1
    assert outputs(there) == outputs(alone)
    assert (there / "output/index.html").is_file()
    assert batch(tmp_path / "one", url)["current"] == 1
    shutil.rmtree(there / "output")
    assert batch(tmp_path / "two", url)["made"] == 1
    assert outputs(there) == outputs(alone)
    assert {path.name for path in there.iterdir()} == {"transcript", "output", ".cache"}


def test_remote_project_removes_deleted_translations(tmp_path: Path) -> None:
    """What was copied before does not linger."""
    there = six_rows(tmp_path / "there")
    remote = open_remote_project(there.as_uri(), tmp_path / "here")
    remote.pull_episode("bread.txt")
    assert (remote.project.transcript_folder / "bread.en.txt").exists()
    (there / "transcript/bread.en.txt").unlink()
    remote.pull_episode("bread.txt")
    assert not (remote.project.transcript_folder / "bread.en.txt").exists()


def test_remote_project_refuses_names_outside_it(tmp_path: Path) -> None:
    """An object of any name can be in a bucket."""
    files = fsspec.filesystem("memory")
    files.pipe_file("/talks/transcript/a.txt", b"x")
    remote = open_remote_project("memory://talks", tmp_path)
    try:
        assert remote.transcript_names() == ("a.txt",)
        with pytest.raises(InputError, match="not a valid file name"):
            remote.fetch_changed(["transcript/../../evil.txt"])
    finally:
        files.rm("/talks", recursive=True)
    assert not list(tmp_path.parent.rglob("evil.txt"))


def test_remote_project_with_a_wrong_url_is_one_sentence(tmp_path: Path) -> None:
    """It shows an example."""
    ran = episode("batch", "--remote", "gopher://x/y", cwd=tmp_path)
    assert ran.code == 2
    assert "s3://bucket/project" in ran.err
    assert ran.err.count("\n") == 1


@pytest.fixture
def bucket() -> Iterator[dict[str, str]]:
    """Run an S3 server on loopback; give the variables that point a client at it."""
    server_of = pytest.importorskip("moto.server")
    pytest.importorskip("s3fs")
    server = server_of.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "k",
            "AWS_SECRET_ACCESS_KEY": "s",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
    finally:
        server.stop()


def test_remote_project_in_a_bucket_gets_its_outputs(
    alone: Path, tmp_path: Path, bucket: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3: the same bytes arrive, and again there is nothing to do."""
    for name, value in bucket.items():
        monkeypatch.setenv(name, value)
    files = fsspec.filesystem("s3")
    files.mkdir("talks")
    files.put(str(six_rows(tmp_path / "p") / "transcript"), "talks/a/transcript", recursive=True)
    assert batch(tmp_path / "one", "s3://talks/a", **bucket)["made"] == 1
    there = {
        name.rpartition("/")[2]: files.cat_file(name) for name in files.ls("talks/a/output/bread")
    }
    assert there == outputs(alone)
    assert batch(tmp_path / "one", "s3://talks/a", **bucket)["current"] == 1
