"""The choice of the aligner for an episode's recording: a model, a file of times, or neither."""

from __future__ import annotations

import json
import os
import shutil
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.align.aligner import load_aligner
from pipeline.align.qwen import QwenAligner
from pipeline.errors import EpisodeError, InputError
from tests.align.aligned_project import built, project_of, written
from tests.align.onnx_file import RATE, ROWS, sung, write_model
from tests.align.recordings import Plan, compose
from tests.align.talks import sentences
from tests.align.test_qwen import PACKAGE
from tests.small_project import episode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.project import Project

needs_onnx = pytest.mark.skipif(
    find_spec("onnxruntime") is None, reason="onnxruntime is not installed"
)


def clock(seconds: float, mark: str) -> str:
    """Return a time as SRT and WebVTT write it."""
    ms = round(seconds * 1000)
    return (
        f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}{mark}{ms % 1000:03d}"
    )


def times_of(kind: str, spans: Sequence[tuple[float, float]], rows: Sequence[str] = ROWS) -> str:
    """Return rows at their times (s) as a file of this kind."""
    told = list(zip(rows, spans, strict=True))
    if kind == "srt":
        return "\n".join(
            f"{n}\n{clock(s, ',')} --> {clock(e, ',')}\n{row}\n"
            for n, (row, (s, e)) in enumerate(told, 1)
        )
    if kind == "vtt":
        return "WEBVTT\n\n" + "\n".join(
            f"{clock(s, '.')} --> {clock(e, '.')}\n{row}\n" for row, (s, e) in told
        )
    if kind == "ass":
        lines = [
            f"Dialogue: 0,{clock(s, '.')[1:-1]},{clock(e, '.')[1:-1]},Default,,0,0,0,,{row}"
            for row, (s, e) in told
        ]
        names = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
        head = f"[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: {names}\n"
        return head + "\n".join(lines) + "\n"
    if kind == "TextGrid":
        whole = f'"IntervalTier"\n"rows"\n0\n{spans[-1][1]}\n{len(told)}\n'
        own = "\n".join(f'{s}\n{e}\n"{row}"' for row, (s, e) in told)
        head = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n'
        return f"{head}{spans[-1][1]}\n<exists>\n1\n{whole}{own}\n"
    words = [
        {
            "word": sign,
            "start": s + (e - s) * at / len(row),
            "end": s + (e - s) * (at + 1) / len(row),
        }
        for row, (s, e) in told
        for at, sign in enumerate(row)
    ]
    return json.dumps({"words": words})


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[float, float]]]:
    """Return a recording in tones and where its rows are."""
    samples, spans = sung(ROWS)
    return written(tmp_path_factory.mktemp("song") / "song.wav", samples, RATE), spans


def starts(project: Project) -> list[float]:
    """Return when each row's cue comes on, in seconds, by the report."""
    report = json.loads((project.output / "talk/report.json").read_text("utf-8"))
    return [cue["start_ms"] / 1000 for cue in report["cues"] if cue["part"] == 0]


@needs_onnx
def test_model_option_finds_the_rows(
    tmp_path: Path, song: tuple[Path, list[tuple[float, float]]]
) -> None:
    """Cues are within two frames, the report names the method, a second run does nothing."""
    recording, spans = song
    project = project_of(tmp_path / "p", ROWS)
    write_model(tmp_path)
    arguments = (
        "align",
        "transcript/talk.txt",
        str(recording),
        "--model",
        str(tmp_path / "model.onnx"),
        "--json",
        "--quiet",
    )
    ran = episode(*arguments, cwd=project.root)
    assert (ran.code, ran.err) == (0, "")
    assert [
        abs(start - true) < 0.08 for start, (true, _) in zip(starts(project), spans, strict=True)
    ] == [True] * len(ROWS)
    voice = ran.json["report"]["voice"]
    assert (voice["engine"], voice["name"], voice["version"], voice["flagged_rows"]) == (
        "recording",
        "song.wav",
        "CTC model",
        [],
    )
    assert episode(*arguments, cwd=project.root).json["steps"] == []


@needs_onnx
@pytest.mark.parametrize(("place", "kind"), [("assets/talk", "auto"), ("assets", "ctc")])
def test_model_setting_names_a_file_in_the_assets(
    tmp_path: Path, song: tuple[Path, list[tuple[float, float]]], place: str, kind: str
) -> None:
    """The assets of the episode or the channel; a changed vocabulary causes a new run."""
    settings = '[voice]\nengine = "recording"\nfile = "song.wav"\naligner_model = "tones"\n'
    settings += f'aligner = "{kind}"\n'
    project = project_of(tmp_path, ROWS, settings)
    shutil.copy(song[0], tmp_path / "assets/talk/song.wav")
    model = tmp_path / place / "tones"
    model.mkdir()
    write_model(model)
    assert built(project, {}).report["voice"]["version"] == "CTC model"
    assert built(project, {}).steps == ()
    labels = json.loads((model / "vocab.json").read_text("utf-8"))
    (model / "vocab.json").write_text(json.dumps({**labels, "é": 0}), "utf-8")
    assert built(project, {}).steps[0].why == "changed: model"


def test_qwen_model_is_recognised_by_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its configuration, or by the setting; a stand-in for its package times the words."""
    packages = tmp_path / "packages"
    for name, code in {"qwen_asr": PACKAGE, "torch": "float32 = 'float32'\n"}.items():
        (packages / name).mkdir(parents=True)
        (packages / name / "__init__.py").write_text(code)
        monkeypatch.setitem(sys.modules, name, None)  # so that the stand-in is forgotten afterwards
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(packages))
    said = sentences("cooking")[:2]
    spoken = compose(said, Plan())
    recording = written(tmp_path / "talk.wav", spoken.samples, spoken.rate)
    project = project_of(tmp_path / "p", [row for sentence in said for row in sentence])
    model = tmp_path / "qwen"
    model.mkdir()
    (model / "config.json").write_text('{"model_type": "qwen3_asr"}')
    assert (
        built(project, {"file": recording, "aligner_model": model}).report["voice"]["version"]
        == "Qwen3-ForcedAligner"
    )
    (model / "config.json").write_text("{}")
    assert isinstance(load_aligner(model, model_kind="qwen3"), QwenAligner)


@pytest.mark.parametrize("kind", ["srt", "vtt", "ass", "TextGrid", "json"])
def test_times_option_uses_a_file_of_times(
    tmp_path: Path, song: tuple[Path, list[tuple[float, float]]], kind: str
) -> None:
    """Every kind of file: cues start at its times; an edit moves rows; no change, no work."""
    recording, spans = song
    project = project_of(tmp_path, ROWS)
    file = tmp_path / f"times.{kind}"
    file.write_text(times_of(kind, spans), "utf-8")
    told = built(project, {"file": recording, "times": file})
    assert starts(project) == pytest.approx([start for start, _ in spans], abs=0.034)
    assert (told.report["voice"]["version"], told.report["row_times"]["estimated"]) == (
        f"times of times.{kind}",
        0,
    )
    assert built(project, {"file": recording, "times": file}).steps == ()
    moved = [(start + 0.2, end + 0.2) for start, end in spans]
    file.write_text(times_of(kind, moved), "utf-8")
    assert built(project, {"file": recording, "times": file}).steps[0].why == "changed: times"
    assert starts(project) == pytest.approx([start for start, _ in moved], abs=0.034)


def test_times_setting_names_a_file_in_the_assets(
    tmp_path: Path, song: tuple[Path, list[tuple[float, float]]]
) -> None:
    """`times` under [voice]; a row the file does not have is listed as doubtful."""
    recording, spans = song
    project = project_of(
        tmp_path, ROWS, '[voice]\nengine = "recording"\nfile = "song.wav"\ntimes = "have.srt"\n'
    )
    shutil.copy(recording, tmp_path / "assets/talk/song.wav")
    (tmp_path / "assets/talk/have.srt").write_text(
        times_of("srt", [*spans[:2], *spans[3:]], [*ROWS[:2], *ROWS[3:]]), "utf-8"
    )
    (flagged,) = built(project, {}).report["voice"]["flagged_rows"]
    assert (flagged["row"], flagged["text"]) == (3, ROWS[2])


def test_recording_replaced_under_the_same_name_is_aligned_again(
    tmp_path: Path, song: tuple[Path, list[tuple[float, float]]]
) -> None:
    """A file outside the project counts by what is in it, not by its name."""
    recording, spans = song
    project = project_of(tmp_path / "p", ROWS)
    own, times = tmp_path / "own.wav", tmp_path / "times.srt"
    shutil.copy(recording, own)
    times.write_text(times_of("srt", spans), "utf-8")
    built(project, {"file": own, "times": times})
    samples, _ = sung(ROWS, gap=0.3)
    written(own, samples, RATE)
    assert built(project, {"file": own, "times": times}).steps[0].why == "changed: recording"


def _linked(folder: Path) -> None:
    (folder / "assets/talk/loop").symlink_to("loop")
    (folder / "assets/talk/out").symlink_to(folder)
    os.mkfifo(folder / "assets/talk/pipe")


BAD: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "no recording": ('file = ""', {}, ["recording"]),
    "no such recording": ('file = "no.wav"', {}, ["no.wav", "no such recording"]),
    "a recording outside": ('file = "../../transcript/talk.txt"', {}, ["outside", "assets"]),
    "a recording by its whole path": ('file = "/etc/hosts"', {}, ["outside"]),
    "a recording through a link": ('file = "out/transcript/talk.txt"', {}, ["outside"]),
    "a link in a circle": ('file = "loop"', {}, ["loop", "no such recording"]),
    "a folder": ('file = "."', {}, ["not a file"]),
    "a pipe": ('file = "pipe"', {}, ["pipe", "not a file"]),
    "times from a pipe": ('file = "song.wav"\ntimes = "pipe"', {}, ["pipe", "not a file"]),
    "an impossible name": ('file = "a\\u0000b"', {}, ["no such recording"]),
    "no such model": ('file = "song.wav"\naligner_model = "tones"', {}, ["tones", "no such model"]),
    "a model outside": ('file = "song.wav"\naligner_model = "../../.."', {}, ["outside"]),
    "a folder without a model": ('file = "song.wav"\naligner_model = "."', {}, ["vocab.json"]),
    "no model": ('file = "song.wav"\naligner = "qwen3"', {}, ["qwen3", "--model"]),
    "another model": (
        'file = "song.wav"\naligner = "qwen3"\naligner_model = "."',
        {},
        ["Qwen3-ForcedAligner", "config.json"],
    ),
    "an unknown aligner": ('file = "song.wav"\naligner = "gentle"', {}, ["gentle", "ctc"]),
    "no such times": (
        'file = "song.wav"\ntimes = "no.srt"',
        {},
        ["no.srt", "no such file of times"],
    ),
    "times outside": ('file = "song.wav"\ntimes = "../../transcript/talk.srt"', {}, ["outside"]),
    "times of no known kind": (
        'file = "song.wav"\ntimes = "song.wav"',
        {},
        ["song.wav", ".TextGrid".lower()],
    ),
    "times of another text": ('file = "song.wav"\ntimes = "other.srt"', {}, ["another text"]),
    "times that are none": ('file = "song.wav"\ntimes = "broken.json"', {}, ["broken.json"]),
    "both": (
        'file = "song.wav"\ntimes = "other.srt"\naligner_model = "m"',
        {},
        ["Both", "aligner_model", "times"],
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_wrong_settings_are_refused_with_one_sentence(
    tmp_path: Path, song: tuple[Path, list[tuple[float, float]]], case: str
) -> None:
    """It names what is wrong and what to do, and nothing is written."""
    settings, changes, words = BAD[case]
    project = project_of(tmp_path, ROWS, f'[voice]\nengine = "recording"\n{settings}\n')
    shutil.copy(song[0], tmp_path / "assets/talk/song.wav")
    (tmp_path / "assets/talk/other.srt").write_text(
        times_of("srt", [(0, 1), (1, 2)], ["完全不同的一段话", "讲的是别的事情"]), "utf-8"
    )
    (tmp_path / "assets/talk/broken.json").write_text("{", "utf-8")
    _linked(tmp_path)
    with pytest.raises(InputError) as fault:
        built(project, changes)
    assert [word for word in words if word not in str(fault.value)] == []
    assert isinstance(fault.value, EpisodeError)
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--model", "no.onnx"], ["no.onnx", "no such model"]),
        (["--times", "no.srt"], ["no.srt", "no such file of times"]),
        (["--times", "talk.srt", "--model", "m"], ["--times"]),
        (["--aligner", "ctc"], ["ctc", "--model"]),
        (["--aligner", "gentle"], ["gentle", "qwen3"]),
    ],
)
def test_wrong_options_print_one_line_and_exit_with_2(
    tmp_path: Path,
    song: tuple[Path, list[tuple[float, float]]],
    arguments: list[str],
    words: list[str],
) -> None:
    """Through the command: no traceback, nothing on standard output."""
    project = project_of(tmp_path, ROWS)
    ran = episode("align", "transcript/talk.txt", str(song[0]), *arguments, cwd=project.root)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert [word for word in words if word not in ran.err] == []


def test_options_override_the_settings(
    tmp_path: Path, song: tuple[Path, list[tuple[float, float]]]
) -> None:
    """With times on the command line, the model that the settings name is not looked for."""
    project = project_of(tmp_path, ROWS, '[voice]\naligner = "ctc"\naligner_model = "gone"\n')
    (tmp_path / "times.srt").write_text(times_of("srt", song[1]), "utf-8")
    ran = episode(
        "align",
        "transcript/talk.txt",
        str(song[0]),
        "--times",
        "times.srt",
        "--json",
        "--quiet",
        cwd=project.root,
    )
    assert ran.code == 0, ran.err
    assert ran.json["report"]["voice"]["version"] == "times of times.srt"
