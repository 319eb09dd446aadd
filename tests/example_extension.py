"""The package of `tests/extension_package`, installed for a process that a test starts."""

from __future__ import annotations

import configparser
import os
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:  # the standard library has it from 3.11
    import tomli as tomllib

PACKAGE = Path(__file__).parent / "extension_package"


def install_example_extension(folder: Path) -> dict[str, str]:
    """Write the metadata that pip would write into a folder.

    Return the environment in which the package is installed.
    """
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text("utf-8"))["project"]
    metadata = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    entry_points = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    entry_points.read_dict(project["entry-points"])
    with (metadata / "entry_points.txt").open("w", encoding="utf-8") as file:
        entry_points.write(file)
    paths = [str(folder), str(PACKAGE), os.environ.get("PYTHONPATH", "")]
    return {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}
