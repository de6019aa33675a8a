"""Does a synthetic stimulus take the path of a photograph? (Geirhos et al., 2024, arXiv:2306.04719)

In every layer, the stimulus made for a class is compared with photographs of that class. Two
similarities say how much that is: of photographs of one class with each other, and of
photographs of different classes.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.checks import check_shapes
from site_lib.common.errors import CourseError


@dataclass(frozen=True)
class PathSimilarity:
    """Mean cosine similarity by class, in [−1, 1], each (C,).

    stimulus: of what was made for a class with the photographs of that class.   same: of these
    photographs with each other.   other: of these photographs with those of other classes.
    """

    stimulus: Tensor
    same: Tensor
    other: Tensor


def standardised(features: Tensor, photographs: Tensor) -> Tensor:
    """Features (N, D) in units of their spread over photographs (M, D), around their mean.

    A feature that is the same for all photographs says nothing, and becomes 0.
    """
    check_shapes(features=(features, "N D"), photographs=(photographs, "M D"))
    spread = photographs.std(dim=0, correction=0)
    centred = features - photographs.mean(dim=0)
    return torch.where(spread > 0, centred / spread.clamp(min=1e-12), 0)


def path_similarity(
    stimuli: Tensor, stimulus_classes: Tensor, photographs: Tensor, labels: Tensor
) -> PathSimilarity:
    """How alike stimuli and photographs are in one layer.

    stimuli: (C, D), what the layer answers to the stimulus of each class.   stimulus_classes: (C,).
    photographs: (N, D).   labels: (N,), their classes. Features count in units of their spread
    over the photographs. Raises CourseError for a class with fewer than two photographs, and for
    one that is alone.
    """
    check_shapes(
        stimuli=(stimuli, "C D"),
        stimulus_classes=(stimulus_classes, "C"),
        photographs=(photographs, "N D"),
        labels=(labels, "N"),
    )
    of_class = stimulus_classes[:, None] == labels
    if (of_class.sum(dim=1) < 2).any() or of_class.all(dim=1).any():
        raise CourseError(
            "every class needs two photographs, and photographs of another class to compare with"
        )
    seen = F.normalize(standardised(photographs, photographs), dim=1)
    made = F.normalize(standardised(stimuli, photographs), dim=1)
    among = seen @ seen.T
    mine = of_class.to(among)
    sizes = mine.sum(dim=1)
    # A photograph is left out of its own comparison.
    same = (torch.einsum("cn,nm,cm->c", mine, among, mine) - sizes) / (sizes * (sizes - 1))
    different = torch.einsum("cn,nm,cm->c", mine, among, 1 - mine)
    return PathSimilarity(
        stimulus=(mine * (made @ seen.T)).sum(dim=1) / sizes,
        same=same,
        other=different / (sizes * (len(labels) - sizes)),
    )
