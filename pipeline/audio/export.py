"""The narration as a file for listeners: AAC, MP3 or WAV in stereo, with title, chapters and cover."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.audio import pcm
from pipeline.audio.aac import edges_of, encoded_in_parts, setts
from pipeline.audio.loudness import true_peak
from pipeline.audio.wav_tags import tag
from pipeline.errors import InputError, OutputFault
from pipeline.language import iso_639_2
from pipeline.process import file_name, run_ffmpeg
from pipeline.store import TEMPORARY_PREFIX
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.model import ChapterMark

_BOTH = "pan=stereo|c0=c0|c1=c0"
"""One channel on both sides as it is: ffmpeg's own way from mono to stereo takes 3 dB off."""

_AAC = ("-c:a", "aac", "-q:a", "2", "-aac_coder", "fast", "-aac_is", "0", "-aac_pns", "0", "-aac_tns", "0")
"""Constant quality, about 150 kbit/s for a voice: eight times as fast as `-b:a 160k`, and no worse (tests/contract/test_av_contract.py)."""

_SAME = ("-aac_ms", "1", "-cutoff", "16000")
"""For a voice: middle and side only, so that two equal channels come back equal to the bit, which they do not when ffmpeg chooses; and
nothing above 16 kHz, where voices have nothing and a fifth of the time would go."""

_LAME_GAIN = 0.4455
"""dB: LAME multiplies by 0.95 whatever it is asked; this takes it back."""

_EXACT = ("-fflags", "+bitexact", "-flags", "+bitexact")
_MP3 = ("-c:a", "libmp3lame", "-b:a", "160k", "-id3v2_version", "3", "-write_id3v1", "0")
_SUFFIXES = (".m4a", ".mp3", ".wav")
_ROUNDS = 3
_MARGIN = 0.1
_OFF_S = 0.2
"""Frames of AAC and MP3 are 21 to 26 ms long; there are at most a few too many."""


def export(
    source: Path,
    out: Path,
    *,
    title: str,
    artist: str,
    chapters: Sequence[ChapterMark],
    cover: Path | None,
    language: str,
    ceiling: float = -1.0,
) -> float:
    """Write a mastered 48 kHz WAV of one or two channels as `.m4a` (AAC-LC), `.mp3` or `.wav`, always stereo.

    `cover` is a PNG or JPEG made here; `language` a BCP 47 code. Encoder delay is written down as each format does it (edit list, Xing
    header), so that players begin in step; the bytes depend on nothing but what goes in. Codecs give back peaks higher than they were
    given: what was written is decoded again, and where it is over `ceiling` dBTP it is written anew, that much softer. Returns by how many
    dB (mostly 0). Raises InputError for another suffix, OutputFault where ffmpeg ends well and what it wrote cannot be read back whole.
    """
    if out.suffix not in _SUFFIXES:
        raise InputError(f"A narration cannot be written as `{out.name}`.", "Choose m4a, mp3 or wav.")
    channels, length = pcm.shape(source)
    marks = [mark for mark in chapters if mark.at < length]
    beside = ["-f", "ffmetadata", "-i", "pipe:0"]
    maps = ["-map", "0:a", "-map_metadata", "1", "-map_chapters", "1"]
    if cover is not None and out.suffix != ".wav":
        beside += ["-i", file_name(cover)]
        maps += ["-map", "2:v", "-c:v", "copy", "-disposition:v:0", "attached_pic"]
    tags = ["-metadata:s:a:0", f"language={iso_639_2(language)}", *_EXACT]
    timeout = 60 + length / SAMPLE_RATE  # no machine in use is slower than real time
    sheet = _sheet(title, artist, marks, length).encode("utf-8", "replace")
    lowered = 0.0
    for _ in range(_ROUNDS):
        with _sound(source, out.suffix, channels, lowered, timeout) as (sound, codec):
            run_ffmpeg(["-v", "error", *sound, *beside, *maps, *codec, *tags, "-y", file_name(out)], timeout=timeout, stdin=sheet)
        _check(out, length)
        over = -1.0 if out.suffix == ".wav" else true_peak(out, channels) - ceiling
        if over <= 0:
            break
        lowered += over + _MARGIN
    if out.suffix == ".wav":
        tag(out, title, artist, [(mark.at, mark.chapter.title) for mark in marks], cover.read_bytes() if cover else None)
    return lowered


def _check(out: Path, length: int) -> None:
    """Open what was written: sound as long as it was to be (codecs add padding, and tell it in their own ways)."""
    import av

    todo = "Run `episode doctor`."
    try:
        with av.open(file_name(out)) as container:
            stream = container.streams.audio[0]
            seconds = float((stream.duration or 0) * (stream.time_base or 0))
    except (av.error.FFmpegError, IndexError) as fault:
        raise OutputFault("ffmpeg wrote a narration that cannot be read back.", todo) from fault
    if abs(seconds - length / SAMPLE_RATE) > _OFF_S:
        raise OutputFault(f"ffmpeg wrote a narration of {seconds:.2f} s instead of {length / SAMPLE_RATE:.2f} s.", todo)


@contextmanager
def _sound(source: Path, suffix: str, channels: int, lowered: float, timeout: float) -> Iterator[tuple[list[str], list[str]]]:
    """Give ffmpeg's words for the sound that goes in, and for what becomes of it: stereo, softer by `lowered` dB, encoded.

    A long narration becomes AAC in parts before, and is only copied then.
    """
    filters = [_BOTH] if channels == 1 else []
    gain = (_LAME_GAIN if suffix == ".mp3" else 0.0) - lowered
    if gain:
        filters += ["aformat=fltp", f"volume={gain:.4f}dB:precision=float"]
    shape = ["-af", ",".join(filters)] if filters else []
    if suffix != ".m4a":
        yield ["-i", file_name(source)], [*shape, *(_MP3 if suffix == ".mp3" else ("-c:a", "pcm_s16le"))]
        return
    codec, fast = [*_AAC, *(_SAME if channels == 1 else ())], ["-movflags", "+faststart"]
    _, length = pcm.shape(source)
    if len(edges_of(length)) == len(("first", "last")):
        yield ["-i", file_name(source)], [*shape, *codec, *fast]
        return
    frames = source.with_name(f"{TEMPORARY_PREFIX}{source.stem}.aac")
    try:
        encoded_in_parts(source, frames, length, filters, [*codec, *_EXACT], timeout)
        yield ["-f", "aac", "-i", file_name(frames)], ["-c:a", "copy", "-bsf:a", setts(length), "-avoid_negative_ts", "disabled", *fast]
    finally:
        frames.unlink(missing_ok=True)


def _sheet(title: str, artist: str, chapters: Sequence[ChapterMark], length: int) -> str:
    """Return title, artist and chapters in ffmpeg's metadata format, times in samples."""
    lines = [";FFMETADATA1", f"title={_escaped(title)}"]
    if artist:
        lines.append(f"artist={_escaped(artist)}")
    ends = [*(mark.at for mark in chapters), length][1:]
    for mark, end in zip(chapters, ends, strict=True):
        lines += ["[CHAPTER]", f"TIMEBASE=1/{SAMPLE_RATE}", f"START={mark.at}", f"END={end}", f"title={_escaped(mark.chapter.title)}"]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    r"""Return text on one line that ffmpeg's metadata format takes literally: `=`, `;`, `#` and `\` behind a backslash.

    A backslash at the end of a line joins it to the next even where it is escaped itself: a space is put after it.
    """
    flat = "".join(character for character in " ".join(text.split()) if character.isprintable())
    escaped = "".join(f"\\{character}" if character in "=;#\\" else character for character in flat)
    return f"{escaped} " if escaped.endswith("\\") else escaped
