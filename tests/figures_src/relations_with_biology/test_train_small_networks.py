"""The committed small networks: as their record says, and better than chance on new photographs."""

import pytest
import torch

from site_lib.networks import training
from site_lib.networks.registry import load
from site_lib.networks.small_networks import RECORD, SIDE, load_small
from site_lib.networks.training import Distillation, TrainingRecipe, photographs_to_learn_from
from site_lib.records.measurement import load_result


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "num_crops"),
    [(slice(1), 100), pytest.param(slice(None), 400, marks=pytest.mark.nightly)],
)
def test_committed_weights_agree_with_the_teacher_more_than_random_ones_do(
    part, num_crops, monkeypatch
):
    """On crops of photographs that none of them has seen: one network and fewer crops by day."""
    monkeypatch.setattr(training, "NUM_CHECKED_CROPS", num_crops)
    recorded = load_result(RECORD)
    names = recorded["names"].tolist()[part]
    networks = {name: load_small(name) for name in names}
    networks |= {f"{name}, random": load_small(name, random_seed=0) for name in names}
    _, held_out = photographs_to_learn_from()
    run = Distillation(
        networks,
        load(recorded.record["parameters"]["teacher"]),
        TrainingRecipe(SIDE, 1, 1, 1e-3, 0.0, 1.0),
        photographs=held_out,
        held_out=held_out,
        generator=torch.Generator().manual_seed(0),
    )
    found = {name: run.final_check(name)["correlation_held_out"] for name in networks}
    for name in names:
        assert found[name] > 0.05
        assert abs(found[f"{name}, random"]) < 0.03
