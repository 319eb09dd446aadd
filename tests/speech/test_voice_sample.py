"""A short sample of a voice."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.settings import Settings, with_changes
from pipeline.speech.voice_sample import synthesize_sample
from tests.speech.tones import heard_tones, tones_of

if TYPE_CHECKING:
    from pipeline.cache import Store
    from tests.speech.conftest import Serve


@pytest.mark.usefixtures("without_kokoro")
def test_sample_speaks_its_text_line_by_line(serve: Serve, store: Store) -> None:
    """As WAV, mono, 48 kHz, line after line, with notices for the one who asked."""
    serve()
    told: list[str] = []
    body = synthesize_sample(
        "天气很好\n\n我们出门",
        with_changes(Settings(), {"voice.engine": "auto"}),
        store,
        told.append,
    )
    with wave.open(io.BytesIO(body)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert heard_tones(samples) == tones_of("天气很好我们出门")
    assert told == []
    serve(plan=lambda _number, _text: "403")
    synthesize_sample(
        "另一句话", with_changes(Settings(), {"voice.engine": "auto"}), store, told.append
    )
    assert len(told) == 1


def test_sample_refuses_an_empty_text(store: Store) -> None:
    """There must be something to say."""
    with pytest.raises(InputError, match="nothing to say"):
        synthesize_sample(" \n ", Settings(), store)
