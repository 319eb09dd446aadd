"""Print how well the package's names serve a reader who is new to it.

Run: python scripts/count_names.py. `tests/core/test_architecture.py` holds the same counts.
"""

from __future__ import annotations

import ast
import collections
import graphlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.core.test_architecture import (
    BARE_PARTICIPLES,
    FILES,
    definitions,
    imported_modules,
)


def main() -> None:
    """Write the counts: import circles, class names, module names, participles."""
    try:
        graphlib.TopologicalSorter({name: imported_modules(name) for name in FILES}).prepare()
        circle: tuple[str, ...] = ()
    except graphlib.CycleError as fault:
        circle = tuple(fault.args[1])
    classes = collections.Counter(name for _, name in definitions(ast.ClassDef))
    stems = collections.Counter(path.stem for path in FILES.values() if path.stem != "__init__")
    functions = [name for _, name in definitions(ast.FunctionDef)]
    participles = [name for name in functions if name.strip("_") in BARE_PARTICIPLES]
    sys.stdout.write(
        f"an import circle: {' → '.join(circle) or 'none'}\n"
        f"class names with more than one meaning: {[n for n, c in classes.items() if c > 1]}\n"
        f"module names in more than one folder: {[n for n, c in stems.items() if c > 1]}\n"
        f"functions named by a bare participle: {participles} of {len(functions)}\n"
    )


if __name__ == "__main__":
    main()
