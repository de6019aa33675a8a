"""Doubling time of transistor counts, and when the fit reaches a cortex."""

import numpy as np
import torch

from site_lib.common.files import ROOT, sha256_of_file
from site_lib.data.facts import Fact, fact_named, facts_as_table, read_facts
from site_lib.measuring.experiment import run_experiment
from site_lib.records.measurement import Measurement
from site_lib.statistics.growth import fit_growth, growth_interval

FACTS = ROOT / "figures_src/relations_with_biology/facts"
FILES = ("transistors.csv", "synapses.csv")
# A wafer is many chips that were never cut apart; it is shown and takes no part in the fit.
NOT_FITTED = "wafer"


def measure(
    *, target: str, recent: int, num_bootstrap: int, seed: int, device: torch.device
) -> Measurement:
    """Fit of all chips, and of other choices of chips.

    target: name of the nervous system that the fit is carried on to.   recent: year from which
    on chips count as recent.
    """
    transistors, synapses = (read_facts(FACTS / file) for file in FILES)
    goal = fact_named(target, synapses)
    chips = [fact for fact in transistors if fact.kind != NOT_FITTED]
    years, counts = columns(chips)
    fit = fit_growth(years, counts)

    choices = choices_of_chips(chips, recent)
    fits = {name: fit_growth(*columns(chosen)) for name, chosen in choices.items()}
    crossings = [one.year_of(goal.value) for one in fits.values()]
    largest = max(chips, key=lambda fact: fact.value)
    wafer = max(transistors, key=lambda fact: fact.value)
    residuals = np.log2(counts) - np.log2(fit.at(years))
    metrics = {
        "num_chips": fit.num,
        "num_recalled": sum(fact.recalled for fact in chips),
        "first_year": int(years.min()),
        "last_year": int(years.max()),
        "doubling_time": fit.doubling_time,
        "doubling_interval": growth_interval(
            lambda one: one.doubling_time, years, counts, num_bootstrap=num_bootstrap, seed=seed
        ),
        "start": fit.start,
        "typical_factor": 2 ** float(residuals.std()),
        "goal": goal.value,
        "goal_low": goal.low,
        "goal_high": goal.high,
        "goal_factor": goal.high / goal.low,
        "goal_doublings": float(np.log2(goal.high / goal.low)),
        "crossing": fit.year_of(goal.value),
        "crossing_interval": growth_interval(
            lambda one: one.year_of(goal.value),
            years,
            counts,
            num_bootstrap=num_bootstrap,
            seed=seed,
        ),
        "crossing_low": fit.year_of(goal.low),
        "crossing_high": fit.year_of(goal.high),
        "num_bootstrap": num_bootstrap,
        "recent": recent,
        "choices": {
            name: {
                "num": one.num,
                "doubling_time": one.doubling_time,
                "crossing": one.year_of(goal.value),
            }
            for name, one in fits.items()
        },
        "crossing_earliest_choice": min(crossings),
        "crossing_latest_choice": max(crossings),
        "largest_chip": largest.value,
        "largest_chip_name": largest.name,
        "largest_chip_share": largest.value / goal.value,
        "largest_wafer": wafer.value,
        "largest_wafer_name": wafer.name,
        "largest_wafer_share": wafer.value / goal.value,
        "mouse_cortex": fact_named("Mouse, cerebral cortex", synapses).value,
    }
    table = facts_as_table([*transistors, *synapses])
    return Measurement(
        {name: np.array(values) for name, values in table.items()},
        metrics,
        inputs=[{"name": file, "sha256": sha256_of_file(FACTS / file)} for file in FILES],
    )


def columns(facts: list[Fact]) -> tuple[np.ndarray, np.ndarray]:
    """Years (N,) and counts (N,)."""
    return np.array([f.year for f in facts], float), np.array([f.value for f in facts], float)


def choices_of_chips(chips: list[Fact], recent: int) -> dict[str, list[Fact]]:
    """Other sets of chips that somebody might have chosen."""
    largest = {}
    for fact in sorted(chips, key=lambda fact: fact.value):
        largest[fact.year] = fact
    return {
        "processors": [fact for fact in chips if fact.kind == "CPU"],
        "accelerators": [fact for fact in chips if fact.kind in ("GPU", "accelerator")],
        "largest": list(largest.values()),
        "before": [fact for fact in chips if fact.year < recent],
        "recent": [fact for fact in chips if fact.year >= recent],
    }


if __name__ == "__main__":
    run_experiment(measure)
