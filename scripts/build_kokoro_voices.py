"""Build the style tables of the Kokoro voices from the npm package `kokoro-js` (Apache-2.0).

A table has a style of 256 numbers for each length of a text in symbols. The package has them as
32-bit numbers, 522,240 bytes a voice; half precision is enough for a narration, and the chosen
voices stay below 4 MB together. Run it on an unpacked package:

    npm pack kokoro-js@1.2.1 && tar xf kokoro-js-1.2.1.tgz
    python scripts/build_kokoro_voices.py package

The same input files give the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

TARGET = Path(__file__).resolve().parents[1] / "pipeline" / "speech" / "data" / "kokoro" / "voices"
MANDARIN = ("zf_xiaobei", "zf_xiaoni", "zf_xiaoxiao", "zf_xiaoyi")
MANDARIN_MEN = ("zm_yunjian", "zm_yunxi", "zm_yunxia", "zm_yunyang")
ENGLISH = ("af_bella", "af_heart", "am_fenrir", "am_michael", "bf_emma", "bm_george")
"""The best graded American and British voices of the model's own list (VOICES.md)."""

SHAPE = (510, 256)
MAX_TOTAL_BYTES = 4_000_000


def main() -> None:
    """Write one `.npy` file for each voice."""
    source = Path(sys.argv[1]) / "voices"
    TARGET.mkdir(parents=True, exist_ok=True)
    total_bytes = 0
    for name in (*MANDARIN, *MANDARIN_MEN, *ENGLISH):
        styles = np.fromfile(source / f"{name}.bin", "<f4").reshape(SHAPE)
        half = styles.astype("<f2")
        if not np.isfinite(half).all():
            sys.exit(f"{name}: a style does not fit into half precision")
        target = TARGET / f"{name}.npy"
        np.save(target, half, allow_pickle=False)
        total_bytes += target.stat().st_size
    if total_bytes > MAX_TOTAL_BYTES:
        sys.exit(f"the voices have {total_bytes} bytes, more than {MAX_TOTAL_BYTES}")
    sys.stdout.write(f"{total_bytes} bytes in {TARGET}\n")


if __name__ == "__main__":
    main()
