"""Attacks against foolbox and torchattacks: ``python -m tests.benchmarks.adversarial``.

The same photographs, network and number of steps; each contestant gets the network as its user
would hand it over, ours frozen. Prints success, median L2 and processor seconds (which other
work on the machine disturbs less than the clock). Nothing here is a test.
"""

import argparse
import time
import warnings
from collections.abc import Callable

from torch import Tensor

from site_lib.adversarial import distances
from site_lib.adversarial.deepfool import deepfool
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.pgd import pgd
from site_lib.adversarial.photographs import in_batches, labelled_images
from site_lib.models import freeze_for_inference, load

EPSILON, NUM_STEPS, DDN_STEPS = 2 / 255, 10, 50


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=20, help="of photographs")
    parser.add_argument("--only", choices=("PGD", "DeepFool", "minimal"), default=None)
    options = parser.parse_args()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # both libraries use what PyTorch and NumPy retired
        import foolbox
        import torchattacks

    plain = load("efficientnet_lite0")
    frozen = freeze_for_inference(plain)
    images, labels, _ = labelled_images(plain.input_side, options.number)
    kept = in_batches(plain, images).argmax(dim=1) == labels
    images, labels = images[kept], labels[kept]
    wrapped = foolbox.PyTorchModel(plain, bounds=(0, 1))
    step = 2.5 * EPSILON / NUM_STEPS
    settings = {"eps": EPSILON, "alpha": step, "steps": NUM_STEPS, "random_start": False}
    contests: dict[str, dict[str, Callable[[], Tensor]]] = {
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
        "minimal": {
            f"foolbox DDN, {DDN_STEPS} steps": lambda: foolbox.attacks.DDNAttack(steps=DDN_STEPS)(
                wrapped, images, labels, epsilons=None
            )[1],
            "ours, minimal norm": lambda: minimal_norm(frozen, images, labels).adversarial,
        },
    }
    for contest, contestants in contests.items():
        if options.only in (None, contest):
            print(f"{contest}, {len(images)} photographs:")
            run(contestants, plain, images, labels)


def run(
    contestants: dict[str, Callable[[], Tensor]], judge: Callable, images: Tensor, labels: Tensor
) -> None:
    """One line for each contestant, with its speed relative to the first."""
    first = 0.0
    for name, attack in contestants.items():
        start = time.process_time()
        adversarial = attack()
        seconds = time.process_time() - start
        first = first or seconds
        fooled = int((in_batches(judge, adversarial).argmax(dim=1) != labels).sum())
        norm = distances.l2(adversarial - images).median()
        print(
            f"  {name:34} fooled {fooled:2}/{len(images)}   median L2 {norm:.4f}   "
            f"{seconds:6.1f} s   {first / seconds:.1f} × the speed of the first",
            flush=True,
        )


if __name__ == "__main__":
    main()
