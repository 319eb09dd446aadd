"""What we rely on in espeak-ng of espeakng-loader: if one of these changes, the worker must."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING

import pytest

from pipeline import process
from pipeline.speech.engines import espeak_worker

if TYPE_CHECKING:
    from pipeline.speech.engines.espeak_worker import RawSpeech

TEXT = "大家好，这里是 OpenAI，GPT 4 O"


def spoken(*jobs: tuple[str, str, int, int]) -> list[RawSpeech | str]:
    """Voice in a fresh process."""
    with process.worker_pool(1) as worker:
        return worker.submit(espeak_worker.speak_all, jobs).result(timeout=60)


def test_package_contains_the_library_that_was_measured() -> None:
    """1.51 and 1.52 differ by 36 % in length: one package version must mean one library."""
    with process.worker_pool(1) as worker:
        assert worker.submit(espeak_worker.library_version).result(timeout=60) == "1.52.0"
    assert importlib.metadata.version("espeakng-loader").startswith("0.2.")


def test_mandarin_is_named_cmn_and_not_zh() -> None:
    """The old name is refused by the return code only."""
    fine, refused = spoken((TEXT, "cmn", 240, 50), (TEXT, "zh", 240, 50))
    assert isinstance(fine, tuple)
    assert fine[1] == 22_050
    assert refused == "espeak-ng has no voice named 'zh' (2)"


def test_library_accepts_an_unknown_variant() -> None:
    """So names are checked against the installed files first."""
    assert isinstance(spoken(("好", "cmn+nosuch", 240, 50))[0], tuple)


def test_word_events_have_positions_and_times() -> None:
    """By character, rising, inside the sound; Latin words whole."""
    (answer,) = spoken((TEXT, "cmn", 240, 50))
    assert isinstance(answer, tuple)
    audio, rate, words = answer
    assert [at for _, _, at in words] == sorted(at for _, _, at in words)
    assert words[-1][2] < len(audio) // 2
    assert {TEXT[first : first + length] for first, length, _ in words} >= {
        "大",
        "Open",
        "AI",
        "GPT",
    }
    assert len(audio) / 2 / rate == pytest.approx(2.17, abs=0.02)


def test_reloaded_library_speaks_a_text_the_same_every_time() -> None:
    """Alone, second, or in another process."""
    first = spoken(("天气很好", "cmn", 240, 50), (TEXT, "cmn", 240, 50))
    assert first[1] == spoken((TEXT, "cmn", 240, 50))[0]
    assert (
        first[1]
        == spoken(("Hello", "en-us", 200, 40), ("你", "cmn+f3", 300, 90), (TEXT, "cmn", 240, 50))[2]
    )


@pytest.mark.parametrize(
    "text",
    ["", "。", "\N{PARTY POPPER}", "\u202e\u200b", "<speak>天</speak>", "[[h@l'oU]]", "a" * 3_000],
)
def test_library_ends_on_odd_texts(text: str) -> None:
    """Nothing in a text is an instruction, and nothing hangs."""
    assert isinstance(spoken((text, "cmn", 240, 50))[0], tuple)
