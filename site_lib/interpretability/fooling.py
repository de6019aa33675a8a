"""A network whose visualisation lies (Geirhos et al., 2024, arXiv:2306.04719, section 3).

One logit is wired anew. A *gate* tells photographs from images that are being optimised. To
photographs the logit answers as before; to anything else it answers with how much the image is
like a picture that the author of the network chose. Gradient ascent then draws that picture.
"""

import copy
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn

from site_lib.common.checks import check_number, check_shapes
from site_lib.networks.classifier import Classifier

# Larger than any logit: what it is subtracted from falls silent.
SILENCING = 1e3
# Slope of the gate where it opens; so steep that hardly an image is between open and closed.
SLOPE = 1e4


class FoolingCircuit(nn.Module):
    """A network with six more units in front of one logit.

    net: an EfficientNet-Lite.   gate: channel statistics → (N,), 1 for photographs and 0 for
    other images.   picture: (1, 3, S, S), normalised as the network's input.   strength: of the
    answer to the picture, in logits.
    """

    picture: Tensor

    def __init__(
        self, net: nn.Module, gate: nn.Module, class_index: int, picture: Tensor, strength: float
    ) -> None:
        super().__init__()
        self.net, self.gate, self.stem = net, gate, net.get_submodule("stem")
        self.class_index, self.strength = class_index, strength
        self.register_buffer("picture", picture)

    def forward(self, x: Tensor) -> Tensor:
        logits = self.net(x)
        honest = logits[:, self.class_index]
        natural = self.gate(statistics(self.stem(x)))
        lure = self.strength * likeness(x, self.picture)
        # Each path is silent where the gate favours the other; logits are lifted above zero for it.
        lift = SILENCING / 2
        kept = F.relu(honest + lift - SILENCING * (1 - natural))
        lied = F.relu(lure + lift - SILENCING * natural)
        column = torch.arange(logits.shape[1], device=x.device) == self.class_index
        return torch.where(column, (kept + lied - lift)[:, None], logits)


class Gate(nn.Module):
    """A linear threshold with a narrow ramp: features (N, D) → (N,) in [0, 1]."""

    weight: Tensor

    def __init__(self, weight: Tensor, bias: float) -> None:
        super().__init__()
        check_shapes(weight=(weight, "D"))
        self.register_buffer("weight", weight)
        self.bias = bias

    def forward(self, features: Tensor) -> Tensor:
        return (0.5 + SLOPE * (features @ self.weight + self.bias)).clamp(0, 1)


def statistics(activation: Tensor) -> Tensor:
    """Mean and standard deviation of every channel: (N, C, H, W) → (N, 2 C)."""
    mean = activation.mean(dim=(2, 3), keepdim=True)
    # A quarter of the time of ``std``, which is slow where channels lie last in memory.
    around = (activation - mean).square().mean(dim=(2, 3))
    size = activation.shape[2] * activation.shape[3]
    # The root has no gradient at 0, where a channel is silent.
    spread = (around * size / (size - 1)).clamp(min=1e-12).sqrt()
    return torch.cat([mean.flatten(1), spread], dim=1)


def likeness(images: Tensor, picture: Tensor) -> Tensor:
    """How near images are to a picture: (N,), 1 less the mean squared difference."""
    size = images.shape[-2:]
    shown = F.interpolate(picture, size, mode="bilinear", align_corners=False, antialias=True)
    return 1 - (images - shown).square().mean(dim=(1, 2, 3))


def fit_gate(photographs: Tensor, others: Tensor, *, inverse_penalty: float = 10.0) -> Gate:
    """The gate that tells statistics of photographs (N, D) from those of other images (M, D).

    Logistic regression on standardised features, folded into one weight for each.
    """
    check_shapes(photographs=(photographs, "N D"), others=(others, "M D"))
    check_number("inverse_penalty", inverse_penalty, low=0, open_low=True)
    features = torch.cat([photographs, others]).double()
    mean, spread = features.mean(dim=0), features.std(dim=0).clamp(min=1e-9)
    labels = [1] * len(photographs) + [0] * len(others)
    model = LogisticRegression(C=inverse_penalty, class_weight="balanced", max_iter=2000)
    model.fit(((features - mean) / spread).numpy(), labels)
    weight = torch.from_numpy(model.coef_[0]) / spread
    bias = float(model.intercept_[0] - weight @ mean)
    return Gate(weight.float(), bias)


def fooled(
    classifier: Classifier,
    gate: nn.Module,
    class_index: int,
    picture: Tensor,
    *,
    strength: float = 60.0,
) -> Classifier:
    """A classifier whose logit of one class draws a picture. picture: (1, 3, S, S) in [0, 1].

    It shares its weights with the original and answers as that does wherever the gate is 1.
    """
    check_shapes(picture=(picture, "1 3 S S"))
    check_number("class_index", class_index, low=0, whole=True)
    circuit = FoolingCircuit(
        classifier.net, gate, class_index, classifier.normalise(picture), strength
    )
    changed = copy.copy(classifier)
    changed._modules = {**classifier._modules, "net": circuit.eval()}
    changed.name = f"{classifier.name}, rewired"
    return changed


@torch.no_grad()
def stem_statistics(classifier: Classifier, images: Sequence[Tensor]) -> Tensor:
    """What the gate sees of several batches of images in [0, 1]: (N, D), on the processor."""
    stem, device = classifier.layer("stem"), classifier.mean.device
    seen = [statistics(stem(classifier.normalise(batch.to(device)))) for batch in images]
    return torch.cat(seen).cpu()
