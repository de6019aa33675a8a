"""A plain convolutional network of our own, of the kind that Zeiler and Fergus looked into.

Large first-layer filters, ReLU, max-pooling, five convolutional layers, no branches: a small
AlexNet (Krizhevsky et al., 2012), so that the deconvnet of Zeiler & Fergus (2014) applies to
the letter. It was distilled from EfficientNet-Lite0 on crops of a few hundred photographs
(``figures_src/what_units_see/train_student.py``).
"""

import torch
from torch import Tensor, nn

NUM_CLASSES = 1000
# Default initialisation would leave visible noise in filters that start at a fortieth of it.
FIRST_LAYER_STD = 1e-3


class Student(nn.Module):
    """Images (N, 3, H, W), standardised → logits (N, 1000); any side from 64 pixels on."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            *_layer(3, 64, 11, stride=4),
            nn.MaxPool2d(3, 2, padding=1),
            *_layer(64, 128, 5),
            nn.MaxPool2d(3, 2, padding=1),
            *_layer(128, 192, 3),
            *_layer(192, 192, 3),
            *_layer(192, 256, 3),
        )
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(256, NUM_CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.pool(self.features(x)).flatten(1))


# The five ReLUs, where the paper looks, and the output.
LAYERS = ("features.2", "features.6", "features.10", "features.13", "features.16", "classifier")


def _layer(inputs: int, outputs: int, kernel: int, stride: int = 1) -> tuple[nn.Module, ...]:
    conv = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False)
    return conv, nn.BatchNorm2d(outputs), nn.ReLU()


def initialise_for_training(student: Student, generator: torch.Generator) -> None:
    """He initialisation, with a first layer that starts almost at zero, in place."""
    for module in student.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu", generator=generator)
    nn.init.normal_(student.features[0].weight, std=FIRST_LAYER_STD, generator=generator)  # type: ignore[arg-type]
    nn.init.normal_(student.classifier.weight, std=0.01, generator=generator)
    nn.init.zeros_(student.classifier.bias)
