"""What each step of an episode does, in the order data flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import OutputFault
from pipeline.script import read_script

if TYPE_CHECKING:
    from pipeline.build import Run


def make_all(run: Run) -> None:
    """Run the steps an order asks for. Raises EpisodeError."""
    from pipeline.stages import report, sound, speech, subtitles, told
    from pipeline.stages.doubts import doubts
    from pipeline.stages.film import host_film
    from pipeline.stages.made import Made
    from pipeline.text.words import Segmenter
    from pipeline.timing.corrections import corrected
    from pipeline.tracks import proofs_of, tracks_for

    film = host_film(run)  # first: an order that cannot be carried out is said before anything is made
    segmenter = Segmenter()
    script = read_script(run.episode, run.settings, segmenter)
    run.notices.extend(script.transcript.notices)
    spoken = speech.timed(run, script)
    timeline, outdated = corrected(spoken.timeline, script.corrections, script.transcript.rows)
    run.notices.extend(outdated)
    tracks = tracks_for(script, timeline, segmenter)
    proofs = proofs_of(script, tracks)
    for proof in proofs:
        if not proof.faithful:
            raise OutputFault(f"The {proof.language} cues do not give the rows back: {proof}.", "Please report this text.")
    made = Made(run, script, timeline, tracks, proofs, segmenter, film)
    subtitles.write(made)
    voice = spoken.voice
    if voice and "flagged_rows" in voice:
        doubtful = doubts(voice["flagged_rows"], timeline.rows, script.transcript.rows, script.corrections)
        voice = {**voice, "flagged_rows": [one.json for one in doubtful]}
    facts = {"voice": voice}
    if run.order.upto == "render":
        from pipeline.stages.picture import designed, write

        shown = designed(made)
        narration = sound.write(made, cover=shown.poster)
        facts |= {"sound": narration.facts, "video": write(made, shown, narration)}
        report.write_review(made, voice, frozenset(track.language for track in shown.burnt))
    elif run.order.upto == "slides":
        from pipeline.stages.picture import write_contact_sheet

        write_contact_sheet(made)
    elif run.order.upto == "narrate":
        from pipeline.stages.picture import designed

        facts |= {"sound": sound.write(made, cover=designed(made).poster).facts}
    report.write(made, facts)
    told.keep(run, script, spoken.timeline, spoken.voice)
