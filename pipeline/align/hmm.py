"""Phone models learnt from the recording itself: diagonal Gaussian mixtures, re-estimated along the best path (Viterbi training).

How Kaldi and HTK begin: every state starts from the frames a rough guess gives it, one Gaussian each; what the best path then says is
learnt again, and mixtures grow. A state with few frames leans on the average of all speech.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align.chain import ANYTHING, SILENCE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.align.viterbi import Emit

_LEAST_VARIANCE = 0.05  # of the recording's own, which is 1 in every dimension
_PRIOR_FRAMES = 12.0  # how many frames' worth the average of all speech counts in every Gaussian
_FRAMES_A_GAUSSIAN = 30  # fewer teach noise
_SPLIT = 0.2  # standard deviations apart, both ways (HTK)
_ROUNDS = 3
_MOST_SPLITS = 6
_SHARE_OF_ANYTHING = 8
_MOST_FRAMES = 8_000  # more teach a model nothing new
_FAR = np.float32(-1e9)


@dataclass(frozen=True, slots=True)
class Mixtures:
    """Gaussians of every model: means and variances (models, parts, dimensions), log weights (models, parts), -1e9 for a part not used."""

    means: NDArray[np.float32]
    variances: NDArray[np.float32]
    weights: NDArray[np.float32]


def flat(models: int, dimensions: int) -> Mixtures:
    """Return mixtures that know nothing: one Gaussian of the whole recording for every model."""
    return Mixtures(
        np.zeros((models, 1, dimensions), np.float32),
        np.ones((models, 1, dimensions), np.float32),
        np.zeros((models, 1), np.float32),
    )


def learnt(frames: NDArray[np.float32], labels: NDArray[np.int32], before: Mixtures, parts: int, *, anything: bool = False) -> Mixtures:
    """Return mixtures of up to `parts` Gaussians (silence twice as many) learnt from labelled frames.

    With `anything` that model is learnt too, from all speech, eight times as many; it is left a single Gaussian otherwise.
    """
    models, _, dimensions = before.means.shape
    most = parts * _SHARE_OF_ANYTHING
    means = np.zeros((models, most, dimensions), np.float32)
    variances = np.ones((models, most, dimensions), np.float32)
    weights = np.full((models, most), _FAR, np.float32)
    speech = frames[labels != SILENCE]
    average, spread = np.zeros(dimensions, np.float32), np.ones(dimensions, np.float32)
    if len(speech):
        average, spread = speech.mean(axis=0), speech.var(axis=0)
    order = np.argsort(labels, kind="stable")
    edges = np.searchsorted(labels[order], np.arange(models + 1))
    for model in range(models):
        if model == ANYTHING:
            own, wanted = speech, most if anything else 1
        else:
            own, wanted = frames[order[edges[model] : edges[model + 1]]], parts * (2 if model == SILENCE else 1)
        own = own[:: 1 + len(own) // _MOST_FRAMES]
        used = before.weights[model] > _FAR / 2
        mixture = _mixture(own, before.means[model, used], before.variances[model, used], wanted, average, spread)
        count = len(mixture[2])
        means[model, :count], variances[model, :count], weights[model, :count] = mixture
    widest = int((weights > _FAR / 2).sum(axis=1).max())
    return Mixtures(means[:, :widest], variances[:, :widest], weights[:, :widest])


def _mixture(
    own: NDArray[np.float32],
    means: NDArray[np.float32],
    variances: NDArray[np.float32],
    wanted: int,
    average: NDArray[np.float32],
    spread: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return means, variances and log weights of one model, split from the Gaussians it had and fitted to its frames."""
    target = max(1, min(wanted, len(own) // _FRAMES_A_GAUSSIAN))
    weights = np.zeros(len(means), np.float32)
    for left in range(_MOST_SPLITS, -1, -1):
        for _ in range(_ROUNDS if len(means) > 1 else 1):
            nearest = _scores(own, means, variances, weights).argmax(axis=1)
            counts = np.bincount(nearest, minlength=len(means)).astype(np.float32)
            kept = counts > 0 if len(own) else np.ones(len(means), np.bool_)
            means, variances = _fitted(own, nearest, np.flatnonzero(kept), average, spread)
            weights = np.log((counts[kept] + 1) / (counts[kept].sum() + kept.sum())).astype(np.float32)
        if len(means) >= target or not left:
            break
        largest = np.argsort(-weights, kind="stable")[: target - len(means)]
        offset = _SPLIT * np.sqrt(variances[largest])
        rest = np.setdiff1d(np.arange(len(means)), largest)
        means = np.concatenate([means[rest], means[largest] - offset, means[largest] + offset])
        variances = np.concatenate([variances[rest], variances[largest], variances[largest]])
        halved = weights[largest] - np.float32(np.log(2))
        weights = np.concatenate([weights[rest], halved, halved])
    return means, variances, weights


def _fitted(
    own: NDArray[np.float32], nearest: NDArray[np.int64], kept: NDArray[np.int64], average: NDArray[np.float32], spread: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    means, variances = np.empty((len(kept), len(average)), np.float32), np.empty((len(kept), len(average)), np.float32)
    for index, part in enumerate(kept):
        mine = own[nearest == part]
        total = len(mine) + _PRIOR_FRAMES
        mean = (mine.sum(axis=0) + _PRIOR_FRAMES * average) / total
        square = (np.square(mine - mean).sum(axis=0) + _PRIOR_FRAMES * (spread + np.square(average - mean))) / total
        means[index], variances[index] = mean, np.maximum(square, _LEAST_VARIANCE)
    return means, variances


def _scores(
    frames: NDArray[np.float32], means: NDArray[np.float32], variances: NDArray[np.float32], weights: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return log likelihoods, shape (frames, Gaussians)."""
    precise = 1 / variances
    constant = weights - 0.5 * (np.log(2 * np.pi * variances).sum(axis=1) + (np.square(means) * precise).sum(axis=1))
    return np.asarray(np.square(frames) @ (-0.5 * precise).T + frames @ (means * precise).T + constant, np.float32)


def emitter(frames: NDArray[np.float32], mixtures: Mixtures) -> Emit:
    """Return what gives the log likelihoods of frames; *anything* counts at least as silence, so that it may hold pauses too."""
    matrix, constant = _linear(mixtures)
    count = (mixtures.weights > _FAR / 2).sum(axis=1)
    plain = np.arange(len(count)) != ANYTHING
    order = np.argsort(-np.where(plain, count, 0), kind="stable")  # models with most parts first: part by part, a prefix has it
    layers = [order[: int((count[plain] > part).sum())] for part in range(int(count[plain].max()))]
    edges = np.cumsum([0, *(len(layer) for layer in layers)])
    columns = [matrix[layer, part] for part, layer in enumerate(layers)] + [matrix[ANYTHING, : count[ANYTHING]]]
    offsets = [constant[layer, part] for part, layer in enumerate(layers)] + [constant[ANYTHING, : count[ANYTHING]]]
    factors, offset = np.ascontiguousarray(np.concatenate(columns).T), np.concatenate(offsets)
    place = np.argsort(order)
    ahead: dict[int, NDArray[np.float32]] = {}

    def emit(first: int, last: int) -> NDArray[np.float32]:
        piece = first // _PIECE
        if piece not in ahead:
            ahead.clear()
            own = frames[piece * _PIECE : (piece + 1) * _PIECE]
            scores = np.concatenate([np.square(own), own], axis=1) @ factors  # in one product: threads meet but once
            scores += offset
            best = np.full((len(own), len(count)), _FAR, np.float32)
            for low, high in pairwise(edges):
                some = best[:, : high - low]
                np.maximum(some, scores[:, low:high], out=some)
            best = best[:, place]
            best[:, ANYTHING] = np.maximum(scores[:, edges[-1] :].max(axis=1), best[:, SILENCE])
            ahead[piece] = best
        return ahead[piece][first - piece * _PIECE : last - piece * _PIECE]

    return emit


def _linear(mixtures: Mixtures) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what log likelihoods are made of: factors of squares and values (models, parts, 2 x dimensions), and offsets."""
    precise = 1 / mixtures.variances
    factors = np.concatenate([-0.5 * precise, mixtures.means * precise], axis=2)
    volume = np.log(2 * np.pi * mixtures.variances).sum(axis=2) + (np.square(mixtures.means) * precise).sum(axis=2)
    return np.asarray(factors, np.float32), np.asarray(mixtures.weights - 0.5 * volume, np.float32)


_PIECE = 1024
"""Frames whose likelihoods are computed at once (a multiple of the path's block)."""
