"""Which cues carry the name of a photograph, of a super-stimulus and of a cut-out."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from site_lib.adversarial.defences import blur
from site_lib.biology.sites import cell_means
from site_lib.common.files import sha256_of_file
from site_lib.common.progress import track
from site_lib.data.corpus_photographs import fetch_corpus, labelled_corpus
from site_lib.data.cutouts import fetch_cutouts, read_with_alpha
from site_lib.feature_visualisation.judging import judge
from site_lib.images.cues import grey, on_ground, random_phases, shuffled_patches, silhouette
from site_lib.images.images import as_bytes, read_image, square
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.controls import with_controls
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement
from site_lib.units.retrieval import found_again

# Copies of the published super-stimuli, WebP at quality 92, each named by its class.
SUPER_STIMULI = Path(__file__).with_name("measured") / "super-stimuli"
SHARE, GROUND = 0.8, 0.5  # of a cut-out's square: how much it fills, and the grey around it
BATCH = 32


def measure(
    *,
    model: str,
    stranger: str,
    layers: list[str],
    shown_class: int,
    grids: list[int],
    depth_grid: int,
    side: int,
    blur_share: float,
    num_photographs: int,
    num_cutouts: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Ranks of the right class by set, cue and network; and what blocks still find alike.

    stranger: a network of another family, which judges the same images.   shown_class: of the
    super-stimulus whose versions are kept.   depth_grid: of the photographs that blocks have to
    find again.   blur_share: standard deviation over side.   num_photographs, num_cutouts: at most.
    """
    photographs = labelled_corpus(fetch_corpus())[:num_photographs]
    cutouts = fetch_cutouts()[:num_cutouts]
    files = sorted(SUPER_STIMULI.glob("*.webp"))
    kinds = {
        "photographs": [one.imagenet_class for one in photographs],
        "super_stimuli": [int(file.stem) for file in files],
        "cutouts": [one.imagenet_class for one in cutouts],
    }
    images = {
        "photographs": squares([one.path for one in photographs], side),
        "super_stimuli": squares(files, side),
    }
    versions = {
        name: {cue: keep(each) for cue, keep in cues(grids, blur_share * side, seed).items()}
        for name, each in images.items()
    }
    versions["cutouts"] = cutout_versions([read_with_alpha(one.path) for one in cutouts], side)
    viewers = {name: load_frozen(name, device=device) for name in (model, stranger)}
    arrays = {}
    for name, of_cues in track(list(versions.items()), "who still names them", "set"):
        labels = torch.tensor(kinds[name], device=device)
        for viewer, network in viewers.items():
            verdicts = [
                judge(network, each.to(device), labels, side=side, batch=BATCH).rank
                for each in of_cues.values()
            ]
            arrays[f"{name}_{viewer}"] = torch.stack(verdicts).cpu().numpy()
        arrays[f"{name}_cues"] = np.array(list(of_cues))
    networks = with_controls(
        model, num_random_networks=1, num_shuffled_networks=1, seed=seed, device=device
    )
    pairs = {
        "outline": (versions["cutouts"]["intact"], versions["cutouts"]["outline"]),
        "shuffled": (versions["photographs"]["intact"],
                     versions["photographs"][f"shuffled {depth_grid}"]),
    }  # fmt: skip
    for kind, (network,) in track(list(networks.items()), "what blocks find again", "network"):
        frozen = freeze_for_inference(network)
        for name, (intact, changed) in pairs.items():
            answers = [cell_means(frozen, each.to(device), layers) for each in (intact, changed)]
            arrays[f"{name}_{kind}"] = np.stack(
                [found_again(*(each[layer] for each in answers)) for layer in layers]
            )  # (layers, images) bool
    shown = [each[kinds["super_stimuli"].index(shown_class)]
             for each in versions["super_stimuli"].values()]  # fmt: skip
    records = [{"name": f"super-stimulus: {file.stem}", "sha256": sha256_of_file(file)}
               for file in files]  # fmt: skip
    return Measurement(
        arrays | {"layers": np.array(layers), "shown": as_bytes(torch.stack(shown))},
        {f"num_{name}": len(labels) for name, labels in kinds.items()}
        | {"found_last": int(arrays["outline_trained"][-1].sum())},
        weights=[
            network.record() for network in (*viewers.values(), *(n for (n,) in networks.values()))
        ],
        inputs=[
            *(one.record() for one in photographs),
            *(one.record() for one in cutouts),
            *records,
        ],
    )


def squares(files: list[Path], side: int) -> Tensor:
    """Central squares of image files: (N, 3, side, side)."""
    return torch.cat([square(read_image(file), side) for file in files])


def cues(grids: list[int], sigma: float, seed: int) -> dict[str, Callable[[Tensor], Tensor]]:
    """What is done to whole pictures, by name."""
    generator = torch.Generator().manual_seed(seed)
    return {
        "intact": lambda images: images,
        "grey": grey,
        "blurred": blur(sigma),
        **{f"shuffled {grid}": partial(shuffled_patches, grid=grid, generator=generator)
           for grid in grids},
        "spectrum": partial(random_phases, generator=generator),
    }  # fmt: skip


def cutout_versions(cutouts: list[np.ndarray], side: int) -> dict[str, Tensor]:
    """Cut-outs on grey, without colour, and their outline alone."""
    pixels = [torch.tensor(each) for each in cutouts]
    intact = torch.cat([on_ground(each, side, share=SHARE, ground=GROUND) for each in pixels])
    outline = torch.cat([silhouette(each, side, share=SHARE) for each in pixels])
    return {"intact": intact, "grey": grey(intact), "outline": outline}


if __name__ == "__main__":
    run_experiment(measure)
