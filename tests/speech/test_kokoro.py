"""The neural voice: its weights, voices, readings and exact times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.cache import Store
from pipeline.errors import EnvironmentFault, InputError, ServiceError
from pipeline.settings import Settings, with_changes
from pipeline.speech.analysis.speech_decoder import decode_speech
from pipeline.speech.engines import kokoro_worker
from pipeline.speech.engines.base import SynthesisRequest, SynthesisResult
from pipeline.speech.engines.kokoro import ENGINE, KokoroEngine, voice_names
from pipeline.speech.engines.kokoro_weights import (
    MODEL_BYTES,
    WrongWeights,
    find_weights,
    read_weights,
    with_durations,
)
from pipeline.speech.engines.registry import engines_to_try
from tests.speech.neural import needs_kokoro

if TYPE_CHECKING:
    from pathlib import Path

EXPECTED_VOICES = 14
SETTINGS = Settings()


def speech_of(engine: KokoroEngine, *requests: SynthesisRequest) -> list[SynthesisResult]:
    """Return the speech of each request, which must not fail."""
    answers: dict[int, SynthesisResult | ServiceError] = {}
    engine.speak(requests, answers.__setitem__)
    speech = [answers[index] for index in range(len(requests))]
    assert all(isinstance(answer, SynthesisResult) for answer in speech)
    return [answer for answer in speech if isinstance(answer, SynthesisResult)]


def test_voices_are_small_tables_of_finite_styles() -> None:
    """Eight Mandarin and six English ones, each with a style for every length."""
    names = voice_names()
    assert len(names) == EXPECTED_VOICES
    assert sum(name.startswith("z") for name in names) == 8
    for name in names:
        styles = kokoro_worker.voice_styles(name)
        assert styles.shape == (510, 256)
        assert np.isfinite(styles).all()


def test_mixed_voice_is_the_mean_of_its_voices() -> None:
    """The order of the names does not matter to the sound."""
    both = kokoro_worker.voice_styles("zf_xiaoxiao+zm_yunxi")
    mean = (kokoro_worker.voice_styles("zf_xiaoxiao") + kokoro_worker.voice_styles("zm_yunxi")) / 2
    assert np.allclose(both, mean)


def test_resolve_voice_takes_names_and_mixes_of_them() -> None:
    """An unknown name is refused with those that there are; paths are no names."""
    engine = KokoroEngine(())
    assert engine.resolve_voice("zf_xiaoxiao+zm_yunxi") == "zf_xiaoxiao+zm_yunxi"
    for name in ("zf_nobody", "../voices/zm_yunxi", "zm_yunxi+", "", "+".join(["zm_yunxi"] * 5)):
        with pytest.raises(InputError, match="zm_yunxi"):
            engine.resolve_voice(name)


@pytest.mark.parametrize(
    ("language", "voice"), [("zh", "zm_yunxi"), ("zh-Hans", "zm_yunxi"), ("en-GB", "af_heart")]
)
def test_default_voice_is_that_of_the_language(language: str, voice: str) -> None:
    """Mandarin and English have one."""
    assert KokoroEngine((), language).default_voice == voice


@pytest.mark.parametrize("language", ["yue", "zh-HK", "de", "ja", "wuu"])
def test_default_voice_refuses_other_languages(language: str) -> None:
    """Cantonese is not read as Mandarin."""
    with pytest.raises(InputError, match=language):
        _ = KokoroEngine((), language).default_voice


def test_stand_in_voices_keep_genders_and_two_hosts_apart() -> None:
    """A woman is replaced by a woman, two men by two men."""
    assert ENGINE.stand_in_voices is not None
    voices = ENGINE.stand_in_voices(
        KokoroEngine(()), {"": "male", "a": "female", "b": "male", "c": ""}
    )
    assert voices[""] == "zm_yunxi"
    assert voices["a"].startswith("zf_")
    assert voices["b"].startswith("zm_")
    assert len(set(voices.values())) == 4


@pytest.mark.usefixtures("without_kokoro")
def test_find_weights_says_what_is_missing(tmp_path: Path) -> None:
    """A path without a file, a file of another size, no packages: each has its sentence."""
    store = Store(tmp_path)
    with pytest.raises(EnvironmentFault, match="neural"):
        find_weights("", store)
    with pytest.raises(InputError, match="no such file"):
        find_weights(str(tmp_path / "model.onnx"), store)
    (tmp_path / "model.onnx").write_bytes(b"x")
    with pytest.raises(InputError, match="model-files"):
        find_weights(str(tmp_path / "model.onnx"), store)


def test_read_weights_refuses_a_changed_byte(tmp_path: Path) -> None:
    """The size alone is no proof."""
    path = tmp_path / "model.onnx"
    with path.open("wb") as file:
        file.truncate(MODEL_BYTES)
    assert find_weights(str(path), Store(tmp_path)) == (path,)
    with pytest.raises(WrongWeights):
        read_weights([path])


def test_speak_says_that_the_weights_are_damaged(tmp_path: Path) -> None:
    """The error names the file and what to do."""
    path = tmp_path / "model.onnx"
    with path.open("wb") as file:
        file.truncate(MODEL_BYTES)
    with pytest.raises(EnvironmentFault, match="damaged"):
        speech_of(KokoroEngine((path,)), SynthesisRequest("好", "zm_yunxi"))


def test_speak_refuses_a_text_it_cannot_read(tmp_path: Path) -> None:
    """Found before speaking: no weights are needed to say so."""
    answers: dict[int, SynthesisResult | ServiceError] = {}
    requests = [
        SynthesisRequest("你好ひらがな", "zm_yunxi", rows=(3,)),
        SynthesisRequest("…", "zm_yunxi"),
    ]
    KokoroEngine((tmp_path / "none.onnx",)).speak(requests, answers.__setitem__)
    unreadable, empty = answers[0], answers[1]
    assert isinstance(unreadable, ServiceError)
    assert "ひらがな" in str(unreadable)
    assert unreadable.row == 3
    assert isinstance(empty, ServiceError)


def test_with_durations_appends_an_output_in_protobuf() -> None:
    """Field 7 of the model is its graph, field 12 of the graph an output."""
    added = with_durations(b"")
    assert added[0] == 7 << 3 | 2
    assert added[1] == len(added) - 2
    assert added[2] == 12 << 3 | 2
    assert b"/encoder/Clip_output_0" in added


def test_auto_tries_the_neural_voice_only_where_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And only for a language that it speaks."""
    path = tmp_path / "models" / "kokoro-v1.0.int8.onnx"
    path.parent.mkdir()
    with path.open("wb") as file:
        file.truncate(MODEL_BYTES)
    store, german = Store(tmp_path), with_changes(SETTINGS, {"language": "de"})
    pytest.importorskip("onnxruntime")
    assert engines_to_try("auto", SETTINGS, store) == ("edge", "kokoro", "espeak")
    assert engines_to_try("auto", german, store) == ("edge", "espeak")
    path.unlink()
    monkeypatch.setattr("pipeline.speech.engines.kokoro_weights._PACKAGES", ("no_such_package",))
    assert engines_to_try("auto", SETTINGS, store) == ("edge", "espeak")


@needs_kokoro
def test_speech_is_the_same_with_one_thread_and_two_and_timed_by_its_frames(
    tmp_path: Path,
) -> None:
    """Equal bytes; each word is louder than the pause after the comma; nothing is clipped."""
    weights = find_weights("", Store(tmp_path))
    request = SynthesisRequest("大家好，OpenAI 来了。", "zm_yunxi")
    (first,) = speech_of(KokoroEngine(weights, threads=2), request)
    (second,) = speech_of(KokoroEngine(weights, threads=1), request)
    assert first == second
    samples = decode_speech(first).astype(np.float64)
    assert np.abs(samples).max() < 0.9 * 32768
    words = first.word_boundaries
    assert [word.text for word in words] == ["大", "家", "好", "Open", "AI", "来", "了"]

    def level(start: int, end: int) -> float:
        return float(np.sqrt((samples[start:end] ** 2).mean()))

    begun = words[0].span.start
    assert level(0, begun - 2_400) < 0.05 * level(begun, words[0].span.end)
    for word in words:
        assert word.span.start % 1_200 == 0  # a frame is 1,200 samples at 48 kHz
        assert level(word.span.start, word.span.end) > 300
