"""Whole utterances of a server without word times, split into their rows by an aligner."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.align.tts_clips import aligner_version, tts_clip_aligner
from pipeline.build import build
from pipeline.project import Project
from pipeline.run import BuildRequest
from pipeline.script import read_script, read_settings
from pipeline.settings import Settings, with_changes
from pipeline.speech import speech_cache
from pipeline.speech.narrator import narrate
from pipeline.speech.row_alignment import UtteranceAligner
from pipeline.speech.utterances import group_into_utterances
from pipeline.text.word_segmenter import Segmenter
from tests.align.recordings import Voice
from tests.speech.embedded_speaker import speaker, true_onsets
from tests.speech.openai_server import SpeechServer, answering
from tests.speech.talks import HISTORY, talk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from pipeline.cache import Store
    from pipeline.model import Take
    from pipeline.speech.narrator import NarrationResult
    from tests.speech.embedded_speaker import EmbeddedSpeaker
    from tests.speech.talks import Talk

LINES = HISTORY


@contextmanager
def serving(own: EmbeddedSpeaker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Run the stand-in with a speaker; give the settings that go to it."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with answering(SpeechServer(speak=own.speak)) as server:
        yield with_changes(Settings(), {"voice.engine": "openai", "voice.base_url": server.url})


def narrated(what: Talk, settings: Settings, store: Store, *, whole: bool) -> NarrationResult:
    """Narrate with the aligner of takes, or as it is without one."""
    transcript, spoken = what
    aligner = UtteranceAligner(aligner_version(), tts_clip_aligner(spoken)) if whole else None
    return narrate(
        spoken, transcript, (), settings, store, lambda _step, _done, _total: None, aligner=aligner
    )


def onset_errors(take: Take, own: EmbeddedSpeaker, store: Store) -> list[float]:
    """Return how far (ms) the rows of a take begin from where they truly do."""
    onsets = true_onsets(speech_cache.load_take_audio(store, take.audio_key or ""), own)
    return [
        abs(row.span.start - onset) / 48
        for row, onset in zip(take.rows, onsets, strict=True)
        if onset is not None
    ]


def test_aligner_splits_whole_utterances_where_their_rows_begin(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fewer requests than rows; each row within 100 ms of its true start, 30 ms on average."""
    what = talk(LINES)
    own = speaker(
        group_into_utterances(what[1], what[0], ()),
        [Voice("cmn+f4", 215, 60), Voice("cmn+m3", 240, 40)],
    )
    with serving(own, monkeypatch) as settings:
        narration = narrated(what, settings, store, whole=True)
        assert [row.row for take in narration.takes for row in take.rows] == [
            row.row for row in what[1]
        ]
        errors = [error for take in narration.takes for error in onset_errors(take, own, store)]
        assert len(errors) == len(LINES)
        assert max(errors) <= 100
        assert sum(errors) / len(errors) <= 30
        assert (len(own.said), narration.notices) == (len(narration.takes), ())
        assert len(own.said) <= len(LINES) / 2
        assert narrated(what, settings, store, whole=True).takes == narration.takes
        assert len(own.said) == len(narration.takes)
        apart = narrated(what, settings, store, whole=False)
        assert (
            len(own.said)
            == len(narration.takes) + len(apart.takes)
            == len(narration.takes) + len(LINES)
        )


def test_aligner_leaves_a_lost_row_to_row_by_row_speech(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the utterance whose row the server left out is affected."""
    what = talk(LINES)
    groups = group_into_utterances(what[1], what[0], ())
    hurt = groups[1]
    own = speaker(groups, [Voice("cmn+m3", 230, 45)], drops={hurt.rows[0].row})
    with serving(own, monkeypatch) as settings:
        narration = narrated(what, settings, store, whole=True)
    numbers = [[row.row for row in take.rows] for take in narration.takes]
    wanted = [
        [[row.row] for row in group.rows] if group is hurt else [[row.row for row in group.rows]]
        for group in groups
    ]
    assert numbers == [take for group in wanted for take in group]
    assert any(
        f"Rows {hurt.rows[0].row}–{hurt.rows[-1].row} were spoken one by one" in notice
        for notice in narration.notices
    )
    assert max(error for take in narration.takes for error in onset_errors(take, own, store)) <= 100


def test_build_passes_the_aligner_to_the_narrator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An episode whose settings name such a server makes fewer requests than it has rows."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "EPISODE_CACHE"):
        monkeypatch.delenv(name, raising=False)
    texts = tmp_path / "transcript"
    texts.mkdir()
    (texts / "tang.txt").write_text("\n".join(LINES) + "\n", "utf-8")
    server = SpeechServer()
    with answering(server):
        (texts / "tang.toml").write_text(
            f'[voice]\nengine = "openai"\nbase_url = "{server.url}"\n', "utf-8"
        )
        project = Project(tmp_path)
        episode = project.episode(texts / "tang.txt")
        script = read_script(episode, read_settings(episode, {}), Segmenter())
        own = speaker(
            group_into_utterances(script.spoken_rows, script.transcript, script.chapters),
            [Voice("cmn+m3", 235, 42)],
        )
        server.speak = own.speak
        outcome = build(
            project, episode, BuildRequest("narrate"), lambda _step, _done, _total: None
        )
    assert len(own.said) == len(set(own.said)) <= len(LINES) / 2
    assert outcome.report["row_times"] == {"measured": len(LINES), "boundary": 0, "estimated": 0}
