"""Local neural voices: which files a folder's model has, and what is wrong where it has not."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pipeline.errors import EnvironmentFault, InputError
from pipeline.speech.engines import sherpa, sherpa_worker
from pipeline.speech.engines.sherpa import find_model
from tests.speech.talks import talk, voiced

if TYPE_CHECKING:
    from pipeline.cache import Store

MODEL = Path(__file__).parent / "data" / "tiny-vits"
needs_sherpa = pytest.mark.skipif(
    importlib.util.find_spec("sherpa_onnx") is None, reason="the extra `sherpa` is not installed"
)


def folder_with(path: Path, *names: str) -> Path:
    """Make a folder with files of these names."""
    path.mkdir()
    for name in names:
        (path / name).mkdir() if name.endswith("/") else (path / name).write_bytes(b"x")
    return path


def test_find_model_finds_a_vits_model(tmp_path: Path) -> None:
    """One graph, tokens, lexicons, phoneme data; the smaller int8 copy is passed over."""
    folder = folder_with(
        tmp_path / "vits-zh",
        "a.onnx",
        "a.int8.onnx",
        "tokens.txt",
        "lexicon.txt",
        "espeak-ng-data/",
    )
    model = find_model(folder)
    assert (model.kind, model.model, model.lexicon) == (
        "vits",
        str(folder / "a.onnx"),
        str(folder / "lexicon.txt"),
    )
    assert (model.data_dir, model.vocoder, model.voices) == (str(folder / "espeak-ng-data"), "", "")


def test_find_model_finds_a_matcha_model_with_its_vocoder(tmp_path: Path) -> None:
    """Two graphs, one of which is a vocoder by its name."""
    folder = folder_with(
        tmp_path / "m", "model-steps-3.onnx", "vocos-22khz-univ.onnx", "tokens.txt", "lexicon.txt"
    )
    model = find_model(folder)
    assert (model.kind, model.model, model.vocoder) == (
        "matcha",
        str(folder / "model-steps-3.onnx"),
        str(folder / "vocos-22khz-univ.onnx"),
    )


def test_find_model_finds_a_kokoro_model_with_its_voices(tmp_path: Path) -> None:
    """Of its lexicons one for each language is taken."""
    names = (
        "model.onnx",
        "voices.bin",
        "tokens.txt",
        "lexicon-us-en.txt",
        "lexicon-gb-en.txt",
        "lexicon-zh.txt",
    )
    folder = folder_with(tmp_path / "k", *names)
    model = find_model(folder)
    assert (model.kind, model.voices) == ("kokoro", str(folder / "voices.bin"))
    assert model.lexicon == f"{folder / 'lexicon-us-en.txt'},{folder / 'lexicon-zh.txt'}"


@pytest.mark.parametrize(
    ("names", "wrong"),
    [
        ((), "no model"),
        (("a.onnx", "b.onnx", "tokens.txt"), "2 models"),
        (("a.onnx",), "tokens.txt"),
        (("vocos.onnx",), "no model"),
    ],
)
def test_find_model_names_what_is_missing(
    tmp_path: Path, names: tuple[str, ...], wrong: str
) -> None:
    """With the folder."""
    folder = folder_with(tmp_path / "f", *names)
    with pytest.raises(InputError, match=wrong) as caught:
        find_model(folder)
    assert caught.value.where == folder


def test_find_model_refuses_a_matcha_model_without_vocoder(tmp_path: Path) -> None:
    """And a folder that does not exist."""
    with pytest.raises(InputError, match="vocoder"):
        find_model(folder_with(tmp_path / "matcha-zh", "model.onnx", "tokens.txt"))
    with pytest.raises(InputError, match="no such folder"):
        find_model(tmp_path / "nowhere")


def test_create_names_the_missing_package(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    """With the command that installs it."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(EnvironmentFault, match=r"\[sherpa\]"):
        voiced(talk(["大家好"]), store, engine="sherpa", model=str(MODEL))


@pytest.mark.parametrize("kind", ["vits", "matcha", "kokoro"])
def test_worker_loads_each_kind_with_its_own_files(
    monkeypatch: pytest.MonkeyPatch, kind: sherpa_worker.SherpaModelKind
) -> None:
    """The package is called as it documents, for kinds of which no small model exists."""
    made: dict[str, Any] = {}

    class Recorded:
        def __init__(self, **given: Any) -> None:  # noqa: ANN401 - the package's own
            vars(self).update(given)

        def validate(self) -> bool:
            return True

    class Voice:
        num_speakers = 3

        def __init__(self, config: Any) -> None:  # noqa: ANN401 - the package's own
            made["config"] = config

        def generate(self, text: str, sid: int, speed: float) -> Any:  # noqa: ANN401 - the package's own
            made["asked"] = (text, sid, speed)
            return SimpleNamespace(samples=[0.5, -2.0], sample_rate=24_000)

    names = (
        "OfflineTtsConfig",
        "OfflineTtsModelConfig",
        "OfflineTtsVitsModelConfig",
        "OfflineTtsMatchaModelConfig",
        "OfflineTtsKokoroModelConfig",
    )
    monkeypatch.setitem(
        sys.modules,
        "sherpa_onnx",
        SimpleNamespace(OfflineTts=Voice, **dict.fromkeys(names, Recorded)),
    )
    model = sherpa_worker.SherpaModel(
        kind, f"/{kind}/m.onnx", "t", vocoder="v", voices="b", lexicon="l", data_dir="d"
    )
    assert sherpa_worker.speak_all(model, [("好", 2, 1.5)]) == [
        (np.array([16_384, -32_767], "<i2").tobytes(), 24_000)
    ]
    assert made["asked"] == ("好", 2, 1.5)
    shared = {"tokens": "t", "lexicon": "l", "data_dir": "d"}
    own = {
        "vits": {"model": model.model},
        "matcha": {"acoustic_model": model.model, "vocoder": "v"},
        "kokoro": {"model": model.model, "voices": "b"},
    }
    assert vars(getattr(made["config"].model, kind)) == own[kind] | shared


@needs_sherpa
def test_engine_speaks_an_episode_with_a_real_model(store: Store) -> None:
    """The tiny model speaks each character as a tone of 180 ms, so each row's length is known."""
    narration = voiced(talk(["大家好", "你们今天说什么"]), store, engine="sherpa", model=str(MODEL))
    lengths = [take.rows[0].span.length / 8_640 for take in narration.takes]
    assert lengths == pytest.approx([4.0, 8.0], abs=0.1)
    assert narration.engine_version.startswith("sherpa-onnx ")


@needs_sherpa
def test_resolve_voice_accepts_only_speakers_of_the_model(store: Store) -> None:
    """A speaker is a number below the model's count."""
    with pytest.raises(InputError, match="0 to 0"):
        voiced(talk(["大家好"]), store, engine="sherpa", model=str(MODEL), name="1")


@needs_sherpa
def test_version_depends_on_the_content_of_the_model(tmp_path: Path) -> None:
    """A moved model keeps its cache; another model has another version."""
    moved = tmp_path / "elsewhere"
    shutil.copytree(MODEL, moved)
    assert (
        sherpa.create_sherpa_engine(str(moved)).version
        == sherpa.create_sherpa_engine(str(MODEL)).version
    )
    other = tmp_path / "other"
    shutil.copytree(MODEL, other)
    (other / "tokens.txt").write_text("_ 0\n")
    assert (
        sherpa.create_sherpa_engine(str(other)).version
        != sherpa.create_sherpa_engine(str(MODEL)).version
    )


@needs_sherpa
def test_engine_reports_a_damaged_model(tmp_path: Path, store: Store) -> None:
    """With the folder."""
    from pipeline.errors import EpisodeError

    folder = tmp_path / "bad"
    shutil.copytree(MODEL, folder)
    (folder / "model.onnx").write_bytes(b"no model at all")
    with pytest.raises(EpisodeError, match="bad"):
        voiced(talk(["大家好"]), store, engine="sherpa", model=str(folder))
