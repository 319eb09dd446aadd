"""An episode's slides, ready in the store: cards made from its text, and files of its author."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline.cache import digest
from pipeline.code_version import code_version
from pipeline.messages import message
from pipeline.picture.cards.layouts.card_drawing import draw_card, layout_for
from pipeline.picture.cards.selection import select_cards
from pipeline.picture.slides.slide_files import (
    find_named_file,
    find_numbered_files,
)
from pipeline.picture.slides.slide_kinds import CARD_SLIDE_NAME
from pipeline.picture.slides.slide_loader import SlideLoader
from pipeline.picture.slides.slide_store import ClipSlide, Slide, has_slide, store_slide
from pipeline.picture.slides.unshown_files import unshown_file_notices
from pipeline.picture.typography.fonts import missing_characters
from pipeline.picture.typography.text_renderer import TextRenderer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.cache import Store
    from pipeline.model import Chapter, ProgressCallback, Transcript
    from pipeline.picture.cards.card import Card
    from pipeline.picture.slides.slide_store import PlayMode
    from pipeline.picture.style.look import EpisodeLook
    from pipeline.settings import Settings
    from pipeline.text.word_segmenter import Segmenter

_CARD_KIND = "card"


@dataclass(frozen=True, slots=True)
class Deck:
    """All slides of an episode. The poster is made from `title_card`.

    `cards` come in the order shown (none where numbered slides take their place), `numbered` slides
    in theirs, `named` ones by the names rows use; `notices` is what has to be said about them.
    """

    title_card: Card
    cards: tuple[tuple[Card, Slide], ...] = ()
    numbered_slides: tuple[Slide | ClipSlide, ...] = ()
    named_slides: tuple[tuple[str, Slide | ClipSlide], ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def slides(self) -> dict[str, Slide | ClipSlide]:
        """Every slide by its key."""
        return {
            slide.key: slide
            for slide in (
                *(slide for _, slide in self.cards),
                *self.numbered_slides,
                *(slide for _, slide in self.named_slides),
            )
        }

    @property
    def clips(self) -> dict[str, ClipSlide]:
        """Every slide that moves, by its key."""
        return {key: slide for key, slide in self.slides.items() if isinstance(slide, ClipSlide)}


def open_deck(
    transcript: Transcript,
    chapters: Sequence[Chapter],
    settings: Settings,
    *,
    segmenter: Segmenter,
    look: EpisodeLook,
    store: Store,
    assets_folder: Path,
    fallback_title: str = "",
    observe: ProgressCallback = lambda *_: None,
) -> Deck:
    """Return an episode's slides, drawn or read into the store if they are not in it yet.

    `assets_folder` is the episode's own folder, which need not exist; `fallback_title` is used if
    the settings give none. Raises InputError where a slide is missing or cannot be read,
    EnvironmentFault where a .pptx needs LibreOffice.
    """
    loader = SlideLoader(store, look, assets_folder)
    requested = dict(_requested_slides(transcript, settings))
    named_slides = tuple(
        (
            name,
            loader.load_page(
                find_named_file(assets_folder, name.partition("#")[0], row), name, row, play
            ),
        )
        for name, (row, play) in requested.items()
    )
    named_paths = {
        find_named_file(assets_folder, name.partition("#")[0], row)
        for name, (row, _) in requested.items()
    }
    other_files = _files_with_another_purpose(settings)
    numbered_paths = [
        path for path in find_numbered_files(assets_folder, other_files) if path not in named_paths
    ]
    numbered_slides = tuple(slide for path in numbered_paths for slide in loader.load_file(path))
    cards = select_cards(
        transcript,
        chapters,
        settings,
        segmenter,
        fallback_title=fallback_title,
        channel_name=look.channel_name,
    )
    card_slides = () if numbered_slides else draw_cards(cards, look, segmenter, store, observe)
    notices: list[str] = [
        *loader.notices,
        *unshown_file_notices(assets_folder, {*named_paths, *numbered_paths}, other_files),
    ]
    if len(numbered_slides) > len(transcript.rows):
        notices.append(
            message(
                "picture.more_slides_than_rows",
                slides=len(numbered_slides),
                rows=len(transcript.rows),
                left=len(numbered_slides) - len(transcript.rows),
            )
        )
    row_characters = {character for row in transcript.rows for character in row.text}
    for character, row in missing_characters(
        ((card.row, text) for card in cards for text in card.texts), look.fonts
    ).items():
        if character not in row_characters:  # for those of the rows, the captions give a notice
            notices.append(
                message(
                    "picture.card_character_missing",
                    row=row,
                    character=repr(character),
                    code=f"U+{ord(character):04X}",
                )
            )
    return Deck(cards[0], card_slides, numbered_slides, named_slides, tuple(notices))


def _files_with_another_purpose(settings: Settings) -> frozenset[str]:
    """Return the names of files that the settings name for something else than a slide."""
    voice, music = settings.voice, settings.music
    named = (voice.file, voice.times, voice.aligner_model, music.file, music.intro, music.outro)
    return frozenset(PurePath(name).name for name in named if name)


def _requested_slides(
    transcript: Transcript, settings: Settings
) -> Iterator[tuple[str, tuple[int, PlayMode]]]:
    """Yield (name, (row, play)) for every slide that a row names."""
    for directive in transcript.directives:
        if directive.kind == "slide" and directive.value != CARD_SLIDE_NAME:
            yield directive.value, (directive.row, "loop")
    for table in settings.slide:
        if table.file != CARD_SLIDE_NAME:
            yield table.file, (table.row, table.play)


def draw_cards(
    cards: Sequence[Card],
    look: EpisodeLook,
    segmenter: Segmenter,
    store: Store,
    observe: ProgressCallback,
) -> tuple[tuple[Card, Slide], ...]:
    """Return every card with its slide; a card whose content was drawn before is not redrawn."""
    text_renderer = TextRenderer.for_fonts(look.fonts)
    logo = look.logo.pixels() if look.logo else None
    drawing_version = code_version("pipeline.picture", "pipeline.text")
    card_slides = []
    for number, card in enumerate(cards, 1):
        layout = layout_for(card)
        recipe = digest(
            "card",
            drawing_version,
            [layout.name, layout.version],
            asdict(replace(card, row=0, chapter=0)),
            look.key,
            version("jieba"),
        )
        key = (store.get(_CARD_KIND, recipe) or b"").decode("ascii", "replace")
        if not key or not has_slide(store, key):
            key = store_slide(
                store,
                draw_card(
                    card,
                    (look.width, look.height),
                    look.content_bottom,
                    look.theme,
                    text_renderer,
                    segmenter,
                    logo=logo,
                ),
            )
            store.put(_CARD_KIND, recipe, key.encode("ascii"))
        card_slides.append((card, Slide(key, layout.label)))
        observe("slides", number, len(cards))
    return tuple(card_slides)
