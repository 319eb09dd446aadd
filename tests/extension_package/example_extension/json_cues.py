"""A subtitle format: a JSON list of [start ms, end ms, text], as a web player might want it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.subtitles.formats.base import (
    ComposeOptions,
    FileCue,
    SubtitleFormat,
    make_file_cue,
    refuse_failed_round_trip,
    refuse_too_many_cues,
)
from pipeline.timebase import ms_from_samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Track


def compose(tracks: Sequence[Track], options: ComposeOptions) -> str:
    """Return the track as JSON; the options do not matter here."""
    del options
    cues = [
        FileCue(
            ms_from_samples(cue.span.start), ms_from_samples(cue.span.end), "\n".join(cue.lines)
        )
        for cue in tracks[0].cues
    ]
    text = json.dumps(cues, ensure_ascii=False, indent=1) + "\n"
    refuse_failed_round_trip(cues, parse(text, "the JSON just made"), tracks[0])
    return text


def parse(text: str, where: str) -> tuple[FileCue, ...]:
    """Return the cues of the JSON list. Raises InputError for anything else."""
    try:
        entries = [(int(start), int(end), str(body)) for start, end, body in json.loads(text)]
    except (ValueError, TypeError) as fault:
        message = f"This is no list of [start, end, text]: {fault}."
        raise InputError(message, "Fix the JSON.", where=where) from fault
    refuse_too_many_cues(len(entries), where)
    return tuple(
        make_file_cue(start, end, body.split("\n"), where, number)
        for number, (start, end, body) in enumerate(entries, 1)
    )


FORMAT = SubtitleFormat(
    name="json-cues",
    label="JSON cues",
    suffixes=(".cues",),
    compose=compose,
    parse=parse,
    looks_like=lambda text: text.lstrip().startswith("["),
)
