"""The values that all steps after the timeline need."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pipeline.cache import digest

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.coverage import Coverage
    from pipeline.language_tracks import Tracks
    from pipeline.model import Timeline
    from pipeline.run import BuildContext
    from pipeline.script import Script
    from pipeline.text.word_segmenter import Segmenter


@dataclasses.dataclass(frozen=True, slots=True)
class EpisodeContext:
    """One run after its timeline is laid out: the texts, the timeline, the cues and their proofs.

    `host_video` is the host's own video if captions lie over it instead of slides.
    """

    run: BuildContext
    script: Script
    timeline: Timeline
    tracks: Tracks
    coverages: tuple[Coverage, ...]
    segmenter: Segmenter
    host_video: Path | None = None

    def output_path(self, suffix: str) -> Path:
        """Return the path of one of the episode's files by its suffix, e.g. `.zh.srt`."""
        return self.script.episode.output / f"{self.script.episode.name}{suffix}"

    def chapters_digest(self) -> str:
        """Return a digest of the chapters' titles and positions."""
        return digest([dataclasses.asdict(mark) for mark in self.timeline.chapters])

    def titles_digest(self) -> str:
        """Return a digest of titles, author, description and language."""
        settings = self.script.settings
        return digest(
            self.script.title,
            settings.titles,
            settings.author,
            settings.description,
            settings.language,
        )
