"""An episode voiced by the online service, whatever the service does."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING

import pytest

from pipeline.cache import Store
from pipeline.errors import InputError, ServiceError, ServiceRefused
from pipeline.model import Chapter, Token
from pipeline.speech.speech_cache import SPEECH_KIND, TAKE_KIND, TAKE_RECORD_KIND
from tests.speech.edge_faults import SCENARIOS
from tests.speech.edge_server import pointed
from tests.speech.talks import CODE, COOKING, HISTORY, MEDICINE, said, talk, voiced, wrong_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.speech.narrator import NarrationResult
    from tests.speech.conftest import Serve
    from tests.speech.edge_server import EdgeServer


def order_of(narration: NarrationResult) -> list[int]:
    """Return the rows in the order of the takes."""
    return [row.row for take in narration.takes for row in take.rows]


@pytest.mark.parametrize(
    "lines", [COOKING, MEDICINE, HISTORY, CODE], ids=["cooking", "medicine", "history", "code"]
)
@pytest.mark.parametrize("breath", [True, False], ids=["with pauses", "without a pause"])
def test_narrate_gives_each_row_its_own_words(
    serve: Serve, store: Store, lines: tuple[str, ...], *, breath: bool
) -> None:
    """Rows spoken together are split, whether or not the voice pauses between them."""
    serve(breath=breath)
    what = talk(lines)
    narration = voiced(what, store)
    assert order_of(narration) == list(range(1, len(lines) + 1))
    assert wrong_rows(narration, what, store) == []
    assert {row.time_source for take in narration.takes for row in take.rows} <= {
        "measured",
        "boundary",
    }
    assert any(len(take.rows) > 1 for take in narration.takes)
    for take in narration.takes:  # no dead air
        assert take.rows[0].span.start <= 480
        assert take.sample_count - take.rows[-1].span.end <= 1_440


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_narrate_survives_broken_connections(serve: Serve, store: Store, scenario: str) -> None:
    """A broken connection is retried; each row comes out complete, in its own words."""
    server = serve(
        plan=lambda number, _text: scenario if number == 0 else "ok",
        stalls=scenario.startswith("stall"),
    )
    what = talk(HISTORY)
    narration = voiced(what, store)
    assert wrong_rows(narration, what, store) == []
    assert narration.requests == server.connections - _asked_by_the_library(server)
    repaired = {"altered word", "missing word", "merged words"}
    assert (narration.retries > 0) == (scenario not in repaired | {"403", "reset"})


def _asked_by_the_library(server: EdgeServer) -> int:
    """Return the reconnects that the libraries make themselves.

    edge-tts repeats one 403, aiohttp a connection that was closed without an answer.
    """
    return sum(status in {403, 0} for status in server.refused)


def whole_only(scenario: str, mark: str) -> Callable[[int, str], str]:
    """Return a plan that fails each request in which `mark` is one of several rows."""
    return lambda _number, text: scenario if mark in text and len(text) > len(mark) + 2 else "ok"


@pytest.mark.parametrize(
    "scenario",
    ["no metadata", "dropped speech", "silent speech", "no audio", "abort", "half a frame"],
)
def test_narrate_speaks_a_failing_utterance_row_by_row(
    serve: Serve, store: Store, scenario: str
) -> None:
    """Only the utterance that fails is spoken in parts."""
    what = talk(COOKING)
    serve()
    before = voiced(what, store)
    serve(plan=whole_only(scenario, COOKING[1]))
    fresh = Store(store.root.with_name("fresh"))
    after = voiced(what, fresh)
    assert wrong_rows(after, what, fresh) == []
    hurt = next(take for take in before.takes if 2 in [row.row for row in take.rows])
    alone = {take.rows[0].row for take in after.takes if len(take.rows) == 1}
    assert {row.row for row in hurt.rows} <= alone
    whole = [[row.row for row in take.rows] for take in before.takes if take is not hurt]
    assert [
        rows for rows in ([row.row for row in take.rows] for take in after.takes) if rows in whole
    ] == whole
    assert any("one by one" in notice for notice in after.notices)


@pytest.mark.parametrize(
    "scenario",
    [
        "dropped speech",
        "silent speech",
        "no audio",
        "abort",
        "close 1000",
        "garbage",
        pytest.param("stall", marks=pytest.mark.slow),
    ],
)
def test_narrate_names_a_row_that_cannot_be_spoken(
    serve: Serve, store: Store, scenario: str
) -> None:
    """Everything else is kept for the next run."""
    serve(
        plan=lambda _number, text: scenario if COOKING[1] in text else "ok",
        stalls=scenario == "stall",
    )
    what = talk(COOKING[:4])
    with pytest.raises(ServiceError) as caught:
        voiced(what, store)
    assert "could not speak row 2." in str(caught.value)
    assert caught.value.row == 2
    server = serve()
    narration = voiced(what, store)
    assert wrong_rows(narration, what, store) == []
    assert all(COOKING[1] in request.text for request in server.requests)


def test_narrate_stops_if_access_is_refused(serve: Serve, store: Store) -> None:
    """403 twice means an old client or a wrong clock: no third request."""
    server = serve(plan=lambda _number, _text: "403")
    with pytest.raises(ServiceRefused, match=r"403.*-U edge-tts.*clock"):
        voiced(talk(HISTORY[:3]), store)
    assert server.connections == 2


def test_narrate_corrects_a_wrong_clock(serve: Serve, store: Store) -> None:
    """A server twenty minutes ahead refuses our token and gets one by its own clock."""
    server = serve(clock=1_200.0)
    what = talk(HISTORY)
    assert wrong_rows(voiced(what, store), what, store) == []
    assert set(server.refused) == {403}


@pytest.mark.parametrize("status", ["429", "503"])
def test_narrate_gives_up_on_a_busy_service(serve: Serve, store: Store, status: str) -> None:
    """It ends in one clear error after the last try."""
    serve(plan=lambda _number, _text: status)
    with pytest.raises(ServiceError, match=rf"{status}\. This happened 4 times.*run again"):
        voiced(talk(COOKING), store)


def test_narrate_reports_a_closed_port(
    serve: Serve, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a service that cannot be reached."""
    server = serve()
    server.port = 1
    pointed(monkeypatch, server)
    with pytest.raises(ServiceError, match="cannot be reached"):
        voiced(talk(HISTORY), store)


def test_narrate_takes_a_second_run_from_the_cache(serve: Serve, store: Store) -> None:
    """No request, and the same samples."""
    serve()
    what = talk(MEDICINE)
    first = voiced(what, store)
    server = serve()
    second = voiced(what, store)
    assert (second.takes, server.connections, second.requests) == (first.takes, 0, 0)
    assert second.cached_count == len(second.takes)


@pytest.mark.parametrize("row", [0, 3, 4, 9])
def test_narrate_requests_only_the_utterance_of_an_edited_row(
    serve: Serve, store: Store, row: int
) -> None:
    """One edit, one request."""
    serve()
    voiced(talk(COOKING), store)
    server = serve()
    edited = talk([*COOKING[:row], COOKING[row] + "哦", *COOKING[row + 1 :]])
    narration = voiced(edited, store)
    assert server.connections == 1
    assert wrong_rows(narration, edited, store) == []


def test_narrate_requests_nothing_if_only_the_shown_text_changes(
    serve: Serve, store: Store
) -> None:
    """The words are split again from the cached speech."""
    serve()
    transcript, spoken = talk(HISTORY)
    before = voiced((transcript, spoken), store)
    length = len(HISTORY[0])
    halves = (Token(0, 3, 0, 2), Token(3, length, 2, length))
    server = serve()
    after = voiced(
        (transcript, (dataclasses.replace(spoken[0], tokens=halves), *spoken[1:])), store
    )
    assert server.connections == 0
    assert before.takes[0].rows[0].word_times != after.takes[0].rows[0].word_times
    assert [(word.shown_start, word.shown_end) for word in after.takes[0].rows[0].word_times] == [
        (0, 3),
        (3, length),
    ]


@pytest.mark.parametrize("kind", [SPEECH_KIND, TAKE_RECORD_KIND, TAKE_KIND])
@pytest.mark.parametrize("damage", ["cut short", "a flipped bit", "gone"])
def test_narrate_repairs_a_damaged_cache_entry(
    serve: Serve, store: Store, kind: str, damage: str
) -> None:
    """It costs at most one request, and the takes are right."""
    serve()
    what = talk(HISTORY)
    voiced(what, store)
    for entry in (path for path in (store.root / kind).rglob("*") if path.is_file()):
        body = entry.read_bytes()
        entry.unlink() if damage == "gone" else entry.write_bytes(
            body[:-100] if damage == "cut short" else body[:-7] + bytes([body[-7] ^ 1]) + body[-6:]
        )
    server = serve()
    narration = voiced(what, store)
    assert wrong_rows(narration, what, store) == []
    assert server.connections == 0


def test_narrate_repairs_a_completely_damaged_cache(serve: Serve, store: Store) -> None:
    """The service is asked again."""
    serve()
    what = talk(HISTORY)
    first = voiced(what, store)
    for entry in (path for path in store.root.rglob("*") if path.is_file()):
        entry.write_bytes(b"rubbish")
    server = serve()
    second = voiced(what, store)
    assert (second.takes, wrong_rows(second, what, store)) == (first.takes, [])
    assert server.connections == len(first.takes)


def test_narrate_changes_the_voice_at_a_directive(serve: Serve, store: Store) -> None:
    """From its row on; no utterance has two voices."""
    serve()
    what = talk(
        MEDICINE,
        ("voice", "zh-CN-XiaoxiaoNeural", 3),
        ("voice", "zh-CN-YunyangNeural", 6),
        ("voice", "zh-CN-XiaoxiaoNeural", 8),
    )
    narration = voiced(what, store)
    assert wrong_rows(narration, what, store) == []


def test_narrate_refuses_a_bad_voice_name_before_any_request(serve: Serve, store: Store) -> None:
    """A name goes into markup: what is not a name is refused with its line."""
    server = serve()
    with pytest.raises(InputError, match=r"Line 2:.*not the name"):
        voiced(talk(HISTORY, ("voice", "zh-CN-X'/><evil>Neural", 2)), store)
    with pytest.raises(InputError, match="not the name"):
        voiced(talk(HISTORY), store, name="Yunxi")
    assert server.connections == 0


def test_narrate_sends_rate_pitch_and_volume(serve: Serve, store: Store) -> None:
    """Speech that is cached with other settings is not used."""
    serve()
    what = talk(HISTORY[:3])
    plain, fast = voiced(what, store), voiced(what, store, rate=50)
    assert wrong_rows(fast, what, store) == []
    assert sum(take.sample_count for take in fast.takes) < 0.75 * sum(
        take.sample_count for take in plain.takes
    )
    server = serve()
    voiced(what, store, pitch=20)
    voiced(what, store, volume=-10)
    assert server.connections == 2 * len(plain.takes)


def test_narrate_limits_concurrent_requests(serve: Serve, store: Store) -> None:
    """But several utterances are requested at a time."""
    server = serve(delay=0.05)
    lines = list(
        itertools.chain.from_iterable(zip(HISTORY, (f"{text}。" for text in COOKING), strict=False))
    )
    voiced(talk(lines), store)
    assert server.most_at_once == 3


@pytest.mark.parametrize("left", ["", "……"])
def test_narrate_gives_a_silent_row_time_and_a_notice(
    serve: Serve, store: Store, left: str
) -> None:
    """It has no sound."""
    serve()
    transcript, spoken = talk([COOKING[0], "……", COOKING[1]])
    spoken = (spoken[0], dataclasses.replace(said(2, "……"), spoken=left, tokens=()), spoken[2])
    narration = voiced((transcript, spoken), store)
    assert [[row.row for row in take.rows] for take in narration.takes] == [[1], [2], [3]]
    assert narration.takes[1].audio_key is None
    assert narration.takes[1].rows[0].time_source == "estimated"
    assert narration.takes[1].rows[0].span.length == 28_800
    assert any("Row 2" in notice for notice in narration.notices)


def test_narrate_repeats_speech_that_is_too_short(serve: Serve, store: Store) -> None:
    """A row far too fast for its syllables, against all others, is requested once more."""
    lines = [f"{text}。" for text in (*COOKING, *HISTORY)]
    what = talk(lines)
    rushed = iter([True])
    server = serve(
        plan=lambda _number, text: "hurried" if text == lines[4] and next(rushed, False) else "ok"
    )
    narration = voiced(what, store)
    assert wrong_rows(narration, what, store) == []
    assert [request.text for request in server.requests].count(lines[4]) == 2
    again = serve()
    assert voiced(what, store).takes == narration.takes
    assert again.connections == 0


def test_narrate_makes_one_take_of_a_very_long_row(serve: Serve, store: Store) -> None:
    """It is requested in parts, split at its punctuation."""
    server = serve()
    long = "，".join(text for text in (*COOKING, *HISTORY)) + "。"
    what = talk([COOKING[0], long, COOKING[1]])
    narration = voiced(what, store)
    assert wrong_rows(narration, what, store) == []
    assert [len(take.rows) for take in narration.takes] == [1, 1, 1]
    assert max(len(request.text) for request in server.requests) < 200


def test_narrate_ends_takes_at_chapters_and_directives(serve: Serve, store: Store) -> None:
    """No take crosses the start of a chapter, a pause or a slide."""
    serve()
    narration = voiced(
        talk(HISTORY, ("pause", "2", 3), ("slide", "map.png", 5)),
        store,
        chapters=[Chapter(7, "诗")],
    )
    firsts = {take.rows[0].row for take in narration.takes}
    assert {1, 3, 5, 7} <= firsts


def test_narrate_auto_uses_the_service_without_a_notice(serve: Serve, store: Store) -> None:
    """No request is wasted on finding out whether it answers."""
    server = serve()
    what = talk(COOKING)
    narration = voiced(what, store, engine="auto")
    assert (narration.engine_name, narration.notices, server.connections) == (
        "edge",
        (),
        len(narration.takes),
    )
    assert wrong_rows(narration, what, store) == []


@pytest.mark.usefixtures("without_kokoro")
@pytest.mark.parametrize("scenario", ["403", "503", "stall at once"])
def test_narrate_auto_falls_back_for_the_whole_episode(
    serve: Serve, store: Store, scenario: str
) -> None:
    """An absent service is given up at once; a notice says what, why and what to do."""
    server = serve(plan=lambda _number, _text: scenario, stalls=True)
    narration = voiced(talk(HISTORY), store, engine="auto")
    assert (narration.engine_name, order_of(narration)) == (
        "espeak",
        list(range(1, len(HISTORY) + 1)),
    )
    assert server.connections <= 2
    assert len(narration.notices) == 1
    assert "espeak-ng" in narration.notices[0]
    assert "run again" in narration.notices[0]


@pytest.mark.usefixtures("without_kokoro")
def test_narrate_auto_never_mixes_engines(serve: Serve, store: Store) -> None:
    """If the service fails half way, espeak speaks everything; the next run continues."""
    serve(plan=lambda number, _text: "ok" if number < 2 else "503")
    what = talk([f"{text}。" for text in COOKING], ("voice", "zh-CN-XiaoxiaoNeural", 5))
    narration = voiced(what, store, engine="auto")
    assert narration.engine_name == "espeak"
    server = serve()
    assert voiced(what, store, engine="auto").engine_name == "edge"
    assert server.connections == len(COOKING) - 2


@pytest.mark.usefixtures("without_kokoro")
def test_narrate_auto_needs_no_network_for_a_cached_episode(serve: Serve, store: Store) -> None:
    """An episode spoken online stays so offline."""
    serve()
    what = talk(HISTORY)
    first = voiced(what, store, engine="auto")
    serve(plan=lambda _number, _text: "503")
    second = voiced(what, store, engine="auto")
    assert (second.engine_name, second.takes, second.notices) == ("edge", first.takes, ())
