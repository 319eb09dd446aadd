"""Speech a test can read back: every character is a tone of its own, every voice a hum below it.

What a row says, in whose voice, in which order, and what is missing can be measured in the samples.
"""

from __future__ import annotations

import functools
import io
import re
import zlib
from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

RATE = 24_000
LEAD_S, TAIL_S = 0.1, 0.7
_LOWEST, _STEP, _TONES = 500.0, 80.0, 60
_HUM_LOWEST, _HUM_STEP, _HUMS = 110.0, 40.0, 5
_PAUSES = dict.fromkeys("，,、：:", 0.22) | dict.fromkeys("。！？!?；;….", 0.45)
_WORDS = re.compile(r"[A-Za-z]+|\d+|[\u3400-\u9fff]+|[^\s]")
_MP3_DELAY = 1_105
"""Samples by which encoding and decoding an MP3 delay the sound."""

Event = tuple[str, float, float]


def tone_of(char: str) -> int:
    """Return which tone a character is."""
    return zlib.crc32(char.casefold().encode()) % _TONES


def hum_of(voice: str) -> int:
    """Return which hum a voice has."""
    return zlib.crc32(voice.encode()) % _HUMS


def tones_of(text: str) -> list[int]:
    """Return the tones of a text as they are heard: repeated ones once."""
    return _collapsed([tone_of(char) for char in text if char.isalnum()])


def seconds_of(char: str) -> float:
    """Return how long a character sounds."""
    if char.isdigit() or char.isupper():
        return 0.16
    return 0.07 if char.isascii() else 0.18


def rendered(
    text: str, voice: str, *, rate: int = 0, pauses: bool = True
) -> tuple[NDArray[np.int16], list[Event]]:
    """Return the samples (24 kHz) of a text and its words as (text, start, end) in seconds."""
    parts = [np.zeros(round(LEAD_S * RATE))]
    events: list[Event] = []
    at = LEAD_S
    for match in _WORDS.finditer(text):
        for word in _cut(match[0]):
            start = at
            for char in word:
                sounds = char.isalnum()
                seconds = (
                    (seconds_of(char) if sounds else _PAUSES.get(char, 0.0) * pauses)
                    * 100
                    / (100 + rate)
                )
                parts.append(
                    _tone(tone_of(char), hum_of(voice), seconds)
                    if sounds
                    else np.zeros(round(seconds * RATE))
                )
                at = sum(map(len, parts)) / RATE
            if word[0].isalnum():
                events.append((word, start, at))
    parts.append(np.zeros(round(TAIL_S * RATE)))
    return np.rint(np.concatenate(parts) * 32767).astype(np.int16), events


@functools.lru_cache(maxsize=1024)
def mp3_of(
    text: str,
    voice: str,
    rate: int = 0,
    pauses: bool = True,  # noqa: FBT001, FBT002 - a cache key
) -> tuple[bytes, tuple[Event, ...]]:
    """Return a text as MP3 (24 kHz, 48 kbit/s, frames of 144 bytes) and its words.

    The words are heard at the given times when the MP3 is decoded.
    """
    samples, events = rendered(text, voice, rate=rate, pauses=pauses)
    return encoded(samples), tuple(events)


def encoded(samples: NDArray[np.int16]) -> bytes:
    """Return samples (24 kHz) as such an MP3, without the delay of the encoder."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp3", options={"write_xing": "0", "id3v2_version": "0"}) as out:
        stream = out.add_stream("libmp3lame", rate=RATE, layout="mono")
        stream.bit_rate = 48_000
        stream.codec_context.options = {"reservoir": "0"}
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples[np.newaxis, _MP3_DELAY:]), format="s16p", layout="mono"
        )
        frame.sample_rate = RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            out.mux(packet)
    return file.getvalue()


def heard_tones(samples: NDArray[np.int16], rate: int = 48_000) -> list[int]:
    """Return the tones in samples, one after the other."""
    step = rate // 12_000  # the tones lie below 5.3 kHz, and nothing is above them
    samples, rate = samples[::step], rate // step
    size, hop = round(0.03 * rate), round(0.005 * rate)
    if len(samples) < size:
        return []
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float64), size)[
        ::hop
    ] * np.hanning(size)
    spectrum = np.abs(np.fft.rfft(frames, 4 * size))
    frequencies = np.fft.rfftfreq(4 * size, 1 / rate)
    spectrum[:, frequencies < _LOWEST - _STEP / 2] = 0.0
    peaks = spectrum.argmax(axis=1)
    strength = spectrum[np.arange(len(peaks)), peaks]
    around = np.abs(frequencies[np.newaxis, :] - frequencies[peaks][:, np.newaxis]) < 2 / 0.03
    rest = np.where(around, 0.0, spectrum).max(axis=1)
    clear = (strength > 0.1 * strength.max()) & (rest < 0.35 * strength) & (strength > size * 30)
    tones = np.rint((frequencies[peaks] - _LOWEST) / _STEP).astype(int)
    found: list[int] = []
    run, last = 0, -1
    for tone, sure in zip(tones, clear, strict=True):
        now = int(tone) if sure else -1
        run = run + 1 if now == last else 1
        last = now
        if now >= 0 and run == 3 and (not found or found[-1] != now):
            found.append(now)
    return found


def heard_hum(samples: NDArray[np.int16], rate: int = 48_000) -> int:
    """Return whose voice samples are in."""
    spectrum = np.abs(np.fft.rfft(samples.astype(np.float64)))
    frequencies = np.fft.rfftfreq(len(samples), 1 / rate)
    hums = [_HUM_LOWEST + _HUM_STEP * index for index in range(_HUMS)]
    return int(
        np.argmax([spectrum[np.abs(frequencies - hum) < _HUM_STEP / 4].sum() for hum in hums])
    )


def _cut(word: str) -> list[str]:
    """Cut Han characters into words of one to three, the same way every time."""
    if not "\u3400" <= word[0] <= "\u9fff":
        return [word]
    words = []
    while word:
        size = 1 + (ord(word[0]) + len(word)) % 3
        words.append(word[:size])
        word = word[size:]
    return words


@functools.cache
def _tone(tone: int, hum: int, seconds: float) -> NDArray[np.float64]:
    count = round(seconds * RATE)
    time = np.arange(count) / RATE
    ramp = np.minimum(1.0, np.minimum(np.arange(count), np.arange(count)[::-1]) / (0.006 * RATE))
    high = 0.3 * np.sin(2 * np.pi * (_LOWEST + _STEP * tone) * time)
    return ramp * (high + 0.06 * np.sin(2 * np.pi * (_HUM_LOWEST + _HUM_STEP * hum) * time))


def _collapsed(tones: Sequence[int]) -> list[int]:
    return [tone for index, tone in enumerate(tones) if index == 0 or tones[index - 1] != tone]
