"""The same photographs, the same network: success and size against foolbox and torchattacks."""

import warnings

import pytest

from site_lib.adversarial import distances
from site_lib.adversarial.deepfool import deepfool
from site_lib.adversarial.fgsm import fgsm
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.pgd import pgd
from site_lib.adversarial.photographs import labelled_images
from site_lib.networks.answers import first_answers
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load

pytestmark = pytest.mark.slow
# Small images keep the references' time down; the whole comparison is in tests/benchmarks.
SIDE, NUMBER, EPSILON, NUM_STEPS = 128, 4, 1 / 255, 5


@pytest.fixture(scope="module")
def references():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on import, both use what others have retired
        import foolbox
        import torchattacks
    return foolbox, torchattacks


@pytest.fixture(scope="module")
def case():
    """At this size the network gets few right, so its own answers are what is attacked."""
    network = freeze_for_inference(load("efficientnet_lite0"))
    images, _, _ = labelled_images(SIDE, NUMBER)
    return network, images, first_answers(network, images)


def fooled(network, adversarial, labels):
    return int((first_answers(network, adversarial) != labels).sum())


def test_fgsm_and_pgd_agree_with_torchattacks(references, case):
    _, torchattacks = references
    network, images, labels = case
    step = 2.5 * EPSILON / NUM_STEPS
    theirs = torchattacks.FGSM(network, eps=EPSILON)(images, labels)
    ours = fgsm(network, images, labels, epsilon=EPSILON).adversarial
    # Where a gradient is tiny its sign may differ; elsewhere both take the same step.
    assert ((ours - theirs).abs() < 1e-5).double().mean() > 0.999
    reference = torchattacks.PGD(
        network, eps=EPSILON, alpha=step, steps=NUM_STEPS, random_start=False
    )
    theirs = reference(images, labels)
    ours = pgd(
        network, images, labels, epsilon=EPSILON, num_steps=NUM_STEPS, early_stop=False
    ).adversarial
    assert abs(fooled(network, ours, labels) - fooled(network, theirs, labels)) <= 1
    assert distances.linf(ours - images).amax() <= EPSILON + 1e-6
    assert ((ours - theirs).abs() < 1e-5).double().mean() > 0.9


@pytest.mark.parametrize("name", ["DeepFool", "DDN"])
def test_small_perturbations_are_no_larger_than_foolbox_s(name, references, case):
    foolbox, _ = references
    network, images, labels = case
    attack, ours = {
        "DeepFool": (foolbox.attacks.L2DeepFoolAttack(), deepfool),
        "DDN": (foolbox.attacks.DDNAttack(steps=50), minimal_norm),
    }[name]
    model = foolbox.PyTorchModel(network, bounds=(0, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, theirs, _ = attack(model, images, labels, epsilons=None)
    result = ours(network, images, labels)
    assert abs(fooled(network, result.adversarial, labels) - fooled(network, theirs, labels)) <= 1
    norm, reference = distances.l2(result.perturbation), distances.l2(theirs - images)
    assert norm.median() <= 1.01 * reference.median()
    right = first_answers(network, result.adversarial) == labels
    assert not (result.success & right).any()
