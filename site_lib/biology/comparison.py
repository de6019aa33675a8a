"""Comparing RDMs: similarity, noise ceilings, intervals, tests, weighted models.

Measures and ceilings are those of the rsatoolbox (van den Bosch et al., 2025,
doi:10.7554/eLife.107828); what is added here is fast enough for thousands of resamples, or is
not part of it.
"""

import itertools
from collections.abc import Sequence

import numpy as np
from rsatoolbox.inference import boot_noise_ceiling
from rsatoolbox.rdm import RDMs
from rsatoolbox.rdm import compare as rsatoolbox_compare
from scipy.optimize import nnls
from scipy.stats import rankdata

from site_lib.biology.rdm import upper
from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.common.errors import CourseError, unknown_name

# Our names and those of rsatoolbox. Whitening takes the covariance of the dissimilarities into
# account, which are dependent because every stimulus takes part in many pairs.
MEASURES = {
    "spearman": "spearman",
    "kendall": "tau-a",
    "cosine": "cosine",
    "whitened": "corr_cov",
}

# Of ridge regression, in units of the mean eigenvalue of the products of stimuli.
PENALTIES = np.logspace(-2, 4, 7)
# Mean eigenvalue of standardised patterns: what rounding leaves where all are the same.
SAME = 1e-5


def similarity(models: np.ndarray, data: np.ndarray, measure: str) -> np.ndarray:
    """Similarity of every model RDM to every data RDM: (K, N, N) and (S, N, N) → (K, S).

    measure: spearman, kendall (τ-a), cosine or whitened (correlation after whitening).
    """
    check_shapes(models=(models, "K N N"), data=(data, "S N N"))
    name = _measure(measure)
    return rsatoolbox_compare(_rdms("models", models), _rdms("data", data), name)


def noise_ceiling(data: np.ndarray, measure: str) -> tuple[float, float]:
    """How well the best possible model could do, given how people differ: (lower, upper).

    data: (S, N, N), one RDM for each person. The mean similarity of each person to the mean of
    the others, and to the mean of all (Nili et al., 2014, doi:10.1371/journal.pcbi.1003553).
    """
    check_shapes(data=(data, "S N N"))
    if len(data) < 2:
        raise CourseError("a noise ceiling needs RDMs of two people or more")
    low, high = boot_noise_ceiling(_rdms("data", data), _measure(measure))
    return float(low), float(high)


def _measure(name: str) -> str:
    if name not in MEASURES:
        raise unknown_name("measure", name, MEASURES)
    return MEASURES[name]


def _rdms(name: str, matrices: np.ndarray) -> RDMs:
    """RDMs as rsatoolbox takes them; CourseError where their similarity would be NaN."""
    vectors = upper(matrices)
    check_finite(name, vectors)
    if vectors.shape[1] < 2 or (vectors == vectors[:, :1]).all(axis=1).any():
        raise CourseError(f"{name}: an RDM whose distances are all equal is similar to nothing")
    return RDMs(vectors)


# ------------------------------------------------------------------- resampling


def rank_correlations(models: np.ndarray, data: np.ndarray) -> np.ndarray:
    """Spearman correlations between rows: (K, P) and (S, P) → (K, S); 0 for a constant row."""
    check_shapes(models=(models, "K P"), data=(data, "S P"))
    check_finite("models", models)
    check_finite("data", data)
    first, second = (_standard_ranks(rows) for rows in (models, data))
    return first @ second.T


def _standard_ranks(rows: np.ndarray) -> np.ndarray:
    ranks = rankdata(rows, axis=1)
    ranks -= ranks.mean(axis=1, keepdims=True)
    length = np.linalg.norm(ranks, axis=1, keepdims=True)
    return ranks / np.where(length > 0, length, 1)


def bootstrap_similarity(
    models: np.ndarray,
    data: np.ndarray,
    *,
    number: int,
    seed: int,
    stimuli: bool = True,
    pooled: bool = False,
) -> np.ndarray:
    """Spearman similarity under resampling: (number, K).

    models: (K, N, N).   data: (S, N, N). Each time people are drawn with replacement, and
    stimuli too unless ``stimuli`` is False; a stimulus is never compared with its own copy. With
    a single data RDM only stimuli are drawn. Mean similarity to the people drawn or, if
    ``pooled``, similarity to their mean RDM, in which noise has averaged out.
    """
    check_shapes(models=(models, "K N N"), data=(data, "S N N"))
    check_number("number of resamples", number, low=1, whole=True)
    generator = np.random.default_rng(seed)
    size = data.shape[-1]
    rows, columns = np.triu_indices(size, 1)
    whole = rank_correlations(upper(models), upper(data))
    found = []
    for _ in range(number):
        people = generator.integers(len(data), size=len(data))
        one, other = rows, columns
        if stimuli:
            drawn = generator.integers(size, size=(size,))
            different = drawn[rows] != drawn[columns]
            one, other = drawn[rows[different]], drawn[columns[different]]
        if pooled:
            of_people = data[:, one, other][people].mean(axis=0, keepdims=True)
            found.append(rank_correlations(models[:, one, other], of_people)[:, 0])
        elif stimuli:
            correlations = rank_correlations(models[:, one, other], data[:, one, other])
            found.append(correlations[:, people].mean(axis=1))
        else:
            found.append(whole[:, people].mean(axis=1))
    return np.array(found)


def resampled_correlations(
    models: np.ndarray, data: np.ndarray, *, num_stimuli: int, number: int, seed: int
) -> np.ndarray:
    """Spearman correlations between RDMs when stimuli are drawn with replacement: (number, K, S).

    models: (K, P) and data: (S, P), the pairs of RDMs in the order of
    :func:`~site_lib.biology.rdm.upper`. Pairs keep the ranks that they have among all stimuli and
    count as often as both of their stimuli were drawn together, so that a sample costs a product
    of matrices; :func:`bootstrap_similarity` ranks anew in each.
    """
    check_shapes(models=(models, "K P"), data=(data, "S P"))
    check_number("number of resamples", number, low=1, whole=True)
    generator = np.random.default_rng(seed)
    rows, columns = np.triu_indices(num_stimuli, 1)
    first, second = (_standard_ranks(one).astype(np.float32) for one in (models, data))
    found = np.empty((number, len(models), len(data)), dtype=np.float32)
    for index in range(number):
        drawn = generator.integers(num_stimuli, size=num_stimuli)
        times = np.bincount(drawn, minlength=num_stimuli)
        weight = (times[rows] * times[columns]).astype(np.float32)
        used = np.flatnonzero(weight)
        root = np.sqrt(weight[used] / weight.sum())
        one, other = (_weighted(ranks[:, used], root) for ranks in (first, second))
        found[index] = one @ other.T
    return found


def _weighted(ranks: np.ndarray, root: np.ndarray) -> np.ndarray:
    """Rows without their weighted mean, of weighted length 1; root: square roots of weights."""
    centred = ranks * root
    centred -= (centred @ root)[:, None] * root
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    return centred / np.where(length > 0, length, 1)


def partial_correlation(
    model_data: np.ndarray, model_other: np.ndarray, other_data: np.ndarray
) -> np.ndarray:
    """Correlation of models and data with a third variable held fixed, from three plain ones.

    (r_md − r_mo r_od) / √((1 − r_mo²) (1 − r_od²)); arrays are broadcast.
    """
    rest = (1 - model_other**2) * (1 - other_data**2)
    return (model_data - model_other * other_data) / np.sqrt(rest)


def interval(samples: np.ndarray) -> np.ndarray:
    """95 % interval of bootstrap samples (number, …): (2, …)."""
    check_finite("samples", samples)
    check_number("number of samples", len(samples), low=1)
    return np.quantile(samples, [0.025, 0.975], axis=0)


def sign_flip_p(differences: np.ndarray) -> float:
    """One-sided p of a mean difference above 0, by exchanging labels within people.

    differences: (S,), one for each person, at most 20 people: all 2^S exchanges are counted.
    """
    if not 2 <= len(differences) <= 20:
        raise CourseError("the exact test takes 2 to 20 people")
    check_finite("differences", differences)
    signs = np.array(list(itertools.product((1, -1), repeat=len(differences))), dtype=np.int8)
    # The first row exchanges nobody; rounding must not count it out.
    means = signs @ np.asarray(differences, dtype=float)
    return float((means >= means[0] - 1e-12).mean())


# ------------------------------------------------------------ choosing, weighting


def halves(num_stimuli: int, number: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Random splits of stimuli into two halves of equal size (up to one): pairs of indices.

    Raises CourseError for fewer than six stimuli: half of them have no RDM to correlate.
    """
    check_number("number of stimuli", num_stimuli, low=6, whole=True)
    check_number("number of splits", number, low=1, whole=True)
    generator = np.random.default_rng(seed)
    orders = [generator.permutation(num_stimuli) for _ in range(number)]
    return [(np.sort(o[: num_stimuli // 2]), np.sort(o[num_stimuli // 2 :])) for o in orders]


def best_layer_on_new_stimuli(
    layers: np.ndarray, data: np.ndarray, *, splits: Sequence[tuple[np.ndarray, np.ndarray]]
) -> float:
    """Spearman similarity of a network's best layer, chosen on some stimuli, scored on others.

    layers: (L, N, N).   data: (S, N, N). The layer that is most similar (mean over data) among
    one half of the stimuli is scored among the other half, both ways, mean over splits. Choosing
    and scoring on the same stimuli would favour networks with many layers.
    """
    check_shapes(layers=(layers, "L N N"), data=(data, "S N N"))
    check_finite("layers", upper(layers))
    check_finite("data", upper(data))
    check_number("number of splits", len(splits), low=1)
    scores = []
    for split in splits:
        by_half = [
            rank_correlations(upper(among(layers, half)), upper(among(data, half))).mean(axis=1)
            for half in split
        ]
        scores += [by_half[1][by_half[0].argmax()], by_half[0][by_half[1].argmax()]]
    return float(np.mean(scores))


def weighted_on_new_stimuli(
    components: np.ndarray, data: np.ndarray, *, splits: Sequence[tuple[np.ndarray, np.ndarray]]
) -> float:
    """Spearman similarity of a weighted sum of RDMs, weights fitted on other stimuli.

    components: (K, N, N), such as the layers of a network, mixed with weights of at least 0
    (Khaligh-Razavi & Kriegeskorte, 2014, doi:10.1371/journal.pcbi.1003915).   data: (S, N, N).
    Mean over data and over both halves of every split.
    """
    check_shapes(components=(components, "K N N"), data=(data, "S N N"))
    check_finite("components", upper(components))
    check_finite("data", upper(data))
    check_number("number of splits", len(splits), low=1)
    scores = []
    for split in splits:
        for train, test in (split, split[::-1]):
            weights = fit_weights(among(components, train), among(data, train))
            mixed = np.tensordot(weights, among(components, test), axes=1)
            scores.append(rank_correlations(upper(mixed[None]), upper(among(data, test))).mean())
    return float(np.mean(scores))


def ridge_on_new_stimuli(
    layers: np.ndarray, data: np.ndarray, *, splits: Sequence[tuple[np.ndarray, np.ndarray]]
) -> float:
    """How well ridge regression from a layer predicts the responses to stimuli left out.

    layers: (L, N, N).   data: (S, N, N). All are 1 − correlation, so 1 − d is the inner product of
    two standardised patterns, and inner products are all that ridge regression needs: neither the
    units nor the neurons themselves. Layer and penalty are chosen by leaving out each stimulus of
    one half in turn; the score is the correlation of predicted and recorded responses of the other
    half over all stimuli and neurons, about the means of the first. Mean over data and over both
    halves of every split; 0 for a prediction that is the same for every stimulus.
    """
    check_shapes(layers=(layers, "L N N"), data=(data, "S N N"))
    check_finite("layers", upper(layers))
    check_finite("data", upper(data))
    check_number("number of splits", len(splits), low=1)
    scores = []
    for split in splits:
        for fit, new in (split, split[::-1]):
            units, responses = _products(1 - layers, fit), _products(1 - data, fit)
            inverse, layer = _best_ridge(units, responses.sum(axis=0), fit)
            weights = units[layer][np.ix_(new, fit)] @ inverse
            along = np.einsum("bf,sfb->s", weights, responses[:, fit[:, None], new])
            predicted = np.einsum("bf,sfg,bg->s", weights, among(responses, fit), weights)
            recorded = np.einsum("sbb->s", among(responses, new))
            scale = np.sqrt((predicted * recorded).clip(min=0))
            scores.append(np.mean(along / np.where(scale > 0, scale, np.inf)))
    return float(np.mean(scores))


def _products(products: np.ndarray, fit: np.ndarray) -> np.ndarray:
    """Inner products (K, N, N) of patterns about the mean pattern of some stimuli."""
    rows = products[:, fit].mean(axis=1)
    return products - rows[:, :, None] - rows[:, None] + rows[:, fit].mean(axis=1)[:, None, None]


def _best_ridge(
    units: np.ndarray, responses: np.ndarray, fit: np.ndarray
) -> tuple[np.ndarray, int]:
    """(K + λ)⁻¹ of the layer and penalty λ that predict left-out stimuli best, and the layer.

    With C = (K + λ)⁻¹ the residual of a stimulus that is left out is λ (C y)_i / (λ C_ii − 1/n).
    """
    values, vectors = np.linalg.eigh(among(units, fit))
    target = vectors.mT @ responses[np.ix_(fit, fit)] @ vectors
    size, least, best = len(fit), np.inf, (np.empty(0), 0)
    # A layer that answers all stimuli alike predicts nothing, whatever the penalty.
    scale = values.mean(axis=1, keepdims=True)
    scale = np.where(scale > SAME, scale, 1)
    for penalty in PENALTIES:
        penalties = penalty * scale
        shrunk = penalties / (values.clip(min=0) + penalties)
        scaled = vectors * shrunk[:, None]
        residual = np.einsum("lij,ljk,lik->li", scaled, target, scaled)
        left_out = np.einsum("lij,lij->li", scaled, vectors) - 1 / size
        errors = (residual / np.square(left_out)).sum(axis=1)
        layer = int(errors.argmin())
        if errors[layer] < least:
            least = errors[layer]
            best = scaled[layer] @ vectors[layer].T / penalties[layer], layer
    return best


def fit_weights(components: np.ndarray, data: np.ndarray) -> np.ndarray:
    """Weights ≥ 0 of RDMs whose sum correlates best with the mean of the data: (K,), length 1.

    Least squares on centred dissimilarities, as fit_regress_nn of rsatoolbox does, whose own
    solver may not end when no weight is positive; then all weights here are 0. Raises CourseError
    for data without variation.
    """
    check_shapes(components=(components, "K N N"), data=(data, "S N N"))
    vectors, target = upper(components), upper(data)
    check_finite("components", vectors)
    check_finite("data", target)
    if (target == target[:, :1]).all(axis=1).any():
        raise CourseError("data: an RDM whose distances are all equal cannot be fitted")
    target = (target - target.mean(axis=1, keepdims=True)) / target.std(axis=1, keepdims=True)
    weights, _ = nnls((vectors - vectors.mean(axis=1, keepdims=True)).T, target.mean(axis=0))
    length = np.linalg.norm(weights)
    return weights / length if length > 0 else weights


def among(matrices: np.ndarray, stimuli: np.ndarray) -> np.ndarray:
    """Some rows and the same columns of every RDM: (K, N, N) → (K, M, M)."""
    return matrices[:, stimuli[:, None], stimuli]
