"""The final audio of an episode: mastered voice, music, and the requested loudness."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.audio.mastering import master_voice
from pipeline.audio.music_mix import MixResult, mix_music

if TYPE_CHECKING:
    from pipeline.audio.music_files import MusicFiles
    from pipeline.model import ProgressCallback
    from pipeline.settings.sections import MusicSettings, SoundSettings

_TOLERANCE_LU = 0.4  # LU by which the mix may miss the requested loudness
_MUSIC_STEP_DB = 3.0  # dB taken off the music per round if the mix is too loud
_MAX_VOICE_BOOST_LU = 4.0  # LU added at most to a voice whose episode is mostly music
_MAX_ROUNDS = 4


def master_and_mix(
    assembled_voice: Path,
    out: Path,
    sound_settings: SoundSettings,
    music_settings: MusicSettings,
    files: MusicFiles,
    observe: ProgressCallback | None = None,
) -> MixResult:
    """Master the assembled voice and add its music; the length in samples does not change.

    Writes one channel without music, two channels with it. In a short episode the music in pauses
    affects the loudness: if the mix is too soft the voice is mastered louder, if it is too loud the
    music is made softer. Raises InputError if a music file has no audio.
    """
    if not files.paths:
        loudness = master_voice(assembled_voice, out, sound_settings, observe)
        return MixResult(loudness, None, (loudness.notice,) if loudness.notice else ())
    voice_target, music_reduction_db = sound_settings.loudness, 0.0
    with TemporaryDirectory(prefix=".tmp-voice-", dir=out.parent) as folder:
        mastered_voice = Path(folder) / "voice.wav"
        for _ in range(_MAX_ROUNDS):
            voice_loudness = master_voice(
                assembled_voice,
                mastered_voice,
                sound_settings.model_copy(update={"loudness": voice_target}),
                observe,
            )
            lowered_music = music_settings.model_copy(
                update={
                    "level": music_settings.level - music_reduction_db,
                    "sting_level": music_settings.sting_level - music_reduction_db,
                }
            )
            mixed = mix_music(mastered_voice, out, files, lowered_music, sound_settings, observe)
            missing_lu = sound_settings.loudness - (
                mixed.loudness.integrated_lufs or sound_settings.loudness
            )
            if voice_loudness.integrated_lufs is None or abs(missing_lu) <= _TOLERANCE_LU:
                break
            if missing_lu > 0:
                voice_target = min(
                    voice_target + missing_lu, sound_settings.loudness + _MAX_VOICE_BOOST_LU
                )
            else:
                music_reduction_db += _MUSIC_STEP_DB
    return MixResult(
        mixed.loudness,
        mixed.voice_over_music_db,
        (*((voice_loudness.notice,) if voice_loudness.notice else ()), *mixed.notices),
    )
