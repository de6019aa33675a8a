"""What an image looked like on the way: pictures of some steps of a climb."""

from collections.abc import Callable, Iterable

from torch import Tensor

from site_lib.common.checks import check_number


class Snapshots:
    """Keeps the images of some steps: its ``keep`` is the ``on_step`` of a climb.

    wanted: the steps.   shown: what is kept of the images, (N, 3, side, side); all by default.
    After the climb ``images`` holds, by step, what was kept.
    """

    def __init__(
        self, wanted: Iterable[int], shown: Callable[[Tensor], Tensor] = lambda images: images
    ) -> None:
        self.wanted, self.shown = frozenset(wanted), shown
        self.images: dict[int, Tensor] = {}

    def keep(self, step: int, images: Tensor) -> None:
        """Keep the images if the step is wanted."""
        if step in self.wanted:
            self.images[step] = self.shown(images)


def dense_at_first(num_steps: int, number: int) -> list[int]:
    """Steps of a climb, from 0 to before ``num_steps``: with the end so many moments, or fewer
    where two are the same. Their distance grows in proportion to time, since most happens early.
    """
    check_number("number of steps", num_steps, low=1, whole=True)
    check_number("number of moments", number, low=2, whole=True)
    last = number - 1
    return sorted({round(num_steps * (k / last) ** 2) for k in range(last)})
