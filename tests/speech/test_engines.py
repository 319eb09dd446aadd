"""What holds of every engine, whoever speaks."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from speech.openai_server import SpeechServer, answering

from pipeline.errors import InputError
from pipeline.speech import sherpa
from pipeline.speech.decode import samples_from
from pipeline.speech.edge import Edge
from pipeline.speech.energy import sound_of
from pipeline.speech.engine import Ask, Speech, Synthesizer, ask_key
from pipeline.speech.espeak import Espeak
from pipeline.speech.openai import OpenAI
from pipeline.speech.silence import Silence
from pipeline.speech.traffic import Traffic

if TYPE_CHECKING:
    from speech.conftest import Serve

    from pipeline.errors import ServiceError

TEXTS = ("大家好，你们好。", "今天说什么", "大家说，你们说什么。")
MODEL = Path(__file__).parent / "data" / "tiny-vits"
Make = Callable[[], Synthesizer]


@pytest.fixture(params=["edge", "espeak", "openai", "sherpa", "silence"])
def engine(request: pytest.FixtureRequest, serve: Serve, tmp_path: Path) -> Iterator[Synthesizer]:
    """Give each engine in turn, with what it needs to speak."""
    if request.param == "sherpa" and importlib.util.find_spec("sherpa_onnx") is None:
        pytest.skip("the extra `sherpa` is not installed")
    with ExitStack() as stack:
        if request.param == "edge":
            serve()
            yield Edge("zh", Traffic(tmp_path))
        elif request.param == "openai":
            yield OpenAI(stack.enter_context(answering(SpeechServer())).url, "m", Traffic(tmp_path))
        else:
            makers: dict[str, Make] = {"espeak": Espeak, "silence": Silence, "sherpa": lambda: sherpa.engine(str(MODEL))}
            yield makers[request.param]()


def answers_of(engine: Synthesizer, asks: list[Ask]) -> dict[int, Speech | ServiceError]:
    """Ask, and see that each ask is answered once."""
    answers: dict[int, Speech | ServiceError] = {}

    def deliver(index: int, answer: Speech | ServiceError) -> None:
        assert index not in answers
        answers[index] = answer

    engine.speak(asks, deliver)
    return answers


def test_every_ask_is_answered_with_speech_of_its_own(engine: Synthesizer) -> None:
    """Sound audio, longer for a longer text; something is heard, unless silence is the engine's trade."""
    answers = answers_of(engine, [Ask(text, engine.voice) for text in TEXTS])
    assert sorted(answers) == [0, 1, 2]
    lengths = []
    for answer in answers.values():
        assert isinstance(answer, Speech)
        samples = samples_from(answer)
        assert (sound_of(samples) is None) == (engine.name == "silence")
        lengths.append((len(samples), answer))
    ordered = [length for length, _ in (lengths[list(answers).index(index)] for index in (1, 0, 2))]
    assert ordered == sorted(ordered)


def test_word_times_are_there_exactly_where_promised(engine: Synthesizer) -> None:
    """In order, inside the audio, and together they say the text."""
    answer = answers_of(engine, [Ask(TEXTS[0], engine.voice)])[0]
    assert isinstance(answer, Speech)
    assert bool(answer.heard) == engine.boundaries
    for first, second in pairwise(answer.heard):
        assert first.span.start < first.span.end <= second.span.start
    if answer.heard:
        assert answer.heard[-1].span.end <= len(samples_from(answer))
        said = "".join(char for item in answer.heard for char in item.text if char.isalnum())
        assert said == "大家好你们好"


def test_nothing_asked_is_nothing_done(engine: Synthesizer) -> None:
    """No asks, no requests."""
    assert answers_of(engine, []) == {}


def test_a_faster_rate_is_shorter_speech(engine: Synthesizer) -> None:
    """The rate is obeyed, and is part of the key."""
    if engine.name == "sherpa":
        pytest.skip("the tiny model has one pace")
    slow, fast = Ask(TEXTS[2], engine.voice), Ask(TEXTS[2], engine.voice, rate=50)
    answers = answers_of(engine, [slow, fast])
    assert isinstance(answers[0], Speech)
    assert isinstance(answers[1], Speech)
    assert len(samples_from(answers[1])) < 0.85 * len(samples_from(answers[0]))
    assert ask_key(engine, slow) != ask_key(engine, fast)


def test_equal_asks_sound_equal_where_the_engine_is_steady(engine: Synthesizer) -> None:
    """A steady engine gives the same bytes alone, among others and in another order."""
    if not engine.steady:
        pytest.skip("this engine varies")
    asks = [Ask(text, engine.voice) for text in TEXTS]
    forth, back = answers_of(engine, asks), answers_of(engine, asks[::-1])
    alone = answers_of(engine, asks[1:2])
    assert [forth[0], forth[1], forth[2]] == [back[2], back[1], back[0]]
    assert alone[0] == forth[1]


def test_names_are_checked(engine: Synthesizer) -> None:
    """The engine's own voice is one of its voices; a name with markup in it never is."""
    assert engine.voice_named(engine.voice) == engine.voice
    if engine.name != "silence":
        with pytest.raises(InputError):
            engine.voice_named("x'/><evil a='")


def test_keys_tell_engines_and_texts_apart(engine: Synthesizer) -> None:
    """A key depends on text, voice and version, and not on the rows' numbers."""
    ask = Ask("好", "v", rows=(1,))
    other = Silence(pace=200)
    assert ask_key(engine, ask) == ask_key(engine, Ask("好", "v", rows=(7,)))
    assert len({ask_key(engine, ask), ask_key(engine, Ask("坏", "v")), ask_key(engine, Ask("好", "w")), ask_key(other, ask)}) == 4
