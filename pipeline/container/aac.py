"""The AAC track of an m4a file: what is copied into the episode, sample by sample, without touching it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.container.boxes import Found, find, inside, top_level
from pipeline.errors import OutputFault
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

_LARGEST_INDEX = 64_000_000


@dataclass(frozen=True, slots=True)
class AacTrack:
    """Where every AAC frame of a file lies, how long it is, and the boxes that describe them.

    `delay` is the encoder's delay in samples, which players skip; `length` what is heard after it.
    """

    path: Path
    entry: bytes
    offsets: NDArray[np.int64]
    sizes: NDArray[np.int64]
    durations: NDArray[np.int64]
    delay: int
    length: int


def read_aac(path: Path) -> AacTrack:
    """Read an m4a file's index. Raises OutputFault where it is not one, or not 48 kHz."""
    import numpy as np

    moov = _moov(path)
    trak = next((one for one in inside(moov) if one.kind == b"trak" and _is_sound(moov, one)), None)
    if trak is None:
        raise OutputFault("The narration holds no sound.", "Run again with --force.", where=path)
    mdhd, table = _need(moov, trak, "mdia/mdhd"), _need(moov, trak, "mdia/minf/stbl")
    (rate,) = struct.unpack_from(">I", moov, mdhd.start + (20 if moov[mdhd.start] else 12))
    if rate != SAMPLE_RATE:
        raise OutputFault(f"The narration is at {rate} Hz.", "Run again with --force.", where=path)
    stsd = _need(moov, table, "stsd")
    durations = _durations(moov, _need(moov, table, "stts"))
    sizes = _sizes(moov, _need(moov, table, "stsz"))
    offsets = _offsets(moov, table, sizes)
    delay = _delay(moov, trak)
    return AacTrack(path, moov[stsd.start + 8 : stsd.end], offsets, sizes, durations, delay, int(np.sum(durations)) - delay)


def _moov(path: Path) -> bytes:
    with path.open("rb") as file:
        for found in top_level(file):
            if found.kind == b"moov" and found.end - found.start <= _LARGEST_INDEX:
                file.seek(found.start)
                return file.read(found.end - found.start)
    raise OutputFault("The narration is not an m4a file.", "Run again with --force.", where=path)


def _is_sound(moov: bytes, trak: Found) -> bool:
    hdlr = find(moov, "mdia/hdlr", trak.start, trak.end)
    return hdlr is not None and moov[hdlr.start + 8 : hdlr.start + 12] == b"soun"


def _need(moov: bytes, parent: Found, path: str) -> Found:
    found = find(moov, path, parent.start, parent.end)
    if found is None:
        raise OutputFault(f"The narration's index lacks {path}.", "Run again with --force.")
    return found


def _table(moov: bytes, found: Found, skip: int, columns: int) -> NDArray[np.int64]:
    """Return a table of 32-bit numbers that begins `skip` bytes into a box with its count in the 4 bytes before."""
    import numpy as np

    (count,) = struct.unpack_from(">I", moov, found.start + skip - 4)
    return np.frombuffer(moov, ">u4", count * columns, found.start + skip).astype(np.int64).reshape(-1, columns)


def _durations(moov: bytes, stts: Found) -> NDArray[np.int64]:
    import numpy as np

    runs = _table(moov, stts, 8, 2)
    return np.repeat(runs[:, 1], runs[:, 0])


def _sizes(moov: bytes, stsz: Found) -> NDArray[np.int64]:
    import numpy as np

    (same, count) = struct.unpack_from(">II", moov, stsz.start + 4)
    return np.full(count, same, np.int64) if same else _table(moov, stsz, 12, 1)[:, 0]


def _offsets(moov: bytes, table: Found, sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each sample begins: chunks lie anywhere, the samples of a chunk one after the other."""
    import numpy as np

    stco, co64 = (find(moov, kind, table.start, table.end) for kind in ("stco", "co64"))
    if co64 is not None:
        (count,) = struct.unpack_from(">I", moov, co64.start + 4)
        chunks = np.frombuffer(moov, ">u8", count, co64.start + 8).astype(np.int64)
    else:
        chunks = _table(moov, stco or _need(moov, table, "stco"), 8, 1)[:, 0]
    runs = _table(moov, _need(moov, table, "stsc"), 8, 3)
    spans = np.diff(np.append(runs[:, 0], len(chunks) + 1))
    counts = np.repeat(runs[:, 1], spans)
    firsts = np.cumsum(counts) - counts
    ends = np.cumsum(sizes)
    starts = ends - sizes
    if int(counts.sum()) != len(sizes):
        raise OutputFault("The narration's index does not add up.", "Run again with --force.")
    return np.asarray(np.repeat(chunks - starts[firsts], counts) + starts)


def _delay(moov: bytes, trak: Found) -> int:
    elst = find(moov, "edts/elst", trak.start, trak.end)
    if elst is None:
        return 0
    form, skip = (">Qq", 8) if moov[elst.start] else (">Ii", 8)
    _, media = struct.unpack_from(form, moov, elst.start + skip)
    return max(0, int(media))
