"""An episode's slides, ready in the store: the cards made from its text, and the files its author gave."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from pipeline.picture import card_drawing
from pipeline.picture.canvas import Press
from pipeline.picture.card_drawing import draw_card
from pipeline.picture.cards import cards_for
from pipeline.picture.files import listed, named, numbered
from pipeline.picture.fonts import missing
from pipeline.picture.loading import Loader
from pipeline.picture.slides import Clip, Slide, keep, kept
from pipeline.store import digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.model import Chapter, Observe, Transcript
    from pipeline.picture.cards import Card
    from pipeline.picture.look import Look
    from pipeline.picture.slides import Play
    from pipeline.settings import Settings
    from pipeline.store import Store
    from pipeline.text.words import Segmenter

BACK_TO_CARDS = "card"
"""The slide name that takes a named slide away: what would be there without it comes back."""

_DRAWN = "card"


@dataclass(frozen=True, slots=True)
class Deck:
    """All slides of an episode. `title` is the card the poster is made from.

    `cards` come in the order shown (none where numbered slides take their place), `numbered` slides in theirs, `named` ones by the
    names rows use; `notices` is what has to be said about them.
    """

    title: Card
    cards: tuple[tuple[Card, Slide], ...] = ()
    numbered: tuple[Slide | Clip, ...] = ()
    named: tuple[tuple[str, Slide | Clip], ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def slides(self) -> dict[str, Slide | Clip]:
        """Every slide by its key."""
        return {slide.key: slide for slide in (*(slide for _, slide in self.cards), *self.numbered, *(slide for _, slide in self.named))}

    @property
    def clips(self) -> dict[str, Clip]:
        """Every slide that moves, by its key."""
        return {key: slide for key, slide in self.slides.items() if isinstance(slide, Clip)}


def open_deck(
    transcript: Transcript,
    chapters: Sequence[Chapter],
    settings: Settings,
    *,
    segmenter: Segmenter,
    look: Look,
    store: Store,
    assets: Path,
    title: str = "",
    observe: Observe = lambda *_: None,
) -> Deck:
    """Return an episode's slides, drawn or read into the store; nothing that is there already is made again.

    `assets` is the episode's own folder (it need not be there); `title` stands in where the settings give none.
    Raises InputError where a slide is missing or cannot be read, EnvironmentFault where a .pptx needs LibreOffice.
    """
    loader = Loader(store, look, assets)
    asked = dict(_asked(transcript, settings))
    by_name = tuple((name, loader.page(named(assets, name.partition("#")[0], row), name, row, play)) for name, (row, play) in asked.items())
    taken = {named(assets, name.partition("#")[0], row) for name, (row, _) in asked.items()}
    free = [path for path in numbered(assets) if path not in taken]
    in_order = tuple(slide for path in free for slide in loader.pages(path))
    cards = cards_for(transcript, chapters, settings, segmenter, title=title, channel=look.channel)
    drawn = () if in_order else draw_cards(cards, look, segmenter, store, observe)
    unused = [path.name for path in listed(assets) if path not in taken and path not in free]
    notices = [*loader.notices, *(f"{name} is not shown: its name has no number, and no row names it." for name in unused)]
    if len(in_order) > len(transcript.rows):
        notices.append(
            f"{len(in_order)} slides for {len(transcript.rows)} rows: the last {len(in_order) - len(transcript.rows)} are not shown."
        )
    said = {character for row in transcript.rows for character in row.text}
    for character, row in missing(((card.row, text) for card in cards for text in card.texts), look.faces).items():
        if character not in said:  # what the rows lack is told with their captions
            notices.append(f"The card at row {row}: no font here has {character!r} (U+{ord(character):04X}); it shows as an empty box.")
    return Deck(cards[0], drawn, in_order, by_name, tuple(notices))


def _asked(transcript: Transcript, settings: Settings) -> Iterator[tuple[str, tuple[int, Play]]]:
    """Yield (name, (row, play)) for every slide that a row names."""
    for directive in transcript.directives:
        if directive.kind == "slide" and directive.value != BACK_TO_CARDS:
            yield directive.value, (directive.row, "loop")
    for table in settings.slide:
        if table.file != BACK_TO_CARDS:
            yield table.file, (table.row, table.play)


def draw_cards(cards: Sequence[Card], look: Look, segmenter: Segmenter, store: Store, observe: Observe) -> tuple[tuple[Card, Slide], ...]:
    """Return every card with its slide; one drawn before (by what it says, not by when) is not drawn again."""
    press = Press.of(look.faces)
    logo = look.logo.pixels() if look.logo else None
    drawn = []
    for number, card in enumerate(cards, 1):
        said = asdict(replace(card, row=0, chapter=0))
        recipe = digest("card", card_drawing.VERSION, said, look.key, version("jieba"))
        key = (store.get(_DRAWN, recipe) or b"").decode("ascii", "replace")
        if not key or not kept(store, key):
            key = keep(store, draw_card(card, (look.width, look.height), look.foot, look.theme, press, segmenter, logo=logo))
            store.put(_DRAWN, recipe, key.encode("ascii"))
        drawn.append((card, Slide(key, f"{card.kind.replace('_', ' ')} card")))
        observe("slides", number, len(cards))
    return tuple(drawn)
