"""Machine translation against a real server that behaves in every way a server can."""

from __future__ import annotations

import asyncio
import json
import socket
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError, ServiceError, ServiceRefused
from pipeline.settings import parse_settings
from pipeline.settings.sections import TranslationSettings
from pipeline.translate.reply_validation import accepted_translations
from pipeline.translate.translator import api_key_from, translate_rows
from pipeline.translate.types import TranslatedRows
from tests.translate.servers import Asked, answers, chat, completion, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.translate.servers import Behave, Server

ROWS = (
    "大家好，这里是厨房",
    "今天我们来做麻婆豆腐",
    "先把豆腐切成2厘米见方的小块",
    "放进加了盐的热水里泡10分钟",
    "好",
    "接着热锅，倒入3勺菜籽油",
    "把牛肉末炒到酥香",
    "然后下郫县豆瓣酱",
)
ENGLISH = tuple(f"Row {number} in English." for number in range(1, len(ROWS) + 1))


def quiet(_: str, __: int, ___: int) -> None:
    """Observe nothing."""


def run(
    behave: Behave,
    existing: Mapping[int, str] | None = None,
    key: str = "",
    **settings: Any,  # noqa: ANN401 - settings of any type
) -> tuple[TranslatedRows, Server]:
    """Translate the rows with a scripted server; return the result and the server."""
    with serving(behave) as server:
        wishes = TranslationSettings(url=server.url, model="cook", **settings)
        return translate_rows(
            ROWS, existing or {}, wishes, key, quiet, title="麻婆豆腐", first_wait=0.01
        ), server


def test_translate_rows_returns_the_rows_in_order() -> None:
    """A server that does as it is told is asked once, and every row has its translation."""
    translation, server = run(answers())
    assert translation == TranslatedRows(ENGLISH, (), ())
    assert len(server.asked) == 1


def test_chat_client_sends_an_openai_request() -> None:
    """Path, model, key, instructions, numbered rows, title, and only the names that occur."""
    _, server = run(
        answers(),
        key="secret",
        temperature=0.5,
        glossary={"麻婆豆腐": "mapo tofu", "火锅": "hotpot"},
    )
    (asked,) = server.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["Authorization"] == "Bearer secret"
    assert (asked.body["model"], asked.body["temperature"], asked.body["response_format"]) == (
        "cook",
        0.5,
        {"type": "json_object"},
    )
    assert [message["role"] for message in asked.body["messages"]] == ["system", "user"]
    assert "中文 (zh) into English (en)" in asked.body["messages"][0]["content"]
    assert asked.data["rows"] == [
        {"id": number, "source": row} for number, row in enumerate(ROWS, 1)
    ]
    assert (asked.data["title"], asked.data["glossary"]) == ("麻婆豆腐", {"麻婆豆腐": "mapo tofu"})


def test_batches_include_neighbouring_rows_as_context() -> None:
    """A batch includes the rows before it with their translations, and the rows after it."""
    _, server = run(answers(), batch=3, context=2)
    assert [[row["id"] for row in asked.data["rows"]] for asked in server.asked] == [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8],
    ]
    middle = server.asked[1].data
    assert middle["context_before"] == [
        {"id": 2, "source": ROWS[1], "text": ENGLISH[1]},
        {"id": 3, "source": ROWS[2], "text": ENGLISH[2]},
    ]
    assert middle["context_after"] == [{"id": 7, "source": ROWS[6]}, {"id": 8, "source": ROWS[7]}]


def test_existing_translations_are_kept() -> None:
    """A person's rows are neither requested nor changed, empty (joined) ones included."""
    translation, server = run(answers(), existing={1: "Hello, this is the Kitchen.", 5: ""})
    assert translation.rows == ("Hello, this is the Kitchen.", *ENGLISH[1:4], "", *ENGLISH[5:])
    assert [row["id"] for row in server.asked[0].data["rows"]] == [2, 3, 4, 6, 7, 8]
    assert translation.missing == ()


def test_nothing_is_requested_if_all_rows_are_translated() -> None:
    """A finished translation makes no request."""
    translation, server = run(answers(), existing=dict(enumerate(ENGLISH, 1)))
    assert (translation.rows, server.asked) == (ENGLISH, [])


def edited(change: Callable[[list[dict[str, Any]]], object]) -> Callable[[Asked], object]:
    """Return an answer that is the right one with something done to it."""

    def content(asked: Asked) -> object:
        entries = asked.entries
        return change(entries) or entries

    return content


def shifted(entries: list[dict[str, Any]]) -> None:
    """Give each id the source and text of the next row, as models do that merged two rows."""
    for entry, after in pairwise(entries):
        entry["source"], entry["text"] = after["source"], after["text"]
    entries.pop()


BAD: dict[str, tuple[Callable[[Asked], object], str]] = {
    "ids missing": (edited(lambda entries: entries[:5]), "left out: 3"),
    "ids shifted": (edited(shifted), "shifted to another row: 7"),
    "ids twice": (
        edited(lambda entries: [*entries, {**entries[2], "text": "again"}]),
        "given twice: 1",
    ),
    "ids not asked for": (
        edited(lambda entries: [*entries, {"id": 99, "source": "x", "text": "x"}]),
        "not asked for: 1",
    ),
    "no ids": (
        edited(lambda entries: [{"source": e["source"], "text": e["text"]} for e in entries]),
        "not asked for: 8",
    ),
    "no echo": (
        edited(lambda entries: [{"id": e["id"], "text": e["text"]} for e in entries]),
        "without its source or text: 8",
    ),
    "another echo": (
        edited(lambda entries: entries[3].update(source="完全不是这一行的原文内容")),
        "for another source: 1",
    ),
    "empty texts": (edited(lambda entries: entries[3].update(text=" \n")), "empty: 1"),
    "not translated": (
        edited(lambda entries: entries[3].update(text=entries[3]["source"])),
        "not translated: 1",
    ),
    "far too long": (
        edited(lambda entries: entries[3].update(text="x" * 1_001)),
        "far too long: 1",
    ),
    "texts of other types": (
        edited(lambda entries: entries[3].update(text=["x"])),
        "without its source or text: 1",
    ),
    "cut off": (
        lambda asked: json.dumps({"rows": asked.entries}, ensure_ascii=False)[:-180],
        "left out: ",
    ),
    "broken JSON": (lambda _: '{"rows": [{"id": 1, "source": "', "left out: 8"),
    "talk": (lambda _: "I’m sorry, I can’t help with that.", "left out: 8"),
    "JSON of another shape": (lambda _: '{"rows": 7}', "left out: 8"),
    "nothing": (lambda _: "", "left out: 8"),
    "no choices": (lambda _: web.json_response({"choices": []}), "left out: 8"),
    "no JSON at all": (lambda _: web.Response(text="<html>oops</html>"), "left out: 8"),
    "a flood": (
        lambda asked: web.json_response({**completion(asked.entries), "more": "x" * 5_000_000}),
        "left out: 8",
    ),
    "nested too deeply": (lambda _: '{"rows": ' + "[" * 100_000, "left out: 8"),
}


@pytest.mark.parametrize("bad", list(BAD))
def test_invalid_answers_are_requested_again(bad: str) -> None:
    """Only valid rows are accepted, others are requested again, and the notice says why."""
    answer, notice = BAD[bad]
    translation, server = run(answers(answer))
    assert (translation.rows, translation.missing) == (ENGLISH, ())
    assert any(notice in said for said in translation.notices)
    if bad != "ids not asked for":
        assert len(server.asked) > 1


def test_complete_entries_of_a_truncated_answer_are_used() -> None:
    """Of an answer cut off at the length limit, complete entries are used, others repeated."""
    _, server = run(
        answers(lambda asked: json.dumps({"rows": asked.entries}, ensure_ascii=False)[:-180])
    )
    assert [entry["id"] for entry in server.asked[1].data["rows"]] == [6, 7, 8]


@settings(max_examples=60, deadline=None)
@given(
    st.text(),
    st.recursive(
        st.none() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["id", "rows", "source", "text", "x"]), inner)
        ),
    ),
)
def test_arbitrary_answers_never_raise(text: str, value: object) -> None:
    """Of any text or JSON, only requested rows are returned, each with one line of text."""
    for content in (
        text,
        json.dumps(value),
        json.dumps({"rows": [value, {"id": 1, "source": "好", "text": text}]}),
    ):
        good, _ = accepted_translations(content, {1: "好", 2: "再见"}, "en")
        assert set(good) <= {1, 2}
        assert all(line and "\n" not in line for line in good.values())


FINE: dict[str, Callable[[Asked], object]] = {
    "in a code fence": lambda asked: (
        f"Sure!\n```json\n{json.dumps({'rows': asked.entries})}\n```\nDone."
    ),
    "a bare list": lambda asked: json.dumps(asked.entries),
    "ids as strings": edited(
        lambda entries: [{**entry, "id": str(entry["id"])} for entry in entries]
    ),
    "in another order": edited(lambda entries: entries[::-1]),
    "echoes with tidied punctuation": edited(
        lambda entries: entries[0].update(source="大家好,这里是厨房。")
    ),
    "lines broken": edited(lambda entries: entries[1].update(text="Row 2\nin English.")),
}


@pytest.mark.parametrize("fine", list(FINE))
def test_usual_variations_of_a_valid_answer_are_accepted(fine: str) -> None:
    """Fences, talk around, ids as strings, other orders: none of it costs a second request."""
    translation, server = run(answers(FINE[fine]))
    assert (translation.rows, translation.missing, len(server.asked)) == (ENGLISH, (), 1)


def test_invalid_answers_make_the_batches_smaller() -> None:
    """A server that is right for one row at a time only gets there, row by row."""

    async def one_at_a_time(_: web.Request, asked: Asked) -> web.StreamResponse:
        return chat(asked.entries if len(asked.entries) == 1 else "no")

    translation, server = run(one_at_a_time)
    assert (translation.rows, translation.missing) == (ENGLISH, ())
    assert [len(asked.entries) for asked in server.asked][:4] == [8, 4, 2, 1]


def test_a_row_without_a_valid_answer_is_listed_as_missing() -> None:
    """The others are translated all the same; the missing one is named, and stays empty."""

    async def never_the_fourth(_: web.Request, asked: Asked) -> web.StreamResponse:
        return chat([entry for entry in asked.entries if entry["id"] != 4])

    translation, _ = run(never_the_fourth)
    assert translation.missing == (4,)
    assert translation.rows == (*ENGLISH[:3], "", *ENGLISH[4:])


def refusing(
    status: int, *, times: int, body: str = "busy", headers: dict[str, str] | None = None
) -> Behave:
    """Return a behaviour that answers with an error so many times, then rightly."""
    return answers(*[lambda _: web.Response(status=status, text=body, headers=headers)] * times)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 529])
def test_transient_statuses_are_retried(status: int) -> None:
    """A busy or broken server is asked again, with growing pauses."""
    translation, server = run(refusing(status, times=3))
    assert (translation.rows, len(server.asked)) == (ENGLISH, 4)


def test_retry_after_is_respected() -> None:
    """If Retry-After is longer than the time left, the run ends at once."""
    with pytest.raises(
        ServiceError, match=r"took longer than 10 s; at the end 127\.0\.0\.1:\d+ answered 429"
    ):
        run(refusing(429, times=1, headers={"Retry-After": "50"}), deadline=10)


def test_a_server_that_stays_busy_ends_in_a_service_error() -> None:
    """After several attempts the error says what happened and that nothing is lost."""
    with pytest.raises(ServiceError, match=r"answered 503, 6 times\. Check the network"):
        run(refusing(503, times=99))


@pytest.mark.parametrize(
    ("status", "todo"),
    [
        (401, "EPISODE_TRANSLATE_KEY"),
        (403, "EPISODE_TRANSLATE_KEY"),
        (404, "url and model"),
        (307, "translate"),
    ],
)
def test_permanent_refusals_are_not_retried(status: int, todo: str) -> None:
    """Wrong key or model, redirect: one request, one sentence with a remedy, never the key."""
    asked: list[Asked] = []

    async def refuse(_: web.Request, request: Asked) -> web.StreamResponse:
        asked.append(request)
        return web.Response(
            status=status,
            text="no: key s3cret is wrong",
            headers={"Location": "http://127.0.0.1:9/v1"},
        )

    with pytest.raises(ServiceRefused, match=todo) as refused:
        run(refuse, key="s3cret")
    assert len(asked) == 1
    assert "s3cret" not in str(refused.value)


def test_servers_without_json_mode_are_asked_without_it() -> None:
    """Without support for `response_format`, it is left out for the rest of the run."""

    async def old(_: web.Request, asked: Asked) -> web.StreamResponse:
        if "response_format" in asked.body:
            return web.json_response(
                {"error": {"message": "Unknown field: response_format"}}, status=400
            )
        return chat(asked.entries)

    translation, server = run(old, batch=4)
    assert translation.rows == ENGLISH
    assert ["response_format" in asked.body for asked in server.asked] == [True, False, False]


def test_broken_connections_are_retried() -> None:
    """A server that hangs up in the middle is asked again."""

    async def hang_up(request: web.Request, asked: Asked) -> web.StreamResponse:
        if hung.is_set():
            return chat(asked.entries)
        hung.set()
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b'{"choices"')
        assert request.transport is not None
        request.transport.close()
        return response

    hung = asyncio.Event()
    translation, server = run(hang_up)
    assert (translation.rows, len(server.asked)) == (ENGLISH, 2)


async def stall(_: web.Request, __: Asked) -> web.StreamResponse:
    """Never answer."""
    await asyncio.sleep(60)
    return web.Response()


def test_stalled_requests_are_retried() -> None:
    """An answer that does not come within the timeout is given up and asked for anew."""
    calls: list[Asked] = []

    async def stall_once(request: web.Request, asked: Asked) -> web.StreamResponse:
        calls.append(asked)
        return await stall(request, asked) if len(calls) == 1 else chat(asked.entries)

    with serving(stall_once) as server:
        wishes = TranslationSettings(url=server.url, model="cook").model_copy(
            update={"timeout": 0.5}
        )
        assert translate_rows(ROWS, {}, wishes, "", quiet, first_wait=0.01).rows == ENGLISH
    assert len(calls) == 2


def test_the_deadline_ends_the_translation() -> None:
    """When an episode's time is over, whatever the server does, the run ends with a sentence."""
    with serving(stall) as server:
        wishes = TranslationSettings(url=server.url, model="cook").model_copy(
            update={"deadline": 0.5}
        )
        with pytest.raises(
            ServiceError, match=r"took longer than 0\.5 s; at the end it was still working"
        ):
            translate_rows(ROWS, {}, wishes, "", quiet)


def test_an_unreachable_server_is_one_sentence() -> None:
    """Where nothing listens, the error names the host and what went wrong."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    wishes = TranslationSettings(url=f"http://127.0.0.1:{port}/v1", model="cook")
    with pytest.raises(
        ServiceError,
        match=rf"127\.0\.0\.1:{port} could not be reached \(ClientConnectorError\), 6 times",
    ):
        translate_rows(ROWS, {}, wishes, "", quiet, first_wait=0.001)


def test_keep_rows_receives_each_batch_at_once() -> None:
    """A run that is ended half way has kept every batch before."""
    kept: dict[int, str] = {}
    with (
        serving(answers(lambda asked: asked.entries, lambda _: web.Response(status=401))) as server,
        pytest.raises(ServiceRefused),
    ):
        translate_rows(
            ROWS,
            {},
            TranslationSettings(url=server.url, model="cook", batch=3),
            "",
            quiet,
            keep_rows=kept.update,
        )
    assert kept == {1: ENGLISH[0], 2: ENGLISH[1], 3: ENGLISH[2]}


def test_translate_rows_reports_progress() -> None:
    """The observer hears how many rows are done, from none to all."""
    seen: list[tuple[str, int, int]] = []
    with serving(answers()) as server:
        wishes = TranslationSettings(url=server.url, model="cook", batch=5)
        translate_rows(
            ROWS, {}, wishes, "", lambda step, done, total: seen.append((step, done, total))
        )
    assert seen == [("translate", 0, 8), ("translate", 5, 8), ("translate", 8, 8)]


def test_translate_rows_accepts_any_language_code() -> None:
    """Into Japanese or traditional Chinese, Han characters are no sign of a missing translation."""

    async def traditional(_: web.Request, asked: Asked) -> web.StreamResponse:
        assert "into 繁體中文 (zh-Hant)" in asked.body["messages"][0]["content"]
        return chat([{**entry, "text": f"第{entry['id']}行譯文"} for entry in asked.entries])

    with serving(traditional) as server:
        translation = translate_rows(
            ROWS,
            {},
            TranslationSettings(url=server.url, model="cook"),
            "",
            quiet,
            language="zh-Hant",
        )
    assert translation.rows == tuple(f"第{number}行譯文" for number in range(1, 9))


@pytest.mark.parametrize(
    ("given_settings", "key", "says"),
    [
        ({}, "", "No translation server is set"),
        ({"url": "https://example.org/v1"}, "", "No translation server is set"),
        (
            {"url": "http://example.org/v1", "model": "m"},
            "secret",
            "sent to example.org unencrypted",
        ),
        ({"url": "https://example.org:99999/v1", "model": "m"}, "", "cannot be"),
        ({"url": "https://example.org/v1", "model": "m"}, "a\nb", "characters that no key has"),
    ],
)
def test_wrong_settings_are_reported_before_any_request(
    given_settings: dict[str, str], key: str, says: str
) -> None:
    """No server, no model, a key in the clear, an impossible port: a sentence, no request."""
    with pytest.raises(InputError, match=says):
        translate_rows(ROWS, {}, TranslationSettings(**given_settings), key, quiet)  # type: ignore[arg-type] # texts only here


@pytest.mark.parametrize(
    "line",
    [
        'key = "secret"',
        'key_env = "AWS_SECRET_ACCESS_KEY"',
        'url = "file:///etc/passwd"',
        'url = "https://user:word@example.org"',
        'languages = ["en/../x"]',
        "batch = 0",
        "batch = 1000000",
        'temperature = "hot"',
    ],
)
def test_hostile_settings_are_refused(line: str) -> None:
    """No key in the file, no other secret by name, only http addresses, sane sizes."""
    with pytest.raises(InputError):
        parse_settings(f"[translate]\n{line}\n", "talk.toml")


def test_api_key_comes_from_the_named_variable() -> None:
    """Only the environment holds it."""
    wishes = parse_settings('[translate]\nkey_env = "EPISODE_KITCHEN"\n', "talk.toml").translate
    assert (
        api_key_from(wishes, {"EPISODE_KITCHEN": " secret\n", "EPISODE_TRANSLATE_KEY": "other"})
        == "secret"
    )
    assert api_key_from(wishes, {}) == ""
