"""What units with large fields would like best, wherever in the image it lies.

A unit that sees the whole image is climbed by the mean over its channel. Held to the statistics
that batch normalisation found in training, the images stay nearer to photographs.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from site_lib.feature_visualisation import transforms as t
from site_lib.feature_visualisation.objectives import channels
from site_lib.feature_visualisation.optimise import begin_coarse, maximise
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.networks.classifier import Classifier
from site_lib.networks.truncation import before_rectifier

# A channel bears any shift, and other light.
VIEWS = [t.roll(1 / 6), t.zoom_crop(0.65), t.light(0.2, 0.08), t.gaussian_noise(0.04)]
STATISTICS_WEIGHT = TOTAL_VARIATION_WEIGHT = 0.5
COARSE = 4 / 7  # of the side, in the first half of the steps


def maximise_channels(
    classifier: Classifier,
    layer: str,
    units: Sequence[int],
    *,
    side: int,
    steps: int,
    batch: int,
    seed: int,
) -> Tensor:
    """Images that excite one channel each, on average over its map: (U, 3, side, side).

    classifier: frozen; it may end with the layer, which is read before its rectifier.   units:
    channels.   batch: of images that climb at a time, and share their statistics.
    """
    layer = before_rectifier(classifier, layer)
    images = []
    for some in torch.tensor(units).split(batch):
        generator = torch.Generator().manual_seed(seed)
        found = maximise(
            classifier,
            channels(layer, some),
            FourierImage(len(some), side, generator=generator).to(classifier.mean.device),
            steps=range(steps),
            num_steps=steps,
            learning_rate=0.12,
            transforms=VIEWS,
            generator=generator,
            side_at=begin_coarse(side, COARSE),
            statistics_weight=STATISTICS_WEIGHT,
            total_variation_weight=TOTAL_VARIATION_WEIGHT,
        )
        images.append(found.cpu())
    return torch.cat(images)
