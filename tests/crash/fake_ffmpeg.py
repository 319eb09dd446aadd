"""An ffmpeg that does not do what it is asked; it notes each call in a file beside itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FAILS = 'echo "Conversion failed!" >&2; exit 1'
CRASHES = "kill -SEGV $$"
HANGS = "exec sleep 600"
NO_FILE = "exit 0"
EMPTY_FILE = ': > "$out"'
BAD_FILE = 'printf "not a media file at all, but some bytes\\n%.0s" 1 2 3 4 5 > "$out"'


def fake(path: Path, behaviour: str) -> Path:
    """Write the script; `$out` in a behaviour is the file ffmpeg was to write."""
    path.write_text(
        f'#!/bin/sh\necho $$ >> "{path}.called"\n'
        f'for out; do :; done\nout="${{out#file:}}"\n{behaviour}\n'
    )
    path.chmod(0o755)
    return path
