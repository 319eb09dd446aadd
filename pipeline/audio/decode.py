"""Anyone's sound, from any file ffmpeg reads, as 48 kHz samples: bounded, checked, or refused with a sentence."""

from __future__ import annotations

import errno
import re
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.audio import pcm
from pipeline.audio.riff import UNKNOWN, riff_chunks
from pipeline.errors import InputError, OutputFault
from pipeline.process import file_name, run_ffmpeg
from pipeline.store import fault_from
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SUFFIXES = frozenset(
    {".aac", ".aif", ".aiff", ".flac", ".m4a", ".mka", ".mkv", ".mov", ".mp3", ".mp4", ".oga", ".ogg", ".opus", ".wav", ".webm", ".wma"}
)
"""Endings of files that are taken for sound where a folder is looked through."""

_HOUR = 3_600
LONGEST = 6 * _HOUR
"""Seconds of the longest sound read."""

_FORMATS = "aac,ac3,aiff,amr,ape,asf,au,avi,caf,eac3,flac,flv,matroska,mov,mp3,mpeg,mpegts,ogg,tta,w64,wav,webm,wv"
"""Demuxers that read one file and no other: playlists and the like could name any file of this machine."""

_DEADLINE = 900
_CUT_OFF = 0.5  # seconds a file may say more than it holds: containers round, and encoders pad
_NO_TRACK = "matches no streams"  # ffmpeg's word where a video or a picture has no sound track
_SILENT = ("There is no sound in this file.", "Export it again from your recorder, with sound.")
_LOUDEST = 0.1  # dB over full scale from which sound in floating point is brought down instead of cut


def decode(path: Path, channels: int = 1, longest: float = LONGEST) -> NDArray[np.int16]:
    """Return a file's first sound track, shape (n,) or (n, 2); for short sounds, see `decode_to` for long ones. Raises InputError."""
    import numpy as np

    with tempfile.TemporaryDirectory(prefix="episode-sound-") as folder:
        out = Path(folder) / "sound.wav"
        decode_to(path, out, channels, longest)
        return np.array(pcm.mapped(out))


def decode_to(path: Path, out: Path, channels: int = 1, longest: float = LONGEST) -> int:
    """Write a file's first sound track as a 48 kHz WAV of one or two channels and return its samples.

    Sound that begins later than the picture beside it gets that much silence before it. Samples over full scale (floating point) are not
    cut: all is brought down. Raises InputError where the path is no plain file, there is no sound in it, it holds less than it says, or
    more than `longest` seconds.
    """
    if not _is_plain(path):
        raise InputError("This is not a plain file.", "Name an audio or video file.", where=path)
    said = _run(path, out, channels, longest, 0.0)
    over = _peak(said)
    if over > _LOUDEST:
        said = _run(path, out, channels, longest, over)
    _, length = pcm.shape(out)
    if not length:
        raise InputError(*_SILENT, where=path)
    if length > longest * SAMPLE_RATE:
        raise InputError(f"This is longer than {_spoken(longest)}.", "Cut it into parts.", where=path)
    declared = max(_declared(said), _promised(path))
    if declared - length / SAMPLE_RATE > max(_CUT_OFF, declared / 100):
        what = f"The file is cut off: it says it is {declared:.1f} s long and holds {length / SAMPLE_RATE:.1f} s."
        raise InputError(what, "Copy or export it again.", where=path)
    return length


def _is_plain(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError as fault:
        raise InputError("There is no such file.", "Look at the name.", where=path) from fault
    except OSError as fault:
        if fault.errno == errno.ELOOP:
            raise InputError("This link leads in a circle.", "Put the file itself there.", where=path) from fault
        raise fault_from(fault, path) from fault


def _run(path: Path, out: Path, channels: int, longest: float, softer: float) -> str:
    layout = "mono" if channels == 1 else "stereo"
    links = [
        f"aresample={SAMPLE_RATE}:async=1:first_pts=0",
        f"aformat=sample_fmts=fltp:channel_layouts={layout}",
        *([f"volume=-{softer:.3f}dB:precision=float"] if softer else []),
        "astats=measure_perchannel=none:measure_overall=Peak_level",
    ]
    source = ["-format_whitelist", _FORMATS, "-i", file_name(path)]
    target = [
        "-map",
        "0:a:0",
        "-vn",
        "-af",
        ",".join(links),
        "-t",
        str(longest + 1),
        "-c:a",
        "pcm_s16le",
        "-bitexact",
        "-y",
        file_name(out),
    ]
    try:
        _, said = run_ffmpeg(["-nostats", *source, *target], timeout=_DEADLINE)
    except OutputFault as fault:
        if _NO_TRACK in str(fault):
            raise InputError(*_SILENT, where=path) from fault
        raise InputError(
            f"This cannot be read as sound ({_reason(str(fault))}).", "Export it as WAV, FLAC, MP3 or M4A.", where=path
        ) from fault
    return said


def _reason(said: str) -> str:
    """Return ffmpeg's own last word on why, without names and addresses."""
    known = ("Invalid data found", "not allowed", "moov atom not found", "does not contain any stream", "did not end")
    return next((one for one in known if one in said), "ffmpeg does not know what it is")


def _peak(said: str) -> float:
    found = re.findall(r"Peak level dB: (-?[\d.]+)", said)
    return float(found[-1]) if found else -120.0


def _promised(path: Path) -> float:
    """Return the seconds a WAV file says it holds: of one that is cut off ffmpeg tells the length it found. 0 for other files."""
    rate = size = 0
    with path.open("rb") as file:
        for chunk in riff_chunks(file):
            if chunk.kind == b"fmt ":
                file.seek(chunk.start)
                rate = int.from_bytes(file.read(12)[8:], "little")
            if chunk.kind == b"data" and chunk.size != UNKNOWN:
                size = chunk.size
    return size / rate if rate else 0.0


def _declared(said: str) -> float:
    found = re.search(r"Duration: (\d+):(\d\d):(\d\d\.\d+)", said)
    return sum(float(part) * unit for part, unit in zip(found.groups(), (3_600, 60, 1), strict=True)) if found else 0.0


def _spoken(seconds: float) -> str:
    return f"{seconds / _HOUR:.0f} hours" if seconds >= _HOUR else f"{seconds / 60:.0f} minutes"
