"""The sound of an episode: the voice mastered, music under it, and the whole at the loudness asked for."""

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

_TOLERANCE_LU = 0.4  # LU the whole may be off
_MUSIC_STEP_DB = 3.0  # dB taken off music that makes the whole too loud
_MAX_VOICE_BOOST_LU = 4.0  # LU at most added to a voice whose episode is mostly music
_MAX_ROUNDS = 4


def master_and_mix(
    assembled_voice: Path,
    out: Path,
    sound_settings: SoundSettings,
    music_settings: MusicSettings,
    files: MusicFiles,
    observe: ProgressCallback | None = None,
) -> MixResult:
    """Master the assembled voice and lay its music; writes one channel without music, two with it, exactly as many samples.

    In a short episode music in the pauses counts: where the whole comes out too soft the voice is mastered louder, where it comes out too
    loud the music is made softer. Raises InputError where a music file is no sound.
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
