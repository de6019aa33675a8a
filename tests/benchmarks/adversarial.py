"""Attacks against foolbox and torchattacks.

The same photographs, network and number of steps; each contestant gets the network as its user
would hand it over, ours frozen.
"""

import warnings
from collections.abc import Callable, Iterator

from torch import Tensor

from site_lib.adversarial import distances
from site_lib.adversarial.deepfool import deepfool
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.pgd import pgd
from site_lib.adversarial.photographs import labelled_images
from site_lib.networks.answers import first_answers
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from tests.benchmarks.contest import Table, contest

NUM_PHOTOGRAPHS, EPSILON, NUM_STEPS, DDN_STEPS = 20, 2 / 255, 10, 50
# The slow ones run once.
ROUNDS = {"PGD": 3}


def tables() -> Iterator[Table]:
    """Projected gradient descent, DeepFool, and the smallest perturbation."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # both libraries use what PyTorch and NumPy retired
        import foolbox
        import torchattacks

    plain = load("efficientnet_lite0")
    frozen = freeze_for_inference(plain)
    images, labels, _ = labelled_images(plain.input_side, NUM_PHOTOGRAPHS)
    kept = first_answers(plain, images) == labels
    images, labels = images[kept], labels[kept]
    wrapped = foolbox.PyTorchModel(plain, bounds=(0, 1))
    step = 2.5 * EPSILON / NUM_STEPS
    settings = {"eps": EPSILON, "alpha": step, "steps": NUM_STEPS, "random_start": False}
    contests: dict[str, dict[str, Callable[[], object]]] = {
        "PGD": {
            "torchattacks": lambda: torchattacks.PGD(plain, **settings)(images, labels),
            "torchattacks, our frozen network": lambda: torchattacks.PGD(frozen, **settings)(
                images, labels
            ),
            "ours, every step": lambda: (
                pgd(
                    frozen, images, labels, epsilon=EPSILON, num_steps=NUM_STEPS, early_stop=False
                ).adversarial
            ),
            "ours, stopping early": lambda: (
                pgd(frozen, images, labels, epsilon=EPSILON, num_steps=NUM_STEPS).adversarial
            ),
        },
        "DeepFool": {
            "foolbox": lambda: foolbox.attacks.L2DeepFoolAttack()(
                wrapped, images, labels, epsilons=None
            )[1],
            "ours": lambda: deepfool(frozen, images, labels).adversarial,
        },
        "Smallest perturbation": {
            f"foolbox DDN, {DDN_STEPS} steps": lambda: foolbox.attacks.DDNAttack(steps=DDN_STEPS)(
                wrapped, images, labels, epsilons=None
            )[1],
            "ours, minimal norm": lambda: minimal_norm(frozen, images, labels).adversarial,
        },
    }

    def in_words(adversarial: object) -> str:
        assert isinstance(adversarial, Tensor)
        fooled = int((first_answers(plain, adversarial) != labels).sum())
        norm = distances.l2(adversarial - images).median()
        return f"fooled {fooled} of {len(images)}, median L2 {norm:.4f}"

    for name, contestants in contests.items():
        title = f"{name}, {len(images)} photographs"
        yield contest(title, contestants, rounds=ROUNDS.get(name, 1), describe=in_words)
