"""Anyone's sound, from any file ffmpeg reads, as 48 kHz samples: bounded, checked, or refused with a sentence."""

from __future__ import annotations

import errno
import re
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.audio import pcm
from pipeline.audio.riff import UNKNOWN_SIZE, riff_chunks
from pipeline.errors import InputError, OutputFault, environment_fault
from pipeline.process import ffmpeg_file_url, run_ffmpeg
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AUDIO_SUFFIXES = frozenset(
    {
        ".aac",
        ".aif",
        ".aiff",
        ".flac",
        ".m4a",
        ".mka",
        ".mkv",
        ".mov",
        ".mp3",
        ".mp4",
        ".oga",
        ".ogg",
        ".opus",
        ".wav",
        ".webm",
        ".wma",
    }
)
"""Endings of files that are taken for sound where a folder is looked through."""

_HOUR_SECONDS = 3_600
MAX_SECONDS = 6 * _HOUR_SECONDS
"""Seconds of the longest sound read."""

_ALLOWED_DEMUXERS = "aac,ac3,aiff,amr,ape,asf,au,avi,caf,eac3,flac,flv,matroska,mov,mp3,mpeg,mpegts,ogg,tta,w64,wav,webm,wv"
"""Demuxers that read one file and no other: playlists and the like could name any file of this machine."""

_TIMEOUT_SECONDS = 900

_TRUNCATION_TOLERANCE_SECONDS = (
    0.5  # seconds a file may say more than it holds: containers round, and encoders pad
)

_NO_TRACK_MESSAGE = (
    "matches no streams"  # ffmpeg's word where a video or a picture has no sound track
)

_NO_SOUND_ERROR = (
    "There is no sound in this file.",
    "Export it again from your recorder, with sound.",
)

_MAX_OVERSHOOT_DB = (
    0.1  # dB over full scale from which sound in floating point is brought down instead of cut
)


def decode_samples(
    path: Path, channels: int = 1, max_seconds: float = MAX_SECONDS
) -> NDArray[np.int16]:
    """Return a file's first sound track, shape (n,) or (n, 2); for short sounds, see `decode_to` for long ones. Raises InputError."""
    import numpy as np

    with tempfile.TemporaryDirectory(prefix="episode-sound-") as folder:
        out = Path(folder) / "sound.wav"
        decode_to_wav(path, out, channels, max_seconds)
        return np.array(pcm.memory_map_samples(out))


def decode_to_wav(
    path: Path, out: Path, channels: int = 1, max_seconds: float = MAX_SECONDS
) -> int:
    """Write a file's first sound track as a 48 kHz WAV of one or two channels and return its samples.

    Sound that begins later than the picture beside it gets that much silence before it. Samples over full scale (floating point) are not
    cut: all is brought down. Raises InputError where the path is no plain file, there is no sound in it, it holds less than it says, or
    more than `longest` seconds.
    """
    if not _is_regular_file(path):
        raise InputError("This is not a plain file.", "Name an audio or video file.", where=path)
    ffmpeg_log = _decode_with_ffmpeg(path, out, channels, max_seconds, 0.0)
    overshoot_db = _peak_level_db(ffmpeg_log)
    if overshoot_db > _MAX_OVERSHOOT_DB:
        ffmpeg_log = _decode_with_ffmpeg(path, out, channels, max_seconds, overshoot_db)
    _, length = pcm.channels_and_length(out)
    if not length:
        raise InputError(*_NO_SOUND_ERROR, where=path)
    if length > max_seconds * SAMPLE_RATE:
        raise InputError(
            f"This is longer than {_duration_text(max_seconds)}.", "Cut it into parts.", where=path
        )
    declared_seconds = max(_logged_duration_seconds(ffmpeg_log), _wav_header_seconds(path))
    if declared_seconds - length / SAMPLE_RATE > max(
        _TRUNCATION_TOLERANCE_SECONDS, declared_seconds / 100
    ):
        message = f"The file is cut off: it says it is {declared_seconds:.1f} s long and holds {length / SAMPLE_RATE:.1f} s."
        raise InputError(message, "Copy or export it again.", where=path)
    return length


def _is_regular_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError as fault:
        raise InputError("There is no such file.", "Look at the name.", where=path) from fault
    except OSError as fault:
        if fault.errno == errno.ELOOP:
            raise InputError(
                "This link leads in a circle.", "Put the file itself there.", where=path
            ) from fault
        raise environment_fault(fault, path) from fault


def _decode_with_ffmpeg(
    path: Path, out: Path, channels: int, max_seconds: float, reduction_db: float
) -> str:
    layout = "mono" if channels == 1 else "stereo"
    filter_chain = [
        f"aresample={SAMPLE_RATE}:async=1:first_pts=0",
        f"aformat=sample_fmts=fltp:channel_layouts={layout}",
        *([f"volume=-{reduction_db:.3f}dB:precision=float"] if reduction_db else []),
        "astats=measure_perchannel=none:measure_overall=Peak_level",
    ]
    source = ["-format_whitelist", _ALLOWED_DEMUXERS, "-i", ffmpeg_file_url(path)]
    target = [
        "-map",
        "0:a:0",
        "-vn",
        "-af",
        ",".join(filter_chain),
        "-t",
        str(max_seconds + 1),
        "-c:a",
        "pcm_s16le",
        "-bitexact",
        "-y",
        ffmpeg_file_url(out),
    ]
    try:
        _, ffmpeg_log = run_ffmpeg(["-nostats", *source, *target], timeout=_TIMEOUT_SECONDS)
    except OutputFault as fault:
        if _NO_TRACK_MESSAGE in str(fault):
            raise InputError(*_NO_SOUND_ERROR, where=path) from fault
        raise InputError(
            f"This cannot be read as sound ({_failure_reason(str(fault))}).",
            "Export it as WAV, FLAC, MP3 or M4A.",
            where=path,
        ) from fault
    return ffmpeg_log


def _failure_reason(ffmpeg_log: str) -> str:
    """Return ffmpeg's own last word on why, without names and addresses."""
    known_phrases = (
        "Invalid data found",
        "not allowed",
        "moov atom not found",
        "does not contain any stream",
        "did not end",
    )
    return next(
        (phrase for phrase in known_phrases if phrase in ffmpeg_log),
        "ffmpeg does not know what it is",
    )


def _peak_level_db(ffmpeg_log: str) -> float:
    matches = re.findall(r"Peak level dB: (-?[\d.]+)", ffmpeg_log)
    return float(matches[-1]) if matches else -120.0


def _wav_header_seconds(path: Path) -> float:
    """Return the seconds a WAV file says it holds: of one that is cut off ffmpeg tells the length it found. 0 for other files."""
    byte_rate = size = 0
    with path.open("rb") as file:
        for chunk in riff_chunks(file):
            if chunk.kind == b"fmt ":
                file.seek(chunk.start)
                byte_rate = int.from_bytes(file.read(12)[8:], "little")
            if chunk.kind == b"data" and chunk.size != UNKNOWN_SIZE:
                size = chunk.size
    return size / byte_rate if byte_rate else 0.0


def _logged_duration_seconds(ffmpeg_log: str) -> float:
    match = re.search(r"Duration: (\d+):(\d\d):(\d\d\.\d+)", ffmpeg_log)
    return (
        sum(float(part) * unit for part, unit in zip(match.groups(), (3_600, 60, 1), strict=True))
        if match
        else 0.0
    )


def _duration_text(seconds: float) -> str:
    return (
        f"{seconds / _HOUR_SECONDS:.0f} hours"
        if seconds >= _HOUR_SECONDS
        else f"{seconds / 60:.0f} minutes"
    )
