"""Learning rules against autograd, and where angles are known in closed form."""

import math

import pytest
import torch
import torch.nn.functional as F

from site_lib.biology.learning_rules import (
    RULES,
    Layers,
    angles_to_gradient,
    changes,
    feedback_weights,
    layers_before_learning,
    learn,
    told_errors,
)
from site_lib.common.errors import CourseError

UNITS = (5, 7, 6, 3)


@pytest.fixture
def task():
    """Two networks, twenty inputs each, in 64 bits."""
    generator = torch.Generator().manual_seed(0)
    net = layers_before_learning(UNITS, num_networks=2, generator=generator)
    inputs = torch.randn(2, 20, UNITS[0], generator=generator, dtype=torch.double)
    labels = torch.randint(UNITS[-1], (2, 20), generator=generator)
    return (
        Layers([w.double() for w in net.weights], [b.double() for b in net.biases]),
        inputs,
        labels,
    )


def told_by(rule, net, inputs, labels, feedback=()):
    activities = net.activities(inputs)
    return activities, told_errors(rule, net, activities, labels, list(feedback))


def test_back_propagation_is_the_gradient_of_autograd(task):
    net, inputs, labels = task
    weights = [weight.clone().requires_grad_() for weight in net.weights]
    biases = [bias.clone().requires_grad_() for bias in net.biases]
    logits = Layers(weights, biases).activities(inputs)[-1]
    losses = [F.cross_entropy(one, two) for one, two in zip(logits, labels, strict=True)]
    expected = torch.autograd.grad(sum(losses), [*weights, *biases])
    activities, told = told_by("back-propagation", net, inputs, labels)
    found = [*changes(activities, told), *(delta.mean(dim=-2, keepdim=True) for delta in told)]
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)


def test_feedback_by_the_transposed_weights_is_back_propagation(task):
    net, inputs, labels = task
    feedback = [weight.mT for weight in net.weights[1:]]
    angles = angles_to_gradient("feedback alignment", net, inputs, labels, feedback)
    assert angles.shape == (2, 2)
    assert angles.abs().max() < 1e-5
    opposite = [-weight for weight in feedback[:-1]] + feedback[-1:]
    turned = angles_to_gradient("feedback alignment", net, inputs, labels, opposite)
    torch.testing.assert_close(turned, torch.tensor([[180.0, 0.0]] * 2).double(), atol=1e-5, rtol=0)


def test_with_one_hidden_layer_the_two_alignments_are_one():
    generator = torch.Generator().manual_seed(1)
    net = layers_before_learning((4, 6, 3), num_networks=1, generator=generator)
    inputs, labels = torch.randn(1, 9, 4, generator=generator), torch.arange(9)[None] % 3
    feedback = [torch.randn(1, 3, 6, generator=generator)]
    _, indirect = told_by("feedback alignment", net, inputs, labels, feedback)
    _, direct = told_by("direct feedback alignment", net, inputs, labels, feedback)
    for one, other in zip(indirect, direct, strict=True):
        assert torch.equal(one, other)


def test_direct_feedback_of_a_linear_chain_is_the_product_of_its_weights(task):
    """At inputs of zero tanh has the slope 1, so the error passes the weights unchanged."""
    net, _, labels = task
    inputs = torch.zeros(2, 20, UNITS[0], dtype=torch.double)
    _, w2, w3 = net.weights
    product = [w3.mT @ w2.mT, w3.mT]
    _, direct = told_by("direct feedback alignment", net, inputs, labels, product)
    _, exact = told_by("back-propagation", net, inputs, labels)
    for one, other in zip(direct, exact, strict=True):
        torch.testing.assert_close(one, other)


def test_random_directions_are_at_right_angles_on_average():
    generator = torch.Generator().manual_seed(2)
    net = layers_before_learning((30, 20, 20, 10), num_networks=400, generator=generator)
    inputs = torch.randn(400, 10, 30, generator=generator)
    labels = torch.arange(10).expand(400, -1)
    for rule in ("feedback alignment", "direct feedback alignment"):
        feedback = feedback_weights(rule, net, generator)
        angles = angles_to_gradient(rule, net, inputs, labels, feedback)
        error = angles.std(dim=0) / math.sqrt(len(angles))
        assert ((angles.mean(dim=0) - 90).abs() < 4 * error).all()


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_learns_and_only_its_own_weights_move(rule):
    generator = torch.Generator().manual_seed(3)
    net = layers_before_learning((8, 12, 10, 2), num_networks=3, generator=generator)
    before = [weight.clone() for weight in net.weights]
    inputs = torch.randn(3, 200, 8, generator=generator)
    labels = (inputs[..., 0] * inputs[..., 1] > 0).long()
    feedback = feedback_weights(rule, net, generator)
    fixed = [one.clone() for one in feedback]
    steps = learn(
        rule, net, inputs, labels, feedback, num_steps=800, batch=20, learning_rate=0.3,
        generator=generator,
    )  # fmt: skip
    assert list(steps) == list(range(800))
    assert all(torch.equal(one, two) for one, two in zip(feedback, fixed, strict=True))
    moved = [not torch.equal(one, two) for one, two in zip(net.weights, before, strict=True)]
    assert moved == [rule != "frozen", rule != "frozen", True]
    # Whether two numbers have the same sign is no linear question.
    accuracy = net.accuracy(inputs, labels).min()
    assert accuracy > (0.55 if rule == "frozen" else 0.9)


def test_feedback_has_the_shapes_that_the_rules_need():
    net = layers_before_learning(UNITS, num_networks=2, generator=torch.Generator().manual_seed(0))
    shapes = {
        rule: [tuple(b.shape) for b in feedback_weights(rule, net, torch.Generator())]
        for rule in RULES
    }
    assert shapes == {
        "back-propagation": [],
        "feedback alignment": [(2, 6, 7), (2, 3, 6)],
        "direct feedback alignment": [(2, 3, 7), (2, 3, 6)],
        "frozen": [],
    }


def test_what_cannot_be_is_said(task):
    net, inputs, labels = task
    with pytest.raises(CourseError, match="learning rule 'hebb'"):
        feedback_weights("hebb", net, torch.Generator())
    with pytest.raises(CourseError, match="nothing changes under the rule 'frozen'"):
        angles_to_gradient("frozen", net, inputs, labels, [])
    with pytest.raises(CourseError, match="number of layers"):
        layers_before_learning((4, 3), num_networks=1, generator=torch.Generator())
    options = {"num_steps": 1, "learning_rate": 0.1, "generator": torch.Generator()}
    with pytest.raises(CourseError, match="batch must be a whole number"):
        next(learn("frozen", net, inputs, labels, [], batch=0, **options))
