"""The ways in which the online voice fails, and what its answers then look like."""

from __future__ import annotations

from tests.speech.tones import RATE, encoded, mp3_of, rendered

SCENARIOS = (
    "403",
    "429",
    "503",
    "reset",
    "stall",
    "stall at once",
    "abort",
    "lost end",
    "eof",
    "close 1000",
    "close 1007",
    "close 1011",
    "no audio",
    "no metadata",
    "altered word",
    "missing word",
    "merged words",
    "dropped speech",
    "silent speech",
    "half a frame",
    "short audio",
    "garbage",
    "unknown message",
)
"""Every way to fail.

Statuses are answers to the handshake, `reset` comes in place of one, the rest happens in the
conversation.
"""

Word = tuple[str, float, float]
"""A word told: its text, start and end in seconds."""

_FRAME = 144


def answer_for(
    text: str, voice: str, rate: int, scenario: str, *, breath: bool
) -> tuple[bytes, list[Word]]:
    """Return the MP3 and the words told of a text, as the scenario has them."""
    if scenario == "hurried":
        rate += 150
    audio, told = mp3_of(text, voice, rate, breath)
    words = list(told)
    if scenario == "dropped speech":
        third = len(words) // 3
        kept = (
            "".join(word for word, _, _ in words[:third])
            + "，"
            + "".join(word for word, _, _ in words[2 * third + 1 :])
        )
        audio, told = mp3_of(kept, voice, rate, breath)
        return audio, list(told)
    if scenario == "silent speech":
        samples, _ = rendered(text, voice, rate=rate, pauses=breath)
        third = len(words) // 3
        samples[round(words[third][1] * RATE) : round(words[2 * third][2] * RATE)] = 0
        return encoded(samples), words
    return _sound(audio, scenario), _told(words, scenario)


def _sound(audio: bytes, scenario: str) -> bytes:
    """Return the audio as it arrives."""
    frames = len(audio) // _FRAME
    damaged = {
        "no audio": b"",
        "half a frame": audio[:-60],
        "short audio": audio[: frames // 2 * _FRAME],
        "garbage": bytes(range(_FRAME)) * frames,
    }
    return damaged.get(scenario, audio)


def _told(words: list[Word], scenario: str) -> list[Word]:
    """Return the words as the fake service reports them.

    The one in the middle is altered, left out, or joined to the one before it.
    """
    middle = len(words) // 2
    if scenario in {"no audio", "no metadata"}:
        return []
    if scenario == "altered word":
        return [*words[:middle], ("改了", *words[middle][1:]), *words[middle + 1 :]]
    if scenario == "missing word":
        return words[:middle] + words[middle + 1 :]
    if scenario == "merged words" and middle:
        first, second = words[middle - 1 : middle + 1]
        return [
            *words[: middle - 1],
            (first[0] + second[0], first[1], second[2]),
            *words[middle + 1 :],
        ]
    return words
