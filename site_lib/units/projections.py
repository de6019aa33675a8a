"""Patches of units beside their way back to the pixels, as pictures."""

from dataclasses import dataclass

import torch
from torch import Tensor

from site_lib.common.checks import check_number
from site_lib.images.corpus import Corpus
from site_lib.networks.classifier import Classifier
from site_lib.units.deconvnet import Rule, project_back
from site_lib.units.receptive_fields import Field
from site_lib.units.strongest import strongest_units
from site_lib.units.survey import LayerUnits
from site_lib.units.top_patches import TopPatches, cut_crops, patches_of

VISIBLE_QUANTILE = 0.985
# Product of the strides of the networks here: in a window that starts and ends on this lattice,
# strides fall on the same pixels and "same" padding splits the same way as in the whole image.
LATTICE = 32


# Units whose crops are held in memory at a time.
UNITS_AT_A_TIME = 16


def patches_and_projections(
    classifier: Classifier,
    corpus: Corpus,
    found: TopPatches,
    layer: str,
    units: list[int],
    *,
    field: Field,
    rule: Rule,
    num_noisy: int,
    noise: float,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor]:
    """Best patches of units in [0, 1], and their signed projections: (U, k, 3, s, s) each.

    Where a unit has fewer than k patches, the rest is mid-grey and its projections are 0. The
    other arguments are those of :func:`project_patches`.
    """
    patches, projections = [], []
    for first in range(0, len(units), UNITS_AT_A_TIME):
        some = units[first : first + UNITS_AT_A_TIME]
        for unit, crops in zip(some, cut_crops(corpus, found, some), strict=True):
            there = found.sources[unit] >= 0
            corners = found.corners[unit].clamp(min=0)
            patches.append(patches_of(crops, corners, found.patch_side))
            projected = torch.zeros_like(patches[-1])
            if there.any():
                projected[there] = project_patches(
                    classifier,
                    crops[there],
                    found.positions[unit, there],
                    corners[there],
                    layer,
                    unit,
                    field=field,
                    patch_side=found.patch_side,
                    rule=rule,
                    num_noisy=num_noisy,
                    noise=noise,
                    generator=generator,
                )
            projections.append(projected)
    return torch.stack(patches), torch.stack(projections)


def project_patches(
    classifier: Classifier,
    crops: Tensor,
    positions: Tensor,
    corners: Tensor,
    layer: str,
    unit: int,
    *,
    field: Field,
    patch_side: int,
    rule: Rule,
    num_noisy: int,
    noise: float,
    generator: torch.Generator,
) -> Tensor:
    """A unit's way back to the pixels of its k patches: (k, 3, patch side, patch side), signed.

    crops: (k, 3, crop side, crop side).   positions: (k, 2), of the unit in the layer's map.
    corners: (k, 2), top and left of the patches.   field: of the layer's units; nothing outside
    it can matter, so smaller windows are projected where they hold it.   num_noisy, noise:
    average over so many copies of the crops with white noise of this standard deviation
    (Smilkov et al., 2017, arXiv:1706.03825).
    """
    check_number("number of noisy copies", num_noisy, low=1, whole=True)
    check_number("noise", noise, low=0)
    starts, side = windows_around(field, positions, corners, patch_side, crops.shape[-1])
    device = classifier.mean.device
    total = torch.zeros(len(crops), 3, side, side, device=device)
    for _ in range(num_noisy):
        noisy = crops + noise * torch.randn(crops.shape, generator=generator) if noise else crops
        total += project_back(
            classifier,
            patches_of(noisy, starts, side).to(device),
            layer,
            torch.full((len(crops),), unit),
            rule=rule,
            positions=positions - starts // field.jump,
        )
    return patches_of(total.cpu() / num_noisy, corners - starts, patch_side)


@dataclass(frozen=True)
class PatchesInCrops:
    """Patches of a layer's units, one unit after the other, N in all.

    crops: (N, 3, side, side), which hold them.   positions: (N, 2), of the units in the layer's
    map.   corners: (N, 2), top and left in the crops.   patch_side: in pixels.   field: of the
    layer's units.
    """

    layer: str
    crops: Tensor
    positions: Tensor
    corners: Tensor
    patch_side: int
    field: Field

    @property
    def pixels(self) -> Tensor:
        """(N, 3, patch side, patch side) in [0, 1]."""
        return patches_of(self.crops, self.corners, self.patch_side)

    @torch.no_grad()
    def strongest_units(self, part: Classifier, without: Tensor | None = None) -> Tensor:
        """The unit that answers most strongly at the place of each patch: (N,).

        part: network that ends with the layer.   without: (N,), a unit of each that does not count.
        """
        maps = part(self.crops.to(part.mean.device)).cpu()
        return strongest_units(maps, self.positions, without)

    def ways_back(
        self, part: Classifier, units: Tensor, rule: Rule, generator: torch.Generator
    ) -> Tensor:
        """Projection of each patch from a unit of its own: (N, 3, patch side, patch side), signed.

        part: network that has the layer.   units: (N,).
        """
        parts = (self.crops.split(1), self.positions.split(1), self.corners.split(1))
        return torch.cat(
            [
                project_patches(
                    part, crop, position, corner, self.layer, unit, field=self.field,
                    patch_side=self.patch_side, rule=rule, num_noisy=1, noise=0.0,
                    generator=generator,
                )
                for crop, position, corner, unit in zip(*parts, units.tolist(), strict=True)
            ]
        )  # fmt: skip


def patches_in_crops(
    corpus: Corpus, layer: str, found: LayerUnits, units: list[int], number: int
) -> PatchesInCrops:
    """So many of the best patches of each unit; they must be there."""
    best = found.patches
    parts = (cut_crops(corpus, best, units), best.positions[units], best.corners[units])
    crops, positions, corners = (part[:, :number].flatten(0, 1) for part in parts)
    return PatchesInCrops(layer, crops, positions, corners, best.patch_side, found.field)


def windows_around(
    field: Field, positions: Tensor, corners: Tensor, patch_side: int, side: int
) -> tuple[Tensor, int]:
    """Smallest aligned windows of an image that hold units' fields and their patches.

    positions: (N, 2), row and column in the layer's map.   corners: (N, 2), top and left of the
    patches (at the image's edge a patch is shifted inside, away from the field's middle).
    side: of the image in pixels.   Returns top and left of each window, (N, 2), and their side:
    multiples of LATTICE, or the whole image. A unit answers in its window as in the image.
    """
    reach = (field.size - 1) / 2
    middle = field.centre + positions * field.jump
    first = torch.minimum((middle - reach).clamp(min=0), corners) // LATTICE
    last = torch.maximum((middle + reach).clamp(max=side - 1), corners + patch_side - 1) // LATTICE
    window = LATTICE * (int((last - first).max()) + 1)
    if window >= side or side % LATTICE:
        return torch.zeros_like(positions), side
    return (LATTICE * first.long()).clamp(max=side - window), window


def visible(projections: Tensor) -> Tensor:
    """Signed projections as pictures: zero is mid-grey, the 98.5th percentile full contrast."""
    flat = projections.abs().flatten(2)
    scale = flat.quantile(VISIBLE_QUANTILE, dim=2).clamp(min=1e-12)
    return (0.5 + 0.5 * projections / scale[..., None, None, None]).clamp(0, 1)
