"""What is pasted into an upload form: titles, description, tags; pure, within the sites' limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ANGLE_QUOTES = str.maketrans("<>", "‹›")  # YouTube refuses < and > in titles and descriptions
_NOT_IN_A_HASHTAG = re.compile(r"[\W_]+")
_MAX_HASHTAGS = 5


@dataclass(frozen=True, slots=True)
class SiteLimits:
    """The limits of a site's upload form.

    Lengths are in characters, except `description_bytes` (0: none) in bytes of UTF-8; `tags_total`
    counts all tags with a comma between them, and two quotation marks for a tag with a space.
    """

    title: int
    description: int
    description_bytes: int
    tags: int
    tag: int
    tags_total: int


YOUTUBE = SiteLimits(100, 5_000, 5_000, 500, 500, 500)
"""YouTube Data API, resource `videos`: `snippet.title` 100 characters, `snippet.description` 5,000
bytes, `snippet.tags` 500 characters with commas and the quotation marks of tags with spaces
(https://developers.google.com/youtube/v3/docs/videos). The number of tags has no limit of its own.
"""

BILIBILI = SiteLimits(80, 2_000, 0, 10, 20, 500)
"""Bilibili's upload form (https://member.bilibili.com/platform/upload/video/frame): a title has 80
characters, a description 2,000, a video 10 tags of 20 characters each.
"""

SITES = {"youtube": YOUTUBE, "bilibili": BILIBILI}


@dataclass(frozen=True, slots=True)
class UploadText:
    """What a site's form is given."""

    titles: tuple[str, ...]
    description: str
    tags: tuple[str, ...]
    hashtags: tuple[str, ...]


def upload_text(
    titles: Sequence[str],
    paragraphs: Sequence[str],
    terms: Sequence[str],
    limits: SiteLimits,
) -> UploadText:
    """Return an episode's texts within a site's limits.

    A title that is too long ends with an ellipsis. `paragraphs` are those of the description in
    order of importance; one for which there is no room is left out, except for the first, which is
    cut. Hashtags are the first tags without spaces and marks, and end the description.
    """
    tags = _tags_within(terms, limits)
    hashtags = tuple(
        dict.fromkeys(f"#{name}" for tag in tags if (name := _NOT_IN_A_HASHTAG.sub("", tag)))
    )[:_MAX_HASHTAGS]
    parts: list[str] = []
    for paragraph in [*paragraphs, " ".join(hashtags)]:
        text = paragraph.strip().translate(_ANGLE_QUOTES)
        if not text:
            continue
        if not parts:
            parts.append(_cut_to_fit(text, limits))
        elif _fits("\n\n".join([*parts, text]), limits):
            parts.append(text)
    return UploadText(
        tuple(
            dict.fromkeys(
                _shortened(title.translate(_ANGLE_QUOTES), limits.title) for title in titles
            )
        ),
        "\n\n".join(parts),
        tags,
        hashtags,
    )


def _fits(text: str, limits: SiteLimits) -> bool:
    return len(text) <= limits.description and (
        not limits.description_bytes or len(text.encode()) <= limits.description_bytes
    )


def _cut_to_fit(text: str, limits: SiteLimits) -> str:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _fits(_shortened(text, middle), limits) else (low, middle - 1)
    return _shortened(text, low)


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: max(most - 1, 0)].rstrip("，。、,. ") + "…"


def _tags_within(terms: Iterable[str], limits: SiteLimits) -> tuple[str, ...]:
    tags: list[str] = []
    total = 0
    for term in dict.fromkeys(" ".join(re.sub('[<>,，#"]', " ", term).split()) for term in terms):
        length = len(term) + (2 if " " in term else 0) + (1 if tags else 0)
        if (
            term
            and len(term) <= limits.tag
            and len(tags) < limits.tags
            and total + length <= limits.tags_total
        ):
            tags.append(term)
            total += length
    return tuple(tags)
