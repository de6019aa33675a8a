"""Four learning rules on handwritten digits: what they achieve, and their angle to the gradient."""

import torch

from site_lib.biology.learning_rules import (
    RULES,
    angles_to_gradient,
    feedback_weights,
    layers_before_learning,
    learn,
)
from site_lib.common.progress import track
from site_lib.data.digits import digits, digits_record
from site_lib.measuring.arrays import as_arrays
from site_lib.measuring.experiment import run_experiment
from site_lib.records.measurement import Measurement

SHORT_NAMES = ("back", "feedback", "direct", "frozen")  # of the rules, as words ask for them


def measure(
    *,
    hidden_units: list[int],
    num_networks: int,
    num_training: int,
    num_steps: int,
    batch: int,
    learning_rate: float,
    steps_between_angles: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Accuracy on new digits, and angles while learning, for every rule.

    num_networks: each with a split into training and new digits, first weights, feedback and
    batches of its own. These are the same under every rule, so that rules differ by nothing else.
    """
    generator = torch.Generator().manual_seed(seed)
    images, labels = map(torch.tensor, digits())
    images = (images - images.mean(dim=0)) / images.std()
    order = torch.stack(
        [torch.randperm(len(images), generator=generator) for _ in range(num_networks)]
    )
    units = [images.shape[1], *hidden_units, int(labels.max()) + 1]
    first = layers_before_learning(units, num_networks=num_networks, generator=generator)
    images, labels, order = (each.to(device) for each in (images, labels, order))
    known, new = order[:, :num_training], order[:, num_training:]
    accuracy, angles = [], []
    for rule in track(RULES, "learning rules", "rule"):
        layers = first.to(device)
        feedback = feedback_weights(rule, layers, torch.Generator().manual_seed(seed + 1))
        task = (images[known], labels[known], feedback)
        steps = learn(
            rule, layers, *task, num_steps=num_steps, batch=batch, learning_rate=learning_rate,
            generator=torch.Generator().manual_seed(seed + 2),
        )  # fmt: skip
        looked_at = [
            angles_to_gradient(rule, layers, *task)
            for step in steps
            if step % steps_between_angles == 0 and rule != "frozen"
        ]
        accuracy.append(layers.accuracy(images[new], labels[new]))
        if looked_at:
            angles.append(torch.stack(looked_at))
    right = [100 * float(each.mean()) for each in accuracy]
    arrays = {
        "accuracy": torch.stack(accuracy),  # (rules, networks)
        "angles": torch.stack(angles),  # (rules that change, steps, networks, hidden layers)
        "step": torch.arange(0, num_steps, steps_between_angles),
    }
    metrics = {
        "num_new": new.shape[1],
        "right": dict(zip(SHORT_NAMES, right, strict=True)),  # per cent, means
    }
    return Measurement(as_arrays(arrays), metrics, inputs=[digits_record()])


if __name__ == "__main__":
    run_experiment(measure)
