"""The index of an m4a file, so that its AAC frames can be copied into the episode unchanged."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import OutputFault
from pipeline.messages import message
from pipeline.mux.boxes import Mp4Box, child_boxes, find_box, top_level_boxes
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

_MAX_INDEX_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class AacTrack:
    """The AAC frames of a file, and the `stsd` entry that describes them.

    `offsets` and `sizes` are in bytes, one value per frame; `durations`, `delay` and `length` are
    in samples at 48 kHz. `delay` is the encoder's delay, which players skip; `length` is what is
    heard.
    """

    path: Path
    entry: bytes
    offsets: NDArray[np.int64]
    sizes: NDArray[np.int64]
    durations: NDArray[np.int64]
    delay: int
    length: int


def read_aac_track(path: Path) -> AacTrack:
    """Read an m4a file's index. Raises OutputFault if it is not an m4a file at 48 kHz."""
    import numpy as np

    moov = _read_movie_box(path)
    trak = next(
        (
            child
            for child in child_boxes(moov)
            if child.kind == b"trak" and _is_audio_track(moov, child)
        ),
        None,
    )
    if trak is None:
        raise OutputFault(message("mux.no_audio_track"), where=path)
    mdhd, sample_table = (
        _require_box(moov, trak, "mdia/mdhd"),
        _require_box(moov, trak, "mdia/minf/stbl"),
    )
    (sample_rate,) = struct.unpack_from(">I", moov, mdhd.start + (20 if moov[mdhd.start] else 12))
    if sample_rate != SAMPLE_RATE:
        raise OutputFault(
            message("mux.sample_rate", actual=sample_rate, expected=SAMPLE_RATE), where=path
        )
    stsd = _require_box(moov, sample_table, "stsd")
    durations = _sample_durations(moov, _require_box(moov, sample_table, "stts"))
    sizes = _sample_sizes(moov, _require_box(moov, sample_table, "stsz"))
    offsets = _sample_offsets(moov, sample_table, sizes)
    delay = _encoder_delay(moov, trak)
    return AacTrack(
        path,
        moov[stsd.start + 8 : stsd.end],
        offsets,
        sizes,
        durations,
        delay,
        int(np.sum(durations)) - delay,
    )


def _read_movie_box(path: Path) -> bytes:
    with path.open("rb") as file:
        for top_box in top_level_boxes(file):
            if top_box.kind == b"moov" and top_box.end - top_box.start <= _MAX_INDEX_BYTES:
                file.seek(top_box.start)
                return file.read(top_box.end - top_box.start)
    raise OutputFault(message("mux.not_m4a"), where=path)


def _is_audio_track(moov: bytes, trak: Mp4Box) -> bool:
    hdlr = find_box(moov, "mdia/hdlr", trak.start, trak.end)
    return hdlr is not None and moov[hdlr.start + 8 : hdlr.start + 12] == b"soun"


def _require_box(moov: bytes, parent: Mp4Box, path: str) -> Mp4Box:
    match = find_box(moov, path, parent.start, parent.end)
    if match is None:
        raise OutputFault(message("mux.index_lacks_box", path=path))
    return match


def _read_number_table(
    moov: bytes, table_box: Mp4Box, first_row_offset: int, columns: int
) -> NDArray[np.int64]:
    """Return a table of 32-bit numbers, shape (rows, columns).

    The table starts `first_row_offset` bytes into the box; its row count is in the 4 bytes before.
    """
    import numpy as np

    (count,) = struct.unpack_from(">I", moov, table_box.start + first_row_offset - 4)
    return (
        np.frombuffer(moov, ">u4", count * columns, table_box.start + first_row_offset)
        .astype(np.int64)
        .reshape(-1, columns)
    )


def _sample_durations(moov: bytes, stts: Mp4Box) -> NDArray[np.int64]:
    import numpy as np

    runs = _read_number_table(moov, stts, 8, 2)
    return np.repeat(runs[:, 1], runs[:, 0])


def _sample_sizes(moov: bytes, stsz: Mp4Box) -> NDArray[np.int64]:
    import numpy as np

    (common_size, count) = struct.unpack_from(">II", moov, stsz.start + 4)
    return (
        np.full(count, common_size, np.int64)
        if common_size
        else _read_number_table(moov, stsz, 12, 1)[:, 0]
    )


def _sample_offsets(
    moov: bytes, sample_table: Mp4Box, sizes: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the byte offset of each sample; the samples of a chunk follow each other."""
    import numpy as np

    stco, co64 = (
        find_box(moov, kind, sample_table.start, sample_table.end) for kind in ("stco", "co64")
    )
    if co64 is not None:
        (count,) = struct.unpack_from(">I", moov, co64.start + 4)
        chunks = np.frombuffer(moov, ">u8", count, co64.start + 8).astype(np.int64)
    else:
        chunks = _read_number_table(moov, stco or _require_box(moov, sample_table, "stco"), 8, 1)[
            :, 0
        ]
    runs = _read_number_table(moov, _require_box(moov, sample_table, "stsc"), 8, 3)
    spans = np.diff(np.append(runs[:, 0], len(chunks) + 1))
    samples_per_chunk = np.repeat(runs[:, 1], spans)
    first_samples = np.cumsum(samples_per_chunk) - samples_per_chunk
    ends = np.cumsum(sizes)
    starts = ends - sizes
    if int(samples_per_chunk.sum()) != len(sizes):
        raise OutputFault(message("mux.index_inconsistent"))
    return np.asarray(np.repeat(chunks - starts[first_samples], samples_per_chunk) + starts)


def _encoder_delay(moov: bytes, trak: Mp4Box) -> int:
    elst = find_box(moov, "edts/elst", trak.start, trak.end)
    if elst is None:
        return 0
    form, skip = (">Qq", 8) if moov[elst.start] else (">Ii", 8)
    _, media = struct.unpack_from(form, moov, elst.start + skip)
    return max(0, int(media))
