"""How far what a layer says moves when the photograph moves (Zeiler & Fergus, 2014, Fig. 5)."""

from torch import Tensor

from site_lib.common.checks import check_finite, check_shapes
from site_lib.common.errors import CourseError


def relative_distances(still: Tensor, moved: Tensor) -> Tensor:
    """Distance that each photograph's features went, in distances between photographs: (N,).

    still, moved: (N, D), features of N photographs before and after a move. A value of 0 means
    that the move changed nothing, and 1 that the moved photograph is as far from itself as two
    photographs are from each other, root mean square over all pairs. Raises CourseError for a
    single photograph, and for photographs that all have the same features.
    """
    check_shapes(still=(still, "N D"), moved=(moved, "N D"))
    for features in (still, moved):
        check_finite("features", features)
    if len(still) < 2:
        raise CourseError("distances between photographs need two of them or more")
    # The mean over pairs of squared distances is twice the variance, summed over features.
    between = (2 * still.var(dim=0).sum()).sqrt()
    if between == 0:
        raise CourseError("these features are the same for all photographs")
    return (moved - still).norm(dim=1) / between
