"""The order of the folders inside `pipeline/picture`: each imports only those below it."""

from __future__ import annotations

import pytest

from tests.core.test_architecture import FILES, imported_modules

ROOM = "pipeline.picture."
LAYERS = (
    ("asset_files", "colours", "scene", "typography"),
    ("transparency",),
    ("canvas", "drawings", "image_files"),
    ("captions",),
    ("style",),
    ("cards",),
    ("cards.layouts",),
    ("slides",),
    ("motion",),
    ("encode",),
    ("composition", "frame_renderer"),
)
"""Every folder and root module of the room, the lowest first; of its own line each imports none."""

PARTS = {part: height for height, layer in enumerate(LAYERS) for part in layer}
MODULES = [name for name in FILES if name.startswith(ROOM)]


def part_of(module: str) -> str:
    """Return the folder that a module of the room is in.

    For a module at the root of the room it is the module's name.
    """
    name = module.removeprefix(ROOM)
    is_folder = FILES[module].name == "__init__.py"
    folder = name if is_folder else name.rpartition(".")[0]
    return folder or name


@pytest.mark.parametrize("module", MODULES)
def test_picture_modules_import_only_lower_folders(module: str) -> None:
    """Data flows from fonts and colours to the encoded video, and so do imports.

    Lazy and typing imports count.
    """
    own = part_of(module)
    used = {part_of(name) for name in imported_modules(module) if name.startswith(ROOM)} - {own}
    assert {part for part in used if PARTS[part] >= PARTS[own]} == set()
