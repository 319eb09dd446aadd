"""Writes the narration for listeners: AAC, MP3 or WAV in stereo, with title, chapters, cover."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.atomic import TEMPORARY_PREFIX
from pipeline.audio import pcm
from pipeline.audio.loudness import true_peak
from pipeline.audio.parallel_aac import encode_in_parts, part_edges, setts_filter
from pipeline.audio.wav_tags import write_wav_tags
from pipeline.errors import InputError, OutputFault
from pipeline.language import iso_639_2
from pipeline.messages import message
from pipeline.process import ffmpeg_file_url, run_ffmpeg
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.model import ChapterMark

_MONO_TO_STEREO = "pan=stereo|c0=c0|c1=c0"
"""Copies one channel to both sides; ffmpeg's own conversion from mono to stereo takes 3 dB off."""

_AAC_ARGUMENTS = (
    "-c:a",
    "aac",
    "-q:a",
    "2",
    "-aac_coder",
    "fast",
    "-aac_is",
    "0",
    "-aac_pns",
    "0",
    "-aac_tns",
    "0",
)
"""Constant quality, about 150 kbit/s for a voice.

It is eight times as fast as `-b:a 160k` and no worse (tests/contract/test_av_contract.py).
"""

_AAC_MONO_VOICE_ARGUMENTS = ("-aac_ms", "1", "-cutoff", "16000")
"""For a voice on two equal channels.

Mid/side coding only, so that both channels are decoded to identical samples, which is not so if
ffmpeg chooses. Nothing above 16 kHz, where a voice has nothing and a fifth of the time would go.
"""

_LAME_GAIN_DB = 0.4455
"""dB: LAME always multiplies by 0.95; this compensates."""

_BITEXACT_ARGUMENTS = ("-fflags", "+bitexact", "-flags", "+bitexact")
_MP3_ARGUMENTS = ("-c:a", "libmp3lame", "-b:a", "160k", "-id3v2_version", "3", "-write_id3v1", "0")
_SUFFIXES = (".m4a", ".mp3", ".wav")
_MAX_ROUNDS = 3  # encodes, each softer, until the decoded peak is below the ceiling
_PEAK_MARGIN_DB = 0.1  # dB taken off beyond the overshoot
_LENGTH_TOLERANCE_SECONDS = 0.2
"""Frames of AAC and MP3 are 21 to 26 ms long; padding adds a few at most."""


def export_narration(
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
    """Write a mastered 48 kHz WAV of one or two channels as `.m4a` (AAC-LC), `.mp3` or `.wav`.

    The output is always stereo. `cover` is a PNG or JPEG; `language` is a BCP 47 code. The encoder
    delay is recorded as each format does it (edit list, Xing header), so that players start in
    sync. The same input gives the same bytes. Decoded peaks are higher than those that were
    encoded: the output is decoded again, and if it exceeds `ceiling` (dBTP) it is written again,
    that much softer.

    Returns the reduction in dB, which is mostly 0. Raises InputError for another suffix,
    OutputFault if ffmpeg succeeds but the file cannot be read back complete.
    """
    if out.suffix not in _SUFFIXES:
        raise InputError(message("audio.unknown_suffix", name=out.name))
    channels, length = pcm.channels_and_length(source)
    marks = [mark for mark in chapters if mark.start_sample < length]
    extra_inputs = ["-f", "ffmetadata", "-i", "pipe:0"]
    mapping_arguments = ["-map", "0:a", "-map_metadata", "1", "-map_chapters", "1"]
    if cover is not None and out.suffix != ".wav":
        extra_inputs += ["-i", ffmpeg_file_url(cover)]
        mapping_arguments += ["-map", "2:v", "-c:v", "copy", "-disposition:v:0", "attached_pic"]
    tags = ["-metadata:s:a:0", f"language={iso_639_2(language)}", *_BITEXACT_ARGUMENTS]
    timeout = 60 + length / SAMPLE_RATE  # no machine in use is slower than real time
    metadata = _ffmetadata(title, artist, marks, length).encode("utf-8", "replace")
    reduction_db = 0.0
    for _ in range(_MAX_ROUNDS):
        with _encoder_arguments(source, out.suffix, channels, reduction_db, timeout) as (
            input_arguments,
            codec_arguments,
        ):
            run_ffmpeg(
                [
                    "-v",
                    "error",
                    *input_arguments,
                    *extra_inputs,
                    *mapping_arguments,
                    *codec_arguments,
                    *tags,
                    "-y",
                    ffmpeg_file_url(out),
                ],
                timeout=timeout,
                stdin=metadata,
            )
        _check_written_length(out, length)
        overshoot_db = -1.0 if out.suffix == ".wav" else true_peak(out, channels) - ceiling
        if overshoot_db <= 0:
            break
        reduction_db += overshoot_db + _PEAK_MARGIN_DB
    if out.suffix == ".wav":
        write_wav_tags(
            out,
            title,
            artist,
            [(mark.start_sample, mark.chapter.title) for mark in marks],
            cover.read_bytes() if cover else None,
        )
    return reduction_db


def _check_written_length(out: Path, length: int) -> None:
    """Raise OutputFault unless the file can be read and has `length` samples, plus padding."""
    import av

    try:
        with av.open(ffmpeg_file_url(out)) as container:
            stream = container.streams.audio[0]
            seconds = float((stream.duration or 0) * (stream.time_base or 0))
    except (av.error.FFmpegError, IndexError) as fault:
        raise OutputFault(message("audio.export_unreadable")) from fault
    if abs(seconds - length / SAMPLE_RATE) > _LENGTH_TOLERANCE_SECONDS:
        raise OutputFault(
            message("audio.export_length", actual=seconds, expected=length / SAMPLE_RATE)
        )


@contextmanager
def _encoder_arguments(
    source: Path, suffix: str, channels: int, reduction_db: float, timeout: float
) -> Iterator[tuple[list[str], list[str]]]:
    """Yield ffmpeg's arguments for the input, and for its conversion: stereo, softer, encoded.

    A long narration is first encoded as AAC in parts; ffmpeg then only copies it. `timeout` is in
    s.
    """
    filters = [_MONO_TO_STEREO] if channels == 1 else []
    gain_db = (_LAME_GAIN_DB if suffix == ".mp3" else 0.0) - reduction_db
    if gain_db:
        filters += ["aformat=fltp", f"volume={gain_db:.4f}dB:precision=float"]
    filter_arguments = ["-af", ",".join(filters)] if filters else []
    if suffix != ".m4a":
        yield (
            ["-i", ffmpeg_file_url(source)],
            [*filter_arguments, *(_MP3_ARGUMENTS if suffix == ".mp3" else ("-c:a", "pcm_s16le"))],
        )
        return
    codec_arguments, faststart_arguments = (
        [*_AAC_ARGUMENTS, *(_AAC_MONO_VOICE_ARGUMENTS if channels == 1 else ())],
        ["-movflags", "+faststart"],
    )
    _, length = pcm.channels_and_length(source)
    if len(part_edges(length)) == len(("first", "last")):
        yield (
            ["-i", ffmpeg_file_url(source)],
            [*filter_arguments, *codec_arguments, *faststart_arguments],
        )
        return
    aac_path = source.with_name(f"{TEMPORARY_PREFIX}{source.stem}.aac")
    try:
        encode_in_parts(
            source, aac_path, length, filters, [*codec_arguments, *_BITEXACT_ARGUMENTS], timeout
        )
        yield (
            ["-f", "aac", "-i", ffmpeg_file_url(aac_path)],
            [
                "-c:a",
                "copy",
                "-bsf:a",
                setts_filter(length),
                "-avoid_negative_ts",
                "disabled",
                *faststart_arguments,
            ],
        )
    finally:
        aac_path.unlink(missing_ok=True)


def _ffmetadata(title: str, artist: str, chapters: Sequence[ChapterMark], length: int) -> str:
    """Return title, artist and chapters in ffmpeg's metadata format, times in samples."""
    lines = [";FFMETADATA1", f"title={_escape_metadata(title)}"]
    if artist:
        lines.append(f"artist={_escape_metadata(artist)}")
    ends = [*(mark.start_sample for mark in chapters), length][1:]
    for mark, end in zip(chapters, ends, strict=True):
        lines += [
            "[CHAPTER]",
            f"TIMEBASE=1/{SAMPLE_RATE}",
            f"START={mark.start_sample}",
            f"END={end}",
            f"title={_escape_metadata(mark.chapter.title)}",
        ]
    return "\n".join(lines) + "\n"


def _escape_metadata(text: str) -> str:
    r"""Return text on one line, escaped for ffmpeg's metadata format (`=`, `;`, `#`, `\`).

    A backslash at the end of a line joins it to the next line even if it is itself escaped, so a
    space is added after it.
    """
    flat = "".join(character for character in " ".join(text.split()) if character.isprintable())
    escaped = "".join(f"\\{character}" if character in "=;#\\" else character for character in flat)
    return f"{escaped} " if escaped.endswith("\\") else escaped
