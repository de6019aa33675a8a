"""Four learning rules on two tasks: what they achieve, and their angle to the gradient."""

import numpy as np
import torch

from site_lib.biology import learning_rules
from site_lib.biology.encoding import principal_components
from site_lib.common.progress import track
from site_lib.data.corpus_photographs import categories, fetch_corpus
from site_lib.data.digits import digits, digits_record
from site_lib.images.images import read_image, square
from site_lib.measuring.arrays import as_arrays
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import activations_of, mean_of_map
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement

SHORT_NAMES = ("back", "feedback", "direct", "frozen")  # of the rules, as words ask for them
NETWORK = "efficientnet_lite0"
Task = tuple[np.ndarray, np.ndarray, dict[str, list[dict[str, str]]]]


def measure(
    *,
    task: str,
    num_photographs: int,
    hidden_units: list[int],
    num_networks: int,
    training_share: float,
    num_steps: int,
    batch: int,
    learning_rate: float,
    steps_between_angles: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Accuracy on new items, and angles while learning, for every rule.

    task: ``digits`` or ``photographs``.   num_photographs: at most.   num_networks: each with a
    split into training and new items, first weights, feedback and batches of its own. These are
    the same under every rule, so that rules differ by nothing else.
    """
    items, classes, records = TASKS[task](num_photographs, device)
    generator = torch.Generator().manual_seed(seed)
    inputs, labels = torch.tensor(items), torch.tensor(classes)
    inputs = (inputs - inputs.mean(dim=0)) / inputs.std()
    orders = [torch.randperm(len(inputs), generator=generator) for _ in range(num_networks)]
    units = [inputs.shape[1], *hidden_units, int(labels.max()) + 1]
    first = learning_rules.layers_before_learning(
        units, num_networks=num_networks, generator=generator
    )
    inputs, labels, order = (one.to(device) for one in (inputs, labels, torch.stack(orders)))
    known, new = order.tensor_split([round(training_share * len(inputs))], dim=1)
    accuracy, angles = [], []
    for rule in track(learning_rules.RULES, "learning rules", "rule"):
        layers = first.to(device)
        feedback = learning_rules.feedback_weights(
            rule, layers, torch.Generator().manual_seed(seed + 1)
        )
        lesson = (inputs[known], labels[known], feedback)
        steps = learning_rules.learn(
            rule, layers, *lesson, num_steps=num_steps, batch=batch, learning_rate=learning_rate,
            generator=torch.Generator().manual_seed(seed + 2),
        )  # fmt: skip
        looked_at = [
            learning_rules.angles_to_gradient(rule, layers, *lesson)
            for step in steps
            if step % steps_between_angles == 0 and rule != "frozen"
        ]
        accuracy.append(layers.accuracy(inputs[new], labels[new]))
        if looked_at:
            angles.append(torch.stack(looked_at))
    right = [100 * float(each.mean()) for each in accuracy]
    arrays = {
        "accuracy": torch.stack(accuracy),  # (rules, networks)
        "angles": torch.stack(angles),  # (rules that change, steps, networks, hidden layers)
        "step": torch.arange(0, num_steps, steps_between_angles),
    }
    found = {
        "num_training": known.shape[1],
        "num_new": new.shape[1],
        "num_classes": units[-1],
        "right": dict(zip(SHORT_NAMES, right, strict=True)),  # per cent, means
    }
    return Measurement(as_arrays(arrays), {task: found}, **records)


def digit_task(_number: int, _device: torch.device) -> Task:
    """Pixels and digits, all of them."""
    images, labels = digits()
    return images, labels, {"inputs": [digits_record()]}


def photograph_task(number: int, device: torch.device) -> Task:
    """What a trained network makes of the corpus, in as many components as digits have pixels."""
    network, photographs = load_frozen(NETWORK, device=device), fetch_corpus()[:number]
    side = network.input_side
    images = torch.cat([square(read_image(one.path), side) for one in photographs]).to(device)
    answers = activations_of(network, images, ["head"], summarise=mean_of_map)["head"]
    components = principal_components(answers.double().numpy(), 64).astype(np.float32)
    labels = np.array([categories().index(one.category) for one in photographs])
    records = {"inputs": [one.record() for one in photographs], "weights": [network.record()]}
    return components, labels, records


TASKS = {"digits": digit_task, "photographs": photograph_task}

if __name__ == "__main__":
    run_experiment(measure)
