"""What a straight line reads out of every depth about photographs that it has not seen."""

from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.biology.baselines import pooled_gabor_energy
from site_lib.biology.stimuli import photograph_categories, photograph_images
from site_lib.common.files import ROOT
from site_lib.common.progress import track
from site_lib.data.corpus_photographs import CorpusPhotograph, fetch_corpus
from site_lib.data.readers import cichy2016
from site_lib.data.recorded import recorded as recorded_measurement
from site_lib.images.images import as_bytes, read_image, square
from site_lib.images.views import Views, render_each, simple_attributes
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.controls import with_controls
from site_lib.records.measurement import Measurement
from site_lib.statistics.readout import (
    Errors,
    Fold,
    held_out_errors,
    random_projection,
    stratified_folds,
)
from site_lib.statistics.separation import (
    category_separation,
    classical_map,
    correlation_distances,
    separation_interval,
)
from site_lib.units.block_readout import (
    GRID,
    Pooled,
    depths,
    errors_by_depth,
    found_again,
    like_units,
    pooled_layers,
)

NUM_FOLDS = 5
# Baselines see the image in 16 × 16 mean colours, or its Gabor energy in the cells of a grid.
PIXEL_GRID = 16
THUMBNAIL_SIDE = 56

# The 78 photographs of a recording. Few machines have them, so what was measured from them is part
# of the source, and is measured again where they are at hand.
RECORDED = ROOT / "figures_src/what_units_see/measured/cichy2016-readout.json"
RECORDINGS = ["cichy2016"]
SETTINGS = {"side": 160, "num_controls": 2, "seed": 0}
# Another machine rounds differently, which turns one of the 78 answers here and there.
TOLERANCE = 0.08


@dataclass(frozen=True)
class Shown:
    """Photographs in full, and each again in a round window somewhere before noise.

    frames: (N, 3, side, side).   looks: what these look like, name → (N, numbers).   placed:
    (N, 3, place_side, place_side).   views: how these show them.   folds: photographs for fitting
    and for testing.   num_cells: numbers that a read-out of the grid sees.
    """

    frames: Tensor
    looks: dict[str, np.ndarray]
    placed: Tensor
    views: Views
    categories: np.ndarray
    folds: list[Fold]
    num_cells: int
    seed: int

    def asked_of_frames(self, features: np.ndarray) -> dict[str, Errors]:
        """Errors about what the photograph looks like, and what it shows."""
        return self._read(features, numbers=self.looks, labels={"category": self.categories})

    def asked_of_places(self, features: np.ndarray) -> dict[str, Errors]:
        """Errors about where the window is."""
        return self._read(features, numbers={"place": self.views.centre.numpy()}, labels={})

    def _read(self, features: np.ndarray, **asked: Any) -> dict[str, Errors]:
        groups = np.arange(len(self.frames))
        return held_out_errors(features, folds=self.folds, groups=groups, **asked)


def measure(
    *,
    models: list[str],
    num_controls: list[int],
    side: int,
    place_side: int,
    num_cells: int,
    recorded: str,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Errors of linear read-outs about each photograph, by network, attribute and depth.

    num_controls: by model, random networks, and as many shuffled ones.   side, place_side: of
    whole photographs, and of those that stand somewhere, in pixels.   num_cells: see
    :class:`Shown`.   recorded: what is done about the 78 photographs, see site_lib.data.recorded.
    """
    of_recording = recorded_measurement(
        RECORDED,
        lambda: measure_recording(models[0], device, **SETTINGS),
        mode=recorded,
        recordings=RECORDINGS,
        settings=SETTINGS | {"model": models[0]},
        tolerance=TOLERANCE,
        not_compared=["interval"],
    )
    photographs = fetch_corpus()
    shown = shown_to_networks(photographs, side, place_side, num_cells, seed)
    arrays: dict[str, np.ndarray] = {
        "categories": shown.categories,
        "names": np.array([one.name for one in photographs]),
        "thumbnails": as_bytes(F.interpolate(shown.frames, THUMBNAIL_SIDE, mode="area")),
        **{f"recorded_{name}": values for name, values in of_recording.arrays.items()},
    }
    for name, features in baselines(shown.frames).items():
        read = shown.asked_of_frames(features)
        arrays |= {f"{name}_{about}": errors.read for about, errors in read.items()}
    arrays |= {f"guessed_{about}": errors.guessed for about, errors in read.items()}
    arrays["guessed_place"] = shown.asked_of_places(features)["place"].guessed
    weights = []
    for model, number in zip(models, num_controls, strict=True):
        by_kind = networks_of(model, number, seed, device)
        arrays[f"{model}_depths"] = np.array(depths(by_kind["trained"][0]))
        for kind, networks in by_kind.items():
            certain = kind == "trained"
            told = [told_by(one, shown, certain) for one in track(networks, kind, "network")]
            arrays |= {f"{model}_{kind}_{key}": np.stack([t[key] for t in told]) for key in told[0]}
            weights += [network.record() for network in networks]
    again = arrays[f"{models[0]}_trained_found_again"][0].mean(axis=1)
    return Measurement(
        arrays,
        {
            "num_photographs": len(photographs),
            "num_categories": len(set(shown.categories)),
            "num_folds": NUM_FOLDS,
            "num_cells_of_grid": GRID**2,
            "found_again": dict(zip(("stem", "last"), again[[0, -1]].tolist(), strict=True)),
            "recorded_num": len(photograph_categories()),
            "recorded_num_categories": len(set(photograph_categories())),
            "recorded_num_controls": SETTINGS["num_controls"],
            "recorded_measured": of_recording.measured,
        },
        weights=weights,
        inputs=[*(one.record() for one in photographs), *of_recording.inputs],
    )


@cache  # the recording's photographs and those of the corpus are shown to the same ones
def networks_of(
    model: str, num_controls: int, seed: int, device: torch.device
) -> dict[str, list[Classifier]]:
    """The trained network, and so many controls of each kind."""
    return with_controls(
        model,
        num_random_networks=num_controls,
        num_shuffled_networks=num_controls,
        seed=seed,
        device=device,
    )


def shown_to_networks(
    photographs: list[CorpusPhotograph], side: int, place_side: int, num_cells: int, seed: int
) -> Shown:
    """The stimuli, and which of them each fit may see."""
    categories = np.array([one.category for one in photographs])
    frames = [square(read_image(one.path), side) for one in photographs]
    placed, views = render_each(frames, place_side, torch.Generator().manual_seed(seed))
    folds = stratified_folds(categories, NUM_FOLDS, seed)
    joined = torch.cat(frames)
    looks = {name: one.numpy() for name, one in simple_attributes(joined).items()}
    return Shown(joined, looks, placed, views, categories, folds, num_cells, seed)


def baselines(frames: Tensor) -> dict[str, np.ndarray]:
    """What can be had without a network: (N, D) by name."""
    return {
        "pixels": F.adaptive_avg_pool2d(frames, PIXEL_GRID).flatten(1).numpy(),
        "gabor": pooled_gabor_energy(frames, GRID).numpy(),
    }


def told_by(network: Classifier, shown: Shown, certain: bool) -> dict[str, np.ndarray]:
    """Errors (depths, N) about each attribute, and how photographs lie to each other.

    certain: whether the separation of categories gets its interval.
    """
    frames = pooled_layers(network, shown.frames)
    placed = pooled_layers(network, shown.placed)
    mixed = partial(random_projection, number=shown.num_cells, seed=shown.seed)
    cells = {depth: mixed(one.cells) for depth, one in placed.items()}
    errors = errors_by_depth(whole(frames), shown.asked_of_frames)
    errors |= errors_by_depth(whole(placed), shown.asked_of_places)
    errors["place_on_grid"] = errors_by_depth(cells, shown.asked_of_places)["place"]
    errors = {about: each.astype(np.float32) for about, each in errors.items()}
    again = [found_again(placed[depth].whole, frames[depth].whole) for depth in frames]
    distances = [correlation_distances(like_units(one)) for one in whole(frames).values()]
    found = {
        "found_again": np.stack(again),
        "separation": np.array([category_separation(d, shown.categories) for d in distances]),
        "map": classical_map(distances[-1])[0],
        "map_share": np.array(classical_map(distances[-1])[1]),
    }
    if certain:
        intervals = [separation_interval(d, shown.categories, seed=shown.seed) for d in distances]
        found["separation_interval"] = np.array(intervals)
    return errors | found


def whole(features: dict[str, Pooled]) -> dict[str, np.ndarray]:
    """Means over the whole map alone."""
    return {depth: one.whole for depth, one in features.items()}


def measure_recording(
    model: str, device: torch.device, *, side: int, num_controls: int, seed: int
) -> dict[str, Any]:
    """Share of the error about six categories of 78 photographs that is removed, by depth."""
    images = photograph_images(cichy2016(), side)
    categories = photograph_categories()
    ask = partial(
        held_out_errors,
        folds=stratified_folds(categories, NUM_FOLDS, seed),
        groups=np.arange(len(images)),
        labels={"category": categories},
    )

    def curve(network: Classifier) -> list[Errors]:
        return [ask(one)["category"] for one in whole(pooled_layers(network, images)).values()]

    by_kind = networks_of(model, num_controls, seed, device)
    errors = {kind: [curve(network) for network in some] for kind, some in by_kind.items()}
    shares = {
        kind: np.round([[one.share_removed for one in curve] for curve in some], 4).tolist()
        for kind, some in errors.items()
    }
    intervals = [one.interval(np.arange(len(images)), seed) for one in errors["trained"][0]]
    without = {
        name: round(ask(features)["category"].share_removed, 4)
        for name, features in baselines(images).items()
    }
    return shares | without | {"interval": np.round(intervals, 4).tolist()}


if __name__ == "__main__":
    run_experiment(measure)
