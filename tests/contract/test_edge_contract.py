"""What we rely on in edge-tts: if one of these changes, `pipeline/speech/engines/edge.py` must."""

from __future__ import annotations

import asyncio
import inspect
import re
from typing import TYPE_CHECKING, Any

import aiohttp
import edge_tts
import pytest
from edge_tts import constants, exceptions
from edge_tts.communicate import split_text_by_byte_length

from tests.speech.edge_server import EdgeServer, pointed, running

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = "天气很好，我们出门去看海。"
VOICE = "zh-CN-YunxiNeural"


@pytest.fixture
def scenario(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[EdgeServer]:
    """Run a stand-in that breaks every conversation the way the test says."""
    with running(EdgeServer(lambda _number, _text: request.param)) as server:
        yield pointed(monkeypatch, server)


def heard(text: str = TEXT, **options: Any) -> tuple[edge_tts.Communicate, list[Any]]:  # noqa: ANN401 - the client's own
    """Let the client itself ask, and return it with all it yields."""

    async def collect() -> tuple[edge_tts.Communicate, list[Any]]:
        client = edge_tts.Communicate(text, VOICE, **{"boundary": "WordBoundary", **options})
        return client, [item async for item in client.stream()]

    return asyncio.run(asyncio.wait_for(collect(), 20))


@pytest.mark.parametrize(
    "scenario", ["abort", "eof", "close 1000", "close 1007", "close 1011"], indirect=True
)
@pytest.mark.usefixtures("scenario")
def test_stream_ends_without_an_error_if_the_connection_is_lost() -> None:
    """Only the count of audio bytes shows it."""
    client, items = heard()
    assert any(item["type"] == "audio" for item in items)
    assert client.state["chunk_audio_bytes"] > 0
    assert client.state["cumulative_audio_bytes"] == 0


@pytest.mark.parametrize("scenario", ["ok"], indirect=True)
@pytest.mark.usefixtures("scenario")
def test_state_counts_move_when_a_turn_ends() -> None:
    """`edge.py` checks these counts."""
    client, items = heard()
    audio = b"".join(item["data"] for item in items if item["type"] == "audio")
    assert (client.state["chunk_audio_bytes"], client.state["cumulative_audio_bytes"]) == (
        0,
        len(audio),
    )
    assert len(audio) % 144 == 0
    assert audio[:3] == b"\xff\xf3\x64"
    words = [item["text"] for item in items if item["type"] == "WordBoundary"]
    assert "".join(words) == re.sub("[，。]", "", TEXT)


@pytest.mark.parametrize("scenario", ["no audio"], indirect=True)
@pytest.mark.usefixtures("scenario")
def test_stream_raises_for_a_turn_without_audio() -> None:
    """The library's own error."""
    with pytest.raises(exceptions.NoAudioReceived):
        heard()


@pytest.mark.parametrize("scenario", ["403"], indirect=True)
def test_client_retries_403_once(scenario: EdgeServer) -> None:
    """With the server's clock; after that the error is ours to report."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        heard()
    assert caught.value.status == 403
    assert scenario.connections == 2


@pytest.mark.parametrize("scenario", ["429", "503"], indirect=True)
def test_client_does_not_retry_429_and_503(scenario: EdgeServer) -> None:
    """The library passes them on."""
    with pytest.raises(aiohttp.WSServerHandshakeError):
        heard()
    assert scenario.connections == 1


@pytest.mark.parametrize("scenario", ["stall"], indirect=True)
@pytest.mark.usefixtures("scenario")
def test_receive_timeout_does_nothing_once_connected() -> None:
    """So the idle timer is ours."""

    async def wait() -> None:
        client = edge_tts.Communicate(TEXT, VOICE, boundary="WordBoundary", receive_timeout=1)
        async for _ in client.stream():
            pass

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(asyncio.wait_for(wait(), 3))


@pytest.mark.parametrize("scenario", ["ok"], indirect=True)
def test_client_makes_no_request_for_blank_text(scenario: EdgeServer) -> None:
    """No request, no error, no audio: rows with nothing to say never get this far."""
    client, items = heard("  \n ")
    assert (items, client.state["cumulative_audio_bytes"], scenario.connections) == ([], 0, 0)


def test_default_boundary_is_the_sentence() -> None:
    """Word boundaries must be requested."""
    assert (
        inspect.signature(edge_tts.Communicate).parameters["boundary"].default == "SentenceBoundary"
    )


def test_client_does_not_split_chinese_without_spaces() -> None:
    """Its limit of 4,096 bytes has no effect there: keeping requests short is ours."""
    parts = list(split_text_by_byte_length("天，" * 1_000, 4_096))
    assert [len(part) for part in parts] == [6_000]


def test_client_does_not_escape_the_voice() -> None:
    """We accept names only."""
    client = edge_tts.Communicate(
        "x", "Microsoft Server Speech Text to Speech Voice (zh-CN, X'/><evil a='Neural)"
    )
    assert "<evil" in edge_tts.communicate.mkssml(client.tts_config, "x")


def test_client_reads_the_address_where_the_test_server_sets_it() -> None:
    """The client's module has its own copy of it."""
    assert edge_tts.communicate.WSS_URL == constants.WSS_URL  # type: ignore[attr-defined] # where the client reads it
