"""Linear read-outs: how much of an attribute a straight line through the features can tell.

Ridge regression from features to attributes, always predicted for stimuli that were held out,
together with everything that shares their group (a photograph, a place, a light). The penalty
is chosen inside the training stimuli, again by leaving groups out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import RidgeClassifierCV
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GroupKFold, StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.common.errors import CourseError, unknown_name
from site_lib.statistics.intervals import bootstrap

# Penalties to choose from, as multiples of the number of training stimuli.
PENALTIES = np.logspace(-4, 2, 7)
# The same for categories, not multiplied.
CATEGORY_PENALTIES = np.logspace(0, 6, 7)


@dataclass(frozen=True)
class Fold:
    """Indices of the stimuli for fitting and of those for testing."""

    train: np.ndarray
    test: np.ndarray


def folds_by_group(groups: np.ndarray, number: int) -> list[Fold]:
    """Folds in which whole groups are tested, each group once.

    groups: (N,) labels. Raises CourseError when there are fewer groups than folds.
    """
    check_number("number of folds", number, low=2, whole=True)
    if len(np.unique(groups)) < number:
        raise CourseError(f"{number} folds need at least as many groups; have fewer folds")
    splits = GroupKFold(number).split(groups, groups=groups)
    return [Fold(train, test) for train, test in splits]


def stratified_folds(categories: np.ndarray, number: int, seed: int) -> list[Fold]:
    """Folds in which every category has its share and each stimulus is tested once.

    categories: (N,) names. Raises CourseError for a category of fewer stimuli than folds.
    """
    check_number("number of folds", number, low=2, whole=True)
    if np.unique(categories, return_counts=True)[1].min() < number:
        raise CourseError(f"{number} folds need as many stimuli of every category")
    splits = StratifiedKFold(number, shuffle=True, random_state=seed)
    return [Fold(train, test) for train, test in splits.split(categories, categories)]


def folds_by_two_factors(first: np.ndarray, second: np.ndarray) -> list[Fold]:
    """Folds in which a test stimulus shares neither of two factors with any training stimulus.

    first, second: (N,) levels, such as place and light. One fold for each pair of levels that
    occurs; the stimuli that share one of the two levels with the tested ones are left aside.
    Raises CourseError when none is left to fit.
    """
    check_shapes(first=(first, "N"), second=(second, "N"))
    pairs = np.unique(np.stack([first, second], axis=1), axis=0)
    folds = [
        Fold(
            np.flatnonzero((first != one) & (second != two)),
            np.flatnonzero((first == one) & (second == two)),
        )
        for one, two in pairs
    ]
    if any(len(fold.train) == 0 for fold in folds):
        raise CourseError("some stimuli share a factor with all others; both need more levels")
    return folds


def in_units_of(values: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Features (N, channels, cells), each channel centred and scaled by other stimuli.

    reference: (M, channels, cells), what the channels answer to those. A channel that answers
    the same to all of them is only centred.
    """
    check_shapes(values=(values, "N channels cells"), reference=(reference, "M channels cells"))
    mean, scale = (f(reference, axis=(0, 2), keepdims=True) for f in (np.mean, np.std))
    return (values - mean) / np.where(scale > 0, scale, 1)


def random_projection(features: np.ndarray, number: int, seed: int) -> np.ndarray:
    """At most so many numbers of each stimulus, sums with random weights: (N, …) → (N, D).

    Features that are no more than ``number`` stay as they are.
    """
    check_number("number of features", number, low=1, whole=True)
    flat = features.reshape(len(features), -1)
    if flat.shape[1] <= number:
        return flat
    axes = np.random.default_rng(seed).standard_normal((flat.shape[1], number))
    return flat @ (axes / np.sqrt(flat.shape[1])).astype(flat.dtype)


def read_out(
    features: np.ndarray,
    attributes: Mapping[str, np.ndarray],
    folds: Sequence[Fold],
    groups: np.ndarray,
    *,
    classes: Collection[str] = (),
) -> dict[str, np.ndarray]:
    """Predictions of held-out attributes by ridge regression.

    features: (N, D).   attributes: name → (N, T), one or more numbers each; the numbers of one
    attribute share a penalty.   groups: (N,), left out one by one when the penalty is chosen.
    classes: names of the attributes that are columns of :func:`one_hot`. Theirs are predicted
    relative to the share of each class in fitting; otherwise a class would be answered less
    often where more of it is held out, and noise would score below chance.
    Returns name → (N, T); stimuli that no fold tests stay NaN. Raises CourseError for values
    that are not finite, and for a fold that has a single group to choose the penalty by.
    """
    _check_read_out(features, attributes, folds, groups, classes)
    stacked = np.concatenate(list(attributes.values()), axis=1)
    owner = np.repeat(np.arange(len(attributes)), [v.shape[1] for v in attributes.values()])
    is_class = np.array([name in classes for name in attributes])[owner]
    predictions = np.full(stacked.shape, np.nan)
    for fold in folds:
        mean, scale = features[fold.train].mean(axis=0), features[fold.train].std(axis=0)
        scale = np.where(scale > 0, scale, 1)
        train, test = ((features[part] - mean) / scale for part in (fold.train, fold.test))
        ridge = Ridge(train, groups[fold.train])
        predictions[fold.test] = ridge.predict(stacked[fold.train], owner, test)
        predictions[np.ix_(fold.test, is_class)] -= stacked[fold.train][:, is_class].mean(axis=0)
    return {name: predictions[:, owner == index] for index, name in enumerate(attributes)}


def _check_read_out(
    features: np.ndarray,
    attributes: Mapping[str, np.ndarray],
    folds: Sequence[Fold],
    groups: np.ndarray,
    classes: Collection[str],
) -> None:
    check_shapes(features=(features, "N D"), groups=(groups, "N"))
    check_finite("features", features)
    if not attributes or not folds:
        raise CourseError("a read-out needs an attribute and a fold")
    for name, values in attributes.items():
        check_shapes(groups=(groups, "N"), **{f"attribute {name}": (values, "N T")})
        check_finite(f"attribute {name}", values)
    for name in classes:
        if name not in attributes:
            raise unknown_name("attribute", name, attributes)
    if any(len(np.unique(groups[fold.train])) < 2 for fold in folds):
        raise CourseError("each fold needs two groups or more to fit; have more groups")


class Ridge:
    """Ridge regression whose eigenvectors serve every penalty and every attribute.

    features: (N, D), standardised.   groups: (N,), see :func:`read_out`.
    """

    def __init__(self, features: np.ndarray, groups: np.ndarray) -> None:
        self.eigenvalues, self.axes = _principal_axes(features)
        self.scores = features @ self.axes
        self.members = [np.flatnonzero(groups == group) for group in np.unique(groups)]

    def predict(self, targets: np.ndarray, owner: np.ndarray, features: np.ndarray) -> np.ndarray:
        """Fit targets (N, T) and predict them from features (M, D): (M, T).

        owner: (T,), columns with the same number share the penalty of least error.
        """
        penalties = PENALTIES * len(targets)
        errors = np.stack([self.errors_of_left_out_groups(targets, one) for one in penalties])
        shared = [errors[:, owner == one].sum(axis=1).argmin() for one in owner]
        mean = targets.mean(axis=0)
        projected = self.scores.T @ (targets - mean)
        weights = self.axes @ (projected / (self.eigenvalues[:, None] + penalties[shared]))
        return features @ weights + mean

    def errors_of_left_out_groups(self, targets: np.ndarray, penalty: float) -> np.ndarray:
        """Squared errors (T,) when each group in turn is left out of the fit, without refitting.

        With hat matrix H, the residuals of a left-out group g are (I − H_gg)⁻¹ (y − H y)_g.
        """
        shrunk = self.scores / (self.eigenvalues + penalty)
        centred = targets - targets.mean(axis=0)
        residuals = centred - shrunk @ (self.scores.T @ centred)
        if len(self.members) == len(targets):  # single stimuli, all at once
            own = (shrunk * self.scores).sum(axis=1) + 1 / len(targets)
            return np.square(residuals / (1 - own)[:, None]).sum(axis=0)
        errors = np.zeros(targets.shape[1])
        for rows in self.members:
            # The constant term of the regression adds 1/N to every entry of H.
            hat = shrunk[rows] @ self.scores[rows].T + 1 / len(targets)
            left_out = np.linalg.solve(np.eye(len(rows)) - hat, residuals[rows])
            errors += np.square(left_out).sum(axis=0)
        return errors


def _principal_axes(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues and eigenvectors (D, …) of XᵀX; of fewer stimuli than features, of those only
    in which the stimuli differ, which is all that a fit can use, by way of the smaller XXᵀ."""
    if len(features) >= features.shape[1]:
        eigenvalues, axes = np.linalg.eigh(features.T @ features)
        return eigenvalues.clip(min=0), axes
    eigenvalues, scores = np.linalg.eigh(features @ features.T)
    there = eigenvalues > eigenvalues[-1] * len(features) * np.finfo(features.dtype).eps
    eigenvalues, scores = eigenvalues[there], scores[:, there]
    return eigenvalues, features.T @ scores / np.sqrt(eigenvalues)


def category_accuracy(
    features: np.ndarray, categories: np.ndarray, *, num_folds: int, num_repeats: int, seed: int
) -> float:
    """Balanced accuracy with which categories of held-out stimuli are read out linearly.

    features: (N, D).   categories: (N,) names. A ridge classifier, fitted to standardised
    features of all other folds; mean over ``num_repeats`` divisions into folds, in each of which
    every category has its share. Raises CourseError for values that are not finite, and for a
    category of fewer stimuli than folds.
    """
    check_shapes(features=(features, "N D"), categories=(categories, "N"))
    check_finite("features", features)
    check_number("number of repeats", num_repeats, low=1, whole=True)
    reader = make_pipeline(StandardScaler(), RidgeClassifierCV(CATEGORY_PENALTIES))
    scores = []
    for repeat in range(num_repeats):
        folds = stratified_folds(categories, num_folds, seed + repeat)
        splits = [(fold.train, fold.test) for fold in folds]
        predicted = cross_val_predict(reader, features, categories, cv=splits)
        scores.append(balanced_accuracy_score(categories, predicted))
    return float(np.mean(scores))


# ---------------------------------------------------------------------- scores


@dataclass(frozen=True)
class Errors:
    """Error of each stimulus, and what it would be without looking at the stimulus.

    read, guessed: (N,), in the same unit.
    """

    read: np.ndarray
    guessed: np.ndarray

    @property
    def share_removed(self) -> float:
        """1 when nothing is left of the error, 0 when reading out is as good as guessing.

        Raises CourseError when guessing is never wrong.
        """
        if not self.guessed.sum() > 0:
            raise CourseError("guessing is never wrong here, so there is nothing to read out")
        return float(1 - self.read.sum() / self.guessed.sum())

    def by_group(self, groups: np.ndarray) -> "Errors":
        """Sums over the stimuli of each group, groups in sorted order."""
        members = one_hot(groups)
        return Errors(self.read @ members, self.guessed @ members)

    def interval(self, groups: np.ndarray, seed: int) -> tuple[float, float]:
        """95 % bootstrap interval of the share removed, groups (N,) drawn with replacement."""
        sums = self.by_group(groups)
        return bootstrap(
            np.arange(len(sums.read)),
            lambda drawn: Errors(sums.read[drawn], sums.guessed[drawn]).share_removed,
            seed,
        )


def resampled_shares(
    read: np.ndarray, guessed: np.ndarray, *, seed: int, number: int = 2000
) -> np.ndarray:
    """Shares of the error that is removed, stimuli drawn again with replacement: (…, number).

    read: (…, N), errors of several read-outs.   guessed: (N,). One seed draws the same stimuli for
    all, so that differences between read-outs have intervals, too.
    """
    check_shapes(guessed=(guessed, "N"))
    size = len(guessed)
    counts = np.random.default_rng(seed).multinomial(size, np.full(size, 1 / size), number)
    return 1 - (read @ counts.T) / (counts @ guessed)


def errors_of_numbers(targets: np.ndarray, predictions: np.ndarray) -> Errors:
    """Squared errors of (N, T), against always guessing the mean; the share removed is R².

    Raises CourseError for values that are not finite and for constant targets.
    """
    check_shapes(targets=(targets, "N T"), predictions=(predictions, "N T"))
    check_finite("targets", targets)
    check_finite("predictions", predictions)
    if (targets == targets[0]).all():
        raise CourseError("the targets are all the same, so there is nothing to read out")
    around_mean = targets - targets.mean(axis=0)
    return Errors(np.square(targets - predictions).sum(axis=1), np.square(around_mean).sum(axis=1))


def errors_of_classes(labels: np.ndarray, predictions: np.ndarray) -> Errors:
    """Wrong answers where the largest of (N, classes) decides, against guessing at random.

    labels: (N,). Classes count equally, however many stimuli they have. Raises CourseError for
    a single class, and when there is not one column for each class that occurs.
    """
    classes, counts = np.unique(labels, return_counts=True)
    check_shapes(labels=(labels, "N"), predictions=(predictions, "N classes"))
    check_finite("predictions", predictions)
    if len(classes) < 2:
        raise CourseError("all stimuli are of one class, so there is nothing to read out")
    if len(classes) != predictions.shape[1]:
        raise CourseError(
            f"{predictions.shape[1]} columns of predictions, but {len(classes)} classes occur"
        )
    wrong = classes[predictions.argmax(axis=1)] != labels
    weights = (len(labels) / len(classes) / counts)[np.searchsorted(classes, labels)]
    return Errors(wrong * weights, (1 - 1 / len(classes)) * weights)


def held_out_errors(
    features: np.ndarray,
    *,
    folds: Sequence[Fold],
    groups: np.ndarray,
    numbers: Mapping[str, np.ndarray] | None = None,
    labels: Mapping[str, np.ndarray],
) -> dict[str, Errors]:
    """Errors about attributes of stimuli that no fit has seen, by name.

    numbers: name → (N, T).   labels: name → (N,), classes. The rest: see :func:`read_out`.
    """
    numbers = numbers or {}
    classes = {name: one_hot(values) for name, values in labels.items()}
    read = read_out(features, {**numbers, **classes}, folds, groups, classes=classes)
    return {name: errors_of_numbers(values, read[name]) for name, values in numbers.items()} | {
        name: errors_of_classes(values, read[name]) for name, values in labels.items()
    }


def one_hot(labels: np.ndarray) -> np.ndarray:
    """Labels (N,) as one column for each class, in sorted order: (N, classes)."""
    check_shapes(labels=(labels, "N"))
    members = labels[:, None] == np.unique(labels)
    if not members.any(axis=1).all():
        raise CourseError("a label is NaN, which belongs to no class")
    return members.astype(float)
