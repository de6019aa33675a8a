"""The committed small networks: trained as their record says, and still as good."""

import pytest
import torch

from site_lib.data.corpus_photographs import corpus_photographs
from site_lib.networks.registry import load
from site_lib.networks.small_networks import RECORD, load_small
from site_lib.networks.training import (
    Distillation,
    TrainingRecipe,
    photograph_records,
    photographs_to_learn_from,
)
from site_lib.records.measurement import load_result


def test_no_photograph_is_both_learnt_and_held_out():
    recorded = load_result(RECORD)
    inputs = {entry["name"] for entry in recorded.record["inputs"]}
    assert inputs == {entry["name"] for entry in photograph_records()}
    metrics = recorded.metrics
    assert metrics["num_photographs"] + metrics["num_held_out"] == len(inputs)
    assert metrics["num_held_out"] == sum(p.held_out for p in corpus_photographs().values())


@pytest.mark.slow
def test_loaded_weights_answer_as_well_as_the_record_says():
    recorded = load_result(RECORD)
    parameters = recorded.record["parameters"]
    shown, held_out = photographs_to_learn_from()
    names = recorded["names"].tolist()
    run = Distillation(
        {name: load_small(name) for name in names},
        load(parameters["teacher"]),
        TrainingRecipe(recorded.metrics["side"], 1, parameters["steps"], 1e-3, 0.0, 1.0),
        photographs=shown,
        held_out=held_out,
        generator=torch.Generator().manual_seed(recorded.record["seed"]),
    )
    for index, name in enumerate(names):
        found = run.final_check(name)
        # Weights were rounded to 16 bits after they had been checked.
        for key in ("correlation_own", "correlation_held_out"):
            assert found[key] == pytest.approx(float(recorded[key][index]), abs=0.01)
