"""A track's place in a file: its description, and the tables that say where each of its samples lies (ISO/IEC 14496-12, clause 8)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.container.boxes import IDENTITY, box, full, packed_language, string
from pipeline.language import iso_639_2
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

_ENABLED, _IN_MOVIE = 1, 2
_MEDIA_HEADERS = {
    b"vide": full(b"vmhd", 0, 1, bytes(8)),
    b"soun": full(b"smhd", 0, 0, bytes(4)),
    b"sbtl": full(b"nmhd", 0, 0),
    # QuickTime's text header: what chapter tracks have had since 1991 and players look for
    b"text": box(b"gmhd", full(b"gmin", 0, 0, struct.pack(">HHHHhH", 0x40, 0x8000, 0x8000, 0x8000, 0, 0)), box(b"text", IDENTITY)),
}


@dataclass(frozen=True, slots=True)
class TrackIndex:
    """Everything `moov` says about a track; `durations` and `sizes` (bytes) have a value a sample.

    `chunks` has a row (second, first sample, samples) for each stretch of samples that lie together. `keys` are the sync samples counted
    from 0 (None: all). `heard` is the length in samples of the master clock, after `gap` samples of nothing, and without the first `delay`
    units of the track's own time scale.
    """

    handler: bytes
    name: str
    language: str
    timescale: int
    entry: bytes
    sizes: Numbers
    durations: Numbers
    chunks: Numbers
    heard: int
    delay: int = 0
    keys: Numbers | None = None
    enabled: bool = True
    group: int = 0
    size: tuple[int, int] = (0, 0)
    top: int = 0
    gap: int = 0
    chapters: int | None = None
    titled: bool = False


def chunks_by_second(durations: Numbers, timescale: int) -> Numbers:
    """Return rows of (second, first sample, samples): the samples that begin within each second lie together."""
    import numpy as np

    if not len(durations):
        return np.zeros((0, 3), np.int64)
    seconds = (np.cumsum(durations) - durations) // timescale
    firsts = np.flatnonzero(np.diff(seconds, prepend=-1))
    return np.stack([seconds[firsts], firsts, np.diff(np.append(firsts, len(durations)))], axis=1)


def trak(number: int, track: TrackIndex, offsets: Numbers, *, wide: bool) -> bytes:
    """Return a track's box; `offsets` has the place in the file of each of its chunks, in 8 bytes each where `wide`."""
    flags = _IN_MOVIE | (_ENABLED if track.enabled else 0)
    loud = 0x100 if track.handler == b"soun" else 0
    matrix = IDENTITY[:28] + struct.pack(">I", track.top << 16) + IDENTITY[32:]
    width, height = (side << 16 for side in track.size)
    tkhd = full(
        b"tkhd",
        0,
        flags,
        struct.pack(">5I", 0, 0, number, 0, track.gap + track.heard) + bytes(8) + struct.pack(">hhHH", 0, track.group, loud, 0),
        matrix + struct.pack(">II", width, height),
    )
    edits = [struct.pack(">IiI", track.gap, -1, 0x10000)] if track.gap else []
    edits.append(struct.pack(">IiI", track.heard, track.delay, 0x10000))
    edit = box(b"edts", full(b"elst", 0, 0, struct.pack(">I", len(edits)), *edits))
    refers = [box(b"tref", box(b"chap", struct.pack(">I", track.chapters)))] if track.chapters else []
    name = track.name.encode("utf-8", "replace")
    named = [box(b"udta", box(b"\xa9nam", struct.pack(">HH", len(name), packed_language("und")), name))] if track.titled else []
    return box(b"trak", tkhd, edit, *refers, _mdia(track, offsets, wide=wide), *named)


def _mdia(track: TrackIndex, offsets: Numbers, *, wide: bool) -> bytes:
    total = int(track.durations.sum())
    language = packed_language(iso_639_2(track.language))
    mdhd = full(b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, track.timescale, total, language, 0))
    hdlr = full(b"hdlr", 0, 0, bytes(4), track.handler, bytes(12), string(track.name))
    tag = [full(b"elng", 0, 0, string(track.language))] if track.titled else []  # the whole code: mdhd cannot tell zh-Hans from zh-Hant
    here = box(b"dinf", full(b"dref", 0, 0, struct.pack(">I", 1), full(b"url ", 0, 1)))
    return box(b"mdia", mdhd, hdlr, *tag, box(b"minf", _MEDIA_HEADERS[track.handler], here, _stbl(track, offsets, wide=wide)))


def _stbl(track: TrackIndex, offsets: Numbers, *, wide: bool) -> bytes:
    import numpy as np

    tables = [
        full(b"stsd", 0, 0, struct.pack(">I", 1), track.entry),
        _counted(b"stts", _runs(track.durations)),
        _counted(b"stsc", _chunk_runs(track.chunks[:, 2])),
        full(b"stsz", 0, 0, struct.pack(">II", 0, len(track.sizes)), track.sizes.astype(">u4").tobytes()),
        full(b"co64" if wide else b"stco", 0, 0, struct.pack(">I", len(offsets)), offsets.astype(">u8" if wide else ">u4").tobytes()),
    ]
    if track.keys is not None:
        tables.insert(2, _counted(b"stss", np.asarray(track.keys + 1)[:, np.newaxis]))
    return box(b"stbl", *tables)


def _counted(kind: bytes, rows: Numbers) -> bytes:
    return full(kind, 0, 0, struct.pack(">I", len(rows)), rows.astype(">u4").tobytes())


def _runs(values: Numbers) -> Numbers:
    """Return rows of (how often, value) for equal neighbours."""
    import numpy as np

    firsts = np.flatnonzero(np.diff(values, prepend=-1))
    return np.stack([np.diff(np.append(firsts, len(values))), values[firsts]], axis=1)


def _chunk_runs(counts: Numbers) -> Numbers:
    """Return rows of (first chunk, samples a chunk, description) for chunks of equal size, chunks counted from 1."""
    import numpy as np

    firsts = np.flatnonzero(np.diff(counts, prepend=-1))
    return np.stack([firsts + 1, counts[firsts], np.ones(len(firsts), np.int64)], axis=1)


def mvhd(length: int, tracks: int) -> bytes:
    """Return the movie's header: `length` in samples of the master clock, which is the movie's time scale, and no date."""
    times = struct.pack(">IIIIIHH", 0, 0, SAMPLE_RATE, length, 0x10000, 0x100, 0)
    return full(b"mvhd", 0, 0, times, bytes(8), IDENTITY, bytes(24), struct.pack(">I", tracks + 1))


def udta(texts: Sequence[tuple[bytes, str]], poster: bytes | None, chapters: Sequence[tuple[int, str]]) -> bytes:
    """Return what players show about the file: texts by their iTunes key, the cover, and chapters as (sample, title) in Nero's form."""
    items = [box(key, _value(1, text.encode("utf-8", "replace"))) for key, text in texts if text]
    if poster is not None:
        items.append(box(b"covr", _value(14 if poster.startswith(b"\x89PNG") else 13, poster)))
    handler = full(b"hdlr", 0, 0, bytes(4), b"mdir", b"appl", bytes(9))
    parts = [full(b"meta", 0, 0, handler, box(b"ilst", *items))]
    if chapters:
        listed = [struct.pack(">QB", at * 10_000_000 // SAMPLE_RATE, len(cut := _cut(title))) + cut for at, title in chapters[:255]]
        parts.append(full(b"chpl", 1, 0, struct.pack(">IB", 0, len(listed)), *listed))
    return box(b"udta", *parts)


def _value(kind: int, data: bytes) -> bytes:
    return box(b"data", struct.pack(">II", kind, 0), data)


def _cut(title: str) -> bytes:
    """Return at most 255 bytes of a title, no character cut in two."""
    return title.encode("utf-8", "replace")[:255].decode("utf-8", "ignore").encode()
