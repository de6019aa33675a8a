"""Blocks against areas: how alike, how certain, and which block is the most alike.

Likeness is Spearman's ρ with the RDM of one person, mean over people, unless it says otherwise. A
sample draws people and stimuli; with the same seed every area gets the same ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

from site_lib.biology.comparison import (
    interval,
    partial_correlation,
    rank_correlations,
    resampled_correlations,
    sign_flip_p,
)
from site_lib.biology.rdm import upper

Arrays = dict[str, np.ndarray]
CONTROLS = ("random", "shuffled")
# Of a noise ceiling that begins below, a share would mean nothing.
LOW_CEILING = 0.1


@dataclass(frozen=True)
class Likeness:
    """One area against every network.

    plain, mean_rdm: weights → (networks, 3, L), ρ with each person and with the mean RDM, by
    convention and layer.   samples: → (number, networks, 3, L).   people: (3, L, S), of the
    trained network.   more: arrays of the ceiling and of what an outline leaves.
    """

    plain: Arrays
    mean_rdm: Arrays
    samples: Arrays
    people: np.ndarray
    more: Arrays


def likeness(
    rdms: Mapping[str, np.ndarray], people: np.ndarray, *, number: int, seed: int
) -> Likeness:
    """Correlations of all networks with one area, and their bootstrap samples.

    rdms: weights → (networks, 3, L, N, N), "trained" one network.   people: (S, N, N).   number:
    of samples. Where "silhouette" is among the weights, it is also held fixed.
    """
    size, data = people.shape[-1], upper(people)
    models = np.concatenate([upper(one).reshape(-1, data.shape[1]) for one in rdms.values()])
    shapes = {weights: one.shape[:-2] for weights, one in rdms.items()}
    with_people, mean = rank_correlations(models, data), data.mean(axis=0, keepdims=True)
    # Models, then what the other people's mean is to each person; people, then outline.
    others = mean_of_others(data)
    outline = (
        upper(rdms["silhouette"][0, 0]) if "silhouette" in rdms else np.empty((0, len(mean.T)))
    )
    drawn = resampled_correlations(
        np.concatenate([models, others, outline]), np.concatenate([data, outline]),
        num_stimuli=size, number=number, seed=seed,
    )  # fmt: skip
    weight = shares_of_people(len(data), number, seed)
    each = drawn[:, : len(models), : len(data)]
    trained = slice(0, int(np.prod(shapes["trained"])))
    more: dict[str, Any] = {}
    if len(data) > 1:
        more |= ceiling(data, others, drawn[:, len(models) :, : len(data)], weight)
    if len(outline):
        of_outline = drawn[:, trained, -1:], drawn[:, -1:, : len(data)]
        sampled = (partial_correlation(each[:, trained], *of_outline) * weight[:, None]).sum(-1)
        held = held_fixed(models[trained], data, outline) | {"partial_interval": interval(sampled)}
        layers = shapes["trained"][1:]
        more |= {name: one.reshape(*one.shape[:-1], *layers) for name, one in held.items()}
    return Likeness(
        apart(with_people.mean(axis=1), shapes),
        apart(rank_correlations(models, mean)[:, 0], shapes),
        apart(np.einsum("bks,bs->bk", each, weight), shapes),
        with_people[trained].reshape(*shapes["trained"][1:], -1),
        more,
    )


def held_fixed(models: np.ndarray, data: np.ndarray, outline: np.ndarray) -> Arrays:
    """Partial correlations of models with people and with their mean RDM, given outlines: (K,)."""
    found = {}
    for name, target in (("partial", data), ("partial_mean_rdm", data.mean(axis=0, keepdims=True))):
        found[name] = partial_correlation(
            rank_correlations(models, target),
            rank_correlations(models, outline),
            rank_correlations(outline, target),
        ).mean(axis=1)
    return found


def apart(values: np.ndarray, shapes: Mapping[str, tuple[int, ...]]) -> Arrays:
    """Values of all models, (…, K), network by network: weights → (…, networks, 3, L)."""
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes.values()])
    parts = np.split(values, ends[:-1], axis=-1)
    return {
        weights: part.reshape(*values.shape[:-1], *shape)
        for (weights, shape), part in zip(shapes.items(), parts, strict=True)
    }


def mean_of_others(data: np.ndarray) -> np.ndarray:
    """For each person the mean of the ranks of all others: (S, P); of one person, itself."""
    ranks = rankdata(data, axis=1)
    return (ranks.sum(axis=0) - ranks) / (len(data) - 1) if len(data) > 1 else ranks


def shares_of_people(num_people: int, number: int, seed: int) -> np.ndarray:
    """How large a part of each sample each person is: (number, S), rows that sum to 1."""
    drawn = np.random.default_rng(seed).integers(num_people, size=(number, num_people))
    return (drawn[:, :, None] == np.arange(num_people)).mean(axis=1)


def ceiling(data: np.ndarray, others: np.ndarray, drawn: np.ndarray, weight: np.ndarray) -> Arrays:
    """Lower and upper bound of the noise ceiling, (2,), and samples' interval of the lower one."""
    each = np.diagonal(rank_correlations(others, data))
    ranks = rankdata(data, axis=1)
    high = rank_correlations(ranks.mean(axis=0, keepdims=True), data).mean()
    lower = (np.diagonal(drawn[:, : len(data)], axis1=1, axis2=2) * weight).sum(axis=1)
    return {"ceiling": np.array([each.mean(), high]), "lower_samples": lower}


def summarise(found: Mapping[str, Likeness]) -> Arrays:
    """All arrays of one set of stimuli, ``<area>_…``, and what two areas of people differ in."""
    arrays: dict[str, Any] = {}
    best: dict[str, Any] = {}
    for area, one in found.items():
        of_area, best[area] = one_area(one)
        arrays |= {f"{area}_{name}": values for name, values in of_area.items()}
    later = best["IT"] - best["EVC"]
    arrays["later"] = arrays["IT_best"] - arrays["EVC_best"]
    arrays["later_range"] = range_of_blocks(later)
    contrast = order_of_areas(found["EVC"].people, found["IT"].people)
    arrays["order"] = contrast
    arrays["order_p"] = np.array([sign_flip_p(one) for one in contrast])
    return arrays


def one_area(one: Likeness) -> tuple[Arrays, np.ndarray]:
    """Arrays of one area, and the best layers of the trained network by sample: (number, 3)."""
    arrays = {"people": one.people}
    for weights, values in one.plain.items():
        arrays |= {
            weights: values.mean(axis=0),
            f"{weights}_mean_rdm": one.mean_rdm[weights].mean(axis=0),
            f"{weights}_interval": interval(one.samples[weights].mean(axis=1)),
        }
    controls = np.concatenate([one.plain[weights] for weights in CONTROLS])
    arrays["controls_range"] = np.stack([controls.min(axis=0), controls.max(axis=0)])
    trained, samples = one.plain["trained"][0], one.samples["trained"][:, 0]
    best = trained.argmax(axis=-1)
    in_samples = samples.argmax(axis=-1)
    arrays |= {"best": best, "best_range": range_of_blocks(in_samples)}
    for weights in CONTROLS:
        # Both sides choose their best layer anew in every sample, the control its network too.
        highest = one.samples[weights].max(axis=(1, 3))
        arrays[f"{weights}_highest"] = one.plain[weights].max(axis=(0, 2))
        arrays[f"{weights}_highest_mean_rdm"] = one.mean_rdm[weights].max(axis=(0, 2))
        arrays[f"above_{weights}"] = trained.max(axis=-1) - arrays[f"{weights}_highest"]
        arrays[f"above_{weights}_interval"] = interval(samples.max(axis=-1) - highest)
    arrays |= {name: values for name, values in one.more.items() if name != "lower_samples"}
    if "lower_samples" in one.more:
        lower, top = one.more["lower_samples"], samples.max(axis=-1)
        arrays["ceiling_interval"] = interval(lower)
        if one.more["ceiling"][0] > LOW_CEILING:
            arrays["of_ceiling"] = trained.max(axis=-1) / one.more["ceiling"][0]
            arrays["of_ceiling_interval"] = interval(top / lower[:, None])
    # How much more alike a layer is under the second convention than under the first.
    arrays["gain"] = trained[1] - trained[0]
    arrays["gain_interval"] = interval(samples[:, 1] - samples[:, 0])
    return arrays, in_samples


def range_of_blocks(samples: np.ndarray) -> np.ndarray:
    """Between which whole numbers 95 % of the samples lie: (number, 3) → (2, 3)."""
    return np.quantile(samples, [0.025, 0.975], axis=0, method="nearest").astype(int)


def order_of_areas(early: np.ndarray, it: np.ndarray) -> np.ndarray:
    """Do early blocks suit early cortex and late blocks IT, more than the other way round?

    early, it: (3, L, S). For each convention and person, (3, S): how much more similar IT is to
    the late half of the blocks than to the early half, minus the same for early visual cortex.
    Exchanging a person's two areas turns its sign.
    """
    half = it.shape[1] // 2
    of_it, of_early = (x[:, half:].mean(axis=1) - x[:, :half].mean(axis=1) for x in (it, early))
    return of_it - of_early
