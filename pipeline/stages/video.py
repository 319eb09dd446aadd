"""The picture: slides, poster, encoded frames, and the MP4 file, which is read back and checked."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.atomic import publish, publish_bytes, require_free_space
from pipeline.cache import digest
from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.stages.burned_languages import burned_languages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipeline.messages import Message
    from pipeline.model import Track
    from pipeline.mux.verify import VerifiedMp4
    from pipeline.picture.scene import TimedMovement
    from pipeline.picture.slides.deck import Deck
    from pipeline.picture.style.look import EpisodeLook
    from pipeline.run import BuildContext
    from pipeline.stages.audio import NarrationFile
    from pipeline.stages.context import EpisodeContext

    Frames = Sequence[tuple[int, str]]
    Moves = Sequence[TimedMovement]

_HOST_VIDEO_BYTES_PER_SECOND = 250_000  # a speaker at 1080p takes half of it
_SLIDES_BYTES_PER_SECOND = 25_000
"""Of still pictures; the example episode takes 20,000 at 1080p. Clips among slides take more."""


@dataclass(frozen=True, slots=True)
class VisualDesign:
    """The slides and how everything looks; `missing_glyphs` has the row of each character."""

    look: EpisodeLook
    deck: Deck
    burned_tracks: tuple[Track, ...]
    poster: Path
    missing_glyphs: Mapping[str, int]


def design_with_poster(context: EpisodeContext) -> VisualDesign:
    """Return the episode's slides, and write its poster.

    Raises InputError if a slide or a font cannot be used.
    """
    from pipeline.picture.cards.poster import render_poster

    design, poster_path = design_visuals(context), context.script.episode.output / "poster.png"
    title_card = design.deck.title_card
    inputs = {
        "title": digest(context.titles_digest(), title_card.heading, list(title_card.terms)),
        "look": design.look.key,
        "program": context.run.program_version,
    }
    context.run.run_step(
        "poster",
        inputs,
        [poster_path],
        lambda: publish_bytes(
            poster_path, render_poster(design.deck.title_card, design.look, context.segmenter)
        ),
    )
    return design


def design_visuals(context: EpisodeContext) -> VisualDesign:
    """Return how everything looks and the slides, in order.

    Raises InputError if a slide or a font cannot be used.
    """
    from pipeline.picture.captions.reflow import reflow_tracks
    from pipeline.picture.slides.deck import open_deck
    from pipeline.picture.style.look import resolve_look
    from pipeline.picture.typography.fonts import missing_characters
    from pipeline.picture.typography.shaping import TextShaper

    run, script, settings = context.run, context.script, context.script.settings
    burned_tracks = _burned_tracks(context)
    texts = [(cue.row, line) for track in burned_tracks for cue in track.cues for line in cue.lines]
    titles = [script.title, settings.author, settings.style.closing, *settings.titles.values()]
    titles += [
        text
        for chapter in script.chapters
        for text in (chapter.title, *dict(chapter.titles).values())
    ]
    words = [*(text for _, text in texts), *(row.text for row in script.transcript.rows), *titles]
    look = resolve_look(
        settings, words, assets_folder=run.channel_assets, episode_folder=script.episode.assets
    )
    burned_tracks = reflow_tracks(
        burned_tracks, look.caption_style, TextShaper(look.fonts), context.segmenter
    )
    missing_glyphs = missing_characters(texts, look.fonts)
    for character, row in missing_glyphs.items():
        code_point = f"U+{ord(character):04X}"
        run.notices.append(
            message("stages.no_glyph", row=row, character=repr(character), code_point=code_point)
        )
    proposed = "" if settings.title else _proposed_title(context)
    if proposed:
        run.notices.append(message("stages.title_proposed", title=proposed))
    deck = open_deck(
        script.content_transcript,
        script.chapters,
        settings,
        segmenter=context.segmenter,
        look=look,
        store=run.store,
        assets_folder=script.episode.assets,
        fallback_title=proposed or script.title,
        observe=run.observe,
    )
    run.notices.extend((*_theme_notices(run.channel_assets), *deck.notices))
    return VisualDesign(
        look, deck, burned_tracks, script.episode.output / "poster.png", missing_glyphs
    )


def _proposed_title(context: EpisodeContext) -> str:
    """Return a title for the title card where the author gives none; "" if nothing says one."""
    from pipeline.text.topics.proposed_titles import propose_titles

    script = context.script
    rows = [row.text for row in script.content_transcript.rows]
    titles = [chapter.title for chapter in script.chapters]
    return next(iter(propose_titles(rows, titles, context.segmenter)), "")


def _theme_notices(channel_assets: Path) -> list[Message]:
    """Return what to say of the channel's theme where it is not in UTF-8."""
    from pipeline.picture.style.channel import THEME_FILE_NAME
    from pipeline.script import file_encoding_notice

    theme = channel_assets / THEME_FILE_NAME
    notice = file_encoding_notice(theme) if theme.is_file() else None
    return [notice] if notice else []


def _burned_tracks(context: EpisodeContext) -> tuple[Track, ...]:
    """Return the tracks to draw into the picture, the upper one first."""
    tracks = {track.language: track for track in context.tracks.monolingual}
    codes = burned_languages(
        context.script.settings.picture.burn, tuple(tracks), context.script.episode.name
    )
    return tuple(tracks[code] for code in codes)


def write_video(
    context: EpisodeContext, design: VisualDesign, narration: NarrationFile
) -> Mapping[str, Any]:
    """Write the video if anything in it changed. Raises EpisodeError."""
    from pipeline.picture.composition import compose
    from pipeline.picture.frame_renderer import create_renderer
    from pipeline.picture.motion.host_video import plan_host_video

    run, script, timeline = context.run, context.script, context.timeline
    settings, picture = script.settings, script.settings.picture
    host_video = context.host_video
    if host_video is None:
        slides, moves = _slides_and_motion(context, design)
    else:
        slides, moves = plan_host_video(
            host_video,
            run.manifest.digest_of(host_video),
            timeline,
            design.look,
            run.store,
            chapter_bar=settings.style.progress,
        )
    painter = create_renderer(design.look, run.store, settings, script.transcript, script.chapters)
    reel = compose(
        timeline,
        slides,
        design.burned_tracks,
        width=picture.width,
        height=picture.height,
        fps=picture.fps,
        keyframe_interval=picture.keyframe_interval,
        movements=moves,
        karaoke=settings.style.karaoke,
    )
    inputs = {
        "pictures": digest(dataclasses.asdict(reel), painter.key),
        "encoding": digest(picture.model_dump()),
        "sound": narration.inputs_digest,
        "tracks": digest([dataclasses.asdict(track) for track in context.tracks.monolingual]),
        "chapters": context.chapters_digest(),
        "titles": context.titles_digest(),
        "poster": run.manifest.digest_of(design.poster),
        "program": run.program_version,
    }
    video_path = context.output_path(".mp4")

    def encode_and_mux() -> Mapping[str, Any]:
        from pipeline.mux.mp4 import write_mp4
        from pipeline.mux.verify import verify_mp4
        from pipeline.picture.encode.video_encoding import encode_video

        bytes_per_second = (
            _SLIDES_BYTES_PER_SECOND if host_video is None else _HOST_VIDEO_BYTES_PER_SECOND
        )
        require_free_space(
            video_path,
            narration.path.stat().st_size + int(timeline.frames / picture.fps * bytes_per_second),
        )
        video = encode_video(reel, painter, run.store, picture, run.observe)
        checks: list[VerifiedMp4] = []

        def mux_into(path: Path) -> None:
            write_mp4(
                video,
                narration.path,
                context.tracks.monolingual,
                timeline.chapters,
                title=script.title,
                language=settings.language,
                poster=design.poster,
                burnt=bool(design.burned_tracks),
                out=path,
                observe=run.observe,
                artist=settings.author,
                description=settings.description.strip(),
            )

        def check(path: Path) -> None:
            checks.append(
                verify_mp4(
                    path,
                    frames=timeline.frames,
                    fps=picture.fps,
                    width=picture.width,
                    height=picture.height,
                    samples=timeline.length,
                    tracks=context.tracks.monolingual,
                    chapters=timeline.chapters,
                    title=script.title,
                    poster=True,
                    burnt=bool(design.burned_tracks),
                    codec=picture.codec,
                )
            )

        publish(video_path, mux_into, check)
        return _video_facts(checks[0], context, design)

    return run.run_step("video", inputs, [video_path], encode_and_mux)


def _slides_and_motion(context: EpisodeContext, design: VisualDesign) -> tuple[Frames, Moves]:
    """Return which slide is shown from which frame on, and the movements."""
    from pipeline.picture.motion.motion_plan import MotionOptions, plan_motion
    from pipeline.picture.slides.slide_schedule import schedule_slides

    settings, deck, timeline = context.script.settings, design.deck, context.timeline
    size = (settings.picture.width, settings.picture.height)
    slide_by_key = {
        slide.key: slide
        for slide in (*deck.numbered_slides, *(slide for _, slide in deck.named_slides))
    }
    moving = MotionOptions(
        settings.transition, settings.motion, size, settings.style.fit, design.look.theme.background
    )
    slides_by_frame = schedule_slides(timeline, context.script.transcript, settings, deck)
    return plan_motion(
        slides_by_frame, timeline.frames, timeline.fps, slide_by_key, moving, context.run.store
    )


def write_contact_sheet(context: EpisodeContext) -> None:
    """Write `slides.png`: every slide with its time and rows. Raises InputError."""
    from pipeline.picture.slides.contact_sheet import render_contact_sheet
    from pipeline.picture.slides.slide_schedule import schedule_slides

    design = design_visuals(context)
    frames = schedule_slides(
        context.timeline, context.script.transcript, context.script.settings, design.deck
    )
    path = context.script.episode.output / "slides.png"
    publish_bytes(
        path,
        render_contact_sheet(frames, context.timeline, design.deck, design.look, context.run.store),
    )
    context.run.files.append(path)


def _video_facts(
    verification: VerifiedMp4, context: EpisodeContext, design: VisualDesign
) -> Mapping[str, Any]:
    picture = context.script.settings.picture
    return {
        "codec": picture.codec,
        "width": picture.width,
        "height": picture.height,
        "fps": picture.fps,
        "frames": verification.frames,
        "keyframes": verification.keyframes,
        "frames_apart_from_sound": round(verification.drift_frames, 4),
        "burnt": [track.language for track in design.burned_tracks],
        "missing_glyphs": dict(design.missing_glyphs),
        "font": design.look.fonts.regular.path.name,
    }


def host_video_path(run: BuildContext) -> Path | None:
    """Return the host's video that a run shows, or None if it shows slides.

    Raises InputError if the voice is not a recording, the recording has no picture, or only slides
    are requested.
    """
    if run.settings.picture.over != "recording" or run.request.target not in {"render", "slides"}:
        return None
    if run.request.target == "slides":
        raise InputError(message("stages.no_slides_over_recording"))
    if run.settings.voice.engine != "recording" or not run.request.with_voice:
        raise InputError(message("stages.captions_need_recording"))
    from pipeline.picture.slides.clip_files import probe_clip
    from pipeline.stages.recording_files import RecordingLookup, recording_files

    path = recording_files(RecordingLookup.for_run(run)).recording
    probe_clip(path, path)
    return path
