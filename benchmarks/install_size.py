"""What each installed package costs on disk: `python benchmarks/install_size.py [EXTRA…]`.

Prints the packages that the project and the named extras need, largest first, in MB (10⁶ bytes).
"""

from __future__ import annotations

import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = "episode-pipeline"
MB = 1_000_000


def needed(extras: tuple[str, ...]) -> dict[str, Distribution]:
    """Return every distribution that the project needs with some extras, by name."""
    found: dict[str, Distribution] = {}
    wanted = [Requirement(f"{PROJECT}[{','.join(extras)}]" if extras else PROJECT)]
    while wanted:
        requirement = wanted.pop()
        try:
            one = distribution(requirement.name)
        except PackageNotFoundError:
            print(f"not installed: {requirement.name}", file=sys.stderr)
            continue
        if one.name in found:
            continue
        found[one.name] = one
        for line in one.requires or ():
            inner = Requirement(line)
            environments = [{"extra": extra} for extra in ("", *requirement.extras)]
            if inner.marker is None or any(map(inner.marker.evaluate, environments)):
                wanted.append(inner)
    return found


def size(one: Distribution) -> int:
    """Return the bytes of a distribution's files."""
    paths = [Path(file.locate()) for file in one.files or ()]
    return sum(path.stat().st_size for path in paths if path.is_file())


def main() -> None:
    """Print the table."""
    sizes = {name: size(one) for name, one in needed(tuple(sys.argv[1:])).items()}
    for name, count in sorted(sizes.items(), key=lambda item: -item[1]):
        print(f"{count / MB:8.1f} MB  {name}")
    print(f"{sum(sizes.values()) / MB:8.1f} MB  in all")


main()
