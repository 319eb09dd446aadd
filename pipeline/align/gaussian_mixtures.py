"""Phone models: diagonal Gaussian mixtures, estimated from frames that the best path has labelled.

As in Kaldi and HTK, every model starts with one Gaussian from the frames of a rough guess; it is
estimated again from the best path, and mixtures grow. A model with few frames is drawn towards the
average of all speech.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pipeline.align.hmm_topology import FILLER_MODEL, SILENCE_MODEL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.align.viterbi import EmissionScorer

_MIN_VARIANCE = 0.05  # of the recording's own variance, which is 1 in every dimension
_PRIOR_FRAMES = 12.0  # weight, in frames, of the average of all speech in every Gaussian
_MIN_FRAMES_PER_GAUSSIAN = 30  # with fewer a Gaussian fits noise
_SPLIT_DEVIATIONS = 0.2  # standard deviations by which the halves of a Gaussian are moved (HTK)
_ROUNDS_PER_SPLIT = 3
_MAX_SPLITS = 6
_FILLER_FACTOR = 8  # times the Gaussians of a phone model
_MAX_FRAMES_PER_MODEL = 8_000  # more do not improve a model
_UNUSED_LOG_WEIGHT = np.float32(-1e9)

_FRAMES_PER_PIECE = 1024
"""Frames whose likelihoods are computed at once: a multiple of `viterbi.FRAMES_PER_BLOCK`."""


@dataclass(frozen=True, slots=True)
class GaussianMixtures:
    """The Gaussians of every model.

    `means` and `variances` have shape (models, parts, dimensions), `log_weights` (models, parts);
    the log weight of an unused part is -1e9.
    """

    means: NDArray[np.float32]
    variances: NDArray[np.float32]
    log_weights: NDArray[np.float32]


def untrained_mixtures(model_count: int, dimensions: int) -> GaussianMixtures:
    """Return untrained mixtures: one Gaussian of the whole recording for every model."""
    return GaussianMixtures(
        np.zeros((model_count, 1, dimensions), np.float32),
        np.ones((model_count, 1, dimensions), np.float32),
        np.zeros((model_count, 1), np.float32),
    )


def estimate_mixtures(
    frames: NDArray[np.float32],
    labels: NDArray[np.int32],
    previous: GaussianMixtures,
    gaussians: int,
    *,
    train_filler: bool = False,
    prior: GaussianMixtures | None = None,
) -> GaussianMixtures:
    """Return mixtures of up to `gaussians` Gaussians, estimated from labelled frames.

    A model with few frames is drawn towards the same model of `prior`, or without one towards the
    average of all speech. Silence has twice as many Gaussians. With `train_filler` the filler model
    has eight times as many, estimated from all speech; otherwise it has one.
    """
    model_count, _, dimensions = previous.means.shape
    max_gaussians = gaussians * _FILLER_FACTOR
    means = np.zeros((model_count, max_gaussians, dimensions), np.float32)
    variances = np.ones((model_count, max_gaussians, dimensions), np.float32)
    weights = np.full((model_count, max_gaussians), _UNUSED_LOG_WEIGHT, np.float32)
    speech = frames[labels != SILENCE_MODEL]
    average, spread = np.zeros(dimensions, np.float32), np.ones(dimensions, np.float32)
    if len(speech):
        average, spread = speech.mean(axis=0), speech.var(axis=0)
    prior_means, prior_variances = (
        (np.tile(average, (model_count, 1)), np.tile(spread, (model_count, 1)))
        if prior is None
        else _moments(prior)
    )
    order = np.argsort(labels, kind="stable")
    edges = np.searchsorted(labels[order], np.arange(model_count + 1))
    for model in range(model_count):
        if model == FILLER_MODEL:
            model_frames, target_gaussians = speech, max_gaussians if train_filler else 1
        else:
            model_frames, target_gaussians = (
                frames[order[edges[model] : edges[model + 1]]],
                gaussians * (2 if model == SILENCE_MODEL else 1),
            )
        model_frames = model_frames[:: 1 + len(model_frames) // _MAX_FRAMES_PER_MODEL]
        in_use = previous.log_weights[model] > _UNUSED_LOG_WEIGHT / 2
        mixture = _fit_mixture(
            model_frames,
            previous.means[model, in_use],
            previous.variances[model, in_use],
            target_gaussians,
            prior_means[model],
            prior_variances[model],
        )
        count = len(mixture[2])
        means[model, :count], variances[model, :count], weights[model, :count] = mixture
    widest = int((weights > _UNUSED_LOG_WEIGHT / 2).sum(axis=1).max())
    return GaussianMixtures(means[:, :widest], variances[:, :widest], weights[:, :widest])


def _moments(mixtures: GaussianMixtures) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the mean and the variance of each model, both of shape (models, dimensions)."""
    weights = np.exp(mixtures.log_weights)[:, :, None]
    weights /= weights.sum(axis=1, keepdims=True)
    means = (weights * mixtures.means).sum(axis=1)
    squares = (weights * (mixtures.variances + np.square(mixtures.means))).sum(axis=1)
    return means, squares - np.square(means)


def _fit_mixture(
    frames: NDArray[np.float32],
    means: NDArray[np.float32],
    variances: NDArray[np.float32],
    max_gaussians: int,
    prior_mean: NDArray[np.float32],
    prior_variance: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return means, variances and log weights of one model, split and fitted to its frames."""
    target = max(1, min(max_gaussians, len(frames) // _MIN_FRAMES_PER_GAUSSIAN))
    weights = np.zeros(len(means), np.float32)
    for splits_left in range(_MAX_SPLITS, -1, -1):
        for _ in range(_ROUNDS_PER_SPLIT if len(means) > 1 else 1):
            nearest = _log_likelihoods(frames, means, variances, weights).argmax(axis=1)
            counts = np.bincount(nearest, minlength=len(means)).astype(np.float32)
            in_use = counts > 0 if len(frames) else np.ones(len(means), np.bool_)
            means, variances = _fit_gaussians(
                frames, nearest, np.flatnonzero(in_use), prior_mean, prior_variance
            )
            weights = np.log((counts[in_use] + 1) / (counts[in_use].sum() + in_use.sum())).astype(
                np.float32
            )
        if len(means) >= target or not splits_left:
            break
        largest = np.argsort(-weights, kind="stable")[: target - len(means)]
        offset = _SPLIT_DEVIATIONS * np.sqrt(variances[largest])
        rest = np.setdiff1d(np.arange(len(means)), largest)
        means = np.concatenate([means[rest], means[largest] - offset, means[largest] + offset])
        variances = np.concatenate([variances[rest], variances[largest], variances[largest]])
        halved = weights[largest] - np.float32(np.log(2))
        weights = np.concatenate([weights[rest], halved, halved])
    return means, variances, weights


def _fit_gaussians(
    frames: NDArray[np.float32],
    nearest: NDArray[np.int64],
    gaussian_indices: NDArray[np.int64],
    prior_mean: NDArray[np.float32],
    prior_variance: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    means, variances = (
        np.empty((len(gaussian_indices), len(prior_mean)), np.float32),
        np.empty((len(gaussian_indices), len(prior_mean)), np.float32),
    )
    for index, part in enumerate(gaussian_indices):
        own_frames = frames[nearest == part]
        total = len(own_frames) + _PRIOR_FRAMES
        mean = (own_frames.sum(axis=0) + _PRIOR_FRAMES * prior_mean) / total
        square = (
            np.square(own_frames - mean).sum(axis=0)
            + _PRIOR_FRAMES * (prior_variance + np.square(prior_mean - mean))
        ) / total
        means[index], variances[index] = mean, np.maximum(square, _MIN_VARIANCE)
    return means, variances


def _log_likelihoods(
    frames: NDArray[np.float32],
    means: NDArray[np.float32],
    variances: NDArray[np.float32],
    weights: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return log likelihoods, shape (frames, Gaussians)."""
    precision = 1 / variances
    constant = weights - 0.5 * (
        np.log(2 * np.pi * variances).sum(axis=1) + (np.square(means) * precision).sum(axis=1)
    )
    return np.asarray(
        np.square(frames) @ (-0.5 * precision).T + frames @ (means * precision).T + constant,
        np.float32,
    )


def emission_scorer(frames: NDArray[np.float32], mixtures: GaussianMixtures) -> EmissionScorer:
    """Return the function that scores frames; the filler scores at least as silence does.

    So the filler may contain pauses.
    """
    matrix, constant = _likelihood_factors(mixtures)
    count = (mixtures.log_weights > _UNUSED_LOG_WEIGHT / 2).sum(axis=1)
    is_not_filler = np.arange(len(count)) != FILLER_MODEL
    # models with most parts first, so that those that have the n-th part are a prefix
    order = np.argsort(-np.where(is_not_filler, count, 0), kind="stable")
    layers = [
        order[: int((count[is_not_filler] > part).sum())]
        for part in range(int(count[is_not_filler].max()))
    ]
    edges = np.cumsum([0, *(len(layer) for layer in layers)])
    columns = [matrix[layer, part] for part, layer in enumerate(layers)] + [
        matrix[FILLER_MODEL, : count[FILLER_MODEL]]
    ]
    offsets = [constant[layer, part] for part, layer in enumerate(layers)] + [
        constant[FILLER_MODEL, : count[FILLER_MODEL]]
    ]
    factors, offset = np.ascontiguousarray(np.concatenate(columns).T), np.concatenate(offsets)
    inverse_order = np.argsort(order)
    scored_pieces: dict[int, NDArray[np.float32]] = {}

    def emit(first: int, last: int) -> NDArray[np.float32]:
        piece = first // _FRAMES_PER_PIECE
        if piece not in scored_pieces:
            scored_pieces.clear()
            own = frames[piece * _FRAMES_PER_PIECE : (piece + 1) * _FRAMES_PER_PIECE]
            # one product, so that the threads of the linear algebra synchronise only once
            scores = np.concatenate([np.square(own), own], axis=1) @ factors
            scores += offset
            best = np.full((len(own), len(count)), _UNUSED_LOG_WEIGHT, np.float32)
            for low, high in pairwise(edges):
                having_part = best[:, : high - low]
                np.maximum(having_part, scores[:, low:high], out=having_part)
            best = best[:, inverse_order]
            best[:, FILLER_MODEL] = np.maximum(
                scores[:, edges[-1] :].max(axis=1), best[:, SILENCE_MODEL]
            )
            scored_pieces[piece] = best
        return scored_pieces[piece][
            first - piece * _FRAMES_PER_PIECE : last - piece * _FRAMES_PER_PIECE
        ]

    return emit


def _likelihood_factors(
    mixtures: GaussianMixtures,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the factors, shape (models, parts, 2 x dimensions), and offsets."""
    precision = 1 / mixtures.variances
    factors = np.concatenate([-0.5 * precision, mixtures.means * precision], axis=2)
    volume = np.log(2 * np.pi * mixtures.variances).sum(axis=2) + (
        np.square(mixtures.means) * precision
    ).sum(axis=2)
    return np.asarray(factors, np.float32), np.asarray(
        mixtures.log_weights - 0.5 * volume, np.float32
    )
