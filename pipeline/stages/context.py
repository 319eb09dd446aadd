"""What the steps after the timeline know together."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pipeline.cache import digest

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.coverage import Coverage
    from pipeline.model import Timeline
    from pipeline.run import BuildContext
    from pipeline.script import Script
    from pipeline.text.word_segmenter import Segmenter
    from pipeline.tracks import Tracks


@dataclasses.dataclass(frozen=True, slots=True)
class EpisodeContext:
    """One run after its timeline is laid out: the author's texts, the timeline, the cues and their proofs.

    `film` is the host's own video where captions lie over it instead of slides.
    """

    run: BuildContext
    script: Script
    timeline: Timeline
    tracks: Tracks
    coverages: tuple[Coverage, ...]
    segmenter: Segmenter
    host_video: Path | None = None

    def output_path(self, suffix: str) -> Path:
        """Return the path of one of the episode's files by its ending, e.g. `.zh.srt`."""
        return self.script.episode.output / f"{self.script.episode.name}{suffix}"

    def chapters_digest(self) -> str:
        """Digest of the chapters' titles and places."""
        return digest([dataclasses.asdict(mark) for mark in self.timeline.chapters])

    def titles_digest(self) -> str:
        """Digest of what title, author and description say."""
        settings = self.script.settings
        return digest(
            self.script.title,
            settings.titles,
            settings.author,
            settings.description,
            settings.language,
        )
