"""Parameters and connections of the course's networks, beside counts from the literature."""

import numpy as np
import torch

from site_lib.common.files import ROOT, sha256_of_file
from site_lib.data.facts import fact_named, facts_as_table, read_facts
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.network_size import count_connections, count_parameters
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement

FACTS = ROOT / "figures_src/relations_with_biology/facts"
FILES = ("parameters.csv", "synapses.csv")


def measure(*, model: str, year: int, target: str, device: torch.device) -> Measurement:
    """Count the network's parameters and connections.

    year: of the network's publication.   target: nervous system to compare with.
    """
    network = load(model, device=device)
    side = network.input_side
    networks, synapses = (read_facts(FACTS / file) for file in FILES)
    goal = fact_named(target, synapses)
    parameters = count_parameters(network)
    connections = count_connections(network, torch.zeros(1, 3, side, side, device=device))
    largest = max(networks, key=lambda fact: fact.value)
    return Measurement(
        {name: np.array(values) for name, values in facts_as_table([*networks, *synapses]).items()},
        {
            "input_side": side,
            "parameters": parameters,
            "connections": connections,
            "connections_per_parameter": connections / parameters,
            "num_networks": len(networks),
            "largest": largest.value,
            "largest_name": largest.name,
            "goal": goal.value,
            "goal_low": goal.low,
            "goal_high": goal.high,
            "largest_share": largest.value / goal.value,
            "largest_share_of_low": largest.value / goal.low,
        },
        weights=[network.record()],
        inputs=[{"name": file, "sha256": sha256_of_file(FACTS / file)} for file in FILES],
    )


if __name__ == "__main__":
    run_experiment(measure)
