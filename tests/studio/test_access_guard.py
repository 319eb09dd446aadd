"""Access control of the server."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from pipeline.studio.server.access_guard import MAX_BODY_BYTES, host_names
from tests.small_project import make_project
from tests.studio.studio_client import Client, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project that these tests do not change."""
    folder = make_project(tmp_path_factory.mktemp("guarded"))
    (folder / "secret.txt").write_text("secret", "utf-8")
    output = folder / "output" / "bread"
    output.mkdir(parents=True)
    (output / "bread.mp4").symlink_to("/etc/passwd")
    (output / "poster.png").symlink_to(folder / "secret.txt")
    return folder


@pytest.fixture(scope="module")
def client(project: Path) -> Iterator[Client]:
    """Return a page that was opened with the token."""
    with running(project) as found:
        yield found.enter()


def test_guard_exchanges_the_token_for_a_cookie(client: Client) -> None:
    """The cookie is hidden from scripts and other sites; the token leaves the address."""
    stranger = Client(client.address)
    path = client.address.removeprefix(f"http://{client.host}")
    answer = stranger.get(f"{path}&lang=en")
    assert (answer.status, answer.headers["location"]) == (303, f"/e/{client.id}?lang=en")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"episode_studio_{client.host.rpartition(':')[2]}=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert client.address.rpartition("=")[2] not in cookie


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api/episodes",
        "/static/api.js",
        "/e/x",
        "/api/e/x/events",
        "/nothing",
        "/?token=",
        "/?token=wrong",
    ],
)
def test_guard_answers_nothing_without_the_token(client: Client, path: str) -> None:
    """No page, file or list is sent, and nothing reveals whether it exists."""
    assert Client(client.address).get(path).status == 403


@pytest.mark.parametrize(
    "cookie", ["episode_studio_1=x", "{name}=", "{name}=x", "{name}=é", "a=b; {name}=\x7f", ";;=;"]
)
def test_guard_refuses_a_wrong_cookie(client: Client, cookie: str) -> None:
    """Cookies that are guessed, cut off, of another port or malformed are refused."""
    name = client.cookie.partition("=")[0]
    assert client.get("/", Cookie=cookie.format(name=name)).status == 403


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost.evil.example:{port}",
        "127.0.0.2:{port}",
        "",
        None,
    ],
)
def test_guard_refuses_a_foreign_host_name(client: Client, host: str | None) -> None:
    """A site whose name points at this machine (DNS rebinding) gets nothing, cookie or not."""
    port = client.host.rpartition(":")[2]
    assert client.get("/", Host=None if host is None else host.format(port=port)).status == 400


@pytest.mark.parametrize("name", ["localhost", "[::1]"])
def test_guard_accepts_the_names_of_this_machine(client: Client, name: str) -> None:
    """All names of this machine are accepted."""
    assert client.get("/", Host=f"{name}:{client.host.rpartition(':')[2]}").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": None},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://evil.example", "Sec_Fetch_Site": "same-origin"},
        {"Origin": None, "Sec_Fetch_Site": "same-site"},
        {"Origin": None, "Sec_Fetch_Site": "cross-site"},
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/x-www-form-urlencoded"},
        {"Content_Type": "text/plain; application/json"},
        {"Content_Type": None},
    ],
    ids=str,
)
@pytest.mark.parametrize("verb", ["edit", "undo", "render", "stop", "voice"])
def test_guard_refuses_a_change_from_another_site(
    client: Client, verb: str, headers: dict[str, str | None]
) -> None:
    """A form or script of another site may carry the cookie; origin and content type reveal it."""
    assert (
        client.request(
            "POST", f"{client.path}/{verb}", {"base": "x", "row": 1}, body=None, **headers
        ).status
        == 403
    )


def test_guard_accepts_sec_fetch_site_in_place_of_an_origin(client: Client) -> None:
    """Some browsers leave out the origin; then the fetch metadata is enough."""
    answer = client.request(
        "POST", f"{client.path}/undo", {"base": "x"}, Origin=None, Sec_Fetch_Site="same-origin"
    )
    assert answer.status == 409


def _answered(client: Client, length: str) -> int:
    """Return the response to a body of a claimed length.

    The request is sent again where the system drops the response together with the unread body.
    """
    for _ in range(10):
        with suppress(ConnectionResetError):
            return client.request(
                "POST", f"{client.path}/edit", body=b"{}", Content_Length=length
            ).status
    raise AssertionError("every answer was dropped")


def test_guard_limits_the_size_of_a_request(client: Client) -> None:
    """A body with too large a stated length is refused, and one that does not end is cut off."""
    assert _answered(client, str(MAX_BODY_BYTES + 1)) == 413
    assert _answered(client, "-1") in {400, 413}
    host, _, port = client.host.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        head = (
            f"POST {client.path}/edit HTTP/1.1\r\nHost: {client.host}\r\n"
            f"Cookie: {client.cookie}\r\nOrigin: http://{client.host}\r\n"
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        line.sendall(head.encode())
        chunk = b"%x\r\n%s\r\n" % (65_536, b"x" * 65_536)
        status = b""
        try:
            for _ in range(40):
                line.sendall(chunk)
            status = line.recv(100)
        except (ConnectionResetError, BrokenPipeError):
            status = b" 413 "
        assert b" 413 " in status


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/nothing.js",
        "/static/",
        "/static/wavesurfer.VERSION",
        "/e/..",
        "/e/%2e%2e%2f",
        "/api/e/../../etc/passwd",
        "/api/e/bread",
        "/media/{id}/film/../../secret.txt",
        "/media/{id}/..%2f..%2fsecret.txt",
        "/media/{id}/report.json",
        "/media/{id}/film/x",
        "/media/{id}/track/../zh",
        "/media/{id}/track/xx",
        "/media/{id}/slide/../../../secret.txt",
        "/media/{id}/slide/" + "0" * 64,
        "/media/{id}/slide/" + "g" * 64,
        "/media/{id}/preview/" + "A" * 64,
        "/media/{id}/take/" + "0" * 64,
        "/media/" + "0" * 16 + "/film",
        "//evil.example/",
    ],
)
def test_server_serves_no_file_outside_of_the_project(client: Client, path: str) -> None:
    """Files are opened by ids and kinds of fixed lists, never by a path of the request."""
    answer = client.get(path.format(id=client.id))
    assert answer.status == 404
    assert b"secret" not in answer.body


def test_server_follows_no_link_out_of_the_output_folder(client: Client) -> None:
    """A video or poster that is a link to a file elsewhere counts as missing."""
    document = client.document()
    assert (document["film"], document["poster"]) == (None, None)
    assert client.get(f"/media/{client.id}/film").status == 404
    assert client.get(f"/media/{client.id}/poster").status == 404


def test_guard_redirects_only_to_its_own_host(client: Client) -> None:
    """No address with the token sends a browser to another host."""
    token = client.address.rpartition("=")[2]
    for path in ("//evil.example/x", "/\\evil.example"):
        answer = Client(client.address).get(f"{path}?token={token}")
        assert answer.headers["location"].startswith("/")
        assert not answer.headers["location"].startswith(("//", "/\\"))


@pytest.mark.parametrize("path", ["/", "/e/{id}", "/api/episodes", "/static/api.js", "/nothing"])
def test_guard_sends_security_headers_with_every_response(client: Client, path: str) -> None:
    """Foreign scripts, frames, guessed media types and referrers are forbidden."""
    headers = client.get(path.format(id=client.id)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_page_escapes_the_texts_of_an_episode(project: Path) -> None:
    """Markup in a title or row is escaped in the page, the document and the track."""
    folder = project.parent / "markup"
    folder.mkdir()
    make_project(folder)
    evil = "</title><script>alert(1)</script>"
    toml = folder / "transcript" / "bread.toml"
    toml.write_text(toml.read_text("utf-8").replace('"天然酵母面包"', json.dumps(evil)), "utf-8")
    with running(folder) as found:
        client = found.enter()
        page = client.get(f"/e/{client.id}").body.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        base = client.document()["version"]
        assert (
            client.edit(base, kind="text", row=1, text=evil).json["patch"]["rows"][0]["text"]
            == evil
        )
        source = client.document()["tracks"][0]["src"]
        track = client.get(source)
        assert track.headers["content-type"].startswith("text/vtt")
        assert b"<script>" not in track.body
        assert "&lt;script&gt;" in track.body.decode().replace("\n", "")


def test_open_studio_answers_only_to_its_own_names() -> None:
    """It answers to its one address, or, bound to all, to this machine's names."""
    assert host_names("192.0.2.7", 80) == {"192.0.2.7:80"}
    assert host_names("2001:db8::1", 80) == {"[2001:db8::1]:80"}
    every = host_names("0.0.0.0", 80)  # noqa: S104 - only asked about
    assert {"127.0.0.1:80", f"{socket.gethostname()}:80"} <= every
    assert "evil.example:80" not in every
