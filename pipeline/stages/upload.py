"""For upload: titles, description and tags as text and JSON, and thumbnails."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline.atomic import publish_bytes
from pipeline.cache import digest
from pipeline.stages.upload_text import SITES, upload_text
from pipeline.text.encoding import decode_text
from pipeline.text.topics.keywords import key_terms
from pipeline.text.topics.proposed_titles import propose_titles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.stages.context import EpisodeContext
    from pipeline.stages.upload_text import UploadText
    from pipeline.stages.video import VisualDesign

THUMBNAILS = {"thumbnail.png": (1280, 720), "thumbnail-1146x717.png": (1146, 717)}
"""Width and height in px of the pictures: YouTube's (YouTube Help, "Add video thumbnails": 1280 ×
720, at most 2 MB) and Bilibili's (its upload form: at least 1146 × 717)."""

_MAX_TERMS = 15
_MAX_LICENCE_BYTES = 2_000
_LICENCE_SUFFIXES = (".txt", ".license", ".LICENSE")


def write_upload_files(context: EpisodeContext, design: VisualDesign) -> None:
    """Write `upload.txt`, `upload.json` and the thumbnails where anything in them changed."""
    from pipeline.picture.cards.poster import render_thumbnail

    output = context.script.episode.output
    licences = tuple(_music_licences(context))
    sites = _texts_by_site(context, licences)
    text = _as_text(sites)
    record = {
        "language": context.script.settings.language,
        "music": licences,
        **{site: asdict(values) for site, values in sites.items()},
    }
    paths = [output / "upload.txt", output / "upload.json"]
    body = json.dumps(record, ensure_ascii=False, indent=2) + "\n"

    pictures = [output / name for name in THUMBNAILS]
    card = design.deck.title_card

    def write() -> None:
        for path, content in zip(paths, (text, body), strict=True):
            publish_bytes(path, content.encode())
        for path, size in zip(pictures, THUMBNAILS.values(), strict=True):
            publish_bytes(path, render_thumbnail(card, design.look, context.segmenter, size))

    inputs = {
        "text": digest(text, body),
        "title": digest(card.heading, card.note, list(card.terms)),
        "look": design.look.key,
        "program": context.run.program_version,
    }
    context.run.run_step("upload", inputs, [*paths, *pictures], write)


def _texts_by_site(context: EpisodeContext, licences: Sequence[str]) -> dict[str, UploadText]:
    from pipeline.subtitles.formats.youtube_chapters import compose_chapters

    script, settings = context.script, context.script.settings
    rows = [row.text for row in script.content_transcript.rows]
    chapter_titles = [chapter.title for chapter in script.chapters]
    titles = propose_titles(rows, chapter_titles, context.segmenter, settings.title)
    titles = titles or (script.title,)
    terms = key_terms(rows, context.segmenter, _MAX_TERMS)
    chapters = compose_chapters(context.timeline) if context.timeline.chapters else ""
    summary = settings.description.strip() or "\n".join(chapter_titles)
    paragraphs = [summary, chapters, "\n".join(licences)]
    return {site: upload_text(titles, paragraphs, terms, limits) for site, limits in SITES.items()}


def _music_licences(context: EpisodeContext) -> Iterator[str]:
    """Yield the lines of the text files that lie beside the music under the same name."""
    music = context.script.settings.music
    folders = (context.script.episode.assets, context.run.channel_assets)
    for name in filter(None, (music.file, music.intro, music.outro)):
        for suffix in _LICENCE_SUFFIXES:
            beside = PurePath(name).with_suffix(suffix)
            path = next(
                (folder / beside for folder in folders if (folder / beside).is_file()), None
            )
            if path is not None:
                with path.open("rb") as file:
                    text, _ = decode_text(file.read(_MAX_LICENCE_BYTES), str(path))
                yield from (line.strip() for line in text.splitlines() if line.strip())
                break


def _as_text(sites: Mapping[str, UploadText]) -> str:
    """Return the texts to paste, a part for each site."""
    parts: list[str] = []
    for site, values in sites.items():
        parts += [
            f"== {site} ==",
            "\n".join(values.titles),
            values.description,
            ", ".join(values.tags),
        ]
    return "\n\n".join(part for part in parts if part) + "\n"
