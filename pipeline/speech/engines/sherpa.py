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
from pipeline.cache import digest
from pipeline.errors import EnvironmentFault, InputError, OutputFault
from pipeline.speech.engines import sherpa_worker
from pipeline.speech.engines.base import RequestStats, SynthesisResult
from pipeline.speech.engines.sherpa_worker import SherpaModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.speech.engines.base import DeliverResult, SynthesisRequest

_LOAD_TIMEOUT_S = 300.0
_SECONDS_PER_CHARACTER = 5.0
"""A slow computer takes about as long as the speech lasts, 0.2 s a character: only a model that hangs is this slow."""

_FINGERPRINT_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class SherpaEngine:
    """The engine; make it with `engine`, which finds a folder's files."""

    model: SherpaModel

    @property
    def name(self) -> str:
        """The engine's name in the settings."""
        return "sherpa"

    @property
    def version(self) -> str:
        """The package, and the model by what it is, wherever it lies."""
        return f"sherpa-onnx {importlib.metadata.version('sherpa-onnx')}, {self.model.kind} {_model_fingerprint(self.model)[:16]}"

    @property
    def default_voice(self) -> str:
        """The first speaker."""
        return "0"

    @property
    def has_word_times(self) -> bool:
        """No times are told."""
        return False

    @property
    def is_deterministic(self) -> bool:
        """These models add noise to sound natural."""
        return False

    def resolve_voice(self, name: str) -> str:
        """Return a speaker's number. Raises InputError where it is none of the model's."""
        count = _speaker_count(self.model)
        if not name.isascii() or not name.isdigit() or int(name) >= count:
            raise InputError(
                f"{name[:60]!r} is not a speaker of this model.",
                f"It has the numbers 0 to {count - 1}.",
            )
        return str(int(name))

    def speak(self, requests: Sequence[SynthesisRequest], deliver: DeliverResult) -> RequestStats:
        """Answer every ask from one worker process. Raises OutputFault where the worker dies or hangs, InputError for a bad model."""
        if not requests:
            return RequestStats()
        jobs = [(ask.text, int(ask.voice), (100 + ask.rate) / 100) for ask in requests]
        with process.worker_pool(1) as worker, _translate_worker_errors(self.model):
            futures = [worker.submit(sherpa_worker.speak_all, self.model, [job]) for job in jobs]
            for index, future in enumerate(futures):
                timeout = (_LOAD_TIMEOUT_S if index == 0 else 60.0) + _SECONDS_PER_CHARACTER * len(
                    requests[index].text
                )
                audio, rate = future.result(timeout=timeout)[0]
                deliver(index, SynthesisResult(audio, "s16", rate))
        return RequestStats(len(requests))


def create_sherpa_engine(folder: str) -> SherpaEngine:
    """Return the engine for a model's folder. Raises InputError or EnvironmentFault saying which file, setting or package is missing."""
    if importlib.util.find_spec("sherpa_onnx") is None:
        raise EnvironmentFault(
            "The engine sherpa needs the package sherpa-onnx.",
            "Run: python -m pip install 'episode-pipeline[sherpa]'",
        )
    if not folder:
        raise InputError(
            "The engine sherpa needs a model.", 'Name its folder: [voice] model = "models/vits-zh"'
        )
    return SherpaEngine(find_model(Path(folder)))


def find_model(folder: Path) -> SherpaModel:
    """Return the model a folder holds, by the names its files have in sherpa-onnx's releases. Raises InputError naming what is missing."""
    if not folder.is_dir():
        raise InputError(
            "There is no such folder.",
            "Name the folder of a sherpa-onnx model: [voice] model.",
            where=folder,
        )
    graphs = sorted(path for path in folder.glob("*.onnx") if not path.name.startswith("._"))
    vocoders = [
        path
        for path in graphs
        if any(word in path.name for word in ("vocos", "hifigan", "vocoder"))
    ]
    models = [path for path in graphs if path not in vocoders]
    models = [path for path in models if ".int8" not in path.name] or models
    if not models:
        raise InputError(
            "This folder holds no model (*.onnx).",
            "Unpack a sherpa-onnx TTS model there.",
            where=folder,
        )
    if len(models) > 1:
        raise InputError(
            f"This folder holds {len(models)} models.", "Leave one of them there.", where=folder
        )
    voices = folder / "voices.bin"
    kind: sherpa_worker.SherpaModelKind = (
        "kokoro"
        if voices.is_file()
        else "matcha"
        if vocoders or "matcha" in folder.name
        else "vits"
    )
    if kind == "matcha" and not vocoders:
        raise InputError(
            "A Matcha model needs a vocoder beside it.",
            "Put e.g. vocos-22khz-univ.onnx into the folder.",
            where=folder,
        )
    tokens = folder / "tokens.txt"
    if not tokens.is_file():
        raise InputError(
            "This folder holds no tokens.txt.", "Unpack the whole model there.", where=folder
        )
    lexicons = [path for path in sorted(folder.glob("lexicon*.txt")) if "gb" not in path.stem]
    data = folder / "espeak-ng-data"
    return SherpaModel(
        kind,
        str(models[0]),
        str(tokens),
        vocoder=str(vocoders[0]) if kind == "matcha" else "",
        voices=str(voices) if kind == "kokoro" else "",
        lexicon=",".join(map(str, lexicons)),
        data_dir=str(data) if data.is_dir() else "",
    )


@functools.lru_cache(maxsize=4)
def _model_fingerprint(model: SherpaModel) -> str:
    """Return a digest of a model's files: lengths, and how each begins (they are hundreds of megabytes)."""
    parts = []
    for name in (model.model, model.tokens, model.vocoder, model.voices, *model.lexicon.split(",")):
        if name:
            with Path(name).open("rb") as file:
                parts.append(
                    (Path(name).name, Path(name).stat().st_size, file.read(_FINGERPRINT_BYTES))
                )
    return digest(parts)


@functools.lru_cache(maxsize=4)
def _speaker_count(model: SherpaModel) -> int:
    with process.worker_pool(1) as worker, _translate_worker_errors(model):
        return worker.submit(sherpa_worker.count_speakers, model).result(timeout=_LOAD_TIMEOUT_S)


@contextmanager
def _translate_worker_errors(model: SherpaModel) -> Iterator[None]:
    """Turn what a worker fails with into a sentence."""
    folder = Path(model.model).parent
    try:
        yield
    except BrokenProcessPool as fault:
        raise OutputFault(
            "The model ended its process: it is damaged, or memory ran out.",
            "Try another.",
            where=folder,
        ) from fault
    except FutureTimeout as fault:
        raise OutputFault(
            "The model does not answer.", "Try a smaller one.", where=folder
        ) from fault
    except (RuntimeError, ImportError, ValueError) as fault:
        raise InputError(
            f"The model cannot be used: {fault}.", "Unpack it anew, or try another.", where=folder
        ) from fault
