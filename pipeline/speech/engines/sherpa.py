"""A local neural voice: VITS, Matcha or Kokoro models of sherpa-onnx (the extra `sherpa`).

A model is named by the path of its folder.
"""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pipeline import process
from pipeline.cache import digest
from pipeline.errors import EnvironmentFault, InputError, OutputFault
from pipeline.messages import message
from pipeline.speech.engines import sherpa_worker
from pipeline.speech.engines.base import (
    EngineAbilities,
    EngineSpec,
    EngineStatus,
    RequestStats,
    SynthesisResult,
)
from pipeline.speech.engines.sherpa_worker import SherpaModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.cache import Store
    from pipeline.settings import Settings
    from pipeline.speech.engines.base import (
        DeliverResult,
        Gender,
        SpeechEngine,
        SynthesisRequest,
    )

_LOAD_TIMEOUT_S = 300.0
_SECONDS_PER_CHARACTER = 5.0
"""Only a hanging model is this slow: a slow computer takes as long as the speech, 0.2 s."""

_FINGERPRINT_BYTES = 65_536
_ABILITIES = EngineAbilities(needs_model=True)


@dataclass(frozen=True, slots=True)
class SherpaEngine:
    """The engine; `create_sherpa_engine` finds the files of a model's folder."""

    name: ClassVar[str] = "sherpa"
    abilities: ClassVar[EngineAbilities] = _ABILITIES
    default_voice: ClassVar[str] = "0"  # the first speaker

    model: SherpaModel

    @property
    def version(self) -> str:
        """The package and the model's content, wherever its folder is."""
        package_version = importlib.metadata.version("sherpa-onnx")
        fingerprint = _model_fingerprint(self.model)[:16]
        return f"sherpa-onnx {package_version}, {self.model.kind} {fingerprint}"

    def resolve_voice(self, name: str) -> str:
        """Return a speaker's number. Raises InputError if the model has no such speaker."""
        count = _speaker_count(self.model)
        if not name.isascii() or not name.isdigit() or int(name) >= count:
            raise InputError(message("speech.sherpa_no_speaker", name=name[:60], highest=count - 1))
        return str(int(name))

    def speak(self, requests: Sequence[SynthesisRequest], deliver: DeliverResult) -> RequestStats:
        """Deliver results from one worker process.

        Raises OutputFault if the worker dies or hangs, InputError for a bad model.
        """
        if not requests:
            return RequestStats()
        jobs = [
            (request.text, int(request.voice), (100 + request.rate) / 100) for request in requests
        ]
        with process.worker_pool(1) as worker, _translate_worker_errors(self.model):
            futures = [worker.submit(sherpa_worker.speak_all, self.model, [job]) for job in jobs]
            for index, future in enumerate(futures):
                timeout = (_LOAD_TIMEOUT_S if index == 0 else 60.0) + _SECONDS_PER_CHARACTER * len(
                    requests[index].text
                )
                audio, rate = future.result(timeout=timeout)[0]
                deliver(index, SynthesisResult(audio, "s16", rate))
        return RequestStats(len(requests))

    def as_probe(self) -> SherpaEngine:
        """Return the engine itself: it needs no network."""
        return self


def create_sherpa_engine(folder: str) -> SherpaEngine:
    """Return the engine for a model's folder.

    Raises InputError or EnvironmentFault naming the file, setting or package that is missing.
    """
    _require_package()
    return SherpaEngine(find_model(Path(folder)))


def _require_package() -> None:
    if importlib.util.find_spec("sherpa_onnx") is None:
        raise EnvironmentFault(message("speech.sherpa_not_installed"))


def find_model(folder: Path) -> SherpaModel:
    """Return the model in a folder, by the file names of sherpa-onnx's releases.

    Raises InputError naming what is missing.
    """
    if not folder.is_dir():
        raise InputError(message("speech.sherpa_no_folder"), where=folder)
    graphs = sorted(path for path in folder.glob("*.onnx") if not path.name.startswith("._"))
    vocoders = [
        path
        for path in graphs
        if any(word in path.name for word in ("vocos", "hifigan", "vocoder"))
    ]
    models = [path for path in graphs if path not in vocoders]
    models = [path for path in models if ".int8" not in path.name] or models
    if not models:
        raise InputError(message("speech.sherpa_no_model"), where=folder)
    if len(models) > 1:
        raise InputError(message("speech.sherpa_many_models", count=len(models)), where=folder)
    voices = folder / "voices.bin"
    kind: sherpa_worker.SherpaModelKind = (
        "kokoro"
        if voices.is_file()
        else "matcha"
        if vocoders or "matcha" in folder.name
        else "vits"
    )
    if kind == "matcha" and not vocoders:
        raise InputError(message("speech.sherpa_no_vocoder"), where=folder)
    tokens = folder / "tokens.txt"
    if not tokens.is_file():
        raise InputError(message("speech.sherpa_no_tokens"), where=folder)
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
    """Return a digest of the sizes and first 64 KiB of a model's files.

    They are hundreds of megabytes, too many to read.
    """
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
    """Turn a worker's exceptions into errors with a sentence."""
    folder = Path(model.model).parent
    try:
        yield
    except BrokenProcessPool as fault:
        raise OutputFault(message("speech.sherpa_died"), where=folder) from fault
    except FutureTimeout as fault:
        raise OutputFault(message("speech.sherpa_hangs"), where=folder) from fault
    except (RuntimeError, ImportError, ValueError) as fault:
        raise InputError(
            message("speech.sherpa_unusable", reason=str(fault)), where=folder
        ) from fault


def _create(settings: Settings, _store: Store) -> SherpaEngine:
    return create_sherpa_engine(settings.voice.model)


def _probe(settings: Settings, store: Store) -> EngineStatus:
    """Check that the package is installed, and the model if the settings name one."""
    try:
        _require_package()
        if settings.voice.model:
            _create(settings, store)
    except (EnvironmentFault, InputError) as fault:
        return EngineStatus(is_ready=False, detail=fault.problem, remedy=fault.remedy)
    package_version = importlib.metadata.version("sherpa-onnx")
    return EngineStatus(
        is_ready=True, detail=message("speech.sherpa_ready", version=package_version)
    )


def _stand_in_voices(engine: SpeechEngine, genders: Mapping[str, Gender]) -> dict[str, str]:
    """Return a speaker of the model for each name; they begin again after the last."""
    assert isinstance(engine, SherpaEngine)
    count = max(1, _speaker_count(engine.model))
    return {name: str(number % count) for number, name in enumerate(genders)}


ENGINE = EngineSpec(
    "sherpa",
    message("speech.sherpa_label"),
    _ABILITIES,
    _create,
    _probe,
    stand_in_voices=_stand_in_voices,
)
