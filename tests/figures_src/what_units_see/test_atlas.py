"""Names of units: planted, tested, and judged together."""

import runpy
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from figures_src.what_units_see.atlas_layers import layers_of
from site_lib.common.files import ROOT
from site_lib.records.measurement import Result
from site_lib.units.category_names import members_of, name_units

FOLDER = ROOT / "figures_src" / "what_units_see"
MEMBERS = members_of(["fish"] * 20 + ["bird"] * 20 + ["dam"] * 20, ("fish", "bird", "dam"))


@pytest.fixture(scope="module")
def measuring():
    return runpy.run_path(str(FOLDER / "measure_atlas.py"))


@pytest.fixture(scope="module")
def named():
    """Sixty photographs and four units: for fish, for birds, and two for nothing."""
    generator = torch.Generator().manual_seed(0)
    responses = torch.randn(60, 4, generator=generator)
    responses[:20, 0] += 9
    responses[20:40, 1] += 9
    return responses, name_units(responses, MEMBERS, num_top=5, num_shuffles=1, generator=generator)


def test_a_planted_name_is_confirmed_by_the_exact_test(measuring, named):
    responses, names = named
    assert names.named[:2].tolist() == [0, 1]
    found = measuring["p_values"](responses, MEMBERS, names, [1, 0])
    # All ten of the category before all twenty others: the least likely of the orders.
    np.testing.assert_allclose(found, found[0])
    assert found[0] < 1e-4
    assert measuring["p_values"](responses, MEMBERS, names, [2, 3]).min() > 1e-4


def test_named_units_of_the_last_layer_come_first(measuring, named):
    _, names = named
    found = SimpleNamespace(
        most_selective=lambda number: [3, 2, 1, 0][:number], by_selectivity=lambda: [3, 2, 1, 0]
    )
    shown = measuring["shown_units"]
    assert shown(found, names, 2, last=False) == [3, 2]
    assert set(shown(found, names, 3, last=True)[:2]) >= {0}
    assert len(set(shown(found, names, 3, last=True))) == 3
    assert shown(found, names, 0, last=True) == [3, 2, 1, 0]


def test_names_of_all_layers_are_judged_together():
    def result(**p_values):
        arrays = {f"{layer}/p_values": np.array(values) for layer, values in p_values.items()}
        metrics = {f"net, {layer}": {} for layer in p_values}
        return Result(arrays, metrics, {})

    # Benjamini and Hochberg by hand: of four, the k-th smallest has to be below 0.05 · k / 4.
    layers = layers_of([result(a=[0.001, 0.03], b=[0.02, 0.9])])["net"]
    assert [layer.holds.tolist() for layer in layers] == [[True, True], [True, False]]
    # Alone the first layer keeps its names; among many that are nothing it does not.
    layers = layers_of([result(a=[0.02]), result(b=[0.5] * 9)])["net"]
    assert not layers[0].holds.any()
