"""Run the stages of one episode in the order of the data flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import OutputFault
from pipeline.messages import message
from pipeline.script import read_script

if TYPE_CHECKING:
    from pipeline.run import BuildContext


def run_stages(run: BuildContext) -> None:
    """Run the steps that the request needs. Raises EpisodeError."""
    from pipeline.language_tracks import coverage_of_tracks, tracks_for
    from pipeline.stages import audio, report, snapshot, subtitles
    from pipeline.stages.burned_languages import burned_languages
    from pipeline.stages.context import EpisodeContext
    from pipeline.stages.row_flags import uncorrected_flags
    from pipeline.stages.timeline import episode_timeline
    from pipeline.stages.video import host_video_path
    from pipeline.text.word_segmenter import Segmenter
    from pipeline.timing.corrections import apply_corrections

    # first, so that an impossible request is refused before anything is made
    host_video = host_video_path(run)
    segmenter = Segmenter()
    script = read_script(run.episode, run.settings, segmenter)
    if run.request.target in {"render", "slides"}:
        codes = (run.settings.language, *(code for code, _ in script.translations))
        burned_languages(run.settings.picture.burn, codes, run.episode.name)
    run.notices.extend(script.notices)
    timing = episode_timeline(run, script)
    timeline, outdated_notices = apply_corrections(
        timing.timeline, script.corrections, script.transcript.rows
    )
    run.notices.extend(outdated_notices)
    tracks = tracks_for(script, timeline, segmenter)
    coverages = coverage_of_tracks(script, tracks)
    for coverage in coverages:
        if not coverage.faithful:
            problem = message(
                "stages.cues_differ_from_rows", language=coverage.language, coverage=str(coverage)
            )
            raise OutputFault(problem)
    context = EpisodeContext(run, script, timeline, tracks, coverages, segmenter, host_video)
    subtitles.write_subtitles(context)
    voice_facts = timing.voice_facts
    if voice_facts and "flagged_rows" in voice_facts:
        flags = uncorrected_flags(
            voice_facts["flagged_rows"], timeline.rows, script.transcript.rows, script.corrections
        )
        voice_facts = {**voice_facts, "flagged_rows": [flag.report_entry for flag in flags]}
    facts = {"voice": voice_facts}
    if run.request.target == "render":
        from pipeline.stages.upload import write_upload_files
        from pipeline.stages.video import design_with_poster, write_video

        design = design_with_poster(context)
        write_upload_files(context, design)
        narration = audio.write_narration(context, cover=design.poster)
        facts |= {"sound": narration.facts, "video": write_video(context, design, narration)}
        report.write_review(
            context, voice_facts, frozenset(track.language for track in design.burned_tracks)
        )
    elif run.request.target == "slides":
        from pipeline.stages.video import write_contact_sheet

        write_contact_sheet(context)
    elif run.request.target == "narrate":
        from pipeline.stages.video import design_with_poster

        facts |= {
            "sound": audio.write_narration(context, cover=design_with_poster(context).poster).facts
        }
    report.write_report(context, facts)
    snapshot.save_snapshot(run, script, timing.timeline, timing.voice_facts)
