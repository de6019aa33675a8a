"""Images made for one network, as 8-bit files, shown to the others."""

import numpy as np
import torch

from site_lib.adversarial.defences import round_to_file
from site_lib.adversarial.pgd import pgd
from site_lib.adversarial.photographs import in_batches, labelled_images
from site_lib.adversarial.transfer import transfer
from site_lib.common.progress import track
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement


def measure(
    *,
    models: list[str],
    number: int,
    side: int,
    levels: list[int],
    num_steps: int,
    num_noises: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Wrong answers by budget, source and network, and for noise of the same L∞ norm.

    levels: the budgets, L∞ in grey levels.   side: of the images, the same for all networks.
    """
    images, labels, records = labelled_images(side, number)
    images, labels = images.to(device), labels.to(device)
    networks = {name: freeze_for_inference(load(name, device=device)) for name in models}
    right = [in_batches(net, images).argmax(dim=1) == labels for net in networks.values()]
    everybody = torch.stack(right).all(dim=0)
    images, labels = images[everybody], labels[everybody]
    generator = torch.Generator().manual_seed(seed)
    wrong, noise_wrong = [], []
    for level in track(levels, "transfer", "budget"):
        made_for = {
            name: pgd(
                network,
                images,
                labels,
                epsilon=level / 255,
                num_steps=num_steps,
                early_stop=False,
                eight_bit=True,
            ).adversarial
            for name, network in networks.items()
        }
        wrong.append(transfer(made_for, networks, labels))
        signs = {
            str(draw): torch.randn(images.shape, generator=generator).sign().to(images)
            for draw in range(num_noises)
        }
        noisy = {
            draw: round_to_file((images + level / 255 * sign).clamp(0, 1))
            for draw, sign in signs.items()
        }
        noise_wrong.append(transfer(noisy, networks, labels))
    table, noise = torch.stack(wrong), torch.stack(noise_wrong)
    shares = table.double().mean(dim=3)
    off = ~torch.eye(len(models), dtype=torch.bool)
    metrics = {
        "models": [network.name for network in networks.values()],
        "levels": levels,
        "number": len(labels),
        "num_photographs": number,
        "side": side,
        "num_steps": num_steps,
        "num_noises": num_noises,
        "own": [float(one.diagonal().mean()) for one in shares],
        "other": [float(one[off].mean()) for one in shares],
        "noise": noise.double().mean(dim=(1, 2, 3)).tolist(),
    }
    arrays: dict[str, np.ndarray] = {
        "wrong": table.cpu().numpy(),
        "noise_wrong": noise.cpu().numpy(),
        "levels": np.array(levels),
    }
    return Measurement(arrays, metrics, [one.record() for one in networks.values()], records)


if __name__ == "__main__":
    run_experiment(measure)
