"""An episode voiced by a server of OpenAI's kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.errors import InputError, ServiceError, ServiceRefused
from pipeline.model import RowTime, Span
from pipeline.settings import Settings, with_changes
from pipeline.speech.engines.openai import (
    OFFICIAL_URL,
    OpenAIEngine,
    create_openai_engine,
    resolve_server,
)
from pipeline.speech.engines.rate_limit import RateLimiter
from pipeline.speech.engines.retry import RetryPolicy
from pipeline.speech.narrator import narrate
from pipeline.speech.row_alignment import UtteranceAligner
from tests.speech.openai_server import FAULTS, SpeechServer, answering
from tests.speech.talks import CODE, HISTORY, MEDICINE, talk, voiced, wrong_rows
from tests.speech.tones import LEAD_S, RATE, rendered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.cache import Store
    from pipeline.model import SpokenRow

Answering = Callable[..., SpeechServer]
QUICK = RetryPolicy(
    connect_timeout_s=2.0,
    first_message_timeout_s=1.0,
    idle_timeout_s=1.0,
    total_timeout_s=4.0,
    max_tries=4,
    retry_pause_s=0.02,
    busy_pause_s=0.05,
)


@pytest.fixture
def speech_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answering]:
    """Start stand-ins, with no key or address in the environment and little patience."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    make = OpenAIEngine.__init__

    def hasty(
        self: OpenAIEngine, base_url: str, model: str, traffic: RateLimiter, key: str = ""
    ) -> None:
        make(self, base_url, model, traffic, key, QUICK)

    monkeypatch.setattr(OpenAIEngine, "__init__", hasty)
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(answering(SpeechServer(**options)))


def said_by(store: Store, what: Any, own: SpeechServer, **changes: Any) -> Any:  # noqa: ANN401 - as `voiced`
    """Narrate with a stand-in."""
    return voiced(what, store, engine="openai", base_url=own.url, **changes)


@pytest.mark.parametrize("form", ["wav", "mp3", "pcm", "streamed wav"])
@pytest.mark.parametrize("lines", [HISTORY, CODE], ids=["history", "code"])
def test_engine_speaks_every_row_by_itself(
    speech_server: Answering, store: Store, form: str, lines: tuple[str, ...]
) -> None:
    """There are no word times, so each row is requested alone, in whatever format comes back."""
    own = speech_server(form=form)
    what = talk(lines)
    narration = said_by(store, what, own)
    assert (wrong_rows(narration, what, store), narration.voice_name) == ([], "alloy")
    assert [len(take.rows) for take in narration.takes] == [1] * len(lines)
    assert {row.time_source for take in narration.takes for row in take.rows} == {"measured"}
    assert said_by(store, what, own).takes == narration.takes
    assert len(own.requests) == len(lines)


@pytest.mark.parametrize("fault", FAULTS)
def test_engine_repeats_a_wrong_answer(speech_server: Answering, store: Store, fault: str) -> None:
    """Every second answer is wrong; every row comes out right."""
    own = speech_server(plan=lambda number, _text: fault if number % 2 == 0 else "ok")
    what = talk(HISTORY[:3])
    narration = said_by(store, what, own)
    assert wrong_rows(narration, what, store) == []
    assert narration.retries > 0


@pytest.mark.parametrize(
    "fault", ["html", "cut wav", "cut body", "garbage", "no body", "400", "422"]
)
def test_engine_names_a_row_that_the_server_never_speaks(
    speech_server: Answering, store: Store, fault: str
) -> None:
    """A text that is refused is requested only once."""
    own = speech_server(plan=lambda _number, text: fault if HISTORY[1] in text else "ok")
    with pytest.raises(ServiceError, match=r"could not speak row 2\."):
        said_by(store, talk(HISTORY[:3]), own)
    asked = [request["input"] for request in own.requests if HISTORY[1] in request["input"]]
    assert (len(asked) == 1) == fault.isdigit()


@pytest.mark.parametrize(
    ("fault", "todo"),
    [
        ("401", "OPENAI_API_KEY"),
        ("403", "OPENAI_API_KEY"),
        ("404", "base_url"),
        ("elsewhere", "base_url"),
    ],
)
def test_engine_stops_if_the_server_refuses(
    speech_server: Answering, store: Store, fault: str, todo: str
) -> None:
    """A wrong key or address, or a redirect: one request, and what to look at."""
    own = speech_server(plan=lambda _number, _text: fault)
    with pytest.raises(ServiceRefused, match=todo):
        said_by(store, talk(HISTORY[:1]), own)
    assert (len(own.requests), own.strays) == (1, 0)


def test_engine_shows_the_reason_of_the_server_on_one_line(
    speech_server: Answering, store: Store
) -> None:
    """Without line breaks and characters that turn the text around."""
    own = speech_server(plan=lambda _number, _text: "401")
    with pytest.raises(ServiceRefused, match="answered 401: the reason for 401"):
        said_by(store, talk(HISTORY[:1]), own)


def test_engine_sends_model_voice_text_format_and_speed(
    speech_server: Answering, store: Store
) -> None:
    """As the interface documents them."""
    own = speech_server()
    said_by(store, talk(MEDICINE[:1]), own, model="tts-9", name="nova", rate=25)
    wanted = {
        "model": "tts-9",
        "voice": "nova",
        "input": MEDICINE[0],
        "response_format": "wav",
        "speed": 1.25,
    }
    assert own.requests == [wanted]


def test_resolve_server_sends_the_key_only_where_the_user_says(
    speech_server: Answering, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings from a stranger cannot send a key to a server of their own; the environment can."""
    own = speech_server()
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    said_by(store, talk(HISTORY[:1]), own)
    monkeypatch.setenv("OPENAI_BASE_URL", f"{own.url}/")
    voiced(talk(HISTORY[1:2]), store, engine="openai")
    assert own.keys == ["", "Bearer secret"]
    assert "secret" not in repr(create_openai_engine("", "", RateLimiter(store.root)))


def test_engine_needs_a_valid_address_and_a_key_for_openai(
    speech_server: Answering, store: Store
) -> None:
    """OpenAI itself needs a key, and an address must be one."""
    speech_server()
    with pytest.raises(InputError, match="OPENAI_API_KEY"):
        voiced(talk(HISTORY[:1]), store, engine="openai")
    for address in ("ftp://x/v1", "http://", "https://user:word@host/v1", "http://host/v1?x=1"):
        with pytest.raises(InputError, match="not the address"):
            resolve_server(address)
    assert resolve_server("")[0] == OFFICIAL_URL


@pytest.mark.parametrize("setting", ["pitch", "volume"])
def test_engine_refuses_settings_without_effect(
    speech_server: Answering, store: Store, setting: str
) -> None:
    """Pitch and volume."""
    with pytest.raises(InputError, match=setting):
        said_by(store, talk(HISTORY[:1]), speech_server(), **{setting: 10})


def test_engine_reports_a_server_that_is_not_running(
    speech_server: Answering, store: Store
) -> None:
    """As one that cannot be reached."""
    own = speech_server()
    own.port = 1
    with pytest.raises(ServiceError, match=r"127\.0\.0\.1 cannot be reached"):
        said_by(store, talk(HISTORY[:1]), own)


def by_the_tones(samples: NDArray[np.int16], rows: Sequence[SpokenRow]) -> list[RowTime]:
    """Align an utterance of the stand-in: its tones last as long as their text says."""
    del samples
    text = "，".join(row.spoken for row in rows) + "。"
    events = iter(rendered(text, "")[1])
    times = []
    for row in rows:
        start = end = 0.0
        left = sum(char.isalnum() for char in row.spoken)
        whole = left
        while left > 0:
            word, begins, ends = next(events)
            start = begins if left == whole else start
            end, left = ends, left - len(word)
        times.append(
            RowTime(
                row.row,
                Span(*(round((second - LEAD_S) * RATE) * 2 for second in (start, end))),
                "measured",
            )
        )
    return times


def test_engine_speaks_whole_utterances_with_an_aligner(
    speech_server: Answering, store: Store
) -> None:
    """The aligner's version is part of the cache key."""
    own = speech_server()
    what = talk(HISTORY)
    settings = with_changes(Settings(), {"voice.engine": "openai", "voice.base_url": own.url})
    transcript, spoken = what

    def by(aligner: UtteranceAligner) -> Any:  # noqa: ANN401 - a narration
        return narrate(
            spoken,
            transcript,
            (),
            settings,
            store,
            lambda _step, _done, _total: None,
            aligner=aligner,
        )

    narration = by(UtteranceAligner("tones 1", by_the_tones))
    assert wrong_rows(narration, what, store) == []
    assert max(len(take.rows) for take in narration.takes) > 1
    asked = len(own.requests)
    assert asked == len(narration.takes) < len(HISTORY)
    lost = by(
        UtteranceAligner("loses rows", lambda samples, rows: by_the_tones(samples, rows)[:-1])
    )
    assert wrong_rows(lost, what, store) == []
    assert {len(take.rows) for take in lost.takes} == {1}
    assert any("one by one" in notice for notice in lost.notices)

    def late(samples: NDArray[np.int16], rows: Sequence[SpokenRow]) -> list[RowTime]:
        return [
            dataclasses.replace(time, span=time.span.shifted_by(48_000))
            for time in by_the_tones(samples, rows)
        ]

    assert by(UtteranceAligner("late", late)).takes == lost.takes


def test_engine_reports_a_cache_that_cannot_be_written(
    speech_server: Answering, tmp_path: Path
) -> None:
    """A file where the cache should be is not waited for."""
    from pipeline.cache import Store
    from pipeline.errors import EnvironmentFault

    (tmp_path / "cache").write_text("a file")
    with pytest.raises(EnvironmentFault):
        said_by(Store(tmp_path / "cache"), talk(HISTORY[:1]), speech_server())
