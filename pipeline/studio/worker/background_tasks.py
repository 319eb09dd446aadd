"""Tasks of the worker process: plan slides, measure audio, voice a row. Results go to the cache.

They run in a process of their own because they take longer than a response may, load large
libraries, and must end at once when the studio does.
"""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cache import Store, digest
from pipeline.code_version import code_version
from pipeline.errors import InputError
from pipeline.language_tracks import Tracks
from pipeline.messages import message
from pipeline.project import Project
from pipeline.run import BuildRequest, create_context
from pipeline.script import read_script
from pipeline.stages.context import EpisodeContext
from pipeline.studio.session import EditSession, caption_track
from pipeline.studio.view.episode_view import DetectedChapters, has_explicit_chapters
from pipeline.studio.view.row_break_cache import RowBreakCache

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.picture.slides.deck import Deck
    from pipeline.studio.view.episode_view import EpisodeView

PEAKS_PER_SECOND = 50
_PEAK_SCALE = 127
_PEAKS_KIND = "peaks"
_THUMBNAIL_WIDTH = 320
_THUMBNAIL_QUALITY = 85


@dataclass(frozen=True, slots=True)
class SlidePlan:
    """The slides of one version of the texts.

    It has the detected chapters, the deck, cache keys of thumbnails by slide key, and characters
    that the font lacks.
    """

    version: str
    detected_chapters: DetectedChapters
    deck: Deck
    thumbnail_keys: dict[str, str]
    missing_glyphs: frozenset[str]
    notices: tuple[str, ...]


@functools.cache
def _process_segmenter() -> RowBreakCache:
    """Return the segmenter of this process, which is used again for every task."""
    return RowBreakCache()


def plan_slides(root: Path, transcript_path: Path) -> SlidePlan:
    """Return the slides of an episode's current files, with thumbnails. Raises EpisodeError."""
    from pipeline.stages.video import design_visuals

    session = EditSession(Project(root), transcript_path, _process_segmenter())
    view = session.current_view()
    script = read_script(session.episode, view.source.settings, _process_segmenter(), all_rows=True)
    translation_tracks = [
        caption_track(session, view, code) for code, _ in view.source.translations[:1]
    ]
    tracks = Tracks(
        view.track, tuple(track for track in translation_tracks if track is not None), ()
    )
    build_context = create_context(
        session.project, session.episode, script.settings, BuildRequest("slides")
    )
    laid_out_picture = design_visuals(
        EpisodeContext(build_context, script, view.timeline, tracks, (), _process_segmenter())
    )
    thumbnail_keys = {
        key: _thumbnail_key(build_context.store, key) for key in laid_out_picture.deck.slides
    }
    detected = DetectedChapters(
        tuple(row.text for row in script.transcript.rows),
        () if has_explicit_chapters(view.source) else script.chapters,
    )
    return SlidePlan(
        view.source.files.version,
        detected,
        laid_out_picture.deck,
        thumbnail_keys,
        frozenset(laid_out_picture.missing_glyphs),
        tuple(build_context.notices),
    )


def measure_peaks(root: Path, sound_path: Path) -> list[int]:
    """Return the peaks of an audio file, 0 to 127, fifty a second. Raises InputError."""
    import tempfile

    import numpy as np

    from pipeline.audio import pcm
    from pipeline.audio.decoder import decode_to_wav
    from pipeline.timebase import SAMPLE_RATE

    store = Store(Project(root).cache)
    file_stat = sound_path.stat()
    key = digest(
        "peaks", code_version(__name__), str(sound_path), file_stat.st_size, file_stat.st_mtime_ns
    )
    cached_peaks = store.get(_PEAKS_KIND, key)
    if cached_peaks is not None:
        return list(cached_peaks)
    with tempfile.TemporaryDirectory(prefix="episode-peaks-") as folder:
        wav_path = Path(folder) / "sound.wav"
        decode_to_wav(sound_path, wav_path)
        samples = pcm.memory_map_samples(wav_path)
        window_starts = np.arange(0, len(samples), SAMPLE_RATE // PEAKS_PER_SECOND)
        loudness = np.maximum(
            np.maximum.reduceat(samples, window_starts).astype(np.int32),
            -np.minimum.reduceat(samples, window_starts).astype(np.int32),
        )
    peak_bytes = (np.minimum(loudness, 32767) * _PEAK_SCALE // 32767).astype(np.uint8).tobytes()
    store.put(_PEAKS_KIND, key, peak_bytes)
    return list(peak_bytes)


def voice_row(root: Path, transcript_path: Path, row: int) -> tuple[str, tuple[str, ...]]:
    """Return the cache key of a WAV of one row in the episode's voice, and notices.

    Where the voice is a recording, it is the row's part of the recording. Raises EpisodeError.
    """
    session = EditSession(Project(root), transcript_path, _process_segmenter())
    view = session.current_view()
    if row > len(view.source.row_texts):
        raise InputError(message("studio.row_gone", row=row))
    samples, notices = (
        _recorded_row(session, view, row)
        if view.source.settings.voice.engine == "recording"
        else _synthesized_row(session, view, row)
    )
    wav = _wav_bytes(samples)
    key = digest(PREVIEW_KIND, wav)
    store = Store(session.project.cache)
    if store.get(PREVIEW_KIND, key) is None:
        store.put(PREVIEW_KIND, key, wav)
    return key, notices


def _synthesized_row(
    session: EditSession, view: EpisodeView, row: int
) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    from dataclasses import replace

    import numpy as np

    from pipeline.model import Directive, Transcript
    from pipeline.speech.narrator import narrate
    from pipeline.speech.speech_cache import load_take_audio

    script = read_script(session.episode, view.source.settings, _process_segmenter(), all_rows=True)
    voice_directives = [
        directive
        for directive in script.transcript.directives
        if directive.kind == "voice" and directive.row <= row
    ]
    directives = tuple(
        Directive("voice", directive.value, 1, directive.line)
        for directive in voice_directives[-1:]
    )
    one_row_transcript = Transcript(
        script.transcript.name,
        (replace(script.transcript.rows[row - 1], number=1),),
        directives,
        "utf-8",
        (),
    )
    spoken_row = replace(script.spoken_rows[row - 1], row=1)
    store = Store(session.project.cache)
    narration = narrate(
        (spoken_row,), one_row_transcript, (), script.settings, store, lambda *_: None
    )
    clips = [
        load_take_audio(store, take.audio_key)
        if take.audio_key
        else np.zeros(take.sample_count, np.int16)
        for take in narration.takes
    ]
    return np.concatenate(clips), narration.notices


def _recorded_row(
    session: EditSession, view: EpisodeView, row: int
) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    from pipeline.speech.speech_cache import load_take_audio

    pieces = view.timeline.placed_takes
    if not pieces or not pieces[0].audio_key:
        raise InputError(message("studio.recording_not_aligned"))
    span = view.timeline.rows[row - 1].span
    return load_take_audio(Store(session.project.cache), pieces[0].audio_key)[
        span.start : span.end
    ], ()


def _wav_bytes(samples: NDArray[np.int16]) -> bytes:
    import wave

    from pipeline.timebase import SAMPLE_RATE

    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", "not compressed"))
        file.writeframes(samples.astype("<i2").tobytes())
    return buffer.getvalue()


def _thumbnail_key(store: Store, key: str) -> str:
    """Return the cache key of a slide's thumbnail."""
    from PIL import Image

    from pipeline.picture.slides.slide_store import load_slide

    thumbnail_digest = digest("thumb", code_version(__name__), key)
    if not store.entry_path(THUMBNAIL_KIND, thumbnail_digest).exists():
        picture = Image.fromarray(load_slide(store, key))
        height = max(1, picture.height * _THUMBNAIL_WIDTH // picture.width)
        buffer = io.BytesIO()
        picture.resize((_THUMBNAIL_WIDTH, height), Image.Resampling.LANCZOS, reducing_gap=2.0).save(
            buffer, "JPEG", quality=_THUMBNAIL_QUALITY
        )
        store.put(THUMBNAIL_KIND, thumbnail_digest, buffer.getvalue())
    return thumbnail_digest


THUMBNAIL_KIND, PREVIEW_KIND = "thumb", "preview"
"""Cache kinds: thumbnails of slides (JPEG), single voiced rows (WAV)."""
