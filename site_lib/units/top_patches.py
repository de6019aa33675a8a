"""The image patches that excite each channel most, found in one pass over a corpus.

From each crop a channel puts forward one patch: the square around the field of its strongest
unit. Patches of one source photograph that show the same region (across overlapping crops or
scales) compete, and only the strongest stays: see :func:`same_region`.

Memory does not grow with the corpus. Only patches of one source can suppress each other, so
when a source has been seen whole, its patches are settled for good: at most k survive, and of
those and the k best so far, the k best are kept. The result equals that of a search over all
crops at once. Kept at any time: channels × (k + crops of one source) candidates.
"""

import time
from dataclasses import dataclass

import torch
from torch import Tensor

from site_lib.common.checks import check_number
from site_lib.common.errors import CourseError
from site_lib.images.corpus import Batch, Box, Corpus
from site_lib.networks.activations import record_activations
from site_lib.networks.classifier import Classifier
from site_lib.units.receptive_fields import Field, theoretical_receptive_fields

# Largest share of the smaller patch that another patch of the same source may cover.
MAX_OVERLAP = 0.25


@dataclass(frozen=True)
class TopPatches:
    """The k patches that excite each channel of a layer most, strongest first.

    scores: (channels, k), the activations; −∞ where the corpus has fewer than k patches.
    sources: (channels, k), places in ``Corpus.sources``; −1 where there is none.
    crops: (channels, k, 3), top, left and size of the crop in pixels of its source.
    positions: (channels, k, 2), row and column of the unit in the layer's map.
    corners: (channels, k, 2), top and left of the patch in the resized crop.
    patch_side: in pixels of the resized crop, whose side is ``crop_side``.
    Where there is no patch, the places are −1 too.
    """

    scores: Tensor
    sources: Tensor
    crops: Tensor
    positions: Tensor
    corners: Tensor
    patch_side: int
    crop_side: int

    @property
    def boxes(self) -> Tensor:
        """Top, left and size of the patches in pixels of their sources: (channels, k, 3)."""
        return source_boxes(self.crops, self.corners, self.patch_side, self.crop_side)

    def best(self, number: int, among: Tensor | None = None) -> "TopPatches":
        """The strongest ``number`` patches of each channel.

        among: (M,), places in ``Corpus.sources``, of photographs that count; None for all. Raises
        CourseError where a channel has fewer patches.
        """
        allowed = self.sources >= 0 if among is None else torch.isin(self.sources, among)
        check_number("number of patches", number, low=1, whole=True)
        if int(allowed.sum(dim=1).min()) < number:
            raise CourseError(f"a channel has fewer than {number} patches; give more photographs")
        columns = (~allowed).int().argsort(dim=1, stable=True)[:, :number]
        deep = columns[..., None]
        return TopPatches(
            scores=self.scores.gather(1, columns),
            sources=self.sources.gather(1, columns),
            crops=self.crops.gather(1, deep.expand(-1, -1, 3)),
            positions=self.positions.gather(1, deep.expand(-1, -1, 2)),
            corners=self.corners.gather(1, deep.expand(-1, -1, 2)),
            patch_side=self.patch_side,
            crop_side=self.crop_side,
        )

    def by_photograph(self, number: int) -> Tensor:
        """The strongest activation in each of ``number`` photographs: (photographs, channels).

        For a search that kept one patch of every photograph; CourseError after any other.
        """
        every = torch.arange(number).expand(len(self.sources), -1)
        if not torch.equal(self.sources.sort(dim=1).values, every):
            raise CourseError("search with per_source=1 and k as many as there are photographs")
        return torch.zeros_like(self.scores).scatter(1, self.sources, self.scores).T


@dataclass(frozen=True)
class Search:
    """What a pass over the corpus found, by layer, and what it took.

    num_bytes: most memory that candidates of all layers filled at any time.
    """

    layers: dict[str, TopPatches]
    num_crops: int
    seconds: float
    num_bytes: int

    @property
    def images_per_second(self) -> float:
        return self.num_crops / self.seconds


@torch.no_grad()
def find_top_patches(
    classifier: Classifier,
    corpus: Corpus,
    patch_sides: dict[str, int],
    *,
    k: int = 9,
    batch_size: int = 16,
    max_overlap: float = MAX_OVERLAP,
    per_source: int | None = None,
) -> Search:
    """The k best patches of every channel of some layers.

    patch_sides: layer → side of its patches in pixels of the resized crop, for instance the
    smaller of the theoretical receptive field and the crop. A patch that would reach beyond
    the crop, where the network sees padding, is shifted inside.   per_source: at most so many
    patches of one photograph; with 1, k patches show k photographs.

    In a network with ReLU6, ask for the layer before the rectifier (``….norm``): behind it all
    strong activations are 6, and the first in the corpus wins. Equal scores are ranked in the
    corpus's order. Raises CourseError for an unknown layer, one without a map, or a patch
    larger than the crop.
    """
    check_number("k", k, low=1, whole=True)
    check_number("max_overlap", max_overlap, low=0, high=1)
    if per_source is not None:
        check_number("per_source", per_source, low=1, whole=True)
    fields = _fields(classifier, corpus.side, patch_sides)
    keepers = {
        layer: _Keeper(fields[layer], patch_side, corpus.side, k, max_overlap, per_source or k)
        for layer, patch_side in patch_sides.items()
    }
    device = classifier.mean.device
    start, num_crops, num_bytes = time.perf_counter(), 0, 0
    with record_activations(classifier, patch_sides) as activations:
        for batch in corpus.batches(batch_size):
            classifier(batch.images.to(device))
            num_crops += len(batch.images)
            for layer, keeper in keepers.items():
                keeper.add(activations[layer], batch)
            num_bytes = max(num_bytes, sum(keeper.num_bytes for keeper in keepers.values()))
            activations.clear()  # not to hold two batches of maps during the next pass
    found = {layer: keeper.finish() for layer, keeper in keepers.items()}
    return Search(found, num_crops, time.perf_counter() - start, num_bytes)


def _fields(classifier: Classifier, side: int, patch_sides: dict[str, int]) -> dict[str, Field]:
    """Receptive fields of the layers, after checking that they can be searched."""
    fields = theoretical_receptive_fields(classifier.net, side)
    for layer, patch_side in patch_sides.items():
        classifier.layer(layer)
        if layer not in fields:
            raise CourseError(
                f"layer {layer!r} has no spatial map or only passes its input on, so its "
                "receptive field is not known; take the layer before it"
            )
        if not 1 <= patch_side <= side:
            raise CourseError(f"patches of {layer} are {patch_side} px, but crops are {side} px")
    return fields


# ------------------------------------------------------------- geometry of patches


def patch_corners(field: Field, positions: Tensor, patch_side: int, crop_side: int) -> Tensor:
    """Top and left of the patches around units' fields, inside the crop, in the same shape.

    positions: (…, 2), row and column in the layer's map. A patch of side s whose first pixel
    is t has its middle at t + (s − 1)/2.
    """
    first = field.centre + positions * field.jump - (patch_side - 1) / 2
    return (first + 0.5).floor().long().clamp(0, crop_side - patch_side)


def source_boxes(crops: Tensor, corners: Tensor, patch_side: int, crop_side: int) -> Tensor:
    """From patches in resized crops to source pixels: (…, 3) and (…, 2) → (…, 3), floats."""
    scale = crops[..., 2:] / crop_side
    return torch.cat([crops[..., :2] + corners * scale, patch_side * scale], dim=-1)


def same_region(first: Tensor, second: Tensor, max_overlap: float = MAX_OVERLAP) -> Tensor:
    """Whether two patches of one source share more than ``max_overlap`` of the smaller's area.

    first, second: (…, 3), top, left and size. The smaller one's area, not the union's, because
    a small patch inside a large one shows the same thing at another scale.
    """
    low = torch.maximum(first[..., :2], second[..., :2])
    high = torch.minimum(first[..., :2] + first[..., 2:], second[..., :2] + second[..., 2:])
    shared = (high - low).clamp(min=0).prod(dim=-1)
    smaller = torch.minimum(first[..., 2], second[..., 2])
    return shared > max_overlap * smaller.square()


# --------------------------------------------------------------- streaming search


@dataclass
class _Candidates:
    """Candidates of every channel, in parallel: the same columns as in TopPatches.

    scores: (channels, n).   places: (channels, n, 6), source, crop (3) and position (2).
    """

    scores: Tensor
    places: Tensor

    def take(self, columns: Tensor) -> "_Candidates":
        """A choice of candidates for each channel; columns: (channels, m)."""
        index = columns.unsqueeze(-1).expand(-1, -1, self.places.shape[-1])
        return _Candidates(self.scores.gather(1, columns), self.places.gather(1, index))

    @property
    def num_bytes(self) -> int:
        return self.scores.nbytes + self.places.nbytes

    def of_channels(self, channels: Tensor) -> "_Candidates":
        return _Candidates(self.scores[channels], self.places[channels])

    def __add__(self, other: "_Candidates") -> "_Candidates":
        scores = torch.cat([self.scores, other.scores], dim=1)
        return _Candidates(scores, torch.cat([self.places, other.places], dim=1))


class _Keeper:
    """Best patches of one layer so far, and the candidates of the source being read."""

    def __init__(
        self,
        field: Field,
        patch_side: int,
        crop_side: int,
        k: int,
        max_overlap: float,
        per_source: int,
    ) -> None:
        self.field = field
        self.patch_side, self.crop_side = patch_side, crop_side
        self.k, self.max_overlap, self.per_source = k, max_overlap, per_source
        self.best: _Candidates | None = None
        self.pending: _Candidates | None = None
        self.source = -1

    @property
    def num_bytes(self) -> int:
        """Memory that the candidates fill now."""
        return sum(held.num_bytes for held in (self.best, self.pending) if held is not None)

    def add(self, activation: Tensor, batch: Batch) -> None:
        """Take in a batch's map, (N, channels, h, w), whose crops come source by source."""
        scores, places = (result.cpu() for result in activation.flatten(2).max(dim=2))
        width = activation.shape[3]
        positions = torch.stack([places // width, places % width], dim=-1)
        for source in batch.sources.unique_consecutive().tolist():
            rows = batch.sources == source
            crops = torch.cat([batch.sources[rows, None], batch.boxes[rows]], dim=1)
            crops = crops.expand(scores.shape[1], -1, -1)
            new = _Candidates(
                scores[rows].T, torch.cat([crops, positions[rows].transpose(0, 1)], dim=2)
            )
            if source == self.source and self.pending is not None:
                self.pending = self.pending + new
            else:
                self._settle()
                self.source, self.pending = source, new

    def _settle(self) -> None:
        """The source was seen whole: merge its surviving patches into the best."""
        if self.pending is None:
            return
        if self.best is None:
            channels = len(self.pending.scores)
            nothing = torch.full((channels, self.k), -torch.inf)
            self.best = _Candidates(nothing, torch.full((channels, self.k, 6), -1))
        # Most channels find nothing new in most sources; the others are the work.
        changed = self.pending.scores.amax(dim=1) > self.best.scores[:, -1]
        both = self.best.of_channels(changed) + self._survivors(self.pending.of_channels(changed))
        # A stable sort leaves equal scores in the corpus's order.
        order = both.scores.sort(dim=1, descending=True, stable=True).indices[:, : self.k]
        merged = both.take(order)
        self.best.scores[changed], self.best.places[changed] = merged.scores, merged.places
        self.pending = None

    def _survivors(self, candidates: _Candidates) -> _Candidates:
        """Of one source's patches, the strongest, then the strongest in another region, …"""
        boxes = self._boxes(candidates.places)
        open_scores = candidates.scores.clone()
        rounds = min(self.k, self.per_source, open_scores.shape[1])
        chosen = []
        for _ in range(rounds):
            column = open_scores.argmax(dim=1, keepdim=True)
            survivor = candidates.take(column)
            # Where every candidate is suppressed already, the survivor is none at all.
            survivor.scores = open_scores.gather(1, column)
            survivor.places[survivor.scores.isneginf()] = -1
            chosen.append(survivor)
            box = boxes.gather(1, column.unsqueeze(-1).expand(-1, -1, 3))
            open_scores[same_region(box, boxes, self.max_overlap)] = -torch.inf
        return sum(chosen[1:], start=chosen[0])

    def _boxes(self, places: Tensor) -> Tensor:
        corners = self._corners(places[..., 4:])
        return source_boxes(places[..., 1:4], corners, self.patch_side, self.crop_side)

    def _corners(self, positions: Tensor) -> Tensor:
        return patch_corners(self.field, positions, self.patch_side, self.crop_side)

    def finish(self) -> TopPatches:
        """Settle the last source and hand over the result."""
        self._settle()
        if self.best is None:
            raise CourseError("the corpus has no images")
        places = self.best.places
        corners = self._corners(places[..., 4:])
        corners[places[..., 0] < 0] = -1
        return TopPatches(
            scores=self.best.scores,
            sources=places[..., 0],
            crops=places[..., 1:4],
            positions=places[..., 4:],
            corners=corners,
            patch_side=self.patch_side,
            crop_side=self.crop_side,
        )


# ------------------------------------------------------------------------- pixels


def cut_crops(corpus: Corpus, found: TopPatches, channels: list[int]) -> Tensor:
    """The crops that hold the patches, as the network saw them, for ``project_back``.

    Returns (len(channels), k, 3, crop_side, crop_side) in [0, 1]; mid-grey where there is no
    patch. Each source file is read once.
    """
    return _cut(corpus, found, channels, whole=True)


def cut_patches(corpus: Corpus, found: TopPatches, channels: list[int]) -> Tensor:
    """The patches' pixels, as the network saw them.

    Returns (len(channels), k, 3, patch_side, patch_side) in [0, 1]; mid-grey where there is no
    patch. Each source file is read once.
    """
    return _cut(corpus, found, channels, whole=False)


def patches_of(images: Tensor, corners: Tensor, patch_side: int) -> Tensor:
    """Squares of images: (N, C, H, W) and (N, 2), top and left → (N, C, patch_side, patch_side)."""
    return torch.stack(
        [
            image[:, top : top + patch_side, left : left + patch_side]
            for image, (top, left) in zip(images, corners.tolist(), strict=True)
        ]
    )


def _cut(corpus: Corpus, found: TopPatches, channels: list[int], *, whole: bool) -> Tensor:
    if found.crop_side != corpus.side:
        raise CourseError(f"patches were found in crops of {found.crop_side} px, not {corpus.side}")
    sources = found.sources[channels].flatten()
    crops, corners = found.crops[channels].flatten(0, 1), found.corners[channels].flatten(0, 1)
    side = found.crop_side if whole else found.patch_side
    cut = torch.full((len(sources), 3, side, side), 0.5)
    for source in sources[sources >= 0].unique().tolist():
        pixels = corpus.sources[source].read()
        for slot in (sources == source).nonzero()[:, 0].tolist():
            crop = Box(*crops[slot].tolist()).cut(pixels, found.crop_side)
            cut[slot] = (crop if whole else patches_of(crop, corners[slot, None], side))[0]
    return cut.unflatten(0, (len(channels), -1))
