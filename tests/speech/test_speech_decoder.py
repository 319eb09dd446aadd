"""Answers made into samples of the master clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.speech.openai_server import spoken
from tests.speech.tones import LEAD_S, encoded, heard_tones, rendered, tones_of

if TYPE_CHECKING:
    from pipeline.cache import Store

from pipeline.errors import OutputFault, ServiceError
from pipeline.speech import speech_cache
from pipeline.speech.analysis.speech_decoder import decode_speech, resample_to_48k
from pipeline.speech.engines.base import SynthesisResult
from pipeline.speech.engines.openai import check_wav_complete
from pipeline.timebase import samples_from_rate


@settings(deadline=None)
@given(st.integers(1, 5_000), st.sampled_from([8_000, 16_000, 22_050, 24_000, 44_100, 48_000]))
def test_resample_returns_the_exact_length(length: int, rate: int) -> None:
    """The quotient of the rates, rounded once."""
    assert len(resample_to_48k(np.ones(length, np.int16), rate)) == samples_from_rate(length, rate)


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100])
def test_resample_keeps_time_pitch_and_level(rate: int) -> None:
    """A tone that begins at half a second still does."""
    time = np.arange(rate) / rate
    tone = np.where(time >= 0.5, 8_000 * np.sin(2 * np.pi * 440 * time), 0).astype(np.int16)
    out = resample_to_48k(tone, rate).astype(float)
    assert int(np.flatnonzero(np.abs(out) > 400)[0]) == pytest.approx(24_000, abs=48)
    steady = out[30_000:42_000]
    assert np.abs(np.fft.rfft(steady)).argmax() * 4 == 440
    assert steady.std() == pytest.approx(8_000 / np.sqrt(2), rel=0.01)


@pytest.mark.parametrize("form", ["wav", "mp3", "pcm", "streamed wav"])
def test_decode_reads_every_format(form: str) -> None:
    """Whatever the codec, the words come out."""
    body, _ = spoken("天气很好，我们出门", "v", 0, form)
    codec = {"mp3": "mp3", "pcm": "s16"}.get(form, "wav")
    samples = decode_speech(SynthesisResult(body, codec, 24_000))  # type: ignore[arg-type] # one of the codecs
    assert heard_tones(samples) == tones_of("天气很好我们出门")


def test_tones_begin_where_their_times_say() -> None:
    """To a few ms: what the tests measure against is right itself."""
    samples, events = rendered("天气", "v")
    decoded = decode_speech(SynthesisResult(encoded(samples), "mp3", 24_000)).astype(float)
    onset = np.flatnonzero(np.abs(decoded) > 0.1 * np.abs(decoded).max())[0] / 48_000
    assert events[0][1] == LEAD_S
    assert onset == pytest.approx(LEAD_S, abs=0.008)


@pytest.mark.parametrize("body", [b"", b"RIFF", b"not audio at all" * 50, bytes(1_000)])
@pytest.mark.parametrize("codec", ["mp3", "wav", "flac", "ogg"])
def test_decode_refuses_what_is_no_audio(body: bytes, codec: str) -> None:
    """Never an exception of the decoder, never silence taken for speech."""
    try:
        samples = decode_speech(SynthesisResult(body, codec, 0))  # type: ignore[arg-type] # one of the codecs
    except ServiceError:
        return
    assert not len(samples)


@pytest.mark.parametrize("cut", [1, 2, 1_000, 20_000])
def test_check_wav_finds_a_truncated_file(cut: int) -> None:
    """The header says how much audio there should be."""
    body, _ = spoken("天气很好", "v", 0, "wav")
    check_wav_complete(body)
    with pytest.raises(ServiceError, match="cut short"):
        check_wav_complete(body[:-cut])
    check_wav_complete(spoken("天气很好", "v", 0, "streamed wav")[0])
    for headless in (body[:12], body[:40], b""):
        with pytest.raises(ServiceError):
            check_wav_complete(headless)


def test_take_audio_is_verified_when_read(store: Store) -> None:
    """Samples come back exactly; lost or damaged ones are an error that says what to do."""
    audio = np.arange(-500, 500, dtype=np.int16)
    key = speech_cache.store_take_audio(store, audio)
    assert speech_cache.store_take_audio(store, audio) == key
    assert np.array_equal(speech_cache.load_take_audio(store, key), audio)
    path = store.entry_path(speech_cache.TAKE_KIND, key)
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(OutputFault, match="Run again"):
        speech_cache.load_take_audio(store, key)
