"""Takes in the store: kind `take`, mono 16-bit little-endian samples at 48 kHz and nothing else, named by their own digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import OutputFault
from pipeline.store import digest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.store import Store

KIND = "take"


def samples(store: Store, key: str) -> NDArray[np.int16]:
    """Return a take's samples, shape (samples,). Raises OutputFault where the store has lost them: narrating again brings them back."""
    import numpy as np

    body = store.get(KIND, key)
    if body is None:
        raise OutputFault("A piece of the narration is missing from the cache, or was damaged.", "Run again: it is then made anew.")
    return np.frombuffer(body, "<i2").astype(np.int16)


def keep(store: Store, audio: NDArray[np.int16]) -> str:
    """Put samples into the store and return their key."""
    body = audio.astype("<i2").tobytes()
    key = digest(KIND, body)
    if store.get(KIND, key) is None:
        store.put(KIND, key, body)
    return key
