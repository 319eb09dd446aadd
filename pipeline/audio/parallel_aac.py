"""A long sound as AAC, in parts that are encoded at the same time: ffmpeg's encoder uses one core, and a narration is long.

Neighbouring parts are encoded some frames beyond their edge, and those frames dropped: each frame is half of two, and the encoder listens
ahead. What is decoded differs from one encode of the whole in some frames of the seconds after an edge, by less than the coding noise
(tests/audio/test_aac.py). Where the edges are depends on the length alone, so that every machine writes the same bytes.
"""

from __future__ import annotations

from itertools import pairwise
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.errors import OutputFault
from pipeline.process import ffmpeg_file_url, run_ffmpeg
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FRAME_SAMPLES = 1_024
"""Samples a frame of AAC-LC stands for; the first frame is the encoder's delay."""

PART_FRAMES = 5_625
"""Frames of a part: two minutes. A multiple of three, as all edges are: three frames are 64 ms, which ffmpeg can seek to exactly."""

_LEAD_FRAMES, _TAIL_FRAMES = 9, 6
_ADTS_HEADER_BYTES = 7  # bytes of an ADTS header without a checksum


def aac_frame_count(sample_count: int) -> int:
    """Return how many frames so many samples become, the encoder's delay among them."""
    return -(-sample_count // FRAME_SAMPLES) + 1


def part_edges(sample_count: int) -> tuple[int, ...]:
    """Return the frames at which the parts of so many samples begin, and the number of all frames last."""
    frame_count = aac_frame_count(sample_count)
    return (*range(0, max(frame_count - PART_FRAMES // 2, 1), PART_FRAMES), frame_count)


def encode_in_parts(
    source: Path,
    out: Path,
    sample_count: int,
    filters: Sequence[str],
    codec: Sequence[str],
    timeout: float,
) -> None:
    """Write a 48 kHz WAV of `length` samples to `out` as ADTS: bare AAC frames, the encoder's delay first.

    `filters` and `codec` are ffmpeg's, for every part. Raises OutputFault where ffmpeg fails or makes another number of frames.
    """
    edges = part_edges(sample_count)
    with TemporaryDirectory(prefix=".tmp-aac-", dir=source.parent) as name:
        folder = source.parent / name
        inputs: list[str] = []
        outputs: list[str] = []
        for number, (first_frame, end_frame) in enumerate(pairwise(edges)):
            start_sample, end_sample = _encoder_span(first_frame, end_frame, sample_count)
            inputs += ["-ss", f"{start_sample / SAMPLE_RATE:.6f}", "-i", ffmpeg_file_url(source)]
            chain = ",".join([*filters, f"atrim=end_sample={end_sample - start_sample}"])
            outputs += [
                "-map",
                f"{number}:a",
                "-af",
                chain,
                *codec,
                "-f",
                "adts",
                "-y",
                ffmpeg_file_url(folder / f"{number}.aac"),
            ]
        run_ffmpeg(["-v", "error", *inputs, *outputs], timeout=timeout)
        with out.open("wb") as joined:
            for number, (first_frame, end_frame) in enumerate(pairwise(edges)):
                skipped = first_frame - max(first_frame - _LEAD_FRAMES, 0)
                part_frames = list(_adts_frames((folder / f"{number}.aac").read_bytes()))[
                    skipped : skipped + end_frame - first_frame
                ]
                if len(part_frames) != end_frame - first_frame:
                    raise OutputFault(
                        f"ffmpeg made {len(part_frames)} frames of AAC instead of {end_frame - first_frame}.",
                        "Run `episode doctor`.",
                    )
                joined.writelines(part_frames)


def setts_filter(sample_count: int) -> str:
    """Return ffmpeg's bitstream filter that gives bare frames their times: the delay before 0, the last frame as long as it is needed."""
    last_frame = aac_frame_count(sample_count) - 1
    duration = f"if(eq(N\\,{last_frame})\\,{sample_count - (last_frame - 1) * FRAME_SAMPLES}\\,{FRAME_SAMPLES})"
    return (
        f"setts=time_base=1/{SAMPLE_RATE}:prescale=1:ts=(N-1)*{FRAME_SAMPLES}:duration={duration}"
    )


def _encoder_span(first_frame: int, end_frame: int, sample_count: int) -> tuple[int, int]:
    """Return the samples [begin, end) a part's encoder is given, beyond its own frames on both sides."""
    return max(first_frame - _LEAD_FRAMES, 0) * FRAME_SAMPLES, min(
        (end_frame + _TAIL_FRAMES) * FRAME_SAMPLES, sample_count
    )


def _adts_frames(data: bytes) -> Iterator[bytes]:
    """Yield the frames of an ADTS file, each with its header (ISO/IEC 13818-7, 6.2: thirteen bits hold a frame's length)."""
    offset = 0
    while offset + _ADTS_HEADER_BYTES <= len(data):
        size = (data[offset + 3] & 0b11) << 11 | data[offset + 4] << 3 | data[offset + 5] >> 5
        if size < _ADTS_HEADER_BYTES or offset + size > len(data):
            raise OutputFault("ffmpeg wrote AAC that cannot be read back.", "Run `episode doctor`.")
        yield data[offset : offset + size]
        offset += size
