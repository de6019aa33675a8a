"""What single units of a network would like best, also where they are silent at first."""

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor

from site_lib.feature_visualisation import transforms as t
from site_lib.feature_visualisation.objectives import neurons
from site_lib.feature_visualisation.optimise import maximise
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.networks.classifier import Classifier
from site_lib.networks.truncation import before_rectifier, feeding_layer


def maximise_units(
    classifier: Classifier,
    layer: str,
    units: Sequence[int],
    *,
    side: int,
    steps: int,
    waking_steps: int,
    batch: int,
    transforms: Sequence[t.Transform],
    generator: torch.Generator,
) -> Tensor:
    """Images that excite one unit each, at the centre of a layer's map: (U, 3, side, side).

    classifier: frozen.   units: channels.   batch: of images that climb at a time.

    A layer is read before its rectifier, which has no gradient when silent. A depthwise
    convolution may be silent all the same, because the channel that feeds it is; so in the first
    ``waking_steps`` that channel is climbed. (The mean over all positions would ask many channels
    for silence: the weights of their filters have a negative sum.)
    """
    layer = before_rectifier(classifier, layer)
    feeder = feeding_layer(classifier, layer)
    images = []
    for some in torch.tensor(units).split(batch):
        climb = partial(
            maximise,
            classifier,
            image=FourierImage(len(some), side, generator=generator).to(classifier.mean.device),
            learning_rate=0.08,
            transforms=transforms,
            generator=generator,
            total_variation_weight=1.0,
        )
        for where, number in ((feeder, waking_steps), (layer, steps)):
            found = climb(objective=neurons(where, some), steps=range(number), num_steps=number)
        images.append(found.cpu())
    return torch.cat(images)
