"""Decodes the audio of any file that ffmpeg reads to 48 kHz samples, within limits."""

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
from pipeline.messages import message
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
"""Suffixes of the files in a folder that count as audio."""

_HOUR_SECONDS = 3_600
MAX_SECONDS = 6 * _HOUR_SECONDS
"""Seconds of the longest audio that is read."""

_ALLOWED_DEMUXERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,eac3,flac,flv,matroska,mov,mp3,mpeg,mpegts,ogg,tta,w64,"
    "wav,webm,wv"
)
"""Demuxers that open no other file: a playlist could name any file of this machine."""

_TIMEOUT_SECONDS = 900

_TRUNCATION_TOLERANCE_SECONDS = 0.5
"""Seconds by which a file may be shorter than it claims: containers round, and encoders pad."""

_NO_TRACK_MESSAGE = "matches no streams"
"""What ffmpeg says if a video or a picture has no audio track."""

_MAX_OVERSHOOT_DB = 0.1
"""dB over full scale above which floating-point audio is made softer instead of clipped."""


def decode_samples(
    path: Path, channels: int = 1, max_seconds: float = MAX_SECONDS
) -> NDArray[np.int16]:
    """Return a file's first audio track at 48 kHz, shape (n,) or (n, 2).

    For short files; see `decode_to_wav` for long ones. Raises InputError.
    """
    import numpy as np

    with tempfile.TemporaryDirectory(prefix="episode-sound-") as folder:
        out = Path(folder) / "sound.wav"
        decode_to_wav(path, out, channels, max_seconds)
        return np.array(pcm.memory_map_samples(out))


def decode_to_wav(
    path: Path, out: Path, channels: int = 1, max_seconds: float = MAX_SECONDS
) -> int:
    """Write a file's first audio track as a 48 kHz WAV; return its length in samples.

    The WAV has 1 or 2 channels. If the audio starts later than the video in the same file, silence
    is added before it. If floating-point samples exceed full scale, the whole track is made softer
    instead of clipped. Raises InputError if the path is not a regular file, the file has no audio,
    is shorter than it claims, or is longer than `max_seconds`.
    """
    if not _is_regular_file(path):
        raise InputError(message("audio.not_a_file"), where=path)
    ffmpeg_log = _decode_with_ffmpeg(path, out, channels, max_seconds, 0.0)
    overshoot_db = _peak_level_db(ffmpeg_log)
    if overshoot_db > _MAX_OVERSHOOT_DB:
        ffmpeg_log = _decode_with_ffmpeg(path, out, channels, max_seconds, overshoot_db)
    _, length = pcm.channels_and_length(out)
    if not length:
        raise InputError(message("audio.no_audio"), where=path)
    if length > max_seconds * SAMPLE_RATE:
        limit = _duration_message(max_seconds)
        raise InputError(message("audio.too_long", limit=limit), where=path)
    declared_seconds = max(_logged_duration_seconds(ffmpeg_log), _wav_header_seconds(path))
    if declared_seconds - length / SAMPLE_RATE > max(
        _TRUNCATION_TOLERANCE_SECONDS, declared_seconds / 100
    ):
        raise InputError(
            message("audio.cut_off", declared=declared_seconds, actual=length / SAMPLE_RATE),
            where=path,
        )
    return length


def _is_regular_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError as fault:
        raise InputError(message("audio.no_such_file"), where=path) from fault
    except OSError as fault:
        if fault.errno == errno.ELOOP:
            raise InputError(message("audio.link_loop"), where=path) from fault
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
            raise InputError(message("audio.no_audio"), where=path) from fault
        reason = _failure_reason(str(fault))
        raise InputError(message("audio.unreadable", reason=reason), where=path) from fault
    return ffmpeg_log


def _failure_reason(ffmpeg_log: str) -> str:
    """Return the phrase in ffmpeg's log that says why, without file names and addresses."""
    known_phrases = (
        "Invalid data found",
        "not allowed",
        "moov atom not found",
        "does not contain any stream",
        "did not end",
    )
    return next(
        (phrase for phrase in known_phrases if phrase in ffmpeg_log),
        message("audio.unknown_format"),
    )


def _peak_level_db(ffmpeg_log: str) -> float:
    matches = re.findall(r"Peak level dB: (-?[\d.]+)", ffmpeg_log)
    return float(matches[-1]) if matches else -120.0


def _wav_header_seconds(path: Path) -> float:
    """Return the length in seconds that a WAV file's header claims; 0 for other files.

    ffmpeg's log does not have it: for a file that is cut off it gives the length that is there.
    """
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


def _duration_message(seconds: float) -> str:
    if seconds >= _HOUR_SECONDS:
        return message("audio.hours", count=round(seconds / _HOUR_SECONDS))
    return message("audio.minutes", count=round(seconds / 60))
