"""Finds the text in a recording with phone models of other voices, before anything is learnt.

The models (`data/phones.npz`, made by `scripts/train_phone_models.py`) come from synthetic voices
alone. They know a phone well enough to tell where the text is, also with other speech before,
after or inside it; the speaker's own models, trained from there, are more exact.
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align import gaussian_mixtures, viterbi
from pipeline.align import hmm_topology as chains
from pipeline.align.path_decoding import decode_rows
from pipeline.align.viterbi_training import (
    ROW_SKIPPING_COSTS,
    LocatedText,
    label_likelihoods,
    number_phones,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.align.phones import PhoneUnit

_MIN_FOUND = 0.5
"""Share of the rows that must be found; with fewer the models do not know the voice."""

_MIN_WINDOW_STATES = 4000
_MAX_WINDOW_CELLS = 500_000_000  # states times frames: 190 MB of moves


def locate_text(
    cepstra: NDArray[np.float32], rows: Sequence[Sequence[PhoneUnit]]
) -> LocatedText | None:
    """Return where the text is, or None if the models of other voices do not find it."""
    numbers = number_phones(rows)
    mixtures = _mixtures_of_phones(numbers)
    chain = chains.with_transition_costs(
        chains.build_state_chain(rows, numbers), ROW_SKIPPING_COSTS
    )
    width = min(
        chain.state_count, max(64, min(_MIN_WINDOW_STATES, _MAX_WINDOW_CELLS // len(cepstra)))
    )
    states = viterbi.best_path(
        chain,
        len(cepstra),
        gaussian_mixtures.emission_scorer(cepstra, mixtures),
        viterbi.StateWindow(width),
    ).states
    text, filler, _ = label_likelihoods(cepstra, mixtures, chain.state_models[states])
    decoded = decode_rows(chain, states, text - filler, [len(row) for row in rows])
    times: list[tuple[float, float]] = []
    for row in decoded:
        end = times[-1][1] if times else 0.0
        times.append((row.start, row.end) if row else (end, end))
    found = sum(row is not None for row in decoded) / max(1, sum(bool(row) for row in rows))
    return LocatedText(mixtures, states, times, found) if found >= _MIN_FOUND else None


def _mixtures_of_phones(numbers: Mapping[str, int]) -> gaussian_mixtures.GaussianMixtures:
    """Return the models of a text's phones; an unknown phone is average speech."""
    known, means, variances, weights = _load_phones()
    models = [chains.SILENCE_MODEL, chains.FILLER_MODEL]
    for phone in numbers:
        place = known.get(phone)
        models += [
            chains.FILLER_MODEL
            if place is None
            else chains.FIRST_PHONE_MODEL + place * chains.STATES_PER_PHONE + part
            for part in range(chains.STATES_PER_PHONE)
        ]
    return gaussian_mixtures.GaussianMixtures(means[models], variances[models], weights[models])


@functools.lru_cache(maxsize=1)
def _load_phones() -> tuple[
    dict[str, int], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]
]:
    """Return the number of each phone, and means, variances and log weights of all models."""
    with (
        files("pipeline.align").joinpath("data", "phones.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as stored,
    ):
        phones = {str(phone): number for number, phone in enumerate(stored["phones"])}
        means, variances, weights = (
            stored[name].astype(np.float32) for name in ("means", "variances", "weights")
        )
    return phones, means, variances, weights
