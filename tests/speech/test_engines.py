"""What holds of every engine, whoever speaks."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.cache import Store
from pipeline.errors import InputError
from pipeline.speech.analysis.energy import energy_profile
from pipeline.speech.analysis.speech_decoder import decode_speech
from pipeline.speech.engines import sherpa
from pipeline.speech.engines.base import (
    SpeechEngine,
    SynthesisRequest,
    SynthesisResult,
    request_key,
)
from pipeline.speech.engines.edge import EdgeEngine
from pipeline.speech.engines.espeak import EspeakEngine
from pipeline.speech.engines.kokoro import KokoroEngine
from pipeline.speech.engines.kokoro_weights import find_weights
from pipeline.speech.engines.openai import OpenAIEngine
from pipeline.speech.engines.rate_limit import RateLimiter
from pipeline.speech.engines.silence import SilentEngine
from tests.speech.neural import kokoro_is_installed
from tests.speech.openai_server import SpeechServer, answering

if TYPE_CHECKING:
    from pipeline.errors import ServiceError
    from tests.speech.conftest import Serve

TEXTS = ("大家好，你们好。", "今天说什么", "大家说，你们说什么。")
MODEL = Path(__file__).parent / "data" / "tiny-vits"
Make = Callable[[], SpeechEngine]


@pytest.fixture(params=["edge", "espeak", "kokoro", "openai", "sherpa", "silence"])
def engine(request: pytest.FixtureRequest, serve: Serve, tmp_path: Path) -> Iterator[SpeechEngine]:
    """Give each engine in turn, with what it needs to speak."""
    if request.param == "sherpa" and importlib.util.find_spec("sherpa_onnx") is None:
        pytest.skip("the extra `sherpa` is not installed")
    if request.param == "kokoro" and not kokoro_is_installed():
        pytest.skip("the extra `neural` is not installed")
    with ExitStack() as stack:
        if request.param == "edge":
            serve()
            yield EdgeEngine("zh", RateLimiter(tmp_path))
        elif request.param == "openai":
            yield OpenAIEngine(
                stack.enter_context(answering(SpeechServer())).url, "m", RateLimiter(tmp_path)
            )
        else:
            makers: dict[str, Make] = {
                "espeak": EspeakEngine,
                "kokoro": lambda: KokoroEngine(find_weights("", Store(tmp_path))),
                "silence": SilentEngine,
                "sherpa": lambda: sherpa.create_sherpa_engine(str(MODEL)),
            }
            yield makers[request.param]()


def answers_of(
    engine: SpeechEngine, asks: list[SynthesisRequest]
) -> dict[int, SynthesisResult | ServiceError]:
    """Ask, and see that each ask is answered once."""
    answers: dict[int, SynthesisResult | ServiceError] = {}

    def deliver(index: int, answer: SynthesisResult | ServiceError) -> None:
        assert index not in answers
        answers[index] = answer

    engine.speak(asks, deliver)
    return answers


def test_engine_answers_every_request_with_its_own_speech(engine: SpeechEngine) -> None:
    """Valid audio, longer for a longer text; audible unless the engine is the silent one."""
    answers = answers_of(engine, [SynthesisRequest(text, engine.default_voice) for text in TEXTS])
    assert sorted(answers) == [0, 1, 2]
    lengths = []
    for answer in answers.values():
        assert isinstance(answer, SynthesisResult)
        samples = decode_speech(answer)
        assert (energy_profile(samples) is None) == (engine.name == "silence")
        lengths.append((len(samples), answer))
    ordered = [length for length, _ in (lengths[list(answers).index(index)] for index in (1, 0, 2))]
    assert ordered == sorted(ordered)


def test_engine_gives_word_times_if_it_promises_them(engine: SpeechEngine) -> None:
    """In order, inside the audio, and together they say the text."""
    answer = answers_of(engine, [SynthesisRequest(TEXTS[0], engine.default_voice)])[0]
    assert isinstance(answer, SynthesisResult)
    assert bool(answer.word_boundaries) == engine.abilities.has_word_times
    for first, second in pairwise(answer.word_boundaries):
        assert first.span.start < first.span.end <= second.span.start
    if answer.word_boundaries:
        assert answer.word_boundaries[-1].span.end <= len(decode_speech(answer))
        said = "".join(
            char for item in answer.word_boundaries for char in item.text if char.isalnum()
        )
        assert said == "大家好你们好"


def test_engine_accepts_no_requests(engine: SpeechEngine) -> None:
    """Nothing is delivered."""
    assert answers_of(engine, []) == {}


def test_engine_speaks_faster_at_a_higher_rate(engine: SpeechEngine) -> None:
    """The rate is part of the key."""
    if engine.name == "sherpa":
        pytest.skip("the tiny model has one pace")
    slow, fast = (
        SynthesisRequest(TEXTS[2], engine.default_voice),
        SynthesisRequest(TEXTS[2], engine.default_voice, rate=50),
    )
    answers = answers_of(engine, [slow, fast])
    assert isinstance(answers[0], SynthesisResult)
    assert isinstance(answers[1], SynthesisResult)
    assert len(decode_speech(answers[1])) < 0.85 * len(decode_speech(answers[0]))
    assert request_key(engine, slow) != request_key(engine, fast)


def test_deterministic_engine_returns_equal_bytes_for_equal_requests(engine: SpeechEngine) -> None:
    """Alone, among others and in another order."""
    if not engine.abilities.is_deterministic:
        pytest.skip("this engine varies")
    asks = [SynthesisRequest(text, engine.default_voice) for text in TEXTS]
    forth, back = answers_of(engine, asks), answers_of(engine, asks[::-1])
    alone = answers_of(engine, asks[1:2])
    assert [forth[0], forth[1], forth[2]] == [back[2], back[1], back[0]]
    assert alone[0] == forth[1]


def test_resolve_voice_accepts_the_default_and_refuses_markup(engine: SpeechEngine) -> None:
    """The engine's own voice is one of its voices; a name with markup in it never is."""
    assert engine.resolve_voice(engine.default_voice) == engine.default_voice
    if engine.name != "silence":
        with pytest.raises(InputError):
            engine.resolve_voice("x'/><evil a='")


def test_request_key_depends_on_text_voice_and_version(engine: SpeechEngine) -> None:
    """And not on the rows' numbers."""
    ask = SynthesisRequest("好", "v", rows=(1,))
    other = SilentEngine(pace=200)
    assert request_key(engine, ask) == request_key(engine, SynthesisRequest("好", "v", rows=(7,)))
    assert (
        len(
            {
                request_key(engine, ask),
                request_key(engine, SynthesisRequest("坏", "v")),
                request_key(engine, SynthesisRequest("好", "w")),
                request_key(other, ask),
            }
        )
        == 4
    )
