"""What the steps after the timeline know together."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pipeline.store import digest

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.build import Run
    from pipeline.model import Timeline
    from pipeline.report import Coverage
    from pipeline.script import Script
    from pipeline.text.words import Segmenter
    from pipeline.tracks import Tracks


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """One run after its timeline is laid out: the author's texts, the timeline, the cues and their proofs.

    `film` is the host's own video where captions lie over it instead of slides.
    """

    run: Run
    script: Script
    timeline: Timeline
    tracks: Tracks
    proofs: tuple[Coverage, ...]
    segmenter: Segmenter
    film: Path | None = None

    def output(self, ending: str) -> Path:
        """Return the path of one of the episode's files by its ending, e.g. `.zh.srt`."""
        return self.script.episode.output / f"{self.script.episode.name}{ending}"

    def chapters_digest(self) -> str:
        """Digest of the chapters' titles and places."""
        return digest([dataclasses.asdict(mark) for mark in self.timeline.chapters])

    def titles_digest(self) -> str:
        """Digest of what title, author and description say."""
        settings = self.script.settings
        return digest(self.script.title, settings.titles, settings.author, settings.description, settings.language)
