"""The table of subtitle formats: those of this package, and those of installed extensions."""

from __future__ import annotations

from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline.errors import EnvironmentFault, InputError
from pipeline.extensions import load_extensions
from pipeline.messages import message
from pipeline.subtitles.formats import ass, lrc, plain_text, sbv, srt, ttml, vtt
from pipeline.subtitles.formats.base import SubtitleFormat

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

BUILT_IN_FORMATS = (
    srt.FORMAT,
    vtt.FORMAT,
    plain_text.FORMAT,
    ass.FORMAT,
    sbv.FORMAT,
    lrc.FORMAT,
    ttml.FORMAT,
)
"""The formats of this package, in the order in which their files are written."""

EXTENSION_GROUP = "episode.formats"
"""The entry point group in which other packages declare a `SubtitleFormat`."""


@cache
def subtitle_formats() -> tuple[SubtitleFormat, ...]:
    """Return every format: the built-in ones, then those of extensions in the order of their names.

    Raises EnvironmentFault where an extension cannot be loaded, is no format, or uses a name or a
    file ending of another format.
    """
    formats = list(BUILT_IN_FORMATS)
    for name, extension in load_extensions(EXTENSION_GROUP).items():
        if not isinstance(extension, SubtitleFormat):
            raise EnvironmentFault(message("subtitles.not_a_format", name=name))
        taken = {known.name for known in formats} & {extension.name}
        taken |= {suffix for known in formats for suffix in known.suffixes} & {*extension.suffixes}
        if taken:
            problem = message("subtitles.format_taken", name=name, taken=", ".join(sorted(taken)))
            raise EnvironmentFault(problem)
        formats.append(extension)
    return tuple(formats)


def readable_suffixes() -> tuple[str, ...]:
    """Return the endings of the subtitle files that can be read, in the order of the table."""
    return tuple(
        suffix
        for subtitle_format in subtitle_formats()
        if subtitle_format.parse is not None
        for suffix in subtitle_format.suffixes
    )


def is_subtitle_file(name: str | Path) -> bool:
    """Return whether a file's ending is that of a subtitle format that can be read."""
    return PurePath(name).suffix.lower() in readable_suffixes()


def format_of_file(name: str) -> SubtitleFormat | None:
    """Return the format that a file name's ending tells, or None if no format reads it."""
    suffix = PurePath(name).suffix.lower()
    matches = (known for known in subtitle_formats() if suffix in known.suffixes and known.parse)
    return next(matches, None)


def format_of_text(text: str) -> SubtitleFormat | None:
    """Return the readable format that a text is probably in, or None if none recognizes it."""
    matches = (
        known
        for known in subtitle_formats()
        if known.parse is not None and known.looks_like is not None and known.looks_like(text)
    )
    return next(matches, None)


def written_formats(names: Iterable[str], where: str | Path | None = None) -> list[SubtitleFormat]:
    """Return the formats that names of the setting `subtitles.formats` choose, in their order.

    Raises InputError with the names that can be chosen where one is unknown or is only read.
    `where` is the file to name in the error.
    """
    chosen = []
    for name in names:
        formats = (*BUILT_IN_FORMATS,) if name in _BUILT_IN_NAMES else subtitle_formats()
        match = next((known for known in formats if known.name == name and known.compose), None)
        if match is None:
            names_known = ", ".join(known.name for known in subtitle_formats() if known.compose)
            problem = message("subtitles.unknown_format", name=name, names=names_known)
            raise InputError(problem, where=where)
        chosen.append(match)
    return chosen


_BUILT_IN_NAMES = frozenset(known.name for known in BUILT_IN_FORMATS)
"""Names that need no search for extensions."""
