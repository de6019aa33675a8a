"""Encoding models: predicting the responses of recorded sites from the activations of a layer.

Linear regression from a layer to every site, always scored on images that took no part in the
fit, as Yamins et al. (2014, doi:10.1073/pnas.1403112111) and Brain-Score (Schrimpf et al., 2018,
doi:10.1101/407007) do.
"""

import math
from collections.abc import Callable

import numpy as np
import scipy
from himalaya.kernel_ridge import KernelRidgeCV  # type: ignore[import-untyped]
from himalaya.ridge import RidgeCV  # type: ignore[import-untyped]
from sklearn.cross_decomposition import PLSRegression
from sklearn.model_selection import StratifiedShuffleSplit

from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.common.errors import CourseError
from site_lib.statistics.readout import folds_by_group

NUM_PLS_COMPONENTS = 25
NUM_PRINCIPAL_COMPONENTS = 1000
NUM_SPLITS = 10
TEST_SHARE = 0.1
PENALTIES = np.logspace(-3, 7, 11)
# Sites whose repeated responses hardly agree cannot be normalised by their ceiling.
LOWEST_CEILING = 0.1

Predict = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def predict_by_ridge(features: np.ndarray, responses: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Ridge regression, a penalty for each site by cross-validation within the training images.

    features: (N, D).   responses: (N, sites).   new: (M, D). Returns (M, sites).
    """
    _check_fit(features, responses, new)
    centre, mean = features.mean(axis=0), responses.mean(axis=0)
    # Both solve the same equation; which is faster depends on the shape.
    wide = features.shape[1] > len(features)
    model = (KernelRidgeCV if wide else RidgeCV)(alphas=PENALTIES, cv=5)
    model.fit(features - centre, responses - mean)
    return model.predict(new - centre) + mean


def predict_by_pls(features: np.ndarray, responses: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Partial least squares with 25 components, as in Brain-Score. Shapes as for ridge."""
    _check_fit(features, responses, new)
    model = PLSRegression(min(NUM_PLS_COMPONENTS, *features.shape), scale=False, max_iter=5000)
    return model.fit(features, responses).predict(new)


def _check_fit(features: np.ndarray, responses: np.ndarray, new: np.ndarray) -> None:
    check_shapes(features=(features, "N D"), responses=(responses, "N sites"), new=(new, "M D"))
    for name, values in (("features", features), ("responses", responses), ("new", new)):
        check_finite(name, values)
    check_number("number of images to fit", len(features), low=5)  # five folds


def principal_components(
    features: np.ndarray, number: int = NUM_PRINCIPAL_COMPONENTS
) -> np.ndarray:
    """Scores on the largest principal components: (N, D) → (N, ≤ number), the largest first.

    They are eigenvectors of the products of images, (N, N), times the roots of the eigenvalues:
    images are fewer than the units of a layer.
    """
    check_number("number of components", number, low=1, whole=True)
    check_shapes(features=(features, "N D"))
    check_finite("features", features)
    size, number = len(features), min(number, *features.shape)
    centred = features - features.mean(axis=0)
    values, vectors = scipy.linalg.eigh(
        centred @ centred.T, subset_by_index=(size - number, size - 1)
    )
    return (vectors * np.sqrt(values.clip(min=0)))[:, ::-1]


def correlations(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Pearson correlation column by column: (N, sites) twice → (sites,), 0 without variation."""
    check_shapes(first=(first, "N sites"), second=(second, "N sites"))
    check_finite("first", first)
    check_finite("second", second)
    a, b = (values - values.mean(axis=0) for values in (first, second))
    scale = np.sqrt(np.square(a).sum(axis=0) * np.square(b).sum(axis=0))
    return (a * b).sum(axis=0) / np.where(scale > 0, scale, np.inf)


def reliability(repeats: np.ndarray, *, number: int, seed: int) -> np.ndarray:
    """Noise ceiling of every site from repeated presentations: (repeats, N, sites) → (sites,).

    Correlation of the means of two random halves of each image's repeats, corrected to the full
    number (Spearman–Brown), mean over ``number`` halvings; its square root is the largest
    correlation that a perfect model could have with the mean over repeats. NaN, for all sites,
    stands for presentations that an image lacks; CourseError where it has fewer than two.
    """
    check_shapes(repeats=(repeats, "repeats N sites"))
    check_number("number of halvings", number, low=1, whole=True)
    shown = ~np.isnan(repeats[:, :, 0])
    if shown.sum(axis=0).min() < 2:
        raise CourseError("a ceiling needs at least two repeats of every image")
    filled = np.where(shown[:, :, None], repeats, 0)
    check_finite("repeats", filled)
    generator = np.random.default_rng(seed)
    half = shown.sum(axis=0) // 2
    found = []
    for _ in range(number):
        # Presentations in random order, those that are missing last.
        keys = np.where(shown, generator.random(shown.shape), np.inf)
        place = keys.argsort(axis=0).argsort(axis=0)
        parts = (place < half, (place >= half) & (place < 2 * half))
        one, other = (np.einsum("rn,rns->ns", p, filled) / half[:, None] for p in parts)
        r = correlations(one, other)
        found.append(2 * r / (1 + r))
    return np.sqrt(np.mean(found, axis=0).clip(min=0))


def poisson_ceiling(responses: np.ndarray, num_repeats: int) -> np.ndarray:
    """Noise ceiling of every neuron if its counts were Poisson: (N, neurons) → (neurons,).

    responses: mean spike counts over ``num_repeats`` presentations. A Poisson count varies as
    much as its mean m, so the mean over R repeats has noise of variance m / R; what is left of the
    variance over images is signal, and the ceiling is the root of its share. Neurons that are
    more regular than Poisson have a higher ceiling. 0 where noise alone explains the variance.
    """
    check_shapes(responses=(responses, "N neurons"))
    check_finite("responses", responses)
    check_number("number of repeats", num_repeats, low=1, whole=True)
    variance = responses.var(axis=0, ddof=1)
    noise = responses.mean(axis=0) / num_repeats
    share = 1 - noise / np.where(variance > 0, variance, np.inf)
    return np.sqrt(np.where(variance > 0, share, 0).clip(min=0))


def held_out_predictions(
    features: np.ndarray, responses: np.ndarray, groups: np.ndarray, *, num_folds: int
) -> np.ndarray:
    """Responses of all sites to all images, each predicted from others by ridge: (N, sites).

    features: (N, D).   responses: (N, sites).   groups: (N,), images of one group, such as
    near-duplicates, are held out together. Raises CourseError for fewer groups than folds.
    """
    check_shapes(features=(features, "N D"), responses=(responses, "N sites"), groups=(groups, "N"))
    predicted = np.empty(responses.shape, dtype=np.float32)
    for fold in folds_by_group(groups, num_folds):
        fit = (features[fold.train], responses[fold.train], features[fold.test])
        predicted[fold.test] = predict_by_ridge(*(one.astype(np.float32) for one in fit))
    return predicted


def resampled_site_correlations(
    predicted: np.ndarray,
    responses: np.ndarray,
    groups: np.ndarray,
    *,
    number: int,
    seed: int,
) -> np.ndarray:
    """Correlations when groups of images are drawn with replacement: (number, L, sites).

    predicted: (L, N, sites), what L layers predict.   responses: (N, sites).   groups: (N,).
    Predictions stay as they are; the bootstrap says how much the images at hand matter.
    """
    check_shapes(
        predicted=(predicted, "L N sites"), responses=(responses, "N sites"), groups=(groups, "N")
    )
    check_number("number of resamples", number, low=1, whole=True)
    generator = np.random.default_rng(seed)
    names, members = np.unique(groups, return_inverse=True)
    drawn = generator.integers(len(names), size=(number, len(names)))
    times = np.stack([np.bincount(one, minlength=len(names)) for one in drawn])[:, members]
    weight = times / times.sum(axis=1, keepdims=True)
    # Moments about the means of all images, so that nothing large cancels.
    y = responses - responses.mean(axis=0)
    mean_y, square_y = weight @ y, weight @ np.square(y)
    found = np.empty((number, len(predicted), responses.shape[1]))
    for layer, values in enumerate(predicted):
        x = values - values.mean(axis=0)
        mean_x = weight @ x
        covariance = weight @ (x * y) - mean_x * mean_y
        variances = (weight @ np.square(x) - mean_x**2) * (square_y - mean_y**2)
        scale = np.sqrt(variances.clip(min=0))
        found[:, layer] = covariance / np.where(scale > 0, scale, np.inf)
    return found


def predictivity(
    features: np.ndarray,
    responses: np.ndarray,
    ceilings: np.ndarray,
    groups: np.ndarray,
    *,
    predict: Predict,
    num_splits: int = NUM_SPLITS,
    seed: int,
) -> np.ndarray:
    """Ceiling-normalised correlation of predicted and recorded responses: (splits, sites).

    features: (N, D).   responses: (N, sites), mean over repeats.   ceilings: (sites,).
    groups: (N,), labels (objects) that training and test images share in equal parts. Brain-Score
    takes the median over sites and the mean over 10 splits, 90 % of the images for fitting.
    Sites with a ceiling below 0.1 are NaN. Raises CourseError when a group is too small to be
    shared.
    """
    check_shapes(
        features=(features, "N D"),
        responses=(responses, "N sites"),
        ceilings=(ceilings, "sites"),
        groups=(groups, "N"),
    )
    check_finite("features", features)
    check_finite("ceilings", ceilings)
    check_number("number of splits", num_splits, low=1, whole=True)
    sizes = np.unique(groups, return_counts=True)[1]
    if sizes.min() < 2 or len(sizes) > math.ceil(TEST_SHARE * len(groups)):
        raise CourseError(
            f"{len(groups)} images of {len(sizes)} groups cannot be split so that training and "
            "test images share every group; have ten images or more of each"
        )
    splits = StratifiedShuffleSplit(num_splits, test_size=TEST_SHARE, random_state=seed)
    usable = np.where(ceilings >= LOWEST_CEILING, ceilings, np.nan)
    scores = []
    for train, test in splits.split(features, groups):
        predicted = predict(features[train], responses[train], features[test])
        scores.append(correlations(predicted, responses[test]) / usable)
    return np.array(scores)


def brain_score(scores: np.ndarray) -> float:
    """Median over sites, mean over splits: (splits, sites) → one number.

    Raises CourseError when no site has a score, because no ceiling reaches 0.1.
    """
    check_shapes(scores=(scores, "splits sites"))
    if np.isnan(scores).all(axis=1).any():
        raise CourseError("no site responds reliably enough to be scored")
    return float(np.nanmedian(scores, axis=1).mean())
