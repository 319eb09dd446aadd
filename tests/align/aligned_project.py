"""A project whose episode is a recording, and one build of it in this process."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING, Any

from pipeline.build import build
from pipeline.project import Project
from pipeline.run import BuildRequest, BuildResult

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.run import BuildTarget


def written(path: Path, samples: NDArray[np.int16], rate: int) -> Path:
    """Return a WAV file of mono samples."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples.tobytes())
    return path


def project_of(folder: Path, rows: Sequence[str], settings: str = "") -> Project:
    """Return a project with the episode `talk` of these rows, and its folder of assets."""
    for part in ("transcript", "assets/talk"):
        (folder / part).mkdir(parents=True)
    (folder / "transcript/talk.txt").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "transcript/talk.toml").write_text(settings, "utf-8")
    return Project(folder)


def built(project: Project, changes: dict[str, Any], upto: BuildTarget = "subtitle") -> BuildResult:
    """Build an episode with settings changed by the command line, as `episode align` does."""
    order = BuildRequest(
        upto,
        {
            f"voice.{key}": str(value)
            for key, value in {**({"engine": "recording"} if changes else {}), **changes}.items()
        },
    )
    return build(
        project, project.episode(project.transcript_folder / "talk.txt"), order, lambda *_: None
    )
