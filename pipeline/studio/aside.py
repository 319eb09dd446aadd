"""Work of a second process beside the server: slides drawn, sound measured, a row said. What it makes is kept in the cache.

Here because it takes longer than an edit may, holds big libraries, and must end at once when the studio does.
"""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.build import Order, Run, ledger_of, program
from pipeline.errors import InputError
from pipeline.project import Project
from pipeline.script import Script, read_script
from pipeline.stages.made import Made
from pipeline.store import Store, digest
from pipeline.studio.bench import Bench
from pipeline.studio.desk import Desk
from pipeline.studio.media import PREVIEW, THUMB, track_of
from pipeline.studio.view import Found, chapters_are_set
from pipeline.tracks import Tracks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.deck import Deck
    from pipeline.studio.view import View

PEAKS_A_SECOND = 50
_LOUDEST = 127
_PEAKS = "peaks"
_THUMB_WIDTH = 320
_THUMB_QUALITY = 85


@dataclass(frozen=True, slots=True)
class Plan:
    """What a text's slides are: its version, its chapters, the deck, small pictures by slide key, characters without a glyph."""

    version: str
    found: Found
    deck: Deck
    thumbs: dict[str, str]
    lacking: frozenset[str]
    notices: tuple[str, ...]


@functools.cache
def _bench() -> Bench:
    """Return this process's bench: it is asked again and again."""
    return Bench()


@functools.cache
def _program() -> str:
    return program()


def plan(root: Path, path: Path) -> Plan:
    """Return the slides of an episode as its files are now, each drawn or read, and small. Raises EpisodeError."""
    from pipeline.stages.picture import laid_out

    desk = Desk(Project(root), path, _bench(), _program())
    view = desk.look()
    script = read_script(desk.episode, view.reading.settings, _bench())
    seconds = [track_of(desk, view, code) for code, _ in view.reading.seconds[:1]]
    tracks = Tracks(view.track, tuple(one for one in seconds if one is not None), ())
    run = _run(desk, script)
    shown = laid_out(Made(run, script, view.timeline, tracks, (), _bench()))
    thumbs = {key: _thumb(run.store, key) for key in shown.deck.slides}
    found = Found(tuple(row.text for row in script.transcript.rows), () if chapters_are_set(view.reading) else script.chapters)
    return Plan(view.reading.texts.version, found, shown.deck, thumbs, frozenset(shown.missing), tuple(run.notices))


def peaks(root: Path, sound: Path) -> list[int]:
    """Return how loud a sound file is, 0 to 127, fifty times a second. Raises InputError."""
    import tempfile

    import numpy as np

    from pipeline.audio import pcm
    from pipeline.audio.decode import decode_to
    from pipeline.timebase import SAMPLE_RATE

    store = Store(Project(root).cache)
    state = sound.stat()
    key = digest("peaks 1", str(sound), state.st_size, state.st_mtime_ns)
    kept = store.get(_PEAKS, key)
    if kept is not None:
        return list(kept)
    with tempfile.TemporaryDirectory(prefix="episode-peaks-") as folder:
        out = Path(folder) / "sound.wav"
        decode_to(sound, out)
        samples = pcm.mapped(out)
        places = np.arange(0, len(samples), SAMPLE_RATE // PEAKS_A_SECOND)
        loud = np.maximum(np.maximum.reduceat(samples, places).astype(np.int32), -np.minimum.reduceat(samples, places).astype(np.int32))
    body = (np.minimum(loud, 32767) * _LOUDEST // 32767).astype(np.uint8).tobytes()
    store.put(_PEAKS, key, body)
    return list(body)


def say(root: Path, path: Path, row: int) -> tuple[str, tuple[str, ...]]:
    """Return the store key of a WAV of one row as the episode's voice says it now, and what has to be said of it.

    Where the voice is a recording, it is the stretch of it the row has. Raises EpisodeError.
    """
    desk = Desk(Project(root), path, _bench(), _program())
    view = desk.look()
    if row > len(view.reading.rows):
        raise InputError(f"There is no row {row}.", "Load the page again.")
    samples, notices = _of_recording(desk, view, row) if view.reading.settings.voice.engine == "recording" else _of_voice(desk, view, row)
    body = _wav(samples)
    key = digest(PREVIEW, body)
    store = Store(desk.project.cache)
    if store.get(PREVIEW, key) is None:
        store.put(PREVIEW, key, body)
    return key, notices


def _of_voice(desk: Desk, view: View, row: int) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    from dataclasses import replace

    import numpy as np

    from pipeline.model import Directive, Transcript
    from pipeline.speech.narrate import narrate
    from pipeline.speech.takes import samples

    script = read_script(desk.episode, view.reading.settings, _bench())
    voices = [one for one in script.transcript.directives if one.kind == "voice" and one.row <= row]
    directives = tuple(Directive("voice", one.value, 1, one.line) for one in voices[-1:])
    alone = Transcript(script.transcript.name, (replace(script.transcript.rows[row - 1], number=1),), directives, "utf-8", ())
    spoken = replace(script.spoken[row - 1], row=1)
    store = Store(desk.project.cache)
    told = narrate((spoken,), alone, (), script.settings, store, lambda *_: None)
    pieces = [samples(store, take.audio) if take.audio else np.zeros(take.samples, np.int16) for take in told.takes]
    return np.concatenate(pieces), told.notices


def _of_recording(desk: Desk, view: View, row: int) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    from pipeline.speech.takes import samples

    pieces = view.timeline.pieces
    if not pieces or not pieces[0].audio:
        raise InputError("The recording was not aligned yet.", "Render first.")
    span = view.timeline.rows[row - 1].span
    return samples(Store(desk.project.cache), pieces[0].audio)[span.start : span.end], ()


def _wav(samples: NDArray[np.int16]) -> bytes:
    import wave

    from pipeline.timebase import SAMPLE_RATE

    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", "not compressed"))
        file.writeframes(samples.astype("<i2").tobytes())
    return out.getvalue()


def _run(desk: Desk, script: Script) -> Run:
    project, episode = desk.project, desk.episode
    ledger, store = ledger_of(project, episode), Store(project.cache)
    return Run(episode, script.settings, Order("slides"), store, ledger, project.assets, Path(), lambda *_: None, desk.program)


def _thumb(store: Store, key: str) -> str:
    """Return the store key of a slide made small."""
    from PIL import Image

    from pipeline.picture.slides import fetch

    small = digest("thumb 1", key, _THUMB_WIDTH, _THUMB_QUALITY)
    if not store.path(THUMB, small).exists():
        picture = Image.fromarray(fetch(store, key))
        height = max(1, picture.height * _THUMB_WIDTH // picture.width)
        out = io.BytesIO()
        picture.resize((_THUMB_WIDTH, height), Image.Resampling.LANCZOS, reducing_gap=2.0).save(out, "JPEG", quality=_THUMB_QUALITY)
        store.put(THUMB, small, out.getvalue())
    return small
