"""The rules of the house, read from the imports and definitions themselves."""

from __future__ import annotations

import ast
import collections
import graphlib
from pathlib import Path

import pytest

import pipeline

ROOT = Path(pipeline.__file__).parent
FILES = {
    ".".join(("pipeline", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(
        ".__init__"
    ): path
    for path in sorted(ROOT.rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in FILES.items()}

LAYERS: tuple[tuple[str, ...], ...] = (
    ("messages",),
    ("pipeline", "debug_log", "errors", "language", "model", "timebase"),
    ("subtitle_profiles",),
    ("extensions",),
    ("atomic", "backoff", "code_version", "coverage", "lock", "process", "settings"),
    ("audio", "cache", "mux", "text"),
    ("subtitles", "timing", "translate"),
    ("project",),
    ("manifest",),
    ("kept_rows", "picture", "run", "speech"),
    ("script",),
    ("align", "language_tracks"),
    ("stages",),
    ("build",),
    ("api", "batch"),
    ("studio",),
    ("cli",),
    ("__main__",),
)
"""Every folder and root module of the package, in layers.

Each may import those of the lines above it, and none of its own line.
"""

FOUNDATION = {
    "pipeline",
    "extensions",
    "messages",
    "model",
    "errors",
    "language",
    "timebase",
    "settings",
    "subtitle_profiles",
}
STORAGE = {"atomic", "cache", "code_version", "process", "lock"}
ALLOWED = {
    "text": FOUNDATION,
    "timing": FOUNDATION | {"text"},
    "subtitles": FOUNDATION | {"text"},
    "speech": FOUNDATION | STORAGE | {"backoff", "text", "timing"},
    "align": FOUNDATION | STORAGE | {"text", "timing", "subtitles", "speech"},
    "audio": FOUNDATION | STORAGE,
    "picture": FOUNDATION | STORAGE | {"text", "subtitles", "mux"},
    "mux": FOUNDATION | STORAGE | {"subtitles", "audio"},
}
"""What a room of the flow may know: the rooms before it, and the ground all of them stand on."""

PURE = (
    "model",
    "timebase",
    "errors",
    "language",
    "settings",
    "subtitle_profiles",
    "text",
    "timing",
    "subtitles",
    "coverage",
)
"""Rooms without files, processes, network and media libraries."""

IMPURE = {
    *("subprocess", "multiprocessing", "socket", "asyncio", "aiohttp", "urllib", "http", "ssl"),
    *("concurrent", "threading", "tempfile", "shutil"),
    *("av", "PIL", "moviepy", "pydub", "edge_tts", "imageio_ffmpeg", "espeakng_loader"),
    *("pillow_heif", "resvg_py", "pypdfium2", "fontTools", "uharfbuzz", "freetype"),
}

BARE_PARTICIPLES = frozenset(
    {
        "told",
        "lent",
        "kept",
        "known",
        "parted",
        "moved",
        "held",
        "found",
        "made",
        "said",
        "heard",
        "spread",
        "drawn",
        "shown",
        "given",
        "taken",
        "asked",
        "lit",
        "laid",
        "cut",
        "sent",
        "felt",
        "timed",
        "judged",
        "fitted",
        "described",
        "placed",
        "named",
        "joined",
        "seen",
    }
)
"""Words that say neither what a function does nor what it returns."""

MAX_SHARED_MODULE_NAMES = 6


def imported_names(module: str) -> set[str]:
    """Return the full names a module imports, anywhere in it: lazily, for typing, or at the top."""
    names: set[str] = set()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{module}: imports are absolute here"
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def imported_modules(module: str) -> set[str]:
    """Return the modules of this package that a module imports."""
    return {
        name if name in FILES else name.rpartition(".")[0]
        for name in imported_names(module)
        if name.split(".")[0] == "pipeline"
    } - {module}


def room_of(module: str) -> str:
    """Return the folder or root module that a module belongs to.

    `pipeline` is the package itself.
    """
    return module.split(".")[1] if "." in module else "pipeline"


def definitions(kind: type[ast.ClassDef | ast.FunctionDef]) -> list[tuple[str, str]]:
    """Return (module, name) of every class or function."""
    return [
        (module, node.name)
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, kind)
    ]


def test_modules_import_each_other_in_no_circle() -> None:
    """Lazy imports and imports for typing count."""
    graphlib.TopologicalSorter({name: imported_modules(name) for name in FILES}).prepare()


def test_folders_import_each_other_in_no_circle() -> None:
    """Subfolders of a room do not import each other in circles.

    Nor do a room and its own root modules, by way of other folders.
    """
    graph: dict[str, set[str]] = collections.defaultdict(set)
    for module in FILES:
        graph[room_of(module)] |= {room_of(name) for name in imported_modules(module)} - {
            room_of(module)
        }
    graphlib.TopologicalSorter(graph).prepare()


SPEECH_LAYERS = ("pipeline.speech.analysis", "pipeline.speech.engines", "pipeline.speech")
"""The folders of `speech`, each of which imports only itself and those before it."""


def test_speech_folders_import_only_lower_ones() -> None:
    """An engine knows nothing of the modules that use engines."""

    def height(module: str) -> int:
        return next(
            level
            for level, folder in enumerate(SPEECH_LAYERS)
            if module == folder or module.startswith(f"{folder}.")
        )

    speech = [name for name in FILES if name.startswith("pipeline.speech.")]
    upward = {
        (module, used)
        for module in speech
        for used in imported_modules(module) & set(speech)
        if height(used) > height(module)
    }
    assert upward == set()


def test_every_room_has_a_layer() -> None:
    """A new folder or root module is given its place here."""
    assert sorted(room for layer in LAYERS for room in layer) == sorted(
        {room_of(module) for module in FILES}
    )


@pytest.mark.parametrize("module", FILES)
def test_a_module_imports_only_lower_layers(module: str) -> None:
    """Data flows one way, and so do imports."""
    height = {room: number for number, layer in enumerate(LAYERS) for room in layer}
    own = room_of(module)
    used = {room_of(name) for name in imported_modules(module)} - {own}
    assert {room for room in used if height[room] >= height[own]} == set()
    assert used <= ALLOWED.get(own, used)


@pytest.mark.parametrize("module", [name for name in FILES if room_of(name) in PURE])
def test_a_pure_room_does_no_io(module: str) -> None:
    """No files, processes, network or media libraries where values are made of values."""
    assert {name.split(".")[0] for name in imported_names(module)} & IMPURE == set()


@pytest.mark.parametrize(
    "module",
    [
        name
        for name in FILES
        if name.startswith(("pipeline.studio.editing", "pipeline.studio.view"))
    ],
)
def test_studio_edits_do_no_io(module: str) -> None:
    """An edit is a function of bytes: files, the network and the server around it are elsewhere."""
    tops = {name.split(".")[0] for name in imported_names(module)}
    assert tops & (IMPURE | {"starlette", "uvicorn", "pathlib", "os"}) == set()


def test_only_process_starts_processes() -> None:
    """One door starts processes."""
    users = {
        name
        for name in FILES
        if {used.split(".")[0] for used in imported_names(name)} & {"subprocess", "multiprocessing"}
    }
    assert users == {"pipeline.process"}


WORKERS = {"pipeline.picture.drawings.worker_process"}
"""The module of worker programs of ours, whose standard output is a pipe to us, not a terminal."""


def test_only_the_command_line_prints() -> None:
    """Nothing else writes to the terminal."""
    printers = set()
    for name in FILES.keys() - WORKERS:
        for node in ast.walk(TREES[name]):
            called = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "print"
            )
            stream = (
                isinstance(node, ast.Attribute)
                and node.attr in {"stdout", "stderr"}
                and isinstance(node.value, ast.Name)
                and node.value.id == "sys"
            )
            if called or stream:
                printers.add(room_of(name))
    assert printers <= {"cli"}


def test_only_timebase_names_the_sample_rate() -> None:
    """The clock's rate is written down once."""
    modules = {
        name
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value == 48_000
    }
    assert modules == {"pipeline.timebase"}


def test_no_module_keeps_state() -> None:
    """No `global`, and no mutable literal bound at the top of a module under a lower-case name."""
    found = set()
    for name, tree in TREES.items():
        if any(isinstance(node, ast.Global) for node in ast.walk(tree)):
            found.add(name)
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(
                node.value, ast.List | ast.Dict | ast.Set
            ):
                found.update(
                    f"{name}.{target.id}"
                    for target in node.targets
                    if isinstance(target, ast.Name)
                    and target.id.strip("_").islower()
                    and target.id != "__all__"
                )
    assert found == set()


def test_a_class_name_has_one_meaning() -> None:
    """No two public classes share a name."""
    modules = collections.defaultdict(set)
    for module, name in definitions(ast.ClassDef):
        modules[name].add(module)
    shared = {name: where for name, where in modules.items() if len(where) > 1 and name[0] != "_"}
    assert shared == {}


def test_few_module_names_are_shared() -> None:
    """A module is found by its name alone."""
    stems = collections.Counter(path.stem for path in FILES.values() if path.stem != "__init__")
    shared = sorted(stem for stem, count in stems.items() if count > 1)
    assert len(shared) <= MAX_SHARED_MODULE_NAMES, shared


def test_no_function_is_named_by_a_bare_participle() -> None:
    """A function's name is a verb or says what is returned."""
    functions = definitions(ast.FunctionDef)
    assert [(m, n) for m, n in functions if n.strip("_") in BARE_PARTICIPLES] == []
