"""The house rules, read off the imports themselves."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import pipeline

ROOT = Path(pipeline.__file__).parent
MODULES = {".".join(("pipeline", *path.relative_to(ROOT).with_suffix("").parts)): path for path in sorted(ROOT.rglob("*.py"))}

PURE = ("model", "timebase", "errors", "language", "settings", "text", "timing", "subtitles", "report")
"""Rooms without files, processes, network and media libraries."""

IMPURE = {
    *(
        "subprocess",
        "multiprocessing",
        "socket",
        "asyncio",
        "aiohttp",
        "urllib",
        "http",
        "ssl",
        "concurrent",
        "threading",
        "tempfile",
        "shutil",
    ),
    *("av", "PIL", "moviepy", "pydub", "edge_tts", "imageio_ffmpeg", "espeakng_loader", "pypdfium2", "fontTools", "uharfbuzz", "freetype"),
}

BEFORE = {
    "text": {"model", "errors", "settings", "timebase"},
    "timing": {"model", "errors", "settings", "timebase", "text"},
    "subtitles": {"model", "errors", "settings", "timebase", "text"},
    "speech": {"model", "errors", "settings", "timebase", "text", "timing", "store", "process", "lock"},
    "align": {"model", "errors", "settings", "timebase", "text", "timing", "subtitles", "store", "process", "speech"},
    "audio": {"model", "errors", "settings", "timebase", "language", "store", "process"},
    "picture": {"model", "errors", "settings", "timebase", "text", "subtitles", "store", "process", "container"},
    "container": {"model", "errors", "settings", "timebase", "language", "subtitles", "audio", "store", "process"},
}
"""What each room may know of: the rooms before it in the flow of data, and the ground they all stand on."""


def imports_of(path: Path) -> set[str]:
    """Return every module a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names if node.module == "pipeline")
    return found


def room_of(module: str) -> str:
    """Return the room a module is in."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


@pytest.mark.parametrize("module", [name for name in MODULES if room_of(name) in PURE])
def test_pure_rooms_do_no_io(module: str) -> None:
    """No files, processes, network or media libraries where values are made of values."""
    tops = {name.split(".")[0] for name in imports_of(MODULES[module])}
    assert tops & IMPURE == set()


@pytest.mark.parametrize("module", [name for name in MODULES if room_of(name) in BEFORE])
def test_a_room_knows_only_what_is_before_it(module: str) -> None:
    """Data flows one way, and so do imports."""
    known = {room_of(name) for name in imports_of(MODULES[module]) if name.startswith("pipeline.")} - {"__version__"}
    assert known - BEFORE[room_of(module)] - {room_of(module)} == set()


def test_only_the_command_line_knows_the_studio() -> None:
    """The page is one more way to look at an episode: nothing that makes episodes knows it is there, and it knows no command."""
    knowers = {room_of(name) for name, path in MODULES.items() if any(used.startswith("pipeline.studio") for used in imports_of(path))}
    used = {name for module in MODULES if room_of(module) == "studio" for name in imports_of(MODULES[module])}
    assert knowers == {"studio", "cli"}
    assert not any(name.startswith("pipeline.cli") for name in used)


STUDIO_CORE = {
    "asked",
    "bench",
    "carry",
    "edits",
    "findings",
    "history",
    "lines",
    "reading",
    "retimed",
    "rows",
    "said",
    "seconds",
    "shifted",
    "view",
}
"""What the studio does to texts and times: values in, values out."""


@pytest.mark.parametrize("module", sorted(f"pipeline.studio.{name}" for name in STUDIO_CORE))
def test_the_studio_edits_texts_without_io(module: str) -> None:
    """An edit is a function of bytes: files, the network and the server around it are elsewhere."""
    used = imports_of(MODULES[module])
    assert {name.split(".")[0] for name in used} & (IMPURE | {"starlette", "uvicorn", "pathlib", "os"}) == set()
    inner = {name.removeprefix("pipeline.studio.").split(".")[0] for name in used if name.startswith("pipeline.studio.")}
    assert inner <= STUDIO_CORE


def test_one_door_starts_processes() -> None:
    """Only `process` knows subprocess and multiprocessing."""
    users = {name for name, path in MODULES.items() if imports_of(path) & {"subprocess", "multiprocessing"}}
    assert users == {"pipeline.process"}


ANSWERS = {"pipeline.picture.pdf_pages"}
"""Workers of ours whose standard output is a pipe to us, not a terminal."""


def test_one_place_prints() -> None:
    """Only the command line writes to the terminal."""
    talkers = set()
    for name, path in MODULES.items():
        if name in ANSWERS:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            stream = isinstance(node, ast.Attribute) and node.attr in {"stdout", "stderr"} and isinstance(node.value, ast.Name)
            if called or (stream and isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "sys"):
                talkers.add(room_of(name))
    assert talkers <= {"cli"}


def test_only_one_module_knows_the_clock() -> None:
    """The clock's rate is written down once."""
    rates = {
        name
        for name, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value == 48_000
    }
    assert rates == {"pipeline.timebase"}


def test_no_module_keeps_state() -> None:
    """No `global`, and no mutable literal bound at the top of a module under a lower-case name."""
    keepers = set()
    for name, path in MODULES.items():
        tree = ast.parse(path.read_text("utf-8"))
        if any(isinstance(node, ast.Global) for node in ast.walk(tree)):
            keepers.add(name)
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.List | ast.Dict | ast.Set):
                keepers.update(
                    f"{name}.{target.id}"
                    for target in node.targets
                    if isinstance(target, ast.Name) and target.id.strip("_").islower() and target.id != "__all__"
                )
    assert keepers == set()
