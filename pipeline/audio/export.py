"""The narration as a file for listeners: AAC, MP3 or WAV in stereo, with title, chapters and cover."""

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
from pipeline.process import ffmpeg_file_url, run_ffmpeg
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.model import ChapterMark

_MONO_TO_STEREO = "pan=stereo|c0=c0|c1=c0"
"""One channel on both sides as it is: ffmpeg's own way from mono to stereo takes 3 dB off."""

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
"""Constant quality, about 150 kbit/s for a voice: eight times as fast as `-b:a 160k`, and no worse (tests/contract/test_av_contract.py)."""

_AAC_MONO_VOICE_ARGUMENTS = ("-aac_ms", "1", "-cutoff", "16000")
"""For a voice: middle and side only, so that two equal channels come back equal to the bit, which they do not when ffmpeg chooses; and
nothing above 16 kHz, where voices have nothing and a fifth of the time would go."""

_LAME_GAIN_DB = 0.4455
"""dB: LAME multiplies by 0.95 whatever it is asked; this takes it back."""

_BITEXACT_ARGUMENTS = ("-fflags", "+bitexact", "-flags", "+bitexact")
_MP3_ARGUMENTS = ("-c:a", "libmp3lame", "-b:a", "160k", "-id3v2_version", "3", "-write_id3v1", "0")
_SUFFIXES = (".m4a", ".mp3", ".wav")
_MAX_ROUNDS = 3
_PEAK_MARGIN_DB = 0.1
_LENGTH_TOLERANCE_SECONDS = 0.2
"""Frames of AAC and MP3 are 21 to 26 ms long; there are at most a few too many."""


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
    """Write a mastered 48 kHz WAV of one or two channels as `.m4a` (AAC-LC), `.mp3` or `.wav`, always stereo.

    `cover` is a PNG or JPEG made here; `language` a BCP 47 code. Encoder delay is written down as each format does it (edit list, Xing
    header), so that players begin in step; the bytes depend on nothing but what goes in. Codecs give back peaks higher than they were
    given: what was written is decoded again, and where it is over `ceiling` dBTP it is written anew, that much softer. Returns by how many
    dB (mostly 0). Raises InputError for another suffix, OutputFault where ffmpeg ends well and what it wrote cannot be read back whole.
    """
    if out.suffix not in _SUFFIXES:
        raise InputError(
            f"A narration cannot be written as `{out.name}`.", "Choose m4a, mp3 or wav."
        )
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
    """Open what was written: sound as long as it was to be (codecs add padding, and tell it in their own ways)."""
    import av

    remedy = "Run `episode doctor`."
    try:
        with av.open(ffmpeg_file_url(out)) as container:
            stream = container.streams.audio[0]
            seconds = float((stream.duration or 0) * (stream.time_base or 0))
    except (av.error.FFmpegError, IndexError) as fault:
        raise OutputFault("ffmpeg wrote a narration that cannot be read back.", remedy) from fault
    if abs(seconds - length / SAMPLE_RATE) > _LENGTH_TOLERANCE_SECONDS:
        raise OutputFault(
            f"ffmpeg wrote a narration of {seconds:.2f} s instead of {length / SAMPLE_RATE:.2f} s.",
            remedy,
        )


@contextmanager
def _encoder_arguments(
    source: Path, suffix: str, channels: int, reduction_db: float, timeout: float
) -> Iterator[tuple[list[str], list[str]]]:
    """Give ffmpeg's words for the sound that goes in, and for what becomes of it: stereo, softer by `lowered` dB, encoded.

    A long narration becomes AAC in parts before, and is only copied then.
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
    r"""Return text on one line that ffmpeg's metadata format takes literally: `=`, `;`, `#` and `\` behind a backslash.

    A backslash at the end of a line joins it to the next even where it is escaped itself: a space is put after it.
    """
    flat = "".join(character for character in " ".join(text.split()) if character.isprintable())
    escaped = "".join(f"\\{character}" if character in "=;#\\" else character for character in flat)
    return f"{escaped} " if escaped.endswith("\\") else escaped
