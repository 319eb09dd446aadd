"""The episode the ways of making a picture are compared by.

This repository's own, timed by its text, with twelve slides.
"""

from __future__ import annotations

import dataclasses
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.cache import Store
from pipeline.model import Span, Timeline, Track
from pipeline.picture.slides.slide_store import encode_png, store_slide
from pipeline.picture.style.look import EpisodeLook, resolve_look
from pipeline.settings import Settings
from pipeline.timebase import frame_from_samples, samples_from_frame, seconds_from_samples

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT, FPS, SLIDES, PHOTOGRAPHS = 1920, 1080, 30, 12, (2, 5, 8, 11)


@dataclass(frozen=True, slots=True)
class Episode:
    """What every way is given: when which slide and which cue shows.

    Slides are PNG files and store keys.
    """

    timeline: Timeline
    track: Track
    slides: tuple[tuple[int, str], ...]
    look: EpisodeLook
    quality: str

    @property
    def seconds(self) -> float:
        """Length in s."""
        return seconds_from_samples(self.timeline.length)


def prepared(folder: Path, quality: str) -> Episode:
    """Return the repository's episode, its slides drawn into the folder's store and PNG files."""
    from pipeline.language_tracks import tracks_for
    from pipeline.picture.cards.layouts.card_drawing import draw_card
    from pipeline.picture.cards.selection import select_cards
    from pipeline.picture.typography.text_renderer import TextRenderer
    from pipeline.project import Project
    from pipeline.script import read_script, read_settings
    from pipeline.text.word_segmenter import Segmenter
    from pipeline.timing.duration_estimate import estimate_takes
    from pipeline.timing.timeline_layout import lay_out_takes

    store, segmenter = Store(folder / "store"), Segmenter()
    found = Project(ROOT).episode(Path("transcript/ilya-sutskever.txt"))
    settings = read_settings(found, {})
    script = read_script(found, settings, segmenter)
    takes = estimate_takes(script.spoken_rows, syllables_per_minute=settings.subtitles.pace)
    timeline = lay_out_takes(
        takes, script.spoken_rows, script.transcript, script.chapters, settings.pauses, FPS
    )
    track = tracks_for(script, timeline, segmenter).primary
    look = resolve_look(Settings(), [row.text for row in script.transcript.rows])
    cards = select_cards(
        script.transcript, script.chapters, settings, segmenter, fallback_title=script.title
    )
    keys = []
    for number in range(SLIDES):
        if number in PHOTOGRAPHS:
            pixels = photograph(number)
        else:
            card = cards[number * len(cards) // SLIDES]
            pixels = draw_card(
                card,
                (WIDTH, HEIGHT),
                look.content_bottom,
                look.theme,
                TextRenderer.for_fonts(look.fonts),
                segmenter,
            )
        keys.append(store_slide(store, pixels))
        (folder / f"slide-{number:02}.png").write_bytes(encode_png(pixels))
    starts = [frame_from_samples(cue.span.start, FPS) for cue in track.cues]
    wanted = [number * timeline.frames // SLIDES for number in range(1, SLIDES)]
    places = [0, *(starts[int(np.abs(np.array(starts) - frame).argmin())] for frame in wanted)]
    return Episode(timeline, track, tuple(zip(places, keys, strict=True)), look, quality)


def photograph(seed: int) -> NDArray[np.uint8]:
    """Return a picture with a photograph's spectrum (amplitude falls as 1/f) and film grain."""
    chance = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(HEIGHT)[:, None], np.fft.rfftfreq(WIDTH)[None])
    frequency[0, 0] = 1
    shape = frequency.shape
    shared = chance.normal(size=shape) + 1j * chance.normal(size=shape)
    channels = []
    for _ in range(3):
        mixed = 0.9 * shared + 0.3 * (chance.normal(size=shape) + 1j * chance.normal(size=shape))
        plane = np.fft.irfft2(mixed / frequency**1.5, s=(HEIGHT, WIDTH))
        channels.append(110 + 45 * (plane - plane.mean()) / plane.std())
    return (
        (np.stack(channels, -1) + chance.normal(0, 1.5, (HEIGHT, WIDTH, 1)))
        .clip(0, 255)
        .astype(np.uint8)
    )


def edited(episode: Episode) -> Episode:
    """Return the episode with another text in one row in its middle."""
    cues = list(episode.track.cues)
    middle = len(cues) // 2
    cues[middle] = dataclasses.replace(cues[middle], lines=("这一行刚刚改过",))
    return dataclasses.replace(episode, track=Track(episode.track.language, tuple(cues)))


def moved(episode: Episode) -> Episode:
    """Return the episode with every cue a frame longer, so that all that follows comes later."""
    return _timed(episode, lambda frame, before: frame + before)


def stretched(episode: Episode, by: float) -> Episode:
    """Return the episode with the same states, so many times as long."""
    return _timed(episode, lambda frame, _: round(frame * by))


def _timed(episode: Episode, place: Callable[[int, int], int]) -> Episode:
    """Return the episode with every frame boundary put elsewhere.

    `place` is given it and how many cues ended before.
    """
    ends = [frame_from_samples(cue.span.end, FPS) for cue in episode.track.cues]

    def at(samples: int) -> int:
        frame = frame_from_samples(samples, FPS)
        return samples_from_frame(place(frame, int(np.searchsorted(ends, frame, "right"))), FPS)

    cues = tuple(
        dataclasses.replace(cue, span=Span(at(cue.span.start), at(cue.span.end)), word_times=())
        for cue in episode.track.cues
    )
    frames = place(episode.timeline.frames, len(ends))
    timeline = dataclasses.replace(
        episode.timeline,
        rows=(),
        placed_takes=(),
        chapters=(),
        frames=frames,
        length=samples_from_frame(frames, FPS),
    )
    slides = tuple(
        (frame_from_samples(at(samples_from_frame(first, FPS)), FPS), key)
        for first, key in episode.slides
    )
    return dataclasses.replace(episode, timeline=timeline, track=Track("zh", cues), slides=slides)


def slides_only(folder: Path, name: str) -> Path:
    """Return a new store that holds the slides and nothing else."""
    shutil.rmtree(folder / name, ignore_errors=True)
    fresh = Store(folder / name)
    for path in sorted(folder.glob("slide-*.png")):
        from PIL import Image

        with Image.open(path) as picture:
            store_slide(fresh, np.asarray(picture.convert("RGB")))
    return fresh.root
