"""Encoding models: predicting the responses of recorded sites from the activations of a layer.

Linear regression from a layer to every site, always scored on images that took no part in the
fit, as Yamins et al. (2014, doi:10.1073/pnas.1403112111) and Brain-Score (Schrimpf et al., 2018,
doi:10.1101/407007) do.
"""

import math
from collections.abc import Callable

import numpy as np
from himalaya.kernel_ridge import KernelRidgeCV  # type: ignore[import-untyped]
from himalaya.ridge import RidgeCV  # type: ignore[import-untyped]
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.model_selection import StratifiedShuffleSplit

from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.common.errors import CourseError

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
    """Scores on the largest principal components: (N, D) → (N, ≤ number)."""
    check_number("number of components", number, low=1, whole=True)
    check_shapes(features=(features, "N D"))
    check_finite("features", features)
    return PCA(min(number, *features.shape), svd_solver="full").fit_transform(features)


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

    Correlation of the means of two random halves of the repeats, corrected to the full number
    (Spearman–Brown), mean over ``number`` halvings; its square root is the largest correlation
    that a perfect model could have with the mean over repeats.
    """
    check_shapes(repeats=(repeats, "repeats N sites"))
    check_number("number of halvings", number, low=1, whole=True)
    if len(repeats) < 2:
        raise CourseError("a ceiling needs at least two repeats")
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(number):
        order = generator.permutation(len(repeats))
        half = len(repeats) // 2
        one, other = (repeats[part].mean(axis=0) for part in (order[:half], order[half : 2 * half]))
        r = correlations(one, other)
        found.append(2 * r / (1 + r))
    return np.sqrt(np.mean(found, axis=0).clip(min=0))


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
