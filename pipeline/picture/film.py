"""The host's own video as the whole picture: captions over it, in step with its sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.picture.clips import probe
from pipeline.picture.progress import with_chapters
from pipeline.picture.scene import Footage, Move
from pipeline.picture.slides import keep
from pipeline.picture.stills import fitted

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.model import Timeline
    from pipeline.picture.look import Look
    from pipeline.store import Store


class Film(NamedTuple):
    """What a reel is planned from: slides by their first frame, and the one move that is the film."""

    slides: tuple[tuple[int, str], ...]
    moves: tuple[Move, ...]


def filmed(path: Path, content: str, timeline: Timeline, look: Look, store: Store, *, progress: bool) -> Film:
    """Return a video file as the picture of a timeline that was laid around its sound, with the chapters' bar where `progress` says so.

    It is turned, fitted and held as a clip among slides would be; `content` is the digest of its bytes.

    Raises InputError where it has no picture or cannot be played.
    """
    found = probe(path, path)
    ground = look.theme.background
    first = keep(store, fitted(found.first, (look.width, look.height), look.fit, ground))
    footage = Footage(str(path), content, found.fps, found.frames, "film", fit=look.fit, ground=ground, late=found.late)
    slides = ((0, first),)
    return Film(with_chapters(slides, timeline) if progress else slides, (Move(footage, 0, timeline.frames),))
