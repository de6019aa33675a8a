"""Correlation over networks: architectures are the sample, not their seeds and checkpoints."""

import runpy

import numpy as np
import pytest

from site_lib.common.files import ROOT

SCRIPT = ROOT / "figures_src" / "relations_with_biology" / "measure_models.py"


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(SCRIPT))


def test_copies_of_the_same_networks_make_the_interval_no_narrower(script):
    rng = np.random.default_rng(0)
    x = rng.normal(size=8)
    y = x + rng.normal(size=8)
    family = np.array(list("abcdefgh"))
    once = script["correlation_of_networks"](x, y, family, 0)
    often = script["correlation_of_networks"](*(np.repeat(one, 5) for one in (x, y, family)), 0)
    assert once[0] == pytest.approx(np.corrcoef(x, y)[0, 1])
    assert often[0] == pytest.approx(once[0])
    assert often[1] == pytest.approx(once[1])
    assert once[1][0] < once[0] < once[1][1]


def test_members_say_what_they_are(script):
    member = script["Member"]
    assert member("optimised", "efficientnet_lite0").name == "efficientnet_lite0"
    assert member("partly", "plain", step=200).name == "plain, step 200"
    assert member("random", "plain", seed=1).name == "plain, random 1"


def test_a_member_is_loaded_from_where_its_family_is_kept(script):
    member, device = script["Member"], "cpu"
    step = member("partly", "student", step=50).load(device)
    end = member("partly", "student").load(device)
    assert step.weights_sha256 != end.weights_sha256
    assert member("graft", "graft-5", step=200).load(device).name == "graft-5"
    assert "seed 1" in member("random", "plain", seed=1).load(device).weights_sha256
