"""The embedded voice."""

from __future__ import annotations

import os
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pipeline import process
from pipeline.errors import InputError, OutputFault
from pipeline.model import Chapter
from pipeline.speech.analysis.speech_decoder import decode_speech
from pipeline.speech.engines import espeak_worker
from pipeline.speech.engines.base import SynthesisRequest, SynthesisResult
from pipeline.speech.engines.edge import EdgeEngine
from pipeline.speech.engines.espeak import EspeakEngine
from pipeline.speech.engines.rate_limit import RateLimiter
from pipeline.speech.engines.registry import EngineVoices, assign_stand_in_voices
from tests.speech.talks import CODE, COOKING, HISTORY, MEDICINE, talk, voiced

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.cache import Store


def speech_by(*asks: SynthesisRequest, language: str = "zh") -> list[SynthesisResult]:
    """Return what espeak makes of asks."""
    answers: dict[int, Any] = {}
    EspeakEngine(language).speak(asks, answers.__setitem__)
    return [answers[index] for index in range(len(asks))]


def loudness(speech: SynthesisResult) -> float:
    """Return the level of the audible part in dB."""
    samples = decode_speech(speech).astype(float)
    heard = samples[np.abs(samples) > 0.02 * np.abs(samples).max()]
    return float(20 * np.log10(np.sqrt((heard**2).mean()) / 32_768))


@pytest.mark.parametrize("lines", [COOKING, MEDICINE, HISTORY])
def test_engine_gives_every_row_its_own_time(store: Store, lines: tuple[str, ...]) -> None:
    """In order, without overlap, about as long as its text."""
    narration = voiced(talk(lines), store, engine="espeak", chapters=[Chapter(1, "一")])
    rows = [row for take in narration.takes for row in take.rows]
    assert [row.row for row in rows] == list(range(1, len(lines) + 1))
    for take in narration.takes:
        assert take.rows[0].span.start <= 480
        assert take.sample_count - take.rows[-1].span.end <= 1_440
        assert all(
            first.span.end <= second.span.start
            for first, second in zip(take.rows, take.rows[1:], strict=False)
        )
    paces = [row.span.length / sum(char.isalnum() for char in lines[row.row - 1]) for row in rows]
    assert max(paces) < 2.2 * min(paces)


def test_engine_speaks_english_names_as_words() -> None:
    """Far shorter than letter by letter, about as long as by an English voice."""
    name, letters = "Sutskever", "S U T S K E V E R"
    without, inside, spelled = speech_by(
        *(SynthesisRequest(f"我们说{text}，好不好", "cmn") for text in ("", name, letters))
    )
    alone = speech_by(SynthesisRequest(name, "en-us"))[0]
    lengths = [len(decode_speech(speech)) for speech in (without, inside, spelled, alone)]
    said_inside, said_spelled = lengths[1] - lengths[0], lengths[2] - lengths[0]
    assert said_inside < 0.6 * said_spelled
    assert said_inside == pytest.approx(lengths[3], rel=0.6)
    assert any("Sutskever" in item.text for item in inside.word_boundaries)


def test_engine_levels_voices() -> None:
    """Voices that differ by 4 dB come out within 1.5 dB; nothing clips; `volume` works."""
    text = "我们在公司的核心优先事项上存在着长期分歧"
    plain, woman, deep, soft = speech_by(
        *(SynthesisRequest(text, voice) for voice in ("cmn", "cmn+f3", "cmn+m7")),
        SynthesisRequest(text, "cmn", volume=-50),
    )
    levels = [loudness(speech) for speech in (plain, woman, deep)]
    assert max(levels) - min(levels) < 1.5
    assert loudness(soft) == pytest.approx(levels[0] - 6.0, abs=1.0)
    assert all(np.abs(decode_speech(speech)).max() < 32_000 for speech in (plain, woman, deep))


def test_engine_changes_the_pitch() -> None:
    """Higher is higher."""
    text = "我们在公司的核心优先事项上存在着长期分歧"
    low, high = speech_by(
        SynthesisRequest(text, "cmn", pitch=-20), SynthesisRequest(text, "cmn", pitch=60)
    )

    def hertz(speech: SynthesisResult) -> float:
        samples = decode_speech(speech)[::6].astype(float)
        found = []
        for at in range(0, len(samples) - 512, 256):
            piece = samples[at : at + 512]
            if piece.std() > 1_000:
                same = np.correlate(piece, piece, "full")[511:]
                found.append(8_000 / (24 + same[24:140].argmax()))
        return float(np.median(found))

    assert hertz(high) > hertz(low) + 30


def test_worker_works_with_a_very_long_data_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """espeak-ng keeps 160 bytes of it: a deep environment must not lose its voice."""
    import espeakng_loader

    deep = tmp_path / ("d" * 120) / ("e" * 120)
    deep.mkdir(parents=True)
    (deep / "espeak-ng-data").symlink_to(espeakng_loader.get_data_path(), target_is_directory=True)
    monkeypatch.setattr(espeakng_loader, "get_data_path", lambda: str(deep / "espeak-ng-data"))
    with process.worker_pool(1) as worker:
        plain = worker.submit(espeak_worker.speak_all, [("你好", "cmn", 240, 50)]).result(60)
    assert _spoken_here([("你好", "cmn", 240, 50)], monkeypatch) == plain


def _spoken_here(
    jobs: list[tuple[str, str, int, int]], monkeypatch: pytest.MonkeyPatch
) -> list[Any]:
    """Speak in this process, where the path is long; its interrupt handler stays unchanged."""
    monkeypatch.setattr("signal.signal", lambda *_arguments: None)
    return espeak_worker.speak_all(jobs)


@pytest.mark.parametrize("name", ["zh", "cmn+nosuch", "cmn+../../f1", "cmn;x", "", "CMN", "xx-yy"])
def test_resolve_voice_refuses_an_unknown_voice(name: str) -> None:
    """espeak-ng itself would silently use another one."""
    with pytest.raises(InputError, match="has no voice"):
        EspeakEngine().resolve_voice(name)


@pytest.mark.parametrize(
    ("language", "voice"),
    [("zh", "cmn"), ("zh-CN", "cmn"), ("en", "en-us"), ("de", "de"), ("yue", "yue")],
)
def test_default_voice_follows_the_language(language: str, voice: str) -> None:
    """Chinese and English, and any other language the install has."""
    assert EspeakEngine(language).default_voice == voice


def test_narrate_speaks_english_with_an_english_voice(store: Store) -> None:
    """The language of the settings decides."""
    narration = voiced(talk(CODE), store, engine="espeak", name="en-us")
    assert narration.voice_name == "en-us"
    assert all(row.span.length > 24_000 for take in narration.takes for row in take.rows)


def test_stand_in_voices_keep_hosts_apart(tmp_path: Path) -> None:
    """Women's voices for women, men's for men, and two hosts do not sound alike."""
    names = [
        "",
        "zh-CN-XiaoxiaoNeural",
        "zh-CN-YunyangNeural",
        "zh-CN-XiaoyiNeural",
        "zh-CN-YunjianNeural",
    ]
    absent = EngineVoices(EdgeEngine("zh", RateLimiter(tmp_path)), {name: name for name in names})
    cast = assign_stand_in_voices(EspeakEngine(), absent)
    assert len(set(cast.voices.values())) == len(names)
    assert all("+f" in cast.voices[name] for name in names if "Xiao" in name)
    assert not any(
        "+f" in cast.voices[name] for name in ["", *(name for name in names if "Yun" in name)]
    )
    assert all(EspeakEngine().resolve_voice(voice) == voice for voice in cast.voices.values())


def test_engine_reports_a_crashed_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash in the library is an error with a sentence, not a hang."""
    monkeypatch.setattr(espeak_worker, "speak_all", _crash)
    with pytest.raises(OutputFault, match="ended unexpectedly") as caught:
        EspeakEngine().speak([SynthesisRequest("好", "cmn")], lambda _index, _answer: None)
    assert isinstance(caught.value.__cause__, BrokenProcessPool)


def _crash(_jobs: object) -> None:
    os._exit(11)
