"""A track's `trak` box: its description, and the tables that locate each of its samples.

The boxes are those of ISO/IEC 14496-12, clause 8.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.language import iso_639_2
from pipeline.mux.boxes import IDENTITY_MATRIX, box, full_box, packed_language, zero_terminated

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

_TRACK_ENABLED, _TRACK_IN_MOVIE = 1, 2

_MEDIA_HEADERS = {
    b"vide": full_box(b"vmhd", 0, 1, bytes(8)),
    b"soun": full_box(b"smhd", 0, 0, bytes(4)),
    b"sbtl": full_box(b"nmhd", 0, 0),
    # QuickTime's text media header, by which players recognise a chapter track
    b"text": box(
        b"gmhd",
        full_box(b"gmin", 0, 0, struct.pack(">HHHHhH", 0x40, 0x8000, 0x8000, 0x8000, 0, 0)),
        box(b"text", IDENTITY_MATRIX),
    ),
}


@dataclass(frozen=True, slots=True)
class TrackIndex:
    """Everything that the `moov` box says about a track.

    `sizes` (bytes) and `durations` (units of `timescale`) have one value per sample. `chunks` has a
    row (second, first sample, sample count) for each run of samples that are stored together.
    `sync_samples` are counted from 0; None means all. `playback_length` is in samples at 48 kHz; it
    starts after `gap` samples of nothing and omits the first `delay` units of `timescale`.
    """

    handler: bytes
    name: str
    language: str
    timescale: int
    entry: bytes
    sizes: Numbers
    durations: Numbers
    chunks: Numbers
    playback_length: int
    delay: int = 0
    sync_samples: Numbers | None = None
    enabled: bool = True
    group: int = 0
    size: tuple[int, int] = (0, 0)
    top: int = 0
    gap: int = 0
    chapter_track_number: int | None = None
    titled: bool = False


def chunks_by_second(durations: Numbers, timescale: int) -> Numbers:
    """Return rows of (second, first sample, sample count), one for each second that has samples."""
    import numpy as np

    if not len(durations):
        return np.zeros((0, 3), np.int64)
    seconds = (np.cumsum(durations) - durations) // timescale
    first_samples = np.flatnonzero(np.diff(seconds, prepend=-1))
    return np.stack(
        [seconds[first_samples], first_samples, np.diff(np.append(first_samples, len(durations)))],
        axis=1,
    )


def track_box(number: int, track: TrackIndex, offsets: Numbers, *, large_offsets: bool) -> bytes:
    """Return a track's box.

    `offsets` has the file position of each of its chunks, stored in 8 bytes each if
    `large_offsets`.
    """
    flags = _TRACK_IN_MOVIE | (_TRACK_ENABLED if track.enabled else 0)
    volume = 0x100 if track.handler == b"soun" else 0
    matrix = IDENTITY_MATRIX[:28] + struct.pack(">I", track.top << 16) + IDENTITY_MATRIX[32:]
    width, height = (side << 16 for side in track.size)
    tkhd = full_box(
        b"tkhd",
        0,
        flags,
        struct.pack(">5I", 0, 0, number, 0, track.gap + track.playback_length)
        + bytes(8)
        + struct.pack(">hhHH", 0, track.group, volume, 0),
        matrix + struct.pack(">II", width, height),
    )
    edits = [struct.pack(">IiI", track.gap, -1, 0x10000)] if track.gap else []
    edits.append(struct.pack(">IiI", track.playback_length, track.delay, 0x10000))
    edit_box = box(b"edts", full_box(b"elst", 0, 0, struct.pack(">I", len(edits)), *edits))
    references = (
        [box(b"tref", box(b"chap", struct.pack(">I", track.chapter_track_number)))]
        if track.chapter_track_number
        else []
    )
    name = track.name.encode("utf-8", "replace")
    name_boxes = (
        [box(b"udta", box(b"\xa9nam", struct.pack(">HH", len(name), packed_language("und")), name))]
        if track.titled
        else []
    )
    return box(
        b"trak",
        tkhd,
        edit_box,
        *references,
        _media_box(track, offsets, large_offsets=large_offsets),
        *name_boxes,
    )


def _media_box(track: TrackIndex, offsets: Numbers, *, large_offsets: bool) -> bytes:
    total = int(track.durations.sum())
    language = packed_language(iso_639_2(track.language))
    mdhd = full_box(
        b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, track.timescale, total, language, 0)
    )
    hdlr = full_box(b"hdlr", 0, 0, bytes(4), track.handler, bytes(12), zero_terminated(track.name))
    # the full BCP 47 code: mdhd cannot distinguish zh-Hans from zh-Hant
    language_tag = (
        [full_box(b"elng", 0, 0, zero_terminated(track.language))] if track.titled else []
    )
    data_reference = box(
        b"dinf", full_box(b"dref", 0, 0, struct.pack(">I", 1), full_box(b"url ", 0, 1))
    )
    return box(
        b"mdia",
        mdhd,
        hdlr,
        *language_tag,
        box(
            b"minf",
            _MEDIA_HEADERS[track.handler],
            data_reference,
            _sample_table_box(track, offsets, large_offsets=large_offsets),
        ),
    )


def _sample_table_box(track: TrackIndex, offsets: Numbers, *, large_offsets: bool) -> bytes:
    import numpy as np

    tables = [
        full_box(b"stsd", 0, 0, struct.pack(">I", 1), track.entry),
        _table_box(b"stts", _value_runs(track.durations)),
        _table_box(b"stsc", _chunk_runs(track.chunks[:, 2])),
        full_box(
            b"stsz",
            0,
            0,
            struct.pack(">II", 0, len(track.sizes)),
            track.sizes.astype(">u4").tobytes(),
        ),
        full_box(
            b"co64" if large_offsets else b"stco",
            0,
            0,
            struct.pack(">I", len(offsets)),
            offsets.astype(">u8" if large_offsets else ">u4").tobytes(),
        ),
    ]
    if track.sync_samples is not None:
        tables.insert(2, _table_box(b"stss", np.asarray(track.sync_samples + 1)[:, np.newaxis]))
    return box(b"stbl", *tables)


def _table_box(kind: bytes, rows: Numbers) -> bytes:
    return full_box(kind, 0, 0, struct.pack(">I", len(rows)), rows.astype(">u4").tobytes())


def _value_runs(values: Numbers) -> Numbers:
    """Return rows of (count, value), one for each run of equal values."""
    import numpy as np

    run_starts = np.flatnonzero(np.diff(values, prepend=-1))
    return np.stack([np.diff(np.append(run_starts, len(values))), values[run_starts]], axis=1)


def _chunk_runs(counts: Numbers) -> Numbers:
    """Return rows of (first chunk, samples per chunk, description), all counted from 1."""
    import numpy as np

    run_starts = np.flatnonzero(np.diff(counts, prepend=-1))
    return np.stack(
        [run_starts + 1, counts[run_starts], np.ones(len(run_starts), np.int64)], axis=1
    )
