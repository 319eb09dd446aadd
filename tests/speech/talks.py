"""Talks from different fields, with and without punctuation, and how to narrate them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.model import Chapter, Directive, Row, SpokenRow, Token, Transcript
from pipeline.settings import Settings, with_changes
from pipeline.speech import speech_cache as kept
from pipeline.speech.narrator import NarrationResult, narrate
from tests.speech.tones import heard_hum, heard_tones, hum_of, tones_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.cache import Store

COOKING = (
    "今天我们来做一道红烧肉",
    "先把五花肉切成三厘米见方的块",
    "冷水下锅焯两分钟",
    "不过不要煮太久",
    "否则肉会变柴",
    "锅里放油和冰糖",
    "小火慢慢炒出糖色",
    "然后倒入肉块翻炒",
    "最后加水没过肉",
    "炖一个小时就可以出锅了",
)
MEDICINE = (
    "高血压是一种常见的慢性病。",
    "它往往没有症状，",
    "所以很多人并不知道自己得了病；",
    "首先，要定期量血压",
    "其次是少吃盐",
    "按照WHO的建议",
    "每人每天不超过五克",
    "那么什么时候需要吃药呢？",
    "这要听医生的。",
)
HISTORY = (
    "公元七百五十五年",
    "安禄山在范阳起兵",
    "唐玄宗仓皇逃往四川",
    "因此长安很快就失守了",
    "杜甫写下了著名的春望",
    "国破山河在",
    "城春草木深",
)
CODE = (
    "In this lesson we write a small parser",
    "It reads one line at a time",
    "and splits it into words",
    "First, open the file",
    "Then loop over every line",
    "Finally, print the result.",
)

Talk = tuple[Transcript, tuple[SpokenRow, ...]]


def talk(lines: Sequence[str], *directives: tuple[str, str, int]) -> Talk:
    """Return a transcript and its rows, spoken as shown; a directive is (kind, value, row)."""
    rows = tuple(Row(number, number, line) for number, line in enumerate(lines, 1))
    orders = tuple(Directive(kind, value, row, row) for kind, value, row in directives)  # type: ignore[arg-type]
    return Transcript("talk", rows, orders, "utf-8", ()), tuple(
        said(row.number, row.text) for row in rows
    )


def said(number: int, text: str) -> SpokenRow:
    """Return a row that is said as it is shown."""
    return SpokenRow(number, text, text, (Token(0, len(text), 0, len(text)),) if text else ())


def voiced(
    what: Talk,
    store: Store,
    *,
    chapters: Sequence[Chapter] = (),
    **changes: Any,  # noqa: ANN401 - settings of any kind
) -> NarrationResult:
    """Narrate a talk with settings changed by name, e.g. `engine="edge"` for `[voice] engine`."""
    settings = with_changes(
        Settings(),
        {f"voice.{name}": value for name, value in {"engine": "edge", **changes}.items()},
    )
    transcript, spoken = what
    return narrate(spoken, transcript, chapters, settings, store, lambda _step, _done, _total: None)


def wrong_rows(narration: NarrationResult, what: Talk, store: Store) -> list[int]:
    """Return the rows in whose samples not exactly their own text is heard in the right voice."""
    transcript, spoken = what
    voice = narration.voice_name
    voices = {}
    for row in spoken:
        voice = next(
            (
                order.value
                for order in transcript.directives
                if order.kind == "voice" and order.row == row.row
            ),
            voice,
        )
        voices[row.row] = voice
    wrong = []
    for take in narration.takes:
        samples = kept.load_take_audio(store, take.audio_key) if take.audio_key else None
        for time in take.rows:
            text = spoken[time.row - 1].spoken
            piece = None if samples is None else samples[time.span.start : time.span.end]
            if (
                piece is None
                or heard_tones(piece) != tones_of(text)
                or heard_hum(piece) != hum_of(voices[time.row])
            ):
                wrong.append(time.row)
    return wrong
