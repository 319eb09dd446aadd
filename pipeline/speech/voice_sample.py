"""A short sample of a voice."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.model import Row, Transcript
from pipeline.speech import speech_cache
from pipeline.speech.narrator import narrate
from pipeline.text.normalization.spoken_form import spoken_rows
from pipeline.timebase import SAMPLE_RATE, samples_from_ms

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.cache import Store
    from pipeline.settings import Settings

_MAX_SAMPLE_CHARACTERS = 2_000
_PAUSE_BETWEEN_TAKES = samples_from_ms(300)


def synthesize_sample(
    text: str, settings: Settings, store: Store, on_notice: Callable[[str], None] | None = None
) -> bytes:
    """Return a text spoken by the settings' voice, as a WAV file (mono, 16 bit, 48 kHz).

    `on_notice` receives notices. Raises EpisodeError.
    """
    import numpy as np

    lines = [line.strip() for line in text[:_MAX_SAMPLE_CHARACTERS].splitlines() if line.strip()]
    if not lines:
        raise InputError(message("speech.sample_is_empty"))
    rows = tuple(Row(number, number, line) for number, line in enumerate(lines, 1))
    spoken = spoken_rows(rows, settings.pronunciation, settings.language)
    narration = narrate(
        spoken,
        Transcript("sample", rows, (), "utf-8", ()),
        (),
        settings,
        store,
        lambda _step, _done, _total: None,
    )
    if on_notice is not None:
        for notice in narration.notices:
            on_notice(notice)
    parts = []
    for take in narration.takes:
        parts.append(
            np.zeros(take.sample_count, np.int16)
            if take.audio_key is None
            else speech_cache.load_take_audio(store, take.audio_key)
        )
        parts.append(np.zeros(_PAUSE_BETWEEN_TAKES, np.int16))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes(np.concatenate(parts).astype("<i2").tobytes())
    return file.getvalue()
