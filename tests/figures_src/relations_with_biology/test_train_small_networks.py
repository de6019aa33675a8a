"""The committed small networks: trained as their record says, and still as good."""

import runpy

import pytest
import torch

from site_lib.common.files import ROOT
from site_lib.data.photographs import PHOTOGRAPHS
from site_lib.images.images import read_image
from site_lib.networks.registry import load
from site_lib.networks.small_networks import RECORD, load_small
from site_lib.networks.training import Distillation, TrainingRecipe
from site_lib.records.measurement import load_result

SCRIPT = ROOT / "figures_src" / "relations_with_biology" / "train_small_networks.py"


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(SCRIPT))


def test_no_photograph_is_both_learnt_and_held_out(script):
    shown, held_out = script["divided_photographs"]()
    assert {p.name for p in shown}.isdisjoint(p.name for p in held_out)
    assert len(shown) + len(held_out) == 20
    recorded = load_result(RECORD)
    assert recorded.metrics["num_photographs"] == len(PHOTOGRAPHS) + len(shown)
    assert len(recorded.record["inputs"]) == recorded.metrics["num_photographs"]


@pytest.mark.slow
def test_loaded_weights_answer_as_well_as_the_record_says(script):
    recorded = load_result(RECORD)
    parameters, metrics = recorded.record["parameters"], recorded.metrics
    shown, held_out = script["divided_photographs"]()
    names = recorded["names"].tolist()
    run = Distillation(
        {name: load_small(name) for name in names},
        load(parameters["teacher"]),
        TrainingRecipe(metrics["side"], 1, parameters["steps"], 1e-3, 0.0, 1.0),
        photographs=[read_image(entry.path)[0] for entry in (*PHOTOGRAPHS.values(), *shown)],
        held_out=[read_image(entry.path)[0] for entry in held_out],
        generator=torch.Generator().manual_seed(recorded.record["seed"]),
    )
    for index, name in enumerate(names):
        found = run.final_check(name)
        # Weights were rounded to 16 bits after they had been checked.
        for key in ("correlation_own", "correlation_held_out"):
            assert found[key] == pytest.approx(float(recorded[key][index]), abs=0.01)
