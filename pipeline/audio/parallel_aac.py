"""Encodes a long WAV as AAC in parts at the same time, because ffmpeg's encoder uses one core.

Each part is encoded some frames beyond its edges, and those frames are dropped: AAC frames overlap,
and the encoder looks ahead. The decoded audio differs from a single encode in some frames of the
seconds after an edge, by less than the coding noise (tests/audio/test_parallel_aac.py). The edges
depend on the length alone, so every machine writes the same bytes.
"""

from __future__ import annotations

from itertools import pairwise
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.errors import OutputFault
from pipeline.messages import message
from pipeline.process import ffmpeg_file_url, run_ffmpeg
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FRAME_SAMPLES = 1_024
"""Samples in a frame of AAC-LC; the first frame is the encoder's delay."""

PART_FRAMES = 5_625
"""Frames in a part: two minutes.

All edges are multiples of three frames, which are 64 ms: ffmpeg can seek to them exactly.
"""

_LEAD_FRAMES, _TAIL_FRAMES = 9, 6  # frames encoded beyond a part's edges, and dropped
_ADTS_HEADER_BYTES = 7  # without a checksum


def aac_frame_count(sample_count: int) -> int:
    """Return the number of AAC frames of so many samples, including the encoder's delay."""
    return -(-sample_count // FRAME_SAMPLES) + 1


def part_edges(sample_count: int) -> tuple[int, ...]:
    """Return the first frame of each part of so many samples, then the total number of frames."""
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
    """Encode a 48 kHz WAV of `sample_count` samples as ADTS: AAC frames, the encoder's delay first.

    `filters` and `codec` are ffmpeg's arguments for every part; `timeout` is in seconds. Raises
    OutputFault if ffmpeg fails or writes another number of frames.
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
                    expected = end_frame - first_frame
                    raise OutputFault(
                        message("audio.aac_frames", actual=len(part_frames), expected=expected)
                    )
                joined.writelines(part_frames)


def setts_filter(sample_count: int) -> str:
    """Return the ffmpeg bitstream filter that gives the frames of an ADTS file their times.

    The encoder's delay lies before 0, and the last frame is as long as the remaining samples.
    """
    last_frame = aac_frame_count(sample_count) - 1
    last_duration = sample_count - (last_frame - 1) * FRAME_SAMPLES
    duration = f"if(eq(N\\,{last_frame})\\,{last_duration}\\,{FRAME_SAMPLES})"
    return (
        f"setts=time_base=1/{SAMPLE_RATE}:prescale=1:ts=(N-1)*{FRAME_SAMPLES}:duration={duration}"
    )


def _encoder_span(first_frame: int, end_frame: int, sample_count: int) -> tuple[int, int]:
    """Return the samples [start, end) that a part is encoded from, including the frames dropped."""
    return max(first_frame - _LEAD_FRAMES, 0) * FRAME_SAMPLES, min(
        (end_frame + _TAIL_FRAMES) * FRAME_SAMPLES, sample_count
    )


def _adts_frames(data: bytes) -> Iterator[bytes]:
    """Yield an ADTS file's frames with headers (ISO/IEC 13818-7, 6.2). Raises OutputFault."""
    offset = 0
    while offset + _ADTS_HEADER_BYTES <= len(data):
        # 13 bits of the header hold the length of the frame
        size = (data[offset + 3] & 0b11) << 11 | data[offset + 4] << 3 | data[offset + 5] >> 5
        if size < _ADTS_HEADER_BYTES or offset + size > len(data):
            raise OutputFault(message("audio.aac_unreadable"))
        yield data[offset : offset + size]
        offset += size
