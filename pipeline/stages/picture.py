"""What is seen: slides designed or taken in, the poster, the pictures encoded, the container written and read back."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError
from pipeline.store import digest, publish, publish_bytes, room_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipeline.container import Checked
    from pipeline.model import Track
    from pipeline.picture.deck import Deck
    from pipeline.picture.look import Look
    from pipeline.picture.scene import Move
    from pipeline.stages.made import Made
    from pipeline.stages.sound import Narration

    Frames = Sequence[tuple[int, str]]
    Moves = Sequence[Move]

_BYTES_A_SECOND_OF_FILM = 250_000  # a speaker at 1080p takes half of it

_BYTES_A_SECOND = 25_000
"""Of held pictures (the seed episode at 1080p takes 20,000); films among the slides take more, and say so when the disk is full."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Slides ready to be shown: how everything looks, the deck, the burnt-in tracks, the poster's file."""

    look: Look
    deck: Deck
    burnt: tuple[Track, ...]
    poster: Path
    missing: Mapping[str, int]


def designed(made: Made) -> Shown:
    """Return the episode's slides and its poster. Raises InputError where a slide or a font cannot be used."""
    from pipeline.picture.poster import poster

    shown, path = laid_out(made), made.script.episode.output / "poster.png"
    inputs = {"title": made.titles_digest(), "look": shown.look.key, "program": made.run.program}
    made.run.step("poster", inputs, [path], lambda: publish_bytes(path, poster(shown.deck.title, shown.look, made.segmenter)))
    return shown


def laid_out(made: Made) -> Shown:
    """Return how everything looks and the slides in the order there are. Raises InputError where a slide or a font cannot be used."""
    from pipeline.picture.deck import open_deck
    from pipeline.picture.fonts import missing
    from pipeline.picture.look import look_of
    from pipeline.picture.refit import refit
    from pipeline.picture.shaping import Shaper

    run, script, settings = made.run, made.script, made.script.settings
    burnt = _burnt(made)
    texts = [(cue.row, line) for track in burnt for cue in track.cues for line in cue.lines]
    titles = [script.title, settings.author, settings.style.closing, *settings.titles.values()]
    titles += [text for chapter in script.chapters for text in (chapter.title, *dict(chapter.titles).values())]
    words = [*(text for _, text in texts), *(row.text for row in script.transcript.rows), *titles]
    look = look_of(settings, words, assets=run.assets, episode=script.episode.assets)
    burnt = refit(burnt, look.captions, Shaper(look.faces), made.segmenter)
    lacking = missing(texts, look.faces)
    for character, row in lacking.items():
        run.notices.append(f"Row {row}: no font here has {character!r} (U+{ord(character):04X}); it shows as an empty box.")
    deck = open_deck(
        script.transcript,
        script.chapters,
        settings,
        segmenter=made.segmenter,
        look=look,
        store=run.store,
        assets=script.episode.assets,
        title=script.title,
        observe=run.observe,
    )
    run.notices.extend(deck.notices)
    return Shown(look, deck, burnt, script.episode.output / "poster.png", lacking)


def _burnt(made: Made) -> tuple[Track, ...]:
    """Return the tracks to draw into the picture, the first on top."""
    wanted = made.script.settings.picture.burn
    if wanted == "none":
        return ()
    if wanted == "zh":
        return (made.tracks.first,)
    if not made.tracks.seconds:
        raise InputError(
            f"There is no second language to burn in ({wanted}).",
            f"Put a translation into transcript/{made.script.episode.name}.en.txt, or choose --burn zh.",
        )
    second = made.tracks.seconds[0]
    return (second,) if wanted == "en" else (made.tracks.first, second)


def write(made: Made, shown: Shown, narration: Narration) -> Mapping[str, Any]:
    """Write the video where anything in it has changed. Raises EpisodeError."""
    from pipeline.picture.film import filmed
    from pipeline.picture.painter import painter_of
    from pipeline.picture.reel import plan

    run, script, timeline = made.run, made.script, made.timeline
    settings, picture = script.settings, script.settings.picture
    film = made.film
    if film is None:
        slides, moves = _over_slides(made, shown)
    else:
        slides, moves = filmed(film, run.ledger.digest_of(film), timeline, shown.look, run.store, progress=settings.style.progress)
    painter = painter_of(shown.look, run.store, settings, script.transcript, script.chapters)
    reel = plan(
        timeline,
        slides,
        shown.burnt,
        width=picture.width,
        height=picture.height,
        fps=picture.fps,
        keyframe_interval=picture.keyframe_interval,
        moves=moves,
        karaoke=settings.style.karaoke,
    )
    inputs = {
        "pictures": digest(dataclasses.asdict(reel), painter.key),
        "encoding": digest(picture.model_dump()),
        "sound": narration.key,
        "tracks": digest([dataclasses.asdict(track) for track in made.tracks.single]),
        "chapters": made.chapters_digest(),
        "titles": made.titles_digest(),
        "poster": run.ledger.digest_of(shown.poster),
        "program": run.program,
    }
    out = made.output(".mp4")

    def make() -> Mapping[str, Any]:
        from pipeline.container import mux, verify
        from pipeline.picture.held import encode

        second = _BYTES_A_SECOND if film is None else _BYTES_A_SECOND_OF_FILM
        room_for(out, narration.path.stat().st_size + int(timeline.frames / picture.fps * second))
        video = encode(reel, painter, run.store, picture, run.observe)
        checks: list[Checked] = []

        def mux_into(path: Path) -> None:
            mux(
                video,
                narration.path,
                made.tracks.single,
                timeline.chapters,
                title=script.title,
                language=settings.language,
                poster=shown.poster,
                burnt=bool(shown.burnt),
                out=path,
                observe=run.observe,
                artist=settings.author,
                description=settings.description.strip(),
            )

        def check(path: Path) -> None:
            checks.append(
                verify(
                    path,
                    frames=timeline.frames,
                    fps=picture.fps,
                    width=picture.width,
                    height=picture.height,
                    samples=timeline.length,
                    tracks=made.tracks.single,
                    chapters=timeline.chapters,
                    title=script.title,
                    poster=True,
                    burnt=bool(shown.burnt),
                    codec=picture.codec,
                )
            )

        publish(out, mux_into, check)
        return _facts(checks[0], made, shown)

    return run.step("video", inputs, [out], make)


def _over_slides(made: Made, shown: Shown) -> tuple[Frames, Moves]:
    """Return which slide is shown from which frame on, and what moves between."""
    from pipeline.picture.assign import slide_frames
    from pipeline.picture.moves import Moving, moved

    settings, deck, timeline = made.script.settings, shown.deck, made.timeline
    size = (settings.picture.width, settings.picture.height)
    files = {slide.key: slide for slide in (*deck.numbered, *(slide for _, slide in deck.named))}
    moving = Moving(settings.transition, settings.motion, size, settings.style.fit, shown.look.theme.background)
    named = slide_frames(timeline, made.script.transcript, settings, deck)
    return moved(named, timeline.frames, timeline.fps, files, moving, made.run.store)


def write_contact_sheet(made: Made) -> None:
    """Write `slides.png`: every slide with its time and rows. Raises InputError where a slide cannot be used."""
    from pipeline.picture.assign import slide_frames
    from pipeline.picture.contact import contact_sheet

    shown = laid_out(made)
    frames = slide_frames(made.timeline, made.script.transcript, made.script.settings, shown.deck)
    path = made.script.episode.output / "slides.png"
    publish_bytes(path, contact_sheet(frames, made.timeline, shown.deck, shown.look, made.run.store))
    made.run.files.append(path)


def _facts(checked: Checked, made: Made, shown: Shown) -> Mapping[str, Any]:
    picture = made.script.settings.picture
    return {
        "codec": picture.codec,
        "width": picture.width,
        "height": picture.height,
        "fps": picture.fps,
        "frames": checked.frames,
        "keyframes": checked.keyframes,
        "frames_apart_from_sound": round(checked.drift, 4),
        "burnt": [track.language for track in shown.burnt],
        "missing_glyphs": dict(shown.missing),
        "font": shown.look.faces.regular.path.name,
    }
