"""One perturbation for all photographs: made from some, tried on others."""

import numpy as np
import torch
from torch import Tensor

from site_lib.adversarial.photographs import in_batches, labelled_images
from site_lib.adversarial.universal import universal
from site_lib.common.progress import track
from site_lib.data.photographs import PHOTOGRAPHS
from site_lib.images.images import photograph_record, read_image, resize
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement


def measure(
    *,
    model: str,
    number: int,
    level: int,
    num_crops: int,
    num_steps: int,
    batch: int,
    num_seeds: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Share of answers changed by one perturbation, on photographs that took no part.

    level: L∞ budget in grey levels.   num_crops: random squares of the licensed photographs,
    with the network's own answers as labels.   num_seeds: perturbations and controls.
    """
    network = freeze_for_inference(load(model, device=device))
    tested, labels, records = labelled_images(network.input_side, number)
    tested, labels = tested.to(device), labels.to(device)
    before = in_batches(network, tested).argmax(dim=1)
    changed, wrong, noise_changed, seen_changed, answers, shown = [], [], [], [], [], []
    for run in track(range(num_seeds), "universal perturbation", "seed"):
        generator = torch.Generator().manual_seed(seed + run)
        crops = random_squares(num_crops, network.input_side, generator).to(device)
        own = in_batches(network, crops).argmax(dim=1)
        result = universal(
            network,
            crops,
            own,
            epsilon=level / 255,
            num_steps=num_steps,
            batch=batch,
            generator=generator,
        )
        assert result.shared is not None
        # A whole number of grey levels, so that it survives in a file.
        shared = (255 * result.shared).round() / 255
        noise = level / 255 * torch.randn(shared.shape, generator=generator).sign().to(device)
        after = in_batches(network, (tested + shared).clamp(0, 1)).argmax(dim=1)
        control = in_batches(network, (tested + noise).clamp(0, 1)).argmax(dim=1)
        changed.append(after != before)
        wrong.append(after != labels)
        noise_changed.append(control != before)
        seen = in_batches(network, (crops + shared).clamp(0, 1)).argmax(dim=1)
        seen_changed.append((seen != own).double().mean())
        answers.append(after)
        shown.append((255 * shared[0]).round().to(torch.int8).permute(1, 2, 0))
    all_changed = torch.stack(changed)
    common = torch.stack(answers).flatten().mode().values
    metrics = {
        "model": network.name,
        "number": len(labels),
        "level": level,
        "num_crops": num_crops,
        "num_sources": len(PHOTOGRAPHS),
        "num_steps": num_steps,
        "num_seeds": num_seeds,
        "share_changed": float(all_changed.double().mean()),
        "share_seen_changed": float(torch.stack(seen_changed).mean()),
        "share_noise_changed": float(torch.stack(noise_changed).double().mean()),
        "num_right_before": int((before == labels).sum()),
        "share_wrong": float(torch.stack(wrong).double().mean()),
        "most_common_answer": network.class_names[int(common)],
        "share_most_common": float((torch.stack(answers) == common).double().mean()),
    }
    arrays: dict[str, np.ndarray] = {
        "changed": all_changed.cpu().numpy(),
        "noise_changed": torch.stack(noise_changed).cpu().numpy(),
        "perturbations": torch.stack(shown).cpu().numpy(),
    }
    inputs = [*records, *(photograph_record(name) for name in PHOTOGRAPHS)]
    return Measurement(arrays, metrics, [network.record()], inputs)


def random_squares(number: int, side: int, generator: torch.Generator) -> Tensor:
    """Squares of 40 to 100 % of the shorter side, from the licensed photographs in turn."""
    photographs = [read_image(one.path) for one in PHOTOGRAPHS.values()]
    found = []
    for index in range(number):
        photograph = photographs[index % len(photographs)]
        height, width = photograph.shape[-2:]
        share, down, right, mirrored = torch.rand(4, generator=generator).tolist()
        size = round((0.4 + 0.6 * share) * min(height, width))
        top, left = round(down * (height - size)), round(right * (width - size))
        cut = resize(photograph[..., top : top + size, left : left + size], side)
        found.append(cut.flip(-1) if mirrored > 0.5 else cut)
    return torch.cat(found)


if __name__ == "__main__":
    run_experiment(measure)
