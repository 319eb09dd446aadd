"""The sound of an episode: the voice mastered, music under it, and the whole at the loudness asked for."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.audio.master import master
from pipeline.audio.music import Mixed, lay_music

if TYPE_CHECKING:
    from pipeline.audio.music_files import MusicFiles
    from pipeline.model import Observe
    from pipeline.settings.sound import Music, Sound

_AWAY = 0.4  # LU the whole may be off
_SOFTER = 3.0  # dB taken off music that makes the whole too loud
_LOUDER = 4.0  # LU at most added to a voice whose episode is mostly music
_ROUNDS = 4


def finish(joined: Path, out: Path, sound: Sound, music: Music, files: MusicFiles, observe: Observe | None = None) -> Mixed:
    """Master the assembled voice and lay its music; writes one channel without music, two with it, exactly as many samples.

    In a short episode music in the pauses counts: where the whole comes out too soft the voice is mastered louder, where it comes out too
    loud the music is made softer. Raises InputError where a music file is no sound.
    """
    if not files.all:
        loudness = master(joined, out, sound, observe)
        return Mixed(loudness, None, (loudness.notice,) if loudness.notice else ())
    aim, softer = sound.loudness, 0.0
    with TemporaryDirectory(prefix=".tmp-voice-", dir=out.parent) as folder:
        voice = Path(folder) / "voice.wav"
        for _ in range(_ROUNDS):
            spoken = master(joined, voice, sound.model_copy(update={"loudness": aim}), observe)
            lowered = music.model_copy(update={"level": music.level - softer, "sting_level": music.sting_level - softer})
            mixed = lay_music(voice, out, files, lowered, sound, observe)
            away = sound.loudness - (mixed.loudness.integrated_lufs or sound.loudness)
            if spoken.integrated_lufs is None or abs(away) <= _AWAY:
                break
            if away > 0:
                aim = min(aim + away, sound.loudness + _LOUDER)
            else:
                softer += _SOFTER
    return Mixed(mixed.loudness, mixed.over_music, (*((spoken.notice,) if spoken.notice else ()), *mixed.notices))
