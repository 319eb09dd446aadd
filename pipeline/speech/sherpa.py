"""A local neural voice by the path of its folder: VITS, Matcha or Kokoro models of sherpa-onnx (the extra `sherpa`)."""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import process
from pipeline.errors import EnvironmentFault, InputError, OutputFault
from pipeline.speech import sherpa_worker
from pipeline.speech.engine import Speech, Spent
from pipeline.speech.sherpa_worker import Model
from pipeline.store import digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.speech.engine import Ask, Deliver

_LOAD_S = 300.0
_SECONDS_A_CHARACTER = 5.0
"""A slow computer takes about as long as the speech lasts, 0.2 s a character: only a model that hangs is this slow."""

_HEAD = 65_536


@dataclass(frozen=True, slots=True)
class Sherpa:
    """The engine; make it with `engine`, which finds a folder's files."""

    model: Model

    @property
    def name(self) -> str:
        """The engine's name in the settings."""
        return "sherpa"

    @property
    def version(self) -> str:
        """The package, and the model by what it is, wherever it lies."""
        return f"sherpa-onnx {importlib.metadata.version('sherpa-onnx')}, {self.model.kind} {_fingerprint(self.model)[:16]}"

    @property
    def voice(self) -> str:
        """The first speaker."""
        return "0"

    @property
    def boundaries(self) -> bool:
        """No times are told."""
        return False

    @property
    def steady(self) -> bool:
        """These models add noise to sound natural."""
        return False

    def voice_named(self, name: str) -> str:
        """Return a speaker's number. Raises InputError where it is none of the model's."""
        count = _speakers(self.model)
        if not name.isascii() or not name.isdigit() or int(name) >= count:
            raise InputError(f"{name[:60]!r} is not a speaker of this model.", f"It has the numbers 0 to {count - 1}.")
        return str(int(name))

    def speak(self, asks: Sequence[Ask], deliver: Deliver) -> Spent:
        """Answer every ask from one worker process. Raises OutputFault where the worker dies or hangs, InputError for a bad model."""
        if not asks:
            return Spent()
        jobs = [(ask.text, int(ask.voice), (100 + ask.rate) / 100) for ask in asks]
        with process.pool(1) as worker, _explained(self.model):
            futures = [worker.submit(sherpa_worker.speak_all, self.model, [job]) for job in jobs]
            for index, future in enumerate(futures):
                patience = (_LOAD_S if index == 0 else 60.0) + _SECONDS_A_CHARACTER * len(asks[index].text)
                audio, rate = future.result(timeout=patience)[0]
                deliver(index, Speech(audio, "s16", rate))
        return Spent(len(asks))


def engine(folder: str) -> Sherpa:
    """Return the engine for a model's folder. Raises InputError or EnvironmentFault saying which file, setting or package is missing."""
    if importlib.util.find_spec("sherpa_onnx") is None:
        raise EnvironmentFault("The engine sherpa needs the package sherpa-onnx.", "Run: python -m pip install 'episode-pipeline[sherpa]'")
    if not folder:
        raise InputError("The engine sherpa needs a model.", 'Name its folder: [voice] model = "models/vits-zh"')
    return Sherpa(model_in(Path(folder)))


def model_in(folder: Path) -> Model:
    """Return the model a folder holds, by the names its files have in sherpa-onnx's releases. Raises InputError naming what is missing."""
    if not folder.is_dir():
        raise InputError("There is no such folder.", "Name the folder of a sherpa-onnx model: [voice] model.", where=folder)
    graphs = sorted(path for path in folder.glob("*.onnx") if not path.name.startswith("._"))
    vocoders = [path for path in graphs if any(word in path.name for word in ("vocos", "hifigan", "vocoder"))]
    models = [path for path in graphs if path not in vocoders]
    models = [path for path in models if ".int8" not in path.name] or models
    if not models:
        raise InputError("This folder holds no model (*.onnx).", "Unpack a sherpa-onnx TTS model there.", where=folder)
    if len(models) > 1:
        raise InputError(f"This folder holds {len(models)} models.", "Leave one of them there.", where=folder)
    voices = folder / "voices.bin"
    kind: sherpa_worker.Kind = "kokoro" if voices.is_file() else "matcha" if vocoders or "matcha" in folder.name else "vits"
    if kind == "matcha" and not vocoders:
        raise InputError("A Matcha model needs a vocoder beside it.", "Put e.g. vocos-22khz-univ.onnx into the folder.", where=folder)
    tokens = folder / "tokens.txt"
    if not tokens.is_file():
        raise InputError("This folder holds no tokens.txt.", "Unpack the whole model there.", where=folder)
    lexicons = [path for path in sorted(folder.glob("lexicon*.txt")) if "gb" not in path.stem]
    data = folder / "espeak-ng-data"
    return Model(
        kind,
        str(models[0]),
        str(tokens),
        vocoder=str(vocoders[0]) if kind == "matcha" else "",
        voices=str(voices) if kind == "kokoro" else "",
        lexicon=",".join(map(str, lexicons)),
        data_dir=str(data) if data.is_dir() else "",
    )


@functools.lru_cache(maxsize=4)
def _fingerprint(model: Model) -> str:
    """Return a digest of a model's files: lengths, and how each begins (they are hundreds of megabytes)."""
    parts = []
    for name in (model.model, model.tokens, model.vocoder, model.voices, *model.lexicon.split(",")):
        if name:
            with Path(name).open("rb") as file:
                parts.append((Path(name).name, Path(name).stat().st_size, file.read(_HEAD)))
    return digest(parts)


@functools.lru_cache(maxsize=4)
def _speakers(model: Model) -> int:
    with process.pool(1) as worker, _explained(model):
        return worker.submit(sherpa_worker.speakers, model).result(timeout=_LOAD_S)


@contextmanager
def _explained(model: Model) -> Iterator[None]:
    """Turn what a worker fails with into a sentence."""
    folder = Path(model.model).parent
    try:
        yield
    except BrokenProcessPool as fault:
        raise OutputFault("The model ended its process: it is damaged, or memory ran out.", "Try another.", where=folder) from fault
    except FutureTimeout as fault:
        raise OutputFault("The model does not answer.", "Try a smaller one.", where=folder) from fault
    except (RuntimeError, ImportError, ValueError) as fault:
        raise InputError(f"The model cannot be used: {fault}.", "Unpack it anew, or try another.", where=folder) from fault
