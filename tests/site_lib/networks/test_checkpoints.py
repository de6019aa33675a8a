"""Networks at steps of their training: each from where its family is kept."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.networks.checkpoints import load_at_step
from site_lib.networks.registry import load


def test_a_step_of_the_student_has_other_weights_than_its_end():
    step, end = load_at_step("student", step=50), load_at_step("student")
    assert end.weights_sha256 == load("student").weights_sha256 != step.weights_sha256
    assert not torch.equal(*(net.net.state_dict()["features.0.weight"] for net in (step, end)))


def test_small_networks_are_found_too():
    assert load_at_step("graft-5", step=200).name == "graft-5"
    assert load_at_step("plain", random_seed=1).weights_sha256 == "random weights, seed 1"


@pytest.mark.parametrize("name", ["student", "efficientnet_lite0"])
def test_a_step_that_is_not_kept_is_refused(name):
    with pytest.raises(CourseError, match=f"no weights of {name} after 7 steps are kept"):
        load_at_step(name, step=7)


def test_an_unknown_name_is_refused():
    with pytest.raises(CourseError, match="unknown model 'studnet'; nearest: student"):
        load_at_step("studnet")
