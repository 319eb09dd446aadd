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
from pipeline.process import file_name, run_ffmpeg
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FRAME = 1_024
"""Samples a frame of AAC-LC stands for; the first frame is the encoder's delay."""

PART = 5_625
"""Frames of a part: two minutes. A multiple of three, as all edges are: three frames are 64 ms, which ffmpeg can seek to exactly."""

_BEFORE, _AFTER = 9, 6
_HEADER = 7  # bytes of an ADTS header without a checksum


def frames_of(length: int) -> int:
    """Return how many frames so many samples become, the encoder's delay among them."""
    return -(-length // FRAME) + 1


def edges_of(length: int) -> tuple[int, ...]:
    """Return the frames at which the parts of so many samples begin, and the number of all frames last."""
    count = frames_of(length)
    return (*range(0, max(count - PART // 2, 1), PART), count)


def encoded_in_parts(source: Path, out: Path, length: int, filters: Sequence[str], codec: Sequence[str], timeout: float) -> None:
    """Write a 48 kHz WAV of `length` samples to `out` as ADTS: bare AAC frames, the encoder's delay first.

    `filters` and `codec` are ffmpeg's, for every part. Raises OutputFault where ffmpeg fails or makes another number of frames.
    """
    edges = edges_of(length)
    with TemporaryDirectory(prefix=".tmp-aac-", dir=source.parent) as name:
        folder = source.parent / name
        inputs: list[str] = []
        outputs: list[str] = []
        for number, (first, last) in enumerate(pairwise(edges)):
            begin, end = _heard(first, last, length)
            inputs += ["-ss", f"{begin / SAMPLE_RATE:.6f}", "-i", file_name(source)]
            chain = ",".join([*filters, f"atrim=end_sample={end - begin}"])
            outputs += ["-map", f"{number}:a", "-af", chain, *codec, "-f", "adts", "-y", file_name(folder / f"{number}.aac")]
        run_ffmpeg(["-v", "error", *inputs, *outputs], timeout=timeout)
        with out.open("wb") as joined:
            for number, (first, last) in enumerate(pairwise(edges)):
                skipped = first - max(first - _BEFORE, 0)
                own = list(_frames((folder / f"{number}.aac").read_bytes()))[skipped : skipped + last - first]
                if len(own) != last - first:
                    raise OutputFault(f"ffmpeg made {len(own)} frames of AAC instead of {last - first}.", "Run `episode doctor`.")
                joined.writelines(own)


def setts(length: int) -> str:
    """Return ffmpeg's bitstream filter that gives bare frames their times: the delay before 0, the last frame as long as it is needed."""
    last = frames_of(length) - 1
    duration = f"if(eq(N\\,{last})\\,{length - (last - 1) * FRAME}\\,{FRAME})"
    return f"setts=time_base=1/{SAMPLE_RATE}:prescale=1:ts=(N-1)*{FRAME}:duration={duration}"


def _heard(first: int, last: int, length: int) -> tuple[int, int]:
    """Return the samples [begin, end) a part's encoder is given, beyond its own frames on both sides."""
    return max(first - _BEFORE, 0) * FRAME, min((last + _AFTER) * FRAME, length)


def _frames(data: bytes) -> Iterator[bytes]:
    """Yield the frames of an ADTS file, each with its header (ISO/IEC 13818-7, 6.2: thirteen bits hold a frame's length)."""
    at = 0
    while at + _HEADER <= len(data):
        size = (data[at + 3] & 0b11) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
        if size < _HEADER or at + size > len(data):
            raise OutputFault("ffmpeg wrote AAC that cannot be read back.", "Run `episode doctor`.")
        yield data[at : at + size]
        at += size
